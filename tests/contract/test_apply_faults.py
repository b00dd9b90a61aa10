"""Applying to a registry that takes one object at a time, through the command line, with faults.

The registry is the `folder` backend of the third-party package: a stand-in for remote systems.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys

import pytest
from tests.contract.third_party import install
from tests.e2e.commands import clean_environment, run_process

ENTRY_POINTS = "[mlspec.backends]\nfolder = acme.folder\n"
TEAM = """\
---
apiVersion: mlspec.dev/v1
kind: Team
metadata: {{name: {name}}}
spec: {{members: [zoe]}}
"""
TEAMS = 40
TOTAL = 8 + TEAMS
"""Enough operations that a signal comes before the last one."""


@pytest.fixture(scope="module")
def acme(tmp_path_factory):
    """Return the path on which the package is installed."""
    return install(tmp_path_factory.mktemp("site"), ENTRY_POINTS)


@pytest.fixture(scope="module")
def made(acme, tmp_path_factory):
    """A workspace with a plan of many operations, to be copied."""
    root = tmp_path_factory.mktemp("work") / "shop"
    run_process("init", root, cwd=root.parent, env=acme).expect(0)
    settings = root / "mlspec.yaml"
    settings.write_text(settings.read_text().replace("backend: embedded", "backend: folder"))
    many = "".join(TEAM.format(name=f"team-{number}") for number in range(TEAMS))
    (root / "specs" / "many.yaml").write_text(many)
    run_process("plan", "--env", "staging", "--out", "plan.json", cwd=root, env=acme).expect(0)
    return root


@pytest.fixture
def root(made, tmp_path):
    return shutil.copytree(made, tmp_path / "shop")


@pytest.fixture
def mlspec(root, acme):
    def run(*arguments, **options):
        return run_process(*arguments, cwd=root, env=acme, **options)

    return run


@pytest.fixture
def running(root, acme):
    """Start an apply that tells line by line."""

    def start(*arguments):
        return subprocess.Popen(
            [sys.executable, "-m", "mlspec", "apply", "plan.json", "--format", "jsonl", *arguments],
            cwd=root,
            env=clean_environment() | acme,
            stdout=subprocess.PIPE,
            text=True,
        )

    return start


@pytest.fixture
def as_in_a_terminal():
    """Let processes that are started obey Ctrl-C; a test run in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def killed(running):
    """Kill an apply after it told of some operations."""

    def kill(operations):
        with running() as process:
            for _ in range(operations + 1):
                process.stdout.readline()
            process.kill()

    return kill


@pytest.fixture
def objects(root):
    return root / ".mlspec" / "folder" / "staging" / "objects"


def in_the_way(objects, address):
    """Return a folder where the file of an object belongs, so that its write fails."""
    folder = objects / f"{address}.json"
    folder.mkdir(parents=True)
    return folder


def addresses(mlspec):
    return {
        each["address"]
        for each in mlspec("status", "--env", "staging", "--format", "json")
        .expect(0)
        .json["objects"]
    }


def test_one_failure_ends_with_23_says_why_and_is_finished_by_the_same_command(mlspec, objects):
    folder = in_the_way(objects, "dataset/customers-2024")

    first = mlspec("apply", "plan.json", "--on-error", "continue").expect(23)
    folder.rmdir()
    second = mlspec("apply", "plan.json", "--on-error", "continue").expect(0)
    third = mlspec("apply", "plan.json").expect(0)

    assert "! dataset/customers-2024  " in first.out
    assert "failed: `dataset/customers-2024` can't be written: Is a directory" in first.out
    assert "+ team/growth" in first.out
    assert "Run the same command again to finish it." in first.out
    assert "+ dataset/customers-2024" in second.out
    assert "team/growth" not in second.out
    assert "Already applied" in third.out
    assert len(addresses(mlspec)) == TOTAL
    mlspec("audit", "verify", "--env", "staging").expect(0)


