"""The templates that may be replaced, as text and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["render_templates", "render_templates_json"]

_Row = tuple[str, str, str]


def render_templates(rows: Sequence[_Row]) -> str:
    """Return a line for each template: name, where its text comes from, and the replacement.

    `rows` are (name, `shipped`, `replaced` or `stale`, file or nothing).
    """
    if not rows:
        return "no target has a template"
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines = (f"{name:<{widths[0]}}  {state:<{widths[1]}}  {file}" for name, state, file in rows)
    return "\n".join(line.rstrip() for line in lines)


def render_templates_json(rows: Sequence[_Row]) -> str:
    """Return the rows as one JSON document (`mlspec.templates/1.0`)."""
    listed = [
        {"name": name, "state": state, **({"file": file} if file else {})}
        for name, state, file in rows
    ]
    return pretty_json({"format": "mlspec.templates/1.0", "templates": listed})
