"""The workflow that the example compiles to runs these gates, and lets nothing but a pass through.

The script of its step runs in the shell that a runner takes, with the real command.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

import pytest
from tests.e2e.commands import COUNTY, Done, clean_environment, copy_workspace

from mlspec.syntax import SourceText, parse

SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
WORKFLOW = ".github/workflows/mlspec.yml"


@pytest.fixture
def refused(mlspec, tmp_path):
    """The workspace of the two challengers that must not pass, compiled."""
    root = copy_workspace(COUNTY / "refused", tmp_path / "refused")
    mlspec("compile", "--env", "staging", cwd=root).expect(0)
    return root


@pytest.fixture
def tools(tmp_path):
    """A folder with the `mlspec` and the `python` of a runner."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name, command in (("mlspec", "-m mlspec"), ("python", "")):
        (folder / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {command} "$@"\n')
        (folder / name).chmod(0o755)
    return folder


def jobs(root):
    (document,) = parse(SourceText("mlspec.yml", (root / WORKFLOW).read_bytes())).documents
    return document.data["jobs"]


def gate_step(root, environment):
    (step,) = [
        each
        for each in jobs(root)[f"gates-{environment}"]["steps"]
        if "gate run" in each.get("run", "")
    ]
    return step


def evaluated(value):
    """Return a variable as the runner of a repository sees it that has set up nothing."""
    return re.sub(r"\$\{\{ vars\..*?\}\}", "", value)


@pytest.fixture
def run_step(tools, tmp_path):
    """Run the step as a runner does; return how it ended, and the summary that it wrote."""

    def run(root, environment="staging", **changes):
        step = gate_step(root, environment)
        summary = tmp_path / "summary.md"
        done = subprocess.run(
            [*SHELL, step["run"]],
            cwd=root,
            env={
                **clean_environment(),
                "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
                "RUNNER_TEMP": str(tmp_path),
                "GITHUB_STEP_SUMMARY": str(summary),
                "ENVIRONMENT": environment,
                **{name: evaluated(value) for name, value in step["env"].items()},
                **changes,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr), summary.read_text()

    return run


def test_the_example_passes_the_step_of_every_environment(mlspec, county, run_step):
    for environment in ("staging", "prod"):
        mlspec("compile", "--env", environment, cwd=county).expect(0)

        done, summary = run_step(county, environment)

        done.expect(0)
        assert "::error" not in done.out
        assert f"### Gates for {environment}" in summary
        for model in (county / "specs" / "models").glob("*.yaml"):
            assert f"model/{model.stem} ({environment}): pass" in summary
            assert (county / f"evidence/{environment}/{model.stem}.evidence.json").exists()


@pytest.mark.parametrize(
    ("models", "code", "told"),
    [
        ("model/biased model/underpowered", 7, "a gate failed"),
        ("model/biased", 7, "a gate failed"),
        ("model/underpowered", 8, "a gate is inconclusive, which is no pass"),
    ],
)
def test_a_refused_challenger_ends_the_step_with_its_verdict(refused, run_step, models, code, told):
    done, summary = run_step(refused, MODELS=models)

    done.expect(code)
    assert f"::error title=mlspec gate::{told}" in done.out
    assert all(f"{each} (staging): " in summary for each in models.split())


def test_a_gate_whose_file_is_missing_ends_the_step_as_not_evaluated(refused, run_step):
    shutil.rmtree(refused / "evaluation")

    done, summary = run_step(refused)

    done.expect(9)
    assert "::error title=mlspec gate::a gate was not evaluated" in done.out
    assert "missing-file" in summary


def test_a_command_that_can_not_run_ends_the_step_too(refused, run_step):
    (refused / "mlspec.yaml").write_text("kind: Nothing\n")

    done, _ = run_step(refused)

    assert done.code not in {0, 7, 8, 9}
    assert f"ended with exit code {done.code}" in done.out


def test_nothing_in_the_workflow_goes_on_after_a_gate_that_did_not_pass(refused):
    found = jobs(refused)
    gates, applied = found["gates-staging"], found["apply-staging"]

    assert gate_step(refused, "staging")["env"]["MODELS"].split() == [
        "model/biased",
        "model/underpowered",
    ]
    assert "gates-staging" in applied["needs"]
    for each in (gates, applied, gate_step(refused, "staging")):
        assert "continue-on-error" not in each
    for function in ("always()", "cancelled()", "failure()"):  # without these, `needs` have to pass
        assert function not in applied["if"]
