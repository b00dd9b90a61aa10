"""Files below a folder that strangers filled: few, small, and none that a link leads out to."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlspec.importing._model import Unread
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Found", "find_files", "location_of", "read_start"]

_ENTRIES: Final = 500_000
_FILES: Final = 100_000
_DEPTH: Final = 32
_CHUNK: Final = 1 << 16
_LONGEST: Final = 1000


@dataclass
class Found:
    """Files by their name relative to the folder, with `/`, in order; and what was passed over."""

    files: dict[str, str] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)


def find_files(folder: str, is_wanted: Callable[[str], bool]) -> Found:
    """Return the files below a folder whose relative names are wanted; nothing raises.

    Folders that are links or hidden are not entered. A file that is a link is taken where it
    leads to one inside of the folder. What is more than the limits is told and not read.
    """
    scan = _Scan(os.path.realpath(folder), is_wanted)
    for name, path in scan.walk("", 0):
        scan.found.files[name] = path
        if len(scan.found.files) >= _FILES:
            scan.tell("", f"there are more than {_FILES:,} files: the rest is not read")
            break
    scan.found.files = dict(sorted(scan.found.files.items()))
    return scan.found


def read_start(path: str, most: int) -> bytes:
    """Return the content of a regular file, `most` bytes of it.

    Raises:
        OSError: it can't be read, or is no regular file.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)  # not blocking: a named pipe would wait for its writer
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(0, "it is not a regular file")
        chunks, left = [], most
        while left > 0 and (chunk := os.read(descriptor, min(left, _CHUNK))):
            chunks.append(chunk)
            left -= len(chunk)
        return b"".join(chunks)
    finally:
        os.close(descriptor)


@dataclass
class _Scan:
    root: str
    is_wanted: Callable[[str], bool]
    found: Found = field(default_factory=Found)
    left: int = _ENTRIES

    def walk(self, folder: str, depth: int) -> Iterator[tuple[str, str]]:
        """Yield the wanted files of a folder and of those in it, folder by folder."""
        for entry in self._entries(folder):
            name = f"{folder}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if depth < _DEPTH:
                    yield from self.walk(f"{name}/", depth + 1)
                else:
                    self.tell(name, "it is nested too deeply")
            elif self._is_named_well(name) and self.is_wanted(name):
                real = os.path.realpath(entry.path)
                if real.startswith(self.root.rstrip(os.sep) + os.sep):
                    yield name, real
                else:
                    self.tell(name, "it is a link out of the folder")

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(f"{self.root}/{folder}") as entries:
                listed = [each for each in entries if not each.name.startswith(".")]
        except OSError as error:
            self.tell(folder, error.strerror or "it can't be read")
            return []
        if self.left >= 0 > self.left - len(listed):
            self.tell(folder, f"there are more than {_ENTRIES:,} names: the rest is not read")
        self.left -= len(listed)
        return sorted(listed, key=lambda each: each.name) if self.left >= 0 else []

    def _is_named_well(self, name: str) -> bool:
        try:
            name.encode()
        except UnicodeEncodeError:
            self.tell(name.encode("utf-8", "backslashreplace").decode(), "its name is not UTF-8")
            return False
        return True

    def tell(self, name: str, why: str) -> None:
        """Remember what is not read."""
        self.found.unread.append(Unread(printable(name) or ".", why))


def location_of(where: str, root: str = "") -> str:
    """Return what was given, as a spec tells it: `./cards/`, `cards` and `/shop/cards` are one.

    `root` is the folder of the workspace. What lies in it, or in its repository, is told from
    there, so that it is the same for everybody; what lies elsewhere is told as a whole path.
    Without `root` it stays as it was given, normalised.
    """
    folder = Path(_from(where, root) if root else os.path.normpath(where))
    if set(folder.parts) <= {".."}:
        folder = Path((Path(root) / folder).resolve().name or "files")
    return printable(folder.as_posix())[:_LONGEST]


def _from(where: str, root: str) -> str:
    """Return a path relative to a workspace; one outside of its repository as a whole."""
    held, home = Path(os.path.realpath(where)), Path(os.path.realpath(root))
    tops = (each for each in (home, *home.parents) if (each / ".git").exists())
    return os.path.relpath(held, home) if held.is_relative_to(next(tops, home)) else str(held)
