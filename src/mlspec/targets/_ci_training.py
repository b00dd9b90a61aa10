"""Models that a job of CI trains again, as the templates of every CI system name them."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from mlspec.errors import OutputError
from mlspec.targets._ci_values import refuse
from mlspec.targets._retraining_steps import (
    data_text,
    digest_parameter,
    digest_variable,
    is_in_workspace,
)

if TYPE_CHECKING:
    from mlspec.ir import PipelineTraining

__all__ = ["MODEL_NAME", "training_values"]

MODEL_NAME = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_IMAGE = re.compile(r"[a-z0-9][A-Za-z0-9._:/@-]{0,499}")
_DATA_NAME = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_DIGEST = re.compile(r"(sha256:[0-9a-f]{64})?")
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
        "is_local": bool(training.artifact_uri) and is_in_workspace(training.artifact_uri),
        "told": _told(training, where),
        "digests": _digests(training, where),
    }


def _told(training: PipelineTraining, where: str) -> list[dict[str, str]]:
    """Return what is the same in every run, as names and texts."""
    values = {
        "MLSPEC_ARTIFACT_URI": training.artifact_uri,
        "MLSPEC_DATA": data_text(training.data) if training.data else "",
        "MLSPEC_ENVIRONMENT": training.environment,
        "MLSPEC_VERSION": training.version,
    }
    return [
        {"name": name, "value": _plain(training.model, values[name], where)}
        for name in values
        if values[name]
    ]


def _digests(training: PipelineTraining, where: str) -> list[dict[str, str]]:
    """Return the digest of each data set, which whoever starts a run may give another value."""
    for each in training.data:
        refuse(_DATA_NAME, "data set", where, each.name)
        refuse(_DIGEST, "digest", where, each.digest)
    return [
        {
            "name": digest_variable(each.name),
            "parameter": digest_parameter(each.name),
            "value": each.digest,
        }
        for each in training.data
    ]


def _plain(model: str, value: str, where: str) -> str:
    if "${{" in value or "$[[" in value or not value.isprintable():
        raise OutputError(
            f"the training of `{model}` can't be a step of {where}: a name of its data or its "
            "artifact holds an expression, or what is no text",
            hint="take it out of the address",
        )
    return value


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
