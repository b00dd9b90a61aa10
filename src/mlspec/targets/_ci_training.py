"""Models that a job of CI trains again, as the templates of every CI system name them."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from mlspec.errors import OutputError
from mlspec.targets._ci_values import refuse

if TYPE_CHECKING:
    from mlspec.ir import PipelineTraining

__all__ = ["MODEL_NAME", "training_values"]

MODEL_NAME = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_IMAGE = re.compile(r"[a-z0-9][A-Za-z0-9._:/@-]{0,499}")
_LAID_OUT = str.maketrans("", "", "\n\t")


def training_values(training: PipelineTraining, where: str) -> dict[str, object]:
    """Return what both CI systems need of a model that they train.

    Raises:
        OutputError: the name of the model or its image is more than that, or a command holds what
            a CI system would take for an expression.
    """
    name = training.model
    refuse(MODEL_NAME, "model", where, name)
    refuse(_IMAGE, "container image", where, training.image)
    return {
        "model": name,
        "address": f"model/{name}",
        "image": training.image,
        "command": _command(name, training.command, where),
        "evaluate": _command(name, training.evaluate, where),
    }


def _command(model: str, words: tuple[str, ...], where: str) -> str:
    """Return the words for a shell; nothing that a runner replaces may be in them.

    `lowering` refuses that with its place, but this must not rely on it.
    """
    line = shlex.join(words)
    is_shown = line.translate(_LAID_OUT).isprintable()
    if "${{" in line or "$[[" in line or not is_shown:
        raise OutputError(
            f"the training of `{model}` can't be a step of {where}: its command holds an "
            "expression, or what is no text",
            hint="put it into a script of the image, and name that in `spec.training`",
        )
    return line
