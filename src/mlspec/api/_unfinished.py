"""What a compile that was killed leaves behind, and how the next one takes it away.

Before anything is replaced, the output folder gets a note: the token in the names of temporary
files, and the manifest as it will be. It goes away at the end. A run that finds one knows which
files an earlier run wrote before it was killed, so that they do not look edited by hand, and
removes what it left. One run at a time writes into a repository; the lock is the kernel's, so it
ends with the process that holds it.
"""

from __future__ import annotations

import os
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

from mlspec.api._manifest import manifest_entries
from mlspec.api._places import UNFINISHED_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.api._manifest import Entry

__all__ = ["Unfinished", "locked", "read_unfinished", "sweep", "unfinished_note"]

_TOKEN = re.compile(r"[0-9a-f]{16}")
_MOST_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A run that did not end: its token, and what it was about to write, by path."""

    token: str
    entries: Mapping[str, Entry]


@contextmanager
def locked(repository: Path) -> Iterator[None]:
    """Hold off other runs that write into a repository; where no lock can be had, go on."""
    try:
        from fcntl import LOCK_EX, flock
    except ImportError:  # Windows: its runners have one run at a time
        yield
        return
    folder = os.open(repository, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without locks
            flock(folder, LOCK_EX)
        yield
    finally:
        os.close(folder)


def read_unfinished(output: Path) -> Unfinished | None:
    """Return the note of a run that did not end; None where there is none, or it is no note.

    It is written before anything else: one that was cut off tells that nothing was begun.
    """
    file = output / UNFINISHED_NAME
    try:
        if file.is_symlink() or file.stat().st_size > _MOST_BYTES:
            return None
        token, _, manifest = file.read_text(encoding="utf-8").partition("\n")
        entries = manifest_entries(manifest)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return Unfinished(token, entries) if _TOKEN.fullmatch(token) else None


def unfinished_note(token: str, manifest: bytes) -> bytes:
    """Return the note of a run that is about to write what a manifest lists."""
    return f"{token}\n".encode() + manifest


def sweep(unfinished: Unfinished, output: Path, elsewhere: Iterable[Path]) -> None:
    """Remove the temporary files and folders of a run that did not end.

    They stand below the output folder, and in the folders `elsewhere`.
    """
    prefix = f".mlspec-{unfinished.token}-"
    folders = {Path(folder) for folder, _, _ in os.walk(output)}
    for folder in folders.union(elsewhere):
        with suppress(OSError):
            for each in [*folder.iterdir()]:
                if each.name.startswith(prefix) and each.name.endswith(".tmp"):
                    _remove(each)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        rmtree(path)
    else:
        path.unlink()
