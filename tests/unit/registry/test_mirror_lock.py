"""When the lock of a run at a server may be followed, and what its tags say."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlspec.mlflow import RegisteredModel
from mlspec.registry._mirror_lock import LEASE_SECONDS, HeldLock, _held, _tags
from mlspec.registry._process import is_own, is_surely_dead, own_process
from mlspec.state import Journal, StepStatus

JOURNAL = Journal("1-ab", "sha256:ab", "ana", "2026-01-01", {"p-0001": StepStatus.PENDING})
NEIGHBOUR = """
import json, sys
from mlspec.registry._process import own_process
print(json.dumps(own_process()), flush=True)
sys.stdin.read()
"""
ELSEWHERE = {"machine": "another", "pid": 1, "start": "1"}


def held(process, renewed_ms=1_000_000, lease_seconds=60):
    return HeldLock("lock.1", 1, JOURNAL, "ana", process, lease_seconds, renewed_ms)


@pytest.fixture
def neighbour():
    """Another process of this machine, as it calls itself."""
    with subprocess.Popen(
        [sys.executable, "-c", NEIGHBOUR],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process, json.loads(process.stdout.readline())
        process.stdin.close()


@pytest.mark.skipif(not own_process()["machine"], reason="there is no /proc here")
def test_a_process_is_dead_for_certain_only_when_it_was_one_of_this_machine(neighbour):
    process, told = neighbour
    assert (False, False) == (is_surely_dead(told), is_own(told))
    assert (False, True) == (is_surely_dead(own_process()), is_own(own_process()))

    process.stdin.close()
    process.wait()

    assert is_surely_dead(told)
    assert not is_surely_dead(told | {"machine": "another"})
    assert not is_surely_dead({})


@pytest.mark.skipif(not own_process()["machine"], reason="there is no /proc here")
def test_a_number_that_was_taken_again_is_another_process():
    assert is_surely_dead(own_process() | {"start": "7"})
    assert not is_own(own_process() | {"start": "7"})
    assert os.getpid() == own_process()["pid"]


@pytest.mark.parametrize(
    ("now_ms", "free"), [(0, False), (1_000_000, False), (1_060_000, False), (1_060_001, True)]
)
def test_a_holder_elsewhere_is_followed_when_its_time_has_run_out(now_ms, free):
    assert free == held(ELSEWHERE).is_free(now_ms)


def test_a_refusal_names_the_holder_and_how_long_to_wait():
    refusal = held(ELSEWHERE).refusal(1_020_000, "MLflow server")

    assert 11 == refusal.exit_code
    assert "ana" in refusal.details[0]
    assert "in 40 s" in refusal.hint


@given(
    ops=st.lists(
        st.from_regex(r"[a-f0-9]{12}-[0-9]{4}", fullmatch=True), unique=True, max_size=600
    ),
    actor=st.text(max_size=300),
    owner=st.text(max_size=300),
)
def test_the_journal_comes_back_from_tags_that_every_database_keeps(ops, actor, owner):
    steps = dict.fromkeys(ops, StepStatus.PENDING)
    tags = dict(_tags(Journal("1-ab", "sha256:ab", actor, "", steps), owner, 90))

    found = _held(RegisteredModel("lock.7", 5, 5, tags=tags), 7)

    assert dict.fromkeys(ops, StepStatus.INTENT) == dict(found.journal.steps)
    assert ("1-ab", "sha256:ab", 90, 5) == (
        found.journal.run_id,
        found.journal.plan_digest,
        found.lease_seconds,
        found.renewed_ms,
    )
    assert found.is_own == bool(own_process()["machine"])
    for value in tags.values():
        assert 5000 >= len(value)
        assert "\x00" not in value


@given(
    st.dictionaries(st.sampled_from(["mlspec.lock", "mlspec.lock.renewed"]), st.text(max_size=30))
)
def test_whatever_others_write_to_a_lock_it_can_be_read(tags):
    found = _held(RegisteredModel("lock.1", 5, 5, tags=tags), 1)

    assert not found.is_own
    assert LEASE_SECONDS == found.lease_seconds or 0 <= found.lease_seconds <= 3600
    assert found.refusal(10, "MLflow server").hint


@pytest.mark.parametrize("lease", [-5, 10**9])
def test_a_lease_that_others_wrote_is_bounded(lease):
    model = RegisteredModel("lock.1", 5, 5, tags={"mlspec.lock": f'{{"lease": {lease}}}'})

    assert _held(model, 1).lease_seconds in {0, 3600}
