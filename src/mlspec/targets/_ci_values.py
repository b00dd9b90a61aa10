"""What the CI targets share: the values of both, names that are no more, models in portions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.errors import OutputError
from mlspec.targets._header import source_digest
from mlspec.targets._seal import SEAL_LINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.ir import Bundle, Pipeline

__all__ = [
    "batches",
    "check_names",
    "evidence_folder",
    "portions",
    "portions_of",
    "refuse",
    "shared_models",
    "shared_values",
]

_DISTRIBUTION = "mlspec-compiler"

_ON_A_REF = ("embedded", "git")
"""A file of a runner would end with it, so the registry is a ref of the repository there."""

_SERVERS = {
    "mlflow": {
        "MLFLOW_TRACKING_URI": "vars",
        "MLFLOW_TRACKING_USERNAME": "secrets",
        "MLFLOW_TRACKING_PASSWORD": "secrets",
        "MLFLOW_TRACKING_TOKEN": "secrets",
    },
}
"""What a command is told of a server of models, and where a person keeps it at the forge.

The address is none of the spec: whoever changes that must not choose who gets a password.
"""

# A variable of a step has at most 128 KiB; names of 300 models have at most 21 KiB.
_MODELS_PER_PORTION = 300

_NAME = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_FOLDER = re.compile(r"(?!.*(^|/)\.\.(/|$))[A-Za-z0-9_.][A-Za-z0-9_./-]{0,199}")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def shared_values(bundle: Bundle, requirement: str) -> dict[str, object]:
    """Return what the templates of every CI system are filled with.

    `requirement` is what pip installs; empty for the released distribution of this version.
    """
    pipeline = bundle.pipeline
    version = pipeline.mlspec_version
    digest = source_digest(bundle, pipeline.source) or "digest unknown"
    return {
        "version": version,
        "seal_line": SEAL_LINE,
        "source": f"{pipeline.source} ({digest})",
        "workspace": pipeline.workspace_path,
        "names": " ".join(pipeline.environments),
        "requirement_plain": requirement or f"{_DISTRIBUTION}=={version}",
        "requirement_gates": requirement or f"{_DISTRIBUTION}[parquet]=={version}",
        "is_git": pipeline.registry in _ON_A_REF,
        "server_variables": {
            name: f"${{{{ {kept}.{name} }}}}"
            for name, kept in _SERVERS.get(pipeline.server, {}).items()
        },
        "counts_uses": any(each.counts_uses for each in pipeline.gates if each.has_files),
    }


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


def batches(title: str, rounds: Sequence[str]) -> list[dict[str, str]]:
    """Return the steps of a GitHub job, each with the models that it is for."""
    if len(rounds) <= 1:
        return [{"title": title, "models": each} for each in rounds]
    return [
        {"title": f"{title}, {index} of {len(rounds)}", "models": f"${{{{ env.MODELS_{index} }}}}"}
        for index in range(1, len(rounds) + 1)
    ]


def shared_models(rounds: Sequence[str]) -> list[dict[str, str]]:
    """Return the variables of a GitHub workflow that hold the models of its batches.

    Lists that need more than one step stand once in a workflow, not in each environment again: a
    file may not be larger than GitHub reads.
    """
    if len(rounds) <= 1:
        return []
    return [{"name": f"MODELS_{index}", "value": each} for index, each in enumerate(rounds, 1)]
