"""Where a finding points: at the value, or at the key that lacks it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlspec.diagnostics import Path, Span
    from mlspec.workspace import Resource

__all__ = ["is_written", "span_of"]


def span_of(resource: Resource, path: Path) -> Span:
    """Return the span of the scalar at `path`, or else of the nearest key above it.

    An entry of a list has no key: its `id` or `name` stands for it, or else its first key.
    """
    existing, value = _follow(resource.data, path)
    if _is_overridden(resource, existing):
        return resource.span(existing)
    if len(existing) == len(path) and not isinstance(value, Mapping | list | tuple):
        return resource.span(existing)
    if existing and isinstance(existing[-1], int):
        return _entry_span(resource, existing, value)
    return resource.key_span(existing)


def is_written(resource: Resource, path: Path) -> bool:
    """Tell whether the spec itself holds a value at `path`: no default, no override."""
    existing, _ = _follow(resource.document.data, path)
    return len(existing) == len(path) and not _is_overridden(resource, path)


def _is_overridden(resource: Resource, path: Path) -> bool:
    if not resource.origins:
        return False
    return any(path[:length] in resource.origins for length in range(1, len(path) + 1))


def _entry_span(resource: Resource, path: Path, entry: object) -> Span:
    if not isinstance(entry, Mapping) or not entry:
        return resource.span(path)
    named = next((key for key in ("id", "name") if key in entry), None)
    if named is not None:
        return resource.span((*path, named))
    return resource.key_span((*path, str(next(iter(entry)))))


def _follow(value: object, path: Path) -> tuple[Path, object]:
    for length, step in enumerate(path):
        match value:
            case Mapping() if step in value:
                value = value[step]
            case list() | tuple() if isinstance(step, int) and step < len(value):
                value = value[step]
            case _:
                return path[:length], value
    return path, value
