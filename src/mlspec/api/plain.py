"""The short way to the most frequent answer: these files, outside any workspace, are valid.

Editors and pre-commit hooks ask about one file on every save, and what takes time then is
imports. So this way imports neither pydantic nor the kinds: it judges by the published JSON
Schemas, which say the same (property-tested). It only ever says yes; everything else, problems
above all, is left to `api.check`.
"""

from __future__ import annotations

import os
from functools import cache
from json import loads
from typing import TYPE_CHECKING, Any

from mlspec.api._accept import accepts, linked
from mlspec.resources import data_folder
from mlspec.syntax import plain_data

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["NOT_LINKED", "WORKSPACE_FILE", "plainly_valid"]

WORKSPACE_FILE = "mlspec.yaml"
NOT_LINKED = f"references were not checked: there is no `{WORKSPACE_FILE}` above these files"
"""What is said about files that stand in no workspace."""

_MOST_FILES = 50  # with more of them, pydantic pays


def plainly_valid(paths: Sequence[str]) -> bool:
    """Tell whether these are files outside any workspace that are valid beyond doubt."""
    if not 0 < len(paths) <= _MOST_FILES or any(map(_is_in_workspace, paths)):
        return False
    try:
        return all(os.path.isfile(each) and _is_valid(each) for each in paths)  # noqa: PTH113
    except OSError:
        return False


def _is_in_workspace(path: str) -> bool:
    """Look for `mlspec.yaml`, with strings: pathlib would cost as much as all the rest."""
    folder = os.path.realpath(os.path.dirname(path))  # noqa: PTH120
    while not os.path.isfile(os.path.join(folder, WORKSPACE_FILE)):  # noqa: PTH113, PTH118
        above = os.path.dirname(folder)  # noqa: PTH120
        if above == folder:
            return False
        folder = above
    return True


def _is_valid(path: str) -> bool:
    with open(path, "rb") as stream:  # noqa: PTH123  (as above)
        documents = plain_data(stream.read)
    return bool(documents) and all(_is_valid_document(each) for each in documents or ())


def _is_valid_document(data: object) -> bool:
    if not isinstance(data, dict) or not isinstance(kind := data.get("kind"), str):
        return False
    schema = _schema_of(kind) if kind.isascii() and kind.isalpha() else None
    return schema is not None and accepts(schema, data)


@cache
def _schema_of(kind: str) -> dict[str, Any] | None:
    """Return the published schema of a kind; the folder also holds those of other formats."""
    try:
        with open(f"{data_folder('schemas')}/v1/{kind}.json", "rb") as stream:  # noqa: PTH123
            schema = loads(stream.read())
    except FileNotFoundError:
        return None
    judges = schema.get("properties", {}).get("kind", {}).get("enum")
    return linked(schema) if judges == [kind] else None
