"""`mlspec export` and `mlspec dossier`: what leaves the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.cli._output import note, write
from mlspec.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["dossier", "export"]


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


def dossier(
    name: str, out: Path, directory: Path | None, environment: str | None, *, as_of: str
) -> int:
    """Write the dossier of a model."""
    from mlspec.api.archives import require_free
    from mlspec.api.dossier import dossier as made
    from mlspec.api.dossier import write_dossier

    require_free(out)
    found = made(name, directory, environment, as_of)
    write_dossier(out, found)
    for each in found.notes:
        note(each)
    note(f"{len(found.files)} files about {found.address} written to {out}")
    note(f"missing, stale or contradicted: {found.gaps} values, which index.html lists")
    note("VERIFY.md says how to verify all of it without mlspec")
    return ExitCode.OK
