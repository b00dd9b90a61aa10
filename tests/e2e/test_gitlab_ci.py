"""The compiled GitLab jobs, run by gitlab-ci-local with the real mlspec against a real remote."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime

import pytest
from tests.contract import tools
from tests.e2e import ci
from tests.e2e.ci import registry_of
from tests.loopback import Exchange, served

pytestmark = pytest.mark.conformance

FILES = {
    "ignored": ".gitlab-ci-local/\nbuild/\n",
    ".gitlab-ci.yml": "include:\n  - local: /.gitlab/mlspec.gitlab-ci.yml\n",
}
JOBS = ["validate", "compile", "gates:prod", "plan:prod"]
FLAGS = (
    "--force-shell-executor",
    "--shell-isolation",
    "--no-color",
    "--ignore-predefined-vars",
)
KEPT = ci.DIGITS
AUTOMATIC = tuple(f"mlspec:{each}" for each in JOBS)
"""What a push starts by itself. GitLab skips a job that needs one which nobody has started
(`lib/gitlab/ci/status/composite.rb`); gitlab-ci-local refuses such a pipeline: jobs are named."""
APPLY = ("mlspec:apply:prod", "mlspec:applied:prod", "--manual=mlspec:apply:prod")


@pytest.fixture
def repository(mlspec, tmp_path):
    """The county with one model, compiled for GitLab and pushed."""
    return ci.county(mlspec, tmp_path, "gitlab", **FILES)


@pytest.fixture
def gitlab(repository, tmp_path):
    """Run jobs of the repository as GitLab would for an event; return what they said."""
    return pipelines(repository, tmp_path)


def pipelines(repository, tmp_path):
    command = tools.require("gitlab-ci-local")
    tools.require("rsync")

    def run(*arguments, source="push", code=0, **variables):
        given = {"CI_PIPELINE_SOURCE": source, "GITLAB_USER_LOGIN": "ana"} | variables
        pairs = [each for pair in given.items() for each in ("--variable", "=".join(pair))]
        done = subprocess.run(
            [*command, *FLAGS, ",".join(given), *pairs, *arguments],
            cwd=repository,
            env=ci.runner_environment(tmp_path),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert code == done.returncode, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def listed(text):
    rows = (line.split() for line in text.splitlines())
    return [row[0].removeprefix("mlspec:") for row in rows if row and row[0].startswith("mlspec:")]


def test_a_push_is_judged_planned_and_applied_once_somebody_starts_it(repository, gitlab):
    said = gitlab(*AUTOMATIC)

    assert all(f"PASS  mlspec:{job}" in said for job in JOBS)
    found = json.loads((repository / "mlspec-validate/codequality.json").read_text())
    assert ["CORE-050"] == [each["check_name"] for each in found], "it was never drilled"
    counts = json.loads((repository / "mlspec-plan/prod/terraform.json").read_text())
    assert counts["create"] > 0
    assert f"model/{KEPT}" in (repository / "mlspec-plan/prod/plan.html").read_text()
    assert (repository / f"evidence/prod/{KEPT}.evidence.json").exists()
    assert "<testsuite" in (repository / "mlspec-gates/prod/1.xml").read_text()
    assert "" == registry_of(repository)

    plan = repository / ".gitlab-ci-local/artifacts/mlspecOgplanOgprod/mlspec-plan/prod/plan.json"
    reviewed = plan.read_bytes()
    plan.write_bytes(reviewed.replace(b"create", b"update", 1))
    refused = gitlab(*APPLY, code=1)

    assert "WARN  mlspec:apply:prod" in refused
    assert "the plan is not the one that was made in this pipeline" in refused
    assert "FAIL  mlspec:applied:prod" in refused
    assert "" == registry_of(repository)

    plan.write_bytes(reviewed)
    applied = gitlab(*APPLY)
    assert f"+ model/{KEPT}" in applied
    assert "PASS  mlspec:applied:prod" in applied
    assert "refs/mlspec/state/prod" in registry_of(repository)

    found = gitlab(source="schedule", MLSPEC_TASK="drift")
    assert "No drift: prod is as it was recorded at serial 1." in found


def test_a_run_of_gates_has_the_time_that_gitlab_tells(repository, gitlab):
    before = datetime.now(UTC).replace(microsecond=0)

    gitlab("mlspec:validate", "mlspec:gates:prod", GITLAB_CI="true")

    said = json.loads((repository / f"evidence/prod/{KEPT}.run.json").read_text())
    run = said["predicate"]["run"]
    assert "gitlab-ci" == run["ci"]
    assert before <= datetime.fromisoformat(run["startedAt"]) <= datetime.now(UTC)


def test_an_apply_that_did_not_get_to_its_script_lets_the_pipeline_fail(repository, gitlab):
    gitlab(*AUTOMATIC)

    refused = gitlab(*APPLY, code=1, MLSPEC_REQUIREMENT="no-such-distribution==1")

    assert "WARN  mlspec:apply:prod" in refused
    assert "FAIL  mlspec:applied:prod" in refused
    assert "the plan is not applied: see the job before this one" in refused
    assert "" == registry_of(repository)


def test_a_gate_that_does_not_pass_stops_apply_and_not_the_plan(repository, gitlab):
    shutil.rmtree(repository / "evaluation" / KEPT)
    ci.commit(repository, "Without its predictions")

    said = gitlab(*AUTOMATIC, code=1)

    assert "a gate was not evaluated, which is no pass" in said
    assert "FAIL  mlspec:gates:prod" in said
    assert "PASS  mlspec:plan:prod" in said
    assert "mlspec:gates:prod" in next(
        line for line in gitlab("--list").splitlines() if line.startswith("mlspec:apply:prod")
    )


def test_a_file_that_was_not_compiled_again_stops_the_pipeline(repository, gitlab):
    (repository / "mlspec.yaml").write_text(
        (repository / "mlspec.yaml")
        .read_text()
        .replace("gitlab: {", "gitlab: {image: python:3.13, ")
    )
    ci.commit(repository, "Another image")

    assert "FAIL  mlspec:compile" in gitlab("mlspec:validate", "mlspec:compile", code=1)


def test_what_runs_depends_on_what_happened(gitlab):
    assert [*JOBS, "apply:prod", "applied:prod"] == listed(gitlab("--list"))
    assert JOBS == listed(gitlab("--list", source="merge_request_event"))
    assert ["drift:prod"] == listed(gitlab("--list", source="schedule", MLSPEC_TASK="drift"))
    assert [] == listed(gitlab("--list", source="schedule"))
    assert [] == listed(gitlab("--list", source="web", MLSPEC_TASK="$(id)"))


def test_a_plan_that_a_fork_can_not_make_does_not_stop_its_merge_request(gitlab):
    rows = gitlab("--list", source="merge_request_event", **FORK).splitlines()

    (plan,) = (row for row in rows if row.startswith("mlspec:plan:prod"))
    assert plan.split()[2:4] == ["always", "true"]


@pytest.fixture
def trained(mlspec, tmp_path):
    """The county with a model that is trained again, compiled for GitLab and pushed."""
    more = {"targets": ("argo-workflows", "prometheus"), **FILES}
    return ci.county(mlspec, tmp_path, "gitlab", ci.SCREEN, **more)


def test_a_model_is_trained_and_judged_where_it_is_named(trained, tmp_path):
    gitlab = pipelines(trained, tmp_path)
    named = {"MLSPEC_TASK": "retrain", "MLSPEC_MODEL": ci.SCREEN}

    said = gitlab(source="trigger", **named)

    assert f"PASS  mlspec:train:{ci.SCREEN}" in said
    assert f"PASS  mlspec:judge:{ci.SCREEN}" in said
    folder = trained / "mlspec-challenger" / ci.SCREEN
    patch = (folder / "challenger.patch").read_text()
    assert "+  version: v3\n" in patch
    assert "trained.txt" not in patch
    assert "+++ b/mlspec-challenger" not in patch
    assert "<testsuite" in (folder / "prod.xml").read_text()
    assert "" == registry_of(trained)
    assert [] == listed(gitlab("--list", source="trigger", MLSPEC_TASK="retrain"))


def test_a_challenger_that_does_not_pass_is_kept_and_told(trained, tmp_path):
    shutil.rmtree(trained / "evaluation" / ci.SCREEN)
    ci.commit(trained, "Without its predictions")

    said = pipelines(trained, tmp_path)(
        source="web", code=1, MLSPEC_TASK="retrain", MLSPEC_MODEL=ci.SCREEN
    )

    assert "the challenger does not pass" in said
    assert (trained / "mlspec-challenger" / ci.SCREEN / "challenger.patch").exists()


def test_a_training_that_loosens_its_gates_is_refused_and_not_judged(trained, tmp_path, mlspec):
    ci.loosen(mlspec, trained)

    said = pipelines(trained, tmp_path)(
        source="web", code=1, MLSPEC_TASK="retrain", MLSPEC_MODEL=ci.SCREEN
    )

    assert f"specs/models/{ci.SCREEN}.yaml (more than its version and digests)" in said
    assert not (trained / "mlspec-challenger" / ci.SCREEN / "challenger.patch").exists()


def test_retraining_is_rehearsed_on_a_schedule(trained, tmp_path):
    tools.require("promtool")

    said = pipelines(trained, tmp_path)(source="schedule", MLSPEC_TASK="drill")

    assert "8 of 8 links are proven" in said
    record = json.loads((trained / f"evidence/prod/{ci.SCREEN}.drill.json").read_text())
    assert ["inputs-move", "new-survey", "ranking-decays"] == record["rehearsed"]
    assert "" == registry_of(trained)


def test_what_validate_finds_is_a_report_for_the_merge_request(repository, gitlab):
    spec = repository / "specs" / "models" / f"{KEPT}.yaml"
    spec.write_text(spec.read_text().replace("kind: Model", "kind: Modle"))
    ci.commit(repository, "A typo")

    assert "FAIL  mlspec:validate" in gitlab("mlspec:validate", code=1)

    found = json.loads((repository / "mlspec-validate/codequality.json").read_text())
    assert f"specs/models/{KEPT}.yaml" in {each["location"]["path"] for each in found}


FORK = {"CI_MERGE_REQUEST_PROJECT_ID": "1", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2"}


def test_a_fork_plans_with_what_anybody_may_read(repository, gitlab, tmp_path):
    gitlab(*AUTOMATIC)
    gitlab(*APPLY)
    project = (tmp_path / "origin").as_uri()

    said = gitlab(source="merge_request_event", **FORK, CI_MERGE_REQUEST_PROJECT_URL=project)

    assert "PASS  mlspec:plan:prod" in said
    counts = json.loads((repository / "mlspec-plan/prod/terraform.json").read_text())
    assert {"create": 0, "update": 0, "delete": 0} == counts
    assert "mlspec:apply" not in said


def test_a_fork_of_a_private_project_is_warned_and_goes_on(repository, gitlab, tmp_path):
    private = (tmp_path / "private").as_uri()

    said = gitlab(source="merge_request_event", **FORK, CI_MERGE_REQUEST_PROJECT_URL=private)

    assert "the registry can't be read from here, as from a fork of a private project" in said
    assert "WARN  mlspec:plan:prod" in said
    assert "PASS  mlspec:gates:prod" in said


class Forge(Exchange):
    """The two answers of GitLab about the merge request of a commit."""

    def take(self):
        self.server.asked.append((self.path, self.headers["PRIVATE-TOKEN"]))
        sha = self.server.sha
        if self.path.endswith("/merge_requests"):
            said = [{"iid": 7, "state": "merged", "merge_commit_sha": sha, "sha": sha}]
            said[0]["web_url"] = "https://gitlab.example.org/county/specs/-/merge_requests/7"
        else:
            users = [{"username": name, "state": "active"} for name in ("boris", "carla")]
            at = "2026-11-20T10:00:00Z"
            said = {"approved_by": [{"user": each, "approved_at": at} for each in users]}
        self.say_json(200, said)


@pytest.fixture
def forge(repository):
    """A server that says of the commit of the repository who approved it."""
    head = ["git", "-C", str(repository), "rev-parse", "HEAD"]
    with served(Forge) as server:
        server.asked = []
        server.sha = subprocess.run(head, capture_output=True, text=True, check=True).stdout.strip()
        yield server


@pytest.fixture
def strict(repository, mlspec):
    """The repository, where two people of model risk have to agree to everything."""
    for name, old, new in (
        ("mlspec.yaml", "requireGates: true", "requireGates: true, requireApprovals: true"),
        ("specs/teams.yaml", "[t.varga@example.org, n.osei@example.org]", '["@boris", "@carla"]'),
    ):
        file = repository / name
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))
    mlspec("compile", "--env", "prod", cwd=repository).expect(0)
    ci.commit(repository, "Two people agree")
    return repository


def test_approvals_of_the_merge_request_let_the_plan_through(strict, gitlab, forge):
    gitlab(*AUTOMATIC)
    commit = {"CI_COMMIT_SHA": forge.sha, "CI_PROJECT_ID": "3"}

    refused = gitlab(*APPLY, code=1, **commit)
    assert "WARN  mlspec:apply:prod" in refused
    assert "FAIL  mlspec:applied:prod" in refused
    assert "approvals or evidence are missing" in refused
    assert "" == registry_of(strict)

    api = {"CI_API_V4_URL": f"{forge.address}/api/v4"}
    agreed = gitlab(*APPLY, MLSPEC_API_TOKEN="t0ken", **api, **commit)
    assert "PASS  mlspec:applied:prod" in agreed

    assert "refs/mlspec/state/prod" in registry_of(strict)
    assert forge.asked == [
        (f"/api/v4/projects/3/repository/commits/{forge.sha}/merge_requests", "t0ken"),
        ("/api/v4/projects/3/merge_requests/7/approvals", "t0ken"),
    ]
