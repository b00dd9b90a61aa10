"""`mlspec evidence add`, `list` and `verify`: papers about models, and how they stand."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlspec.cli._output import has_colour, note, write
from mlspec.errors import ExitCode

if TYPE_CHECKING:
    from mlspec.api.add_evidence import NewItem
    from mlspec.cli._options import Place

__all__ = ["add", "listing", "verify"]

_JSON = "json"


def add(name: str, new: NewItem, place: Place) -> int:
    """Add an item, and say what was written."""
    from mlspec.api.add_evidence import add_item
    from mlspec.reporting.evidence_items import render_added, render_added_json

    added = add_item(name, place.directory, place.environment, new)
    told = (added.record, added.files)
    if place.output_format == _JSON:
        write(render_added_json(*told, is_new=added.is_new))
    else:
        write(render_added(*told, is_new=added.is_new))
    if not added.is_asked:
        note(f"note: no rule in force looks at items of the kind `{added.record.kind}`")
    return ExitCode.OK


def listing(name: str | None, place: Place, *, output_format: str, as_of: str) -> int:
    """List the items; exit 0 however they stand."""
    _tell(name, place, output_format=output_format, as_of=as_of)
    return ExitCode.OK


def verify(name: str | None, place: Place, *, output_format: str, as_of: str) -> int:
    """List the items, and return how they stand on a day as the exit code."""
    return _tell(name, place, output_format=output_format, as_of=as_of)


def _tell(name: str | None, place: Place, *, output_format: str, as_of: str) -> int:
    from mlspec.api.list_evidence import list_items
    from mlspec.reporting.evidence_items import render_items

    report = list_items(name, place.directory, place.environment, as_of)
    shelves = [(each.address, each.environment, each.items) for each in report.shelves]
    write(render_items(report.as_of, shelves, output_format, colour=has_colour(sys.stdout)))
    return report.exit_code
