"""Adopted models as text and as JSON: their files, and what has to be said yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.printable import counted
from mlspec.reporting._cells import Style, clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.canonical import Json
    from mlspec.diagnostics import Diagnostic

    Made = Sequence[tuple[str, str, Sequence[Diagnostic]]]

__all__ = ["render_adopted", "render_adopted_json"]


def render_adopted(made: Made, *, is_written: bool, colour: bool) -> str:
    """Return each model with its file and every value that is missing, and the next step."""
    return "\n".join(_lines(made, is_written=is_written, colour=colour)) + "\n"


def _lines(made: Made, *, is_written: bool, colour: bool) -> Iterator[str]:
    for address, file, missing in made:
        yield f"{address}  {clean(file)}"
        for each in missing:
            place = f"{each.span.start.line}:{each.span.start.column}" if each.span else ""
            hint = f" ({clean(each.hint)})" if each.hint else ""
            yield f"  {place:>7}  {clean(each.message)}{hint}"
    total = sum(len(missing) for _, _, missing in made)
    yield ""
    if total:
        yield f"{counted(total, 'value')} to be said before `mlspec plan`."
    else:
        yield Style.GREEN.paint("Nothing is missing: mlspec plan", colour=colour)
    if not is_written:
        yield "Nothing was written."


def render_adopted_json(made: Made, *, is_written: bool) -> str:
    """Return adopted models as JSON (`mlspec.adopted/1.0`)."""
    document: dict[str, Json] = {
        "format": "mlspec.adopted/1.0",
        "written": is_written,
        "models": [
            {"address": address, "file": file, "missing": [_missing(each) for each in missing]}
            for address, file, missing in made
        ],
    }
    return pretty_json(document)


def _missing(each: Diagnostic) -> dict[str, Json]:
    start = each.span.start if each.span else None
    return {
        "code": each.code,
        "line": start.line if start else 0,
        "column": start.column if start else 0,
        "message": each.message,
        "hint": each.hint or "",
    }
