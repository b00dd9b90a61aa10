"""One resource with the origin of every value, as text and JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.reporting._cells import clean, table
from mlspec.workspace import effective

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.diagnostics import Path
    from mlspec.workspace import EffectiveValue, Resource

__all__ = ["render_resource", "render_resource_json"]


def render_resource(resource: Resource) -> str:
    """Return a line per value: its path, the value, and where it comes from."""
    rows = [
        (clean(_dotted(each.path)), clean(_shown(each.value)), _origin(each))
        for each in effective(resource)
    ]
    return "\n".join([resource.address, "", *table(rows)]) + "\n"


def render_resource_json(resource: Resource) -> str:
    """Return the values with their origins as JSON (`mlspec.resource/1.0`)."""
    return pretty_json(
        {
            "format": "mlspec.resource/1.0",
            "address": resource.address,
            "values": [_as_json(each) for each in effective(resource)],
        }
    )


def _as_json(value: EffectiveValue) -> dict[str, Json]:
    return {
        "path": _dotted(value.path),
        "value": value.value,
        "origin": value.origin or "spec",
        "at": _place(value),
    }


def _dotted(path: Path) -> str:
    text = "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in path)
    return text.removeprefix(".")


def _shown(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _origin(value: EffectiveValue) -> str:
    if value.span is None:
        return value.origin
    return f"{_place(value)} ({value.origin})" if value.origin else _place(value)


def _place(value: EffectiveValue) -> str:
    span = value.span
    return f"{span.file}:{span.start.line}" if span else ""
