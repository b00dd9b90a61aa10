"""The acceptance list of change control, row by row, from the command line.

A row that another module holds end to end is named here and not repeated. Row 14 asks for an
MLflow backend, which does not ship yet; its promise is held for any remote that takes one object
at a time in `tests/contract/test_apply_faults.py`.

| row | what it asks | where it is held |
| --- | --- | --- |
| 1 | after an apply nothing is left to do | here on git; `test_main_path.py` on embedded |
| 2 | kill -9 at every effect, on every backend | `tests/unit/planning/test_apply_kills.py`, |
|   | and at moments of the command line | `test_interrupts.py`, `test_git_registry.py` |
| 3 | many at once: nothing lost, nothing twice | `tests/unit/planning/test_apply_processes.py`, |
|   | | `test_git_registry.py` |
| 4 | a finished plan again writes nothing | here on git; `test_main_path.py` on embedded |
| 5 | one byte of the body is noticed | here; `test_plans.py`, `tests/property/test_plan_laws.py` |
| 6 | other specs are 13, a squash goes through | `test_plans.py`, `test_change_session.py` |
| 7 | the guard stays when its block is removed | `test_plans.py` |
| 8 | two pull requests never need less than one | here; `tests/property/test_approval_laws.py` |
| 9 | disjoint changes apply, overlapping ones don't | `test_plans.py`, `test_git_registry.py` |
| 10 | schema, unknown versions, the same bytes | `test_determinism.py`, `test_plans.py` |
| 11 | 2,000 changes fit into a comment | here; `tests/unit/reporting/test_plans_markdown.py` |
| 12 | a usage error is 64, four ways | `test_usage.py` |
| 13 | a planted secret reaches nothing | here for remotes; `test_secrets.py` for specs |
| 15 | without stdin and terminal nothing blocks | here |
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest
from tests.e2e.commands import clean_environment, edit
from tests.e2e.test_help import COMMANDS
from tests.unit.registry.remotes import git

GIT = {"MLSPEC_REGISTRY": "git"}
CANARY = "canaryCANARYcanary0123456789"
READER = "specs/models/biopsy-second-reader.yaml"
STRENGTHS = ("asserted", "host", "signed")
STAGING = ("--env", "staging")


# rows 1 and 4


@pytest.fixture
def repository(county, tmp_path):
    """The county example in a repository with a remote."""
    git(tmp_path, "init", "-q", "--bare", "--initial-branch=main", tmp_path / "origin.git")
    git(county, "init", "-q", "--initial-branch=main")
    git(county, "remote", "add", "origin", f"file://{tmp_path / 'origin.git'}")
    git(county, "add", "-A")
    git(county, "commit", "-q", "-m", "specs")
    return county


@pytest.mark.parametrize("environment", ["staging", "prod"])
def test_on_git_nothing_is_left_to_do_after_an_apply(mlspec, repository, tmp_path, environment):
    plan = ("plan", "--env", environment, "--detailed-exitcode")

    mlspec(*plan, "--out", "plan.json", cwd=repository, env=GIT).expect(2)
    mlspec("apply", "plan.json", cwd=repository, env=GIT).expect(0)
    applied = git(tmp_path / "origin.git", "for-each-ref")
    again = mlspec("apply", "plan.json", cwd=repository, env=GIT).expect(0)

    assert "Already applied" in again.out
    assert applied == git(tmp_path / "origin.git", "for-each-ref")
    mlspec(*plan, cwd=repository, env=GIT).expect(0)


# row 5

CLASSES = {
    "letter": (str.isalpha, "q"),
    "digit": (str.isdigit, "7"),
    "quote": ('"'.__eq__, "'"),
    "bracket": (lambda each: each in "{}[]", "("),
    "separator": (lambda each: each in ":,", ";"),
    "sign": (lambda each: each in "-./@", "_"),
}


def other(letter, replacement):
    return replacement if letter != replacement else "8"


@pytest.mark.parametrize("name", CLASSES)
def test_a_byte_of_any_class_in_the_body_is_noticed(mlspec, county, name):
    belongs, replacement = CLASSES[name]
    mlspec("plan", *STAGING, "--out", "plan.json", cwd=county).expect(0)
    text = (county / "plan.json").read_text()
    body = range(text.index('"body"') + 8, text.index('"envelope"') - 4)
    places = [index for index in body if belongs(text[index])]

    assert len(places) > 8
    for index in places[:: len(places) // 8]:
        changed = text[:index] + other(text[index], replacement) + text[index + 1 :]
        (county / "plan.json").write_text(changed)
        assert 12 == mlspec("apply", "plan.json", cwd=county).code, text[index - 40 : index + 10]
    assert not (county / ".mlspec").exists()


# row 8


@pytest.fixture
def asking(mlspec, county):
    """The county example, applied in staging, which asks for approvals from now on."""
    apply(mlspec, county)
    edit(
        county / "mlspec.yaml",
        "      namespace: ml-staging\n",
        "      namespace: ml-staging\n      requireApprovals: true\n",
    )
    apply(mlspec, county)
    return county


def apply(mlspec, root):
    """Plan and apply, whoever should have agreed; return what the plan asked of people."""
    mlspec("plan", *STAGING, "--out", "plan.json", cwd=root).expect(0)
    body = json.loads((root / "plan.json").read_text())["body"]
    glass = ("--break-glass", "--as", "d.ferrari@example.org", "--role", "sre", "--reason", "test")
    options = glass if body["required_approvals"] else ()
    mlspec("apply", "plan.json", *options, cwd=root).expect(0)
    return body["required_approvals"]


def lower_tier(root):
    edit(root / READER, "tier: high", "tier: limited")


def loosen_gate(root):
    edit(root / READER, "atLeast: 0.95}", "atLeast: 0.93}")


def covers(one, other):
    """Tell whether whoever meets one requirement meets the other."""
    is_strong = STRENGTHS.index(one["strength"]) >= STRENGTHS.index(other["strength"])
    return one["role"] == other["role"] and one["count"] >= other["count"] and is_strong


@pytest.mark.parametrize("steps", [(lower_tier, loosen_gate), (loosen_gate, lower_tier)])
def test_two_pull_requests_never_need_less_than_one(mlspec, asking, tmp_path, steps):
    split = shutil.copytree(asking, tmp_path / "split")

    for step in steps:
        step(asking)
    whole = apply(mlspec, asking)
    asked = []
    for step in steps:
        step(split)
        asked += apply(mlspec, split)

    assert sum(each["count"] for each in whole) >= 2
    for requirement in whole:
        assert any(covers(each, requirement) for each in asked), requirement


# row 11


def test_a_comment_on_two_thousand_changes_fits_and_names_who_has_to_agree(mlspec, asking):
    lower_tier(asking)
    (asking / "specs" / "many.yaml").write_text(
        "".join(
            "---\napiVersion: mlspec.dev/v1\nkind: Team\n"
            f"metadata: {{name: team-{number}}}\nspec: {{members: [t{number}@example.org]}}\n"
            for number in range(2_000)
        )
    )
    mlspec("plan", *STAGING, "--out", "plan.json", cwd=asking).expect(0)

    shown = mlspec("show", "plan.json", "--format", "markdown", cwd=asking).expect(0).out

    body = json.loads((asking / "plan.json").read_text())["body"]
    assert len(body["operations"]) > 2_000
    assert len(shown.encode()) < 65_536
    assert "1 critical" in shown
    assert "model/biopsy-second-reader" in shown
    assert len(body["required_approvals"]) > 1
    for each in body["required_approvals"]:
        assert f"| `{each['role']}` | {each['count']} |" in shown


# row 13


@pytest.mark.parametrize("verb", ["plan", "status", "drift"])
def test_the_password_of_a_remote_is_in_no_message(mlspec, repository, verb):
    remote = f"git:https://ci:{CANARY}@127.0.0.1:1/specs.git"

    done = mlspec(verb, *STAGING, cwd=repository, env={"MLSPEC_REGISTRY": remote}).refused(69)

    assert CANARY not in done.out + done.err


def test_the_password_of_a_remote_that_a_workspace_names_is_refused(mlspec, repository):
    edit(
        repository / "mlspec.yaml",
        "    backend: embedded\n    path: .mlspec/registry.db\n",
        f"    backend: git\n    remote: https://ci:{CANARY}@127.0.0.1:1/specs.git\n",
    )

    for command in (["validate"], ["plan", *STAGING, "--out", "plan.json"]):
        done = mlspec(*command, cwd=repository).expect(4)
        assert CANARY not in done.out + done.err
    assert not (repository / "plan.json").exists()


# row 15

WITHOUT_A_PERSON = {
    "adopt": (["churn"], 64),
    "apply": (["plan.json"], 0),
    "approve": (["next.json", "--as", "you@example.org", "--role", "ml-engineer"], 64),
    "audit export": (["--out", "ledger", *STAGING], 0),
    "audit log": (STAGING, 0),
    "audit show": (["model/churn", *STAGING], 0),
    "audit verify": (STAGING, 0),
    "card": (["churn", *STAGING], 0),
    "challenger": (["churn", "--from", "."], 0),
    "compile": (STAGING, 0),
    "crds add": (["-"], 64),
    "crds list": ([], 0),
    "crds remove": (["rollouts.argoproj.io"], 64),
    "diff": (["staging", "prod"], 0),
    "doctor": ([], 0),
    "dossier": (["churn", "--out", "dossier.zip", *STAGING], 0),
    "drift": (STAGING, 0),
    "drill": (["churn", *STAGING], 9),
    "evidence add": (["churn", "--kind", "test-report", *STAGING], 64),
    "evidence list": (STAGING, 0),
    "evidence verify": (STAGING, 0),
    "explain": (["MLS301"], 0),
    "export": (["churn", "--format", "cyclonedx", *STAGING], 0),
    "gate plan": ([], 9),
    "gate profile": (["mlspec.yaml"], 6),
    "gate run": ([], 9),
    "gate sql": (["--dialect", "duckdb", "--table", "t", "--reference", "p.json"], 64),
    "gate verify": (STAGING, 6),
    "history": (STAGING, 0),
    "init": (["another"], 0),
    "inventory": (STAGING, 0),
    "obligations": (["churn", *STAGING], 64),
    "plan": (STAGING, 0),
    "policy baseline": ([], 64),
    "policy diff": (["core"], 0),
    "policy explain": (["CORE-001", "--model", "churn", *STAGING], 64),
    "policy install": ([], 0),
    "policy lint": ([], 0),
    "policy list": ([], 0),
    "policy lock": ([], 0),
    "policy test": (["core"], 0),
    "import": (["nothing"], 64),
    "promote": (["churn", "--from", "staging", "--to", "prod"], 0),
    "review": (["1-0", *STAGING, "--as", "you", "--role", "sre", "--comment", "seen"], 64),
    "schema": (["Model"], 0),
    "simulate rollout": (["churn", *STAGING], 0),
    "show": (["plan.json"], 0),
    "state abandon": (["1-0", *STAGING, "--reason", "gone"], 64),
    "state export": (STAGING, 0),
    "state forget": (["model/churn", *STAGING, "--reason", "elsewhere"], 0),
    "state list": (STAGING, 0),
    "state mv": (["model/churn", "model/left", *STAGING, "--reason", "renamed"], 0),
    "state rebuild": ([*STAGING, "--reason", "lost"], 0),
    "state show": (["model/churn", *STAGING], 0),
    "status": (STAGING, 0),
    "targets list": ([], 0),
    "templates eject": (["model_card/card.md.j2"], 64),
    "templates list": ([], 0),
    "templates show": (["model_card/card.md.j2"], 0),
    "validate": ([], 0),
    "verify": (["specs"], 4),
}


@pytest.fixture(scope="module")
def attended(forks, tmp_path_factory):
    """The scaffold, applied, with another plan; to be copied."""
    root = tmp_path_factory.mktemp("attended") / "shop"
    forks.run("init", root, cwd=root.parent).expect(0)
    forks.run("plan", *STAGING, "--out", "plan.json", cwd=root).expect(0)
    forks.run("apply", "plan.json", cwd=root).expect(0)
    edit(root / "specs" / "churn.yaml", "cpu: 250m", "cpu: 300m")
    forks.run("plan", *STAGING, "--out", "next.json", cwd=root).expect(0)
    return root


def test_every_command_is_tried_without_a_person():
    assert COMMANDS.keys() == WITHOUT_A_PERSON.keys()


@pytest.mark.parametrize("words", WITHOUT_A_PERSON)
def test_no_command_waits_for_somebody(attended, tmp_path, words):
    arguments, code = WITHOUT_A_PERSON[words]
    root = shutil.copytree(attended, tmp_path / "shop")

    done = subprocess.run(
        [sys.executable, "-m", "mlspec", *words.split(), *arguments],
        cwd=root,
        env=clean_environment(),
        preexec_fn=lambda: os.close(0),
        start_new_session=True,  # it has no terminal that it could open
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert code == done.returncode, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
