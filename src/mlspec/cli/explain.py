"""`mlspec explain` and `mlspec schema`: what a code means, what a kind may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api.manuals import manual
from mlspec.api.reference import explain as find
from mlspec.api.reference import explanations, is_known, schema_text
from mlspec.canonical import pretty_json
from mlspec.cli._output import note, write
from mlspec.errors import ExitCode

if TYPE_CHECKING:
    from mlspec.api.reference import Explanation

__all__ = ["explain", "schema"]


def explain(code: str | None, *, output_format: str) -> int:
    """Print the page of a kind, a gate or a format, an explanation, or the list of all codes."""
    if code is None:
        found = explanations()
        as_json = pretty_json({"codes": [each.to_json() for each in found]})
        write(as_json if output_format == "json" else _table(found))
        return ExitCode.OK
    page = manual(code, is_code=is_known(code))
    if page is not None:
        write(pretty_json(page.to_json()) if output_format == "json" else page.to_text())
        return ExitCode.OK
    explanation = find(code)
    as_json = pretty_json(explanation.to_json())
    write(as_json if output_format == "json" else explanation.to_text())
    if manual(code) is not None:
        note(f"note: there is a gate of that name too: `mlspec explain type:{explanation.name}`")
    return ExitCode.OK


def schema(kind: str | None) -> int:
    """Print the JSON Schema of a kind, or of any document."""
    write(schema_text(kind))
    return ExitCode.OK


def _table(found: tuple[Explanation, ...]) -> str:
    width = max(len(each.name) for each in found)
    return "\n".join(
        f"{each.code:<8}{each.severity:<9}{each.name:<{width}}  {each.summary}" for each in found
    )
