"""The compiled GitHub workflows, run step by step with the real mlspec against a real remote."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from tests.contract import tools
from tests.e2e import ci
from tests.e2e.commands import COUNTY, copy_workspace
from tests.e2e.github import Runner

pytestmark = pytest.mark.conformance

WORKSPACE = """\
apiVersion: mlspec.dev/v1
kind: Workspace
metadata: {{name: county}}
spec:
  environments:
    prod: {{namespace: ml-prod, requireGates: true}}
  targets:
    enabled: [github-actions]
    github: {{requirement: "{requirement}"}}
"""
KEPT = "form-digit-reader"
WORKFLOWS = ".github/workflows"
# What the forge says of the commit: that it is no pull request.
FORGE = "#!/bin/sh\necho\n"


@pytest.fixture
def repository(mlspec, tmp_path):
    """The county with one model, compiled for GitHub and pushed."""
    tools.require("workflow-expression")
    root = copy_workspace(COUNTY, tmp_path / "county")
    for file in (root / "specs" / "models").glob("*.yaml"):
        if file.stem != KEPT:
            file.unlink()
    requirement = ci.wheel(tmp_path)
    (root / "mlspec.yaml").write_text(WORKSPACE.format(requirement=requirement))
    (root / ".gitignore").write_text("build/\nevidence/\n")
    mlspec("compile", "--env", "prod", cwd=root).expect(0)
    return ci.publish(root, tmp_path / "origin.git")


@pytest.fixture
def runner(repository, tmp_path):
    """Return a runner of the repository for an event."""
    forge = tmp_path / "bin" / "gh"
    forge.parent.mkdir()
    forge.write_text(FORGE)
    forge.chmod(0o755)

    def start(name, **context):
        scratch = tmp_path / f"run-{name}"
        return Runner(tmp_path / "origin.git", scratch, name, forge.parent, **context)

    return start


def state(repository):
    return subprocess.run(
        ["git", "ls-remote", "origin", "refs/mlspec/*"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def results(jobs):
    return {name: job.result for name, job in jobs.items()}


def told(jobs):
    return "\n".join(f"{name}: {job.result}\n{job.log}" for name, job in jobs.items())


def replaced(plan):
    plan.write_bytes(plan.read_bytes().replace(b"create", b"update", 1))


def test_a_push_is_judged_planned_and_applied_with_the_plan_that_was_made(repository, runner):
    started = runner("push")
    plan = started.artifacts / "plan-prod" / "plan.json"
    made = []
    started.after["plan-prod"] = lambda: (made.append(plan.read_bytes()), replaced(plan))

    jobs = started.run(repository / WORKFLOWS / "mlspec.yml")

    passed = dict.fromkeys(("validate", "gates-prod", "plan-prod"), "success")
    assert passed | {"apply-prod": "failure"} == results(jobs), told(jobs)
    assert "the plan is not the one that this run made" in jobs["apply-prod"].log
    assert f"model/{KEPT} (prod): pass" in jobs["gates-prod"].summary
    assert f"model/{KEPT}" in jobs["plan-prod"].summary
    assert "" == state(repository)

    plan.write_bytes(made[0])
    applied = started.again("apply-prod")
    assert "success" == applied.result, applied.log
    assert f"+ model/{KEPT}" in applied.log
    assert "refs/mlspec/state/prod" in state(repository)

    watched = runner("schedule", event={"schedule": "23 3 * * *"})
    compared = watched.run(repository / WORKFLOWS / "mlspec-watch.yml")
    assert "success" == compared["drift-prod"].result, told(compared)
    assert "No drift: prod is as it was recorded at serial 1." in compared["drift-prod"].summary


def test_a_gate_that_does_not_pass_stops_apply_and_not_the_plan(repository, runner):
    shutil.rmtree(repository / "evaluation" / KEPT)
    ci.commit(repository, "Without its predictions")

    jobs = runner("push").run(repository / WORKFLOWS / "mlspec.yml")

    assert results(jobs) == {
        "validate": "success",
        "gates-prod": "failure",
        "plan-prod": "success",
        "apply-prod": "skipped",
    }, told(jobs)
    assert "a gate was not evaluated, which is no pass" in jobs["gates-prod"].log


def test_a_file_that_was_not_compiled_again_stops_everything(repository, runner):
    file = repository / "mlspec.yaml"
    file.write_text(file.read_text().replace("github: {", "github: {branch: other, "))
    ci.commit(repository, "Another branch")

    jobs = runner("push").run(repository / WORKFLOWS / "mlspec.yml")

    assert "failure" == jobs["validate"].result, told(jobs)
    assert {"plan-prod": "skipped", "apply-prod": "skipped"}.items() <= results(jobs).items()
