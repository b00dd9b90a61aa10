"""`mlspec export` and `mlspec dossier`: what leaves the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.cli._output import note, write
from mlspec.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["export"]


def export(
    name: str,
    form: str,
    out: Path | None,
    directory: Path | None,
    environment: str | None,
    *,
    as_of: str,
) -> int:
    """Print a resource in a form of others, or write it to a file."""
    from mlspec.api.exports import exported
    from mlspec.api.files import write_text

    found = exported(name, form, directory, environment, as_of)
    for each in found.notes:
        note(f"{found.address}: {each}")
    if out is None:
        write(found.text)
    else:
        write_text(out, found.text)
        note(f"{found.address} written to {out}")
    return ExitCode.OK
