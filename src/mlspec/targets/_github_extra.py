"""The other workflows of GitHub: what is compared, rehearsed and trained outside of a change."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from mlspec.errors import OutputError
from mlspec.targets._ci_values import portions_of, refuse

if TYPE_CHECKING:
    from mlspec.ir import Pipeline, PipelineTraining

__all__ = ["retrain_values", "watch_values"]

_WHERE = "a GitHub workflow"
_LONGEST_MINUTES = 360
"""A job of a hosted runner ends after six hours."""

_CRON = re.compile(r"[0-9*][0-9*/,-]{0,19}( [0-9*][0-9*/,-]{0,19}){4}")
_IMAGE = re.compile(r"[a-z0-9][A-Za-z0-9._:/@-]{0,499}")
_NAME = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")


def watch_values(pipeline: Pipeline) -> dict[str, object]:
    """Return what the workflow that compares and rehearses needs besides the shared values.

    Raises:
        OutputError: a schedule or the name of a model is more than that.
    """
    watch = pipeline.watch
    refuse(_CRON, "schedule", _WHERE, watch.drift, watch.drill)
    refuse(_NAME, "model", _WHERE, *pipeline.drills)
    rounds = portions_of(pipeline.drills)
    return {
        "drift_cron": watch.drift,
        "drill_cron": watch.drill,
        "if_drift": _at(watch.drift),
        "if_drill": _at(watch.drill),
        "drills": [
            {"title": f"Rehearse retraining, {index} of {len(rounds)}", "models": each}
            for index, each in enumerate(rounds, start=1)
        ],
    }


def _at(cron: str) -> str:
    return f"github.event_name == 'workflow_dispatch' || github.event.schedule == '{cron}'"


def retrain_values(pipeline: Pipeline) -> dict[str, object]:
    """Return what the workflow that trains models needs besides the shared values.

    Raises:
        OutputError: the name of a model or an image is more than that, or a command holds what
            GitHub would take for an expression.
    """
    return {
        "names": " ".join(pipeline.environments),
        "trainings": [_training(each) for each in pipeline.trainings],
    }


def _training(training: PipelineTraining) -> dict[str, object]:
    name = training.model
    refuse(_NAME, "model", _WHERE, name)
    refuse(_IMAGE, "container image", _WHERE, training.image)
    return {
        "model": name,
        "address": f"model/{name}",
        "image": training.image,
        "command": _command(name, training.command),
        "evaluate": _command(name, training.evaluate),
        "minutes": min(training.deadline_minutes, _LONGEST_MINUTES),
        "condition": f"(github.event.client_payload.model || inputs.model) == '{name}'",
        "train_job": f"train-{name}",
        "judge_job": f"judge-{name}",
        "artifact": f"trained-{name}",
        "patch": f"challenger-{name}",
    }


def _command(model: str, words: tuple[str, ...]) -> str:
    """Return the words as a line of a shell; nothing that the runner replaces may be in it."""
    line = shlex.join(words)
    if "${{" in line or not line.isprintable():
        raise OutputError(
            f"the training of `{model}` can't be a step of {_WHERE}: its command holds an "
            "expression, or what is no text",
            hint="put it into a script of the image, and name that in `spec.training`",
        )
    return line
