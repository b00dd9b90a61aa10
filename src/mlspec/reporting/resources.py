"""One resource with the origin of every value, as text and JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.planning import path_text, traits_of
from mlspec.reporting._cells import clean, table
from mlspec.workspace import canonical_body, effective

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.workspace import EffectiveValue, Resource

__all__ = ["render_resource", "render_resource_json"]


def render_resource(resource: Resource) -> str:
    """Return a line per value: its path, the value, and where it comes from."""
    rows = [
        (clean(path), clean(_shown(each.value)), _origin(each)) for path, each in _named(resource)
    ]
    return "\n".join([resource.address, "", *table(rows)]) + "\n"


def render_resource_json(resource: Resource) -> str:
    """Return the values with their origins as JSON (`mlspec.resource/1.0`)."""
    return pretty_json(
        {
            "format": "mlspec.resource/1.0",
            "address": resource.address,
            "values": [_as_json(path, each) for path, each in _named(resource)],
        }
    )


def _named(resource: Resource) -> Iterator[tuple[str, EffectiveValue]]:
    """Yield the values with their paths as plans write them."""
    body = canonical_body(resource)
    traits = traits_of(resource.kind, None, body)
    for each in effective(resource):
        yield path_text(each.path, body, traits), each


def _as_json(path: str, value: EffectiveValue) -> dict[str, Json]:
    return {
        "path": path,
        "value": value.value,
        "origin": value.origin or "spec",
        "at": _place(value),
    }


def _shown(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _origin(value: EffectiveValue) -> str:
    if value.span is None:
        return value.origin
    return f"{_place(value)} ({value.origin})" if value.origin else _place(value)


def _place(value: EffectiveValue) -> str:
    span = value.span
    return f"{span.file}:{span.start.line}" if span else ""
