"""Which files of a folder may hold manifests, and what is in them.

The only place of this package that walks a disk. Names and links come from strangers: nothing
outside of the folder is read, no linked folder is entered; files, depth and bytes are bounded.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.manifests._codes import report
from mlspec.printable import printable
from mlspec.syntax import Limits, SourceText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Diagnostic

__all__ = ["LIMITS", "read_sources"]

LIMITS = Limits(file_bytes=8 << 20, nodes=1_000_000)
_MAXIMUM_FILES = 100_000
_MAXIMUM_DEPTH = 32
_MAXIMUM_BYTES = 512 << 20
_CHUNK_BYTES = 1 << 16
_SUFFIXES = (".yaml", ".yml", ".json")


def read_sources(
    folder: str, shown: str = ""
) -> tuple[tuple[SourceText, ...], tuple[Diagnostic, ...]]:
    """Return the YAML and JSON files below a folder in order of name, or the one file it is.

    `shown` is put before the relative name of each file wherever it is named.
    """
    scan = _Scan(os.path.realpath(folder), shown)
    if os.path.isfile(folder):  # noqa: PTH113  (the walk below is one of `os`, for speed)
        scan.take(os.path.realpath(folder), shown)
    else:
        scan.walk()
    return tuple(scan.sources), tuple(scan.diagnostics)


@dataclass
class _Scan:
    root: str
    shown: str
    sources: list[SourceText] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    bytes_left: int = _MAXIMUM_BYTES

    def walk(self) -> None:
        """Read the files below the root, folder by folder."""
        for path, name in sorted(self._files("", 0), key=lambda each: each[1]):
            if len(self.sources) >= _MAXIMUM_FILES or self.bytes_left <= 0:
                self._report("too-many-manifests", "the folder holds too much; the rest is unread")
                return
            self.take(path, self.shown + name)

    def take(self, path: str, name: str) -> None:
        """Read one file."""
        try:
            content = _read(path)
        except OSError as error:
            reason = error.strerror or "it is not a file"
            message = f"`{printable(name)}` can't be read: {reason[0].lower()}{reason[1:]}"
            self._report("unreadable-manifest", message, "check its permissions, or take it out")
            return
        self.bytes_left -= len(content)
        self.sources.append(SourceText(name, content))

    def _files(self, folder: str, depth: int) -> Iterator[tuple[str, str]]:
        for entry in self._entries(folder):
            name = f"{folder}{entry.name}"
            if not self._is_named_well(name):
                continue
            if entry.is_dir(follow_symlinks=False):
                if depth < _MAXIMUM_DEPTH:
                    yield from self._files(f"{name}/", depth + 1)
                else:
                    message = f"`{printable(name)}` is nested too deeply, so it is not read"
                    self._report("too-many-manifests", message)
            elif self._is_wanted(entry, name):
                yield entry.path, name

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(f"{self.root}/{folder}") as entries:
                return [each for each in entries if not each.name.startswith(".")]
        except OSError as error:
            message = f"the folder `{printable(self.shown + folder)}` can't be read: "
            self._report("unreadable-manifest", f"{message}{error.strerror}")
            return []

    def _is_wanted(self, entry: os.DirEntry[str], name: str) -> bool:
        if not entry.is_symlink():
            return name.endswith(_SUFFIXES)
        real = os.path.realpath(entry.path)
        is_file = os.path.isfile(real)  # noqa: PTH113
        if is_file and not name.endswith(_SUFFIXES):
            return False
        if is_file and real.startswith(self.root.rstrip(os.sep) + os.sep):
            return True
        message = f"`{printable(name)}` is a link out of the folder or to a folder; it is not read"
        self._report("unread-link", message, "put a copy there, or verify its target by itself")
        return False

    def _is_named_well(self, name: str) -> bool:
        try:
            name.encode()
        except UnicodeEncodeError:
            shown = name.encode("utf-8", "backslashreplace").decode()
            message = f"the name `{shown}` is not UTF-8, so reports could not name the file"
            self._report("unreadable-manifest", message, "rename it")
            return False
        return True

    def _report(self, name: str, message: str, hint: str | None = None) -> None:
        self.diagnostics.append(report(name, message, None, hint=hint))


def _read(path: str) -> bytes:
    """Return the content of a regular file, one byte more than a manifest may have at most."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)  # not blocking: a named pipe would wait for its writer
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(0, "it is not a regular file")
        chunks, left = [], LIMITS.file_bytes + 1
        while left > 0 and (chunk := os.read(descriptor, min(left, _CHUNK_BYTES))):
            chunks.append(chunk)
            left -= len(chunk)
        return b"".join(chunks)
    finally:
        os.close(descriptor)
