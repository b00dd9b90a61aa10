"""The session that the documentation shows: from a pull request to the audit, with a killed run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest
from tests.e2e.commands import CAPTURED, CHECKOUT, clean_environment

PAGE = CHECKOUT / "docs" / "pages" / "change-control.md"
NEEDED = ("bash", "git", "ssh-keygen", "tar")


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    missing = [each for each in NEEDED if shutil.which(each) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    command = tmp_path_factory.mktemp("bin") / "mlspec"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mlspec "$@"\n')
    command.chmod(0o755)
    done = subprocess.run(
        ["bash", str(CHECKOUT / "examples" / "session")],
        env=clean_environment() | {"MLSPEC": str(command)},
        check=False,
        timeout=300,
        **CAPTURED,
    )
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    return done.stdout.decode() + done.stderr.decode()


def part(said, heading):
    """Return what stands under a heading."""
    parts = re.split(r"^==> ", said, flags=re.MULTILINE)
    (found,) = [each for each in parts if each.startswith(heading)]
    return found


def test_the_plan_says_what_the_pull_request_means_and_who_has_to_agree(said):
    plan = part(said, "a pull request")

    for words in (
        "~ CRITICAL  model/biopsy-second-reader",
        'spec.risk.tier                 "high" -> "limited"  (loosened)',
        "spec.gates[auc-floor].atLeast  0.95 -> 0.93         (loosened)",
        "judged at:        high (tier high -> limited)",
        "R-TIER-LOWERED:   critical",
        "R-GATE-LOOSENED:  high",
        "Approvals needed (2), not by an author of the change (p.novak@example.org)",
    ):
        assert words in plan


def test_two_signed_approvals_let_it_through_after_a_squash(said):
    check = part(said, "two people look at it").rpartition("--check")[2]

    assert "Approved: the plan for prod has 2 approvals." in check


def test_a_run_that_was_killed_while_it_pushed_is_finished_by_the_same_command(said):
    assert "ended with exit code 137" in part(said, "CI: a clean clone")
    again = part(said, "the same command again")

    assert "Applied to prod as run 3-" in again
    assert "Already applied to prod as run 3-" in again
    assert "No changes" in again


def test_the_record_says_who_what_and_why(said):
    record = part(said, "who, what, why")

    assert re.search(r"approved +t\.varga@example\.org as compliance, SIGNED", record)
    assert re.search(r"approved +n\.osei@example\.org as model-risk, SIGNED", record)
    assert "Read the comparison of both readers." in record
    assert re.search(r"intact: \d+ events and 3 checkpoints \(3 signed\)", record)


def test_every_command_of_the_page_is_one_of_the_session(said):
    page = PAGE.read_text("utf-8").replace('"', "")
    shown = set(re.findall(r"^\$ (mlspec .*?)(?: +#.*)?$", page, re.MULTILINE))
    run = set(re.findall(r"^\$ (mlspec .*?)(?: +#.*)?$", said, re.MULTILINE))

    assert len(shown) > 5
    assert shown - {re.sub(r"/\S*/(keys/|ledger)", r"\1", each) for each in run} == set()
