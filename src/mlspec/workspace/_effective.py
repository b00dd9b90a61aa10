"""A resource as it holds: every value with its origin, and the body that is compared and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path, Span
    from mlspec.schema import SpecModel
    from mlspec.workspace._model import Resource

__all__ = ["DEFAULT", "EffectiveValue", "canonical_body", "effective"]

DEFAULT = "default"
"""The origin of values that nobody wrote."""


@dataclass(frozen=True, slots=True)
class EffectiveValue:
    """One value of an effective document.

    `origin` is empty for a value of the spec itself, the name of the environment that overrides
    it, or `default`; a default stands nowhere, so it has no span.
    """

    path: Path
    value: Json
    span: Span | None
    origin: str


def effective(resource: Resource) -> tuple[EffectiveValue, ...]:
    """Return every single value that holds for a resource, defaults included, in order."""
    body: dict[str, Json] = {
        "apiVersion": str(resource.data.get("apiVersion")),
        "kind": resource.kind,
        "metadata": resource.metadata.model_dump(mode="json", by_alias=True),
        "spec": resource.spec.model_dump(mode="json", by_alias=True),
    }
    return tuple(_values(resource, body, resource.data, ()))


def canonical_body(resource: Resource) -> dict[str, Json]:
    """Return kind, metadata and spec as plain JSON, without values that equal their default.

    A default that is written out is the same as one that is not: no plan shows a change.
    """
    return {
        "kind": resource.kind,
        "metadata": _plain(resource.metadata),
        "spec": _plain(resource.spec),
    }


def _plain(model: SpecModel) -> Json:
    dumped: Json = model.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return dumped


def _values(
    resource: Resource, value: Json, written: object, path: Path
) -> Iterator[EffectiveValue]:
    if isinstance(value, dict | list) and value:
        for key, each, below in _children(value, written):
            yield from _values(resource, each, below, (*path, key))
    elif written is _ABSENT:
        yield EffectiveValue(path, value, None, DEFAULT)
    else:
        yield EffectiveValue(path, value, resource.span(path), _origin(resource, path))


def _children(
    value: dict[str, Json] | list[Json], written: object
) -> Iterator[tuple[str | int, Json, object]]:
    """Yield what a value holds: key or index, value, and what is written there."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield key, each, _member(written, key)
    else:
        entries = written if isinstance(written, list) else []
        there = chain(entries, repeat(_ABSENT))
        for index, (each, below) in enumerate(zip(value, there, strict=False)):
            yield index, each, below


def _member(written: object, key: str) -> object:
    return written.get(key, _ABSENT) if isinstance(written, Mapping) else _ABSENT


def _origin(resource: Resource, path: Path) -> str:
    for length in range(len(path), 0, -1):
        if (origin := resource.origins.get(path[:length])) is not None:
            return origin.environment
    return ""


_ABSENT = object()
