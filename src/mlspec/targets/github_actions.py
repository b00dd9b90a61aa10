"""`github_actions`: the workflow that validates, judges, plans and applies a workspace.

It is text from a template that people may replace. Whatever the template says, the result is
parsed again and refused unless it is a workflow whose scripts hold no expression, whose actions
are pinned to a commit, and in which every name stands where it was put.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.ir import PINS_FILE, Artifact
from mlspec.targets._ci_values import (
    batches,
    check_names,
    evidence_folder,
    portions,
    refuse,
    shared_models,
    shared_values,
)
from mlspec.targets._github_extra import retrain_parts, watch_values
from mlspec.targets._github_pins import current_pins
from mlspec.targets._port import Target
from mlspec.targets._seal import seal
from mlspec.targets._workflow_check import check_workflow, read_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Bundle, Pipeline
    from mlspec.targets._port import Renderer

__all__ = ["TARGET"]

_PATH = "/.github/workflows/mlspec.yml"
_TEMPLATE = "github_actions/mlspec.yml.j2"
_PINS = "github_actions/action.yml.j2"
_WHERE = "a GitHub workflow"

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}")


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield the workflow of a change, the lock, and the workflows of what happens besides."""
    pipeline = bundle.pipeline
    _check(pipeline)
    values = _values(bundle) | {"pins": current_pins(renderer, pipeline.locks.actions)}
    text = renderer(_TEMPLATE, values)
    check_workflow(text, pipeline.environments)
    yield Artifact(_PATH, seal(text), pipeline.source)
    yield Artifact(f"/{PINS_FILE}", seal(renderer(_PINS, values)), pipeline.source)
    for name, template, more in _others(pipeline):
        text = renderer(f"github_actions/{template}.yml.j2", values | more)
        check_workflow(text, pipeline.environments, applies=False)
        yield Artifact(f"/.github/workflows/{name}.yml", seal(text), pipeline.source)


def _others(pipeline: Pipeline) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Yield the name of each other workflow, that of its template, and its values."""
    yield "mlspec-watch", "mlspec-watch", watch_values(pipeline)
    for values in retrain_parts(pipeline):
        yield values["file"], "mlspec-retrain", dict(values)


def _values(bundle: Bundle) -> dict[str, object]:
    pipeline = bundle.pipeline
    evidence = evidence_folder(pipeline)
    rounds = portions(pipeline)
    return {
        **shared_values(bundle, pipeline.requirement),
        "branch": pipeline.branch,
        "runner": pipeline.runner,
        "python": pipeline.python,
        "has_history": False,
        "environments": [_environment(name, evidence) for name in pipeline.environments],
        "evidence": evidence,
        "batches": batches("Judge the gates", rounds),
        "shared_models": shared_models(rounds),
    }


def _environment(name: str, evidence: str) -> dict[str, str]:
    return {
        "name": name,
        "gates_job": f"gates-{name}",
        "plan_job": f"plan-{name}",
        "read_environment": read_environment(name),
        "apply_job": f"apply-{name}",
        "evidence_artifact": f"evidence-{name}",
        "evidence": f"{evidence}/{name}/",
        "plan_artifact": f"plan-{name}",
        "plan_digest": f"${{{{ needs.plan-{name}.outputs.digest }}}}",
        "drift_job": f"drift-{name}",
        "drill_job": f"drill-{name}",
        "drill_artifact": f"drill-{name}",
        "lock": f"mlspec-apply-{name}",
    }


def _check(pipeline: Pipeline) -> None:
    check_names(pipeline, _WHERE)
    refuse(_BRANCH, "branch", _WHERE, pipeline.branch)
    refuse(_WORD, "runner", _WHERE, pipeline.runner)
    refuse(_WORD, "version", _WHERE, pipeline.python)


TARGET = Target(
    "github_actions",
    "GitHub workflows: validate, gates, plan, apply, drift, drill, retrain",
    emit,
)
