"""What both ways of patching share: failure, copies, equality, and the words for a place."""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path

__all__ = ["PatchError", "copied", "entries", "equal", "kind_of", "mapping", "size_of"]


class PatchError(Exception):
    """A change that can't be made; `path` leads to the cause inside of the change."""

    def __init__(self, message: str, path: Path = (), hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.hint = hint


def copied(value: Json) -> Json:
    """Copy a value: the same change may go into many documents."""
    if isinstance(value, dict):
        return {key: copied(each) for key, each in value.items()}
    return [copied(each) for each in value] if isinstance(value, list) else value


def entries(holder: Mapping[str, Json], key: str) -> list[dict[str, Json]]:
    """Return the mappings of a list; none where there is no list."""
    held = holder.get(key)
    return [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []


def mapping(value: Json) -> dict[str, Json]:
    """Return a mapping as it is, and an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def equal(one: Json, other: Json) -> bool:
    """Tell whether two values are the same JSON: numbers by value, and `true` is no number."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(starmap(equal, pairs))
    return one == other


def size_of(value: Json) -> int:
    """Return how many values a value holds, itself included."""
    if isinstance(value, dict):
        return 1 + sum(map(size_of, value.values()))
    return 1 + sum(map(size_of, value)) if isinstance(value, list) else 1


def kind_of(value: Json) -> str:
    """Return what a value is, for messages."""
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else "a single value"
