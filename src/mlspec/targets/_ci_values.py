"""What the CI targets share: names that are no more than names, and models in portions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.ir import Pipeline

__all__ = [
    "DISTRIBUTION",
    "ON_A_REF",
    "check_names",
    "evidence_folder",
    "portions",
    "portions_of",
    "refuse",
]

DISTRIBUTION = "mlspec-compiler"

ON_A_REF = ("embedded", "git")
"""A file of a runner would end with it, so the registry is a ref of the repository there."""

# A variable of a step has at most 128 KiB; names of 300 models have at most 21 KiB.
_MODELS_PER_PORTION = 300

_NAME = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_FOLDER = re.compile(r"(?!.*(^|/)\.\.(/|$))[A-Za-z0-9_.][A-Za-z0-9_./-]{0,199}")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def check_names(pipeline: Pipeline, where: str) -> None:
    """Refuse names that could be more than names: the schema does, but this must not rely on it.

    Raises:
        OutputError: an environment, model, version or folder has another character.
    """
    refuse(_NAME, "environment", where, *pipeline.environments)
    refuse(_NAME, "model", where, *(each.address.removeprefix("model/") for each in pipeline.gates))
    refuse(_WORD, "version", where, pipeline.mlspec_version)
    refuse(_FOLDER, "folder", where, pipeline.workspace_path, pipeline.evidence_path)


def refuse(pattern: re.Pattern[str], what: str, where: str, *values: str) -> None:
    """Raise OutputError for the first value that is not all of the pattern."""
    for value in values:
        if not pattern.fullmatch(value):
            raise OutputError(
                f"{value!r} can't be the name of a {what} in {where}",
                hint="use letters, digits and hyphens",
            )


def evidence_folder(pipeline: Pipeline) -> str:
    """Return the folder of gate records, from the top of the repository."""
    folder, path = pipeline.workspace_path, pipeline.evidence_path
    return path if folder == "." else f"{folder}/{path}"


def portions(pipeline: Pipeline) -> list[str]:
    """Return the models whose gates have files, as lists of words that fit a variable."""
    return portions_of([each.address for each in pipeline.gates if each.has_files])


def portions_of(names: Sequence[str]) -> list[str]:
    """Return names as lists of words that fit a variable."""
    starts = range(0, len(names), _MODELS_PER_PORTION)
    return [" ".join(names[start : start + _MODELS_PER_PORTION]) for start in starts]
