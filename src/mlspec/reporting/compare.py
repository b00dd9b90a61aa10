"""Two environments side by side, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.planning.compare import Presence
from mlspec.reporting._cells import clean, counted, table
from mlspec.reporting._values import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.planning.compare import Compared, ComparedView

__all__ = ["render_compared", "render_compared_json"]

_FIELDS = 40


def render_compared(view: ComparedView) -> str:
    """Return what differs, resource by resource, with the value of each environment."""
    left, right = clean(view.left), clean(view.right)
    what = "the specs" if view.source == "specs" else "what is applied"
    equal = counted(view.equal, "resource")
    if not view.differences:
        return f"No difference between {left} and {right} in {what} ({equal}).\n"
    lines = [f"{left} -> {right}, in {what}"]
    for each in view.differences:
        lines += _lines(each, left, right)
    count = counted(len(view.differences), "resource")
    return "\n".join([*lines, f"= {view.equal:,} equal", "", f"{count} differ"]) + "\n"


def render_compared_json(view: ComparedView) -> str:
    """Return what differs as JSON (`mlspec.diff/1.0`)."""
    return pretty_json(
        {
            "format": "mlspec.diff/1.0",
            "left": view.left,
            "right": view.right,
            "source": view.source,
            "equal": view.equal,
            "differences": [_json(each) for each in view.differences],
        }
    )


def _lines(each: Compared, left: str, right: str) -> Iterator[str]:
    address = clean(each.address)
    match each.presence:
        case Presence.LEFT:
            yield f"- {address}  only in {left}"
        case Presence.RIGHT:
            yield f"+ {address}  only in {right}"
        case Presence.BOTH:
            yield f"~ {address}"
            yield from _fields(each)


def _fields(each: Compared) -> Iterator[str]:
    shown = each.changes[:_FIELDS]
    rows = [(clean(field.path), f"{written(field.old)} -> {written(field.new)}") for field in shown]
    yield from (f"    {row}" for row in table(rows))
    rest = len(each.changes) - len(shown)
    if rest > 0:
        yield f"    and {rest:,} more fields, see `--format json`"


def _json(each: Compared) -> Json:
    return {
        "address": each.address,
        "in": each.presence.value,
        "fields": [
            {
                "path": change.path,
                "class": change.field_class,
                "left": change.old,
                "right": change.new,
                "direction": change.direction.value,
            }
            for change in each.changes
        ],
    }
