"""`mlspec gate profile`: counts instead of rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.cli._output import note, write
from mlspec.cli._progress import progress
from mlspec.evidence import profile_digest, write_profile
from mlspec.printable import counted

if TYPE_CHECKING:
    from pathlib import Path

    from mlspec.api.profiles import ProfileRequest

__all__ = ["profile"]


def profile(
    request: ProfileRequest, *, out: Path | None, key: Path | None, is_quiet: bool = False
) -> int:
    """Profile a table; print the profile, or write it and say so."""
    from mlspec.api.profiles import make_profile, signature_doubt, write_signed

    with progress(is_quiet=is_quiet) as tell:
        tell(f"counting {request.data}")
        made = make_profile(request)
    if out is None:
        write(write_profile(made))
        return 0
    files, written = write_signed(out, made, key), replace(made, signed=key is not None)
    features = counted(len(made.features), "feature")
    note(f"{counted(made.rows, 'row')}, {features}, counted by {made.engine}")
    note(f"written to {', '.join(map(str, files))}, digest {profile_digest(written)}")
    doubt = signature_doubt(out)
    if doubt:
        note(f"warning: this signature does not count here: {doubt}")
    return 0
