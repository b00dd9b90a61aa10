"""What tools that we did not write say about the jobs for GitLab."""

from __future__ import annotations

import subprocess

import pytest
from tests.contract import tools
from tests.contract.test_targets_github import PIPELINES, pipeline, scripts_of

from mlspec.ir import Bundle, Gateway
from mlspec.syntax import SourceText, parse
from mlspec.targets import template_renderer
from mlspec.targets.gitlab_ci import TARGET

SCHEMA = ("--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci")


@pytest.fixture(params=sorted(PIPELINES))
def jobs(request, tmp_path):
    gateway = Gateway("gateway", "ml", "ml.example.org")
    bundle = Bundle("prod", (), (), (), pipeline(*PIPELINES[request.param]), gateway, ())
    artifact, _lock = TARGET.emit(bundle, template_renderer())
    file = tmp_path / artifact.path.removeprefix("/")
    file.parent.mkdir(parents=True)
    file.write_text(artifact.content, encoding="utf-8")
    return file


@pytest.mark.conformance
def test_the_published_schema_accepts_them(jobs):
    tools.run("check-jsonschema", *SCHEMA, jobs)


@pytest.mark.conformance
@pytest.mark.parametrize(
    ("source", "task"),
    [
        ("push", ""),
        ("merge_request_event", ""),
        ("schedule", "drift"),
        ("schedule", "drill"),
        ("trigger", "retrain"),
    ],
)
def test_all_that_a_job_needs_is_there(jobs, tmp_path, source, task):
    for command in (["init"], ["remote", "add", "origin", "https://gitlab.example.org/a/b.git"]):
        subprocess.run(["git", "-C", tmp_path, *command], check=True, capture_output=True)
    told = {"CI_PIPELINE_SOURCE": source, "CI_COMMIT_BRANCH": "main"}
    told |= {"MLSPEC_TASK": task, "MLSPEC_MODEL": "screen"}
    given = [each for pair in told.items() for each in ("--variable", "=".join(pair))]

    # That nobody has started a job is none of its business: a chain is looked at to its end.
    text = jobs.read_text()
    assert applies(jobs)
    assert "when: manual" in text
    started = tmp_path / "started.yml"
    started.write_text(text.replace("when: manual", "when: on_success"))

    tools.run(
        *("gitlab-ci-local", "--file", started.name, *given, "--validate-dependency-chain"),
        cwd=tmp_path,
    )


def applies(jobs):
    (document,) = parse(SourceText(jobs.name, jobs.read_bytes())).documents
    return [name for name in document.data if name.startswith("mlspec:apply:")]


def test_an_apply_that_fails_fails_its_pipeline_and_one_that_nobody_starts_does_not(jobs):
    (document,) = parse(SourceText(jobs.name, jobs.read_bytes())).documents
    names = applies(jobs)

    assert names
    for name in names:
        (rule,) = document.data[name]["rules"]
        after = document.data[name.replace("apply", "applied")]
        assert ("manual", True) == (rule["when"], rule["allow_failure"])
        assert [name] == after["needs"]
        assert [{"if": rule["if"]}] == after["rules"]
        assert "environment" not in after


def test_bash_parses_every_script(jobs):
    for script in scripts_of(jobs, "before_script", "script"):
        done = subprocess.run(["bash", "-n", "-c", script], capture_output=True, check=False)
        assert (0, b"") == (done.returncode, done.stderr)


@pytest.mark.conformance
def test_shellcheck_finds_nothing(jobs, tmp_path):
    for index, script in enumerate(scripts_of(jobs, "before_script", "script")):
        file = tmp_path / f"{index}.sh"
        file.write_text("set -eo pipefail\ntop=\nplan=\nreviews=\nworst=0\n" + script)
        # The lines of a job are one shell, of which this is a part; some names are used elsewhere.
        tools.run("shellcheck", "--shell=bash", "--exclude=SC2034,SC2154", file)
