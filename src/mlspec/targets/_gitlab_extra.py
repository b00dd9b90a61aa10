"""What GitLab does outside of a change, where the variable `MLSPEC_TASK` says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.targets._ci_training import MODEL_NAME, training_values
from mlspec.targets._ci_values import portions_of, refuse

if TYPE_CHECKING:
    from mlspec.ir import Pipeline, PipelineTraining

__all__ = ["extra_values", "training_parts"]

_WHERE = "a GitLab pipeline"

_TRAININGS_PER_FILE = 30
"""Each takes about 5 KB; GitLab refuses a file that takes 1 or 2 MB of memory, from 200 KB on."""


def extra_values(pipeline: Pipeline) -> dict[str, object]:
    """Return what the jobs that compare, rehearse and train need besides the shared values.

    Raises:
        OutputError: a training or the name of a model is more than that.
    """
    refuse(MODEL_NAME, "model", _WHERE, *pipeline.drills, *pipeline.not_drilled)
    rounds = enumerate(portions_of(pipeline.drills), start=1)
    return {
        "on_drift": _on("drift"),
        "on_drill": _on("drill"),
        "not_drilled": ", ".join(pipeline.not_drilled),
        "drills": [
            {"variable": f"DRILLS_{index}", "models": each, "call": f'rehearse "$DRILLS_{index}"'}
            for index, each in rounds
        ],
    }


def training_parts(pipeline: Pipeline) -> dict[str, list[dict[str, object]]]:
    """Return the trainings of each file after the first, by path, and of the first by no path.

    Raises:
        OutputError: a training is more than the name of a model, an image and commands.
    """
    made = [_training(each) for each in pipeline.trainings]
    parts = {"": made[:_TRAININGS_PER_FILE]}
    for start in range(_TRAININGS_PER_FILE, len(made), _TRAININGS_PER_FILE):
        path = f"/.gitlab/mlspec-retrain-{len(parts) + 1}.gitlab-ci.yml"
        parts[path] = made[start : start + _TRAININGS_PER_FILE]
    return parts


def _on(task: str) -> str:
    return f'$MLSPEC_TASK == "{task}"'


def _training(training: PipelineTraining) -> dict[str, object]:
    name = training.model
    return training_values(training, _WHERE) | {
        "timeout": f"{training.deadline_minutes} minutes",
        "condition": f'{_on("retrain")} && $MLSPEC_MODEL == "{name}"',
        "train_job": f"mlspec:train:{name}",
        "judge_job": f"mlspec:judge:{name}",
        "lock": f"mlspec-train-{name}",
        "trained": f"mlspec-trained/{name}",
        "folder": f"mlspec-challenger/{name}",
        "files": f"mlspec-challenger/{name}/",
        "reports": f"mlspec-challenger/{name}/*.xml",
    }