def test_json_tells_of_every_operation_what_became_of_it(mlspec, objects):
    in_the_way(objects, "team/growth")

    done = mlspec("apply", "plan.json", "--format", "json").expect(23).json

    assert (done["format"], done["outcome"]) == ("mlspec.applied/1.0", "partial")
    statuses = {each["address"]: each["status"] for each in done["operations"]}
    notes = {each["address"]: each["note"] for each in done["operations"]}
    assert statuses["team/growth"] == "failed"
    assert statuses["model/churn"] == "not-started"
    assert notes["model/churn"] == "stopped when `team/growth` failed"


def test_json_lines_tell_what_happens_in_order(mlspec):
    lines = mlspec("apply", "plan.json", "--format", "jsonl").expect(0).out.splitlines()
    told = [json.loads(each) for each in lines]

    assert [each["type"] for each in told] == ["started", *["operation"] * TOTAL, "finished"]
    assert told[0]["total"] == TOTAL
    assert [each["number"] for each in told[1:-1]] == list(range(1, TOTAL + 1))
    assert {each["status"] for each in told[1:-1]} == {"done"}
    assert (told[-1]["outcome"], told[-1]["counts"]) == ("applied", {"done": TOTAL})


@pytest.mark.usefixtures("as_in_a_terminal")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_after_the_operation_in_hand(mlspec, running, number):
    with running() as process:
        seen = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.send_signal(number)
        rest = [json.loads(each) for each in process.stdout]
    again = mlspec("apply", "plan.json").expect(0)

    assert [each["type"] for each in seen] == ["started", "operation"]
    assert process.returncode == 130
    assert rest[-1]["outcome"] == "interrupted"
    assert rest[-1]["counts"]["done"] >= 1
    assert {each["note"] for each in rest[:-1] if each["status"] != "done"} == {"interrupted"}
    assert "Applied to staging" in again.out
    assert len(addresses(mlspec)) == TOTAL
    mlspec("audit", "verify", "--env", "staging").expect(0)


def test_a_run_that_was_killed_keeps_other_plans_away_until_it_is_finished(mlspec, root, killed):
    killed(2)
    (root / "specs" / "more.yaml").write_text(TEAM.format(name="more"))
    mlspec("plan", "--env", "staging", "--out", "other.json").expect(0)

    refused = mlspec("apply", "other.json")
    (root / "specs" / "more.yaml").unlink()
    mlspec("apply", "plan.json").expect(0)

    refused.refused(11, "of another plan was stopped half way", "mlspec state abandon 1-")
    assert len(addresses(mlspec)) == TOTAL
    mlspec("audit", "verify", "--env", "staging").expect(0)


def test_a_full_disk_is_named_and_the_same_command_goes_on_when_there_is_room(mlspec):
    def fill():
        resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    mlspec("apply", "plan.json", preexec_fn=fill).refused(69, "File too large")
    mlspec("apply", "plan.json").expect(0)

    assert len(addresses(mlspec)) == TOTAL
    mlspec("audit", "verify", "--env", "staging").expect(0)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_can_not_be_written_is_named(mlspec, root):
    (root / ".mlspec").chmod(0o500)
    try:
        mlspec("apply", "plan.json").refused(69, "Permission denied")
    finally:
        (root / ".mlspec").chmod(0o700)


def test_who_holds_the_lock_is_named(mlspec, running):
    with running("--as", "mo") as process:
        process.stdout.readline()
        process.send_signal(signal.SIGSTOP)
        try:
            refused = mlspec("apply", "plan.json", "--lock-timeout", "0s")
        finally:
            process.send_signal(signal.SIGCONT)
        process.stdout.read()

    refused.refused(11, f"mo, process {process.pid} on ")


def test_no_value_of_a_spec_is_in_the_journal(root, killed):
    killed(1)

    journal = (root / ".mlspec" / "folder" / "staging" / "journal.jsonl").read_text()
    assert '"intent"' in journal
    assert "customers" not in journal
    assert "growth" not in journal
