"""`mlspec inventory`: every model and system, on the terminal or in a file."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mlspec.cli._output import has_colour, note, write
from mlspec.cli._progress import progress

if TYPE_CHECKING:
    from mlspec.api.inventory import InventoryOptions
    from mlspec.inventory import Inventory

__all__ = ["inventory"]

_FORMS = {".csv": "csv", ".htm": "html", ".html": "html", ".json": "json"}
"""What a file is by its suffix."""


def inventory(
    options: InventoryOptions, directory: Path | None, out: Path | None, *, form: str | None
) -> int:
    """Take the inventory, print or write it, and return the exit code.

    Without a form the suffix of the file says it; what has none of them is text.
    """
    from mlspec.api.files import write_text
    from mlspec.api.inventory import exit_code_of, take_inventory

    with progress(is_quiet=False) as show:
        found = take_inventory(replace(options, progress=show), directory)
    chosen = form or _FORMS.get((out or Path()).suffix.casefold(), "text")
    text = _rendered(found, chosen, colour=out is None and has_colour(sys.stdout))
    if out is None:
        write(text)
    else:
        write_text(out, text)
        note(f"written {out}")
    return exit_code_of(found, options.fail_on)


def _rendered(found: Inventory, form: str, *, colour: bool) -> str:
    if form == "csv":
        from mlspec.reporting.inventory_csv import render_inventory_csv

        return render_inventory_csv(found)
    if form == "html":
        from mlspec.reporting.inventory_html import render_inventory_html

        return render_inventory_html(found)
    from mlspec.reporting.inventory import render_inventory, render_inventory_json

    return (
        render_inventory_json(found) if form == "json" else render_inventory(found, colour=colour)
    )
