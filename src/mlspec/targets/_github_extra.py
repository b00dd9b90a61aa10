"""The other workflows of GitHub: what is compared, rehearsed and trained outside of a change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypedDict, cast

from mlspec.targets._ci_training import MODEL_NAME, training_values
from mlspec.targets._ci_values import batches, portions_of, refuse, shared_models

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Pipeline, PipelineTraining

__all__ = ["retrain_parts", "watch_values"]

_WHERE = "a GitHub workflow"
_LONGEST_MINUTES = 360
"""A job of a hosted runner ends after six hours."""

_NAMED = "${{ github.event.client_payload.model || inputs.model }}"
"""The model that an event names."""

_TRAININGS_PER_FILE = 50
"""Each takes about 5 KB of a file; GitHub starts nothing of a file of more than 500 KB."""

_CRON = re.compile(r"[0-9*][0-9*/,-]{0,19}( [0-9*][0-9*/,-]{0,19}){4}")


def watch_values(pipeline: Pipeline) -> dict[str, object]:
    """Return what the workflow that compares and rehearses needs besides the shared values.

    Raises:
        OutputError: a schedule or the name of a model is more than that.
    """
    watch = pipeline.watch
    refuse(_CRON, "schedule", _WHERE, watch.drift, watch.drill)
    refuse(MODEL_NAME, "model", _WHERE, *pipeline.drills, *pipeline.not_drilled)
    rounds = portions_of(pipeline.drills)
    return {
        "drift_cron": watch.drift,
        "drill_cron": watch.drill,
        "not_drilled": ", ".join(pipeline.not_drilled),
        "if_drift": _at(watch.drift),
        "if_drill": _at(watch.drill),
        "drills": batches("Rehearse retraining", rounds),
        "shared_models": shared_models(rounds),
    }


def _given(parameter: str, value: str) -> str:
    """Return the expression for what an event says, or else the usual value."""
    return f"${{{{ github.event.client_payload['{parameter}'] || '{value}' }}}}"


def _at(cron: str) -> str:
    return f"github.event_name == 'workflow_dispatch' || github.event.schedule == '{cron}'"


class RetrainPart(TypedDict):
    """What one workflow that trains models needs besides the shared values."""

    file: str
    title: str
    group: str
    trainings: list[dict[str, object]]


def retrain_parts(pipeline: Pipeline) -> Iterator[RetrainPart]:
    """Yield the values of each workflow that trains models, so few that GitHub starts it.

    All of them hear of the same event; the one that has the model runs its jobs.

    Raises:
        OutputError: a training is more than the name of a model, an image and commands.
    """
    starts = range(0, len(pipeline.trainings), _TRAININGS_PER_FILE)
    for index, start in enumerate(starts, start=1):
        part = pipeline.trainings[start : start + _TRAININGS_PER_FILE]
        file = "mlspec-retrain" if index == 1 else f"mlspec-retrain-{index}"
        yield {
            "file": file,
            "title": file.replace("-", " "),
            "group": f"{file}-{_NAMED}",
            "trainings": [_training(each) for each in part],
        }


def _training(training: PipelineTraining) -> dict[str, object]:
    name = training.model
    shared = training_values(training, _WHERE)
    starts = [{"name": "MLSPEC_TRIGGER", "parameter": "trigger", "value": "by-hand"}]
    return shared | {
        "given": [
            {"name": each["name"], "value": _given(each["parameter"], each["value"])}
            for each in [*cast("list[dict[str, str]]", shared["digests"]), *starts]
        ],
        "minutes": min(training.deadline_minutes, _LONGEST_MINUTES),
        "condition": f"(github.event.client_payload.model || inputs.model) == '{name}'",
        "train_job": f"train-{name}",
        "judge_job": f"judge-{name}",
        "artifact": f"trained-{name}",
        "patch": f"challenger-{name}",
    }
