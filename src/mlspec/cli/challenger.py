"""`mlspec challenger`: take from a training what it may change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.cli._output import note, write
from mlspec.errors import ExitCode
from mlspec.printable import counted, printable

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["challenger"]


def challenger(model: str, trained: Path, given: Path | None, directory: Path | None) -> int:
    """Take the outputs of a training, and list them."""
    from mlspec.api.challenger import take_challenger

    taken = take_challenger(model, trained, directory, given)
    write("".join(f"taken: {printable(each)}\n" for each in taken.files))
    if taken.left:
        note(f"note: {counted(len(taken.left), 'other file')} of the training is left behind")
    if not taken.files:
        note("note: the training changed nothing that is taken")
    return ExitCode.OK
