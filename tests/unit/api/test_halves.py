"""What is found half by a forked process is what is found in one, whatever that process does."""

from __future__ import annotations

import os
import signal
import sys
from functools import partial
from pathlib import Path

import pytest

from mlspec.api._halves import in_halves
from mlspec.api.session import read_session
from mlspec.rules import check

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked elsewhere")
HERE = os.getpid()
SPEC = """\
apiVersion: mlspec.dev/v1
kind: {}
metadata:
  name: {}
spec:
"""
GATES = "  gates:\n    - {id: floor, type: metric-threshold, metric: roc-auc, atLeast: 0.7}\n"


def children():
    """Return the processes that this one has started and not waited for."""
    lists = Path("/proc/self/task").glob("*/children")
    return {each for found in lists for each in found.read_text().split()}


def twice(number):
    return [number, number] if number % 3 else []


def with_process(number):
    return [(number, os.getpid())]


def elsewhere(what, number):
    if os.getpid() != HERE:
        what()
    return [number]


def fails(at, number):
    if number == at:
        raise ValueError(at)
    return [number]


def killed():
    os.kill(os.getpid(), signal.SIGKILL)


def broken():
    raise RuntimeError


@pytest.mark.parametrize("count", [0, 1, 2, 7, 50])
def test_two_processes_find_what_one_finds_in_the_same_order(count):
    expected = [*in_halves(range(count), twice, most=1)]
    assert expected == [*in_halves(range(count), twice, most=2)]
    assert not children()


def test_the_second_half_is_done_by_another_process():
    found = [*in_halves(range(10), with_process, most=2)]
    assert {process for number, process in found if number < 5} == {HERE}
    (other,) = {process for number, process in found if number >= 5}
    assert other != HERE


@pytest.mark.parametrize("what", [killed, broken])
def test_what_a_process_leaves_undone_is_done_here(what, capfd):
    assert [*range(9)] == [*in_halves(range(9), partial(elsewhere, what), most=2)]
    assert not children()


@pytest.mark.parametrize("at", [1, 8])
def test_the_error_of_either_half_is_raised_here(at, capfd):
    with pytest.raises(ValueError, match=str(at)):
        [*in_halves(range(9), partial(fails, at), most=2)]
    assert not children()


def test_rules_say_of_two_halves_what_they_say_of_the_whole(tmp_path):
    (tmp_path / "specs").mkdir()
    home = SPEC.format("Workspace", "w") + "  environments:\n    prod: {description: Here.}\n"
    (tmp_path / "mlspec.yaml").write_text(home, encoding="utf-8")
    for number in range(80):
        text = SPEC.format("GateSet", f"g{number}") + GATES
        ignored = "  name: g1 # mlspec: ignore[missing-owner] the team is not founded yet\n"
        text = text.replace("  name: g1\n", ignored)
        (tmp_path / "specs" / f"{number}.yaml").write_text(text, encoding="utf-8")
    workspace = read_session(tmp_path).workspace
    found = check(workspace, (), partial(in_halves, most=2))
    assert check(workspace) == found
    assert len(found) > 70
