"""What a body refers to, read from what its kind declares; the body may be of any age."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.kinds import find_kind
from mlspec.planning._lookup import traits_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path

__all__ = ["references_of"]


def references_of(kind: str, body: Json) -> tuple[str, ...]:
    """Return the addresses that a body names, sorted, each once."""
    traits = traits_of(kind, body, body)
    found: set[str] = set()
    for path, text in _texts(body, ()):
        declared = traits(path)
        target = find_kind(declared.ref) if declared and declared.ref else None
        if target is not None:
            found.add(f"{target.prefix}/{text.partition('@')[0]}")
    return tuple(sorted(found))


def _texts(value: Json, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _texts(each, (*path, index))
