"""The compiled GitHub workflows, run step by step with the real mlspec against a real remote."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime

import pytest
from tests.contract import tools
from tests.e2e import ci
from tests.e2e.ci import registry_of
from tests.e2e.github import Runner

pytestmark = pytest.mark.conformance

KEPT = ci.DIGITS
WORKFLOWS = ".github/workflows"
# What the forge says of the commit: that it is no pull request.
FORGE = "#!/bin/sh\necho\n"


@pytest.fixture
def repository(mlspec, tmp_path):
    """The county with one model, compiled for GitHub and pushed."""
    return ci.county(mlspec, tmp_path, "github", ignored="build/\nevidence/\n")


@pytest.fixture
def trained(mlspec, tmp_path):
    """The county with a model that is trained again, compiled for GitHub and pushed."""
    more = {"targets": ("argo-workflows", "prometheus"), "ignored": "build/\n"}
    return ci.county(mlspec, tmp_path, "github", ci.SCREEN, **more)


@pytest.fixture
def runner(tmp_path):
    """Return a runner of the repository for an event."""
    tools.require("workflow-expression")
    forge = tmp_path / "bin" / "gh"
    forge.parent.mkdir()
    forge.write_text(FORGE)
    forge.chmod(0o755)

    def start(name, **context):
        scratch = tmp_path / f"run-{name}"
        return Runner(tmp_path / "origin.git", scratch, name, forge.parent, **context)

    return start


def results(jobs):
    return {name: job.result for name, job in jobs.items()}


def told(jobs):
    return "\n".join(f"{name}: {job.result}\n{job.log}" for name, job in jobs.items())


def replaced(plan):
    plan.write_bytes(plan.read_bytes().replace(b"create", b"update", 1))


def test_a_push_is_judged_planned_and_applied_with_the_plan_that_was_made(repository, runner):
    before = datetime.now(UTC).replace(microsecond=0)
    started = runner("push")
    plan = started.artifacts / "plan-prod" / "plan.json"
    made = []
    started.after["plan-prod"] = lambda: (made.append(plan.read_bytes()), replaced(plan))

    jobs = started.run(repository / WORKFLOWS / "mlspec.yml")

    passed = dict.fromkeys(("validate", "gates-prod", "plan-prod"), "success")
    assert passed | {"apply-prod": "failure"} == results(jobs), told(jobs)
    assert "the plan is not the one that this run made" in jobs["apply-prod"].log
    assert f"model/{KEPT} (prod): pass" in jobs["gates-prod"].summary
    said = json.loads((started.artifacts / "evidence-prod" / f"{KEPT}.run.json").read_text())
    run = said["predicate"]["run"]
    assert before <= datetime.fromisoformat(run["startedAt"]) <= datetime.now(UTC)
    assert f"model/{KEPT}" in jobs["plan-prod"].summary
    assert "" == registry_of(repository)

    plan.write_bytes(made[0])
    applied = started.again("apply-prod")
    assert "success" == applied.result, applied.log
    assert f"+ model/{KEPT}" in applied.log
    assert "refs/mlspec/state/prod" in registry_of(repository)

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


NAMED = {"event": {"client_payload": {"model": ci.SCREEN}}}
BY_HAND = {"inputs": {"model": ci.SCREEN}, "event": {}}


@pytest.mark.parametrize(
    ("event", "context"), [("repository_dispatch", NAMED), ("workflow_dispatch", BY_HAND)]
)
def test_a_model_is_trained_and_judged_where_it_is_named(trained, runner, event, context):
    started = runner(event, **context)

    jobs = started.run(trained / WORKFLOWS / "mlspec-retrain.yml")

    assert {f"train-{ci.SCREEN}": "success", f"judge-{ci.SCREEN}": "success"} == results(jobs), (
        told(jobs)
    )
    patch = (started.artifacts / f"challenger-{ci.SCREEN}" / "challenger.patch").read_text()
    assert "+  version: v3\n" in patch
    assert "trained.txt" not in patch
    assert f"model/{ci.SCREEN} (prod): pass" in jobs[f"judge-{ci.SCREEN}"].summary
    assert "" == registry_of(trained)


def test_nothing_is_trained_where_another_model_is_named(trained, runner):
    started = runner("repository_dispatch", event={"client_payload": {"model": "x' || 'a"}})

    jobs = started.run(trained / WORKFLOWS / "mlspec-retrain.yml")

    assert {"skipped"} == set(results(jobs).values())


def test_a_challenger_that_does_not_pass_is_kept_and_told(trained, runner):
    shutil.rmtree(trained / "evaluation" / ci.SCREEN)
    ci.commit(trained, "Without its predictions")
    started = runner("repository_dispatch", **NAMED)

    jobs = started.run(trained / WORKFLOWS / "mlspec-retrain.yml")

    assert "failure" == jobs[f"judge-{ci.SCREEN}"].result
    assert "the challenger does not pass" in jobs[f"judge-{ci.SCREEN}"].log
    assert (started.artifacts / f"challenger-{ci.SCREEN}" / "challenger.patch").exists()


def test_a_training_that_loosens_its_gates_is_refused_and_not_judged(trained, runner, mlspec):
    ci.loosen(mlspec, trained)

    jobs = runner("repository_dispatch", **NAMED).run(trained / WORKFLOWS / "mlspec-retrain.yml")

    judged = jobs[f"judge-{ci.SCREEN}"]
    assert "failure" == judged.result
    assert f"specs/models/{ci.SCREEN}.yaml (more than its version and digests)" in judged.log
    assert f"model/{ci.SCREEN} (prod)" not in judged.log


def test_retraining_is_rehearsed_on_a_schedule(trained, runner):
    tools.require("promtool")
    started = runner("schedule", event={"schedule": "47 4 * * 1"})

    jobs = started.run(trained / WORKFLOWS / "mlspec-watch.yml")

    assert {"drift-prod": "skipped", "drill-prod": "success"} == results(jobs), told(jobs)
    assert "8 of 8 links are proven" in jobs["drill-prod"].summary
    kept = started.artifacts / "drill-prod" / f"{ci.SCREEN}.drill.json"
    assert ["inputs-move", "new-survey", "ranking-decays"] == json.loads(kept.read_text())[
        "rehearsed"
    ]
    assert "" == registry_of(trained)
