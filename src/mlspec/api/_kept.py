"""Artifacts whose contents wait in a file: thousands of them take hundreds of megabytes.

Nothing is written to an output folder before all artifacts are known to be sound. Until then a
content is in a file without a name, which ends with the processes that have it, however they end.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import TYPE_CHECKING
from weakref import finalize

from mlspec.canonical import digest_bytes

if TYPE_CHECKING:
    from mlspec.ir import AppliedPatch, Claim, Emitted

__all__ = ["Kept", "Spool", "kept"]


class Spool:
    """A file without a name that contents are added to; it goes when nobody has any of them."""

    def __init__(self) -> None:
        """Make the file, where temporary files are made.

        Raises:
            OSError: none can be had there.
        """
        with ExitStack() as files:
            self._file = files.enter_context(TemporaryFile(buffering=0))
            finalize(self, files.pop_all().close)

    def fileno(self) -> int:
        """Return the descriptor of the file."""
        return self._file.fileno()

    def add(self, content: bytes) -> Place:
        """Add a content at the end, and return where it is.

        Raises:
            OSError: there is no room.
        """
        start = self._file.seek(0, os.SEEK_END)
        rest = memoryview(content)
        while rest:
            rest = rest[self._file.write(rest) :]
        return Place(self, start, len(content))

    def read(self, start: int, size: int) -> bytes:
        """Return a part of the file.

        Raises:
            OSError: it can't be read, or is shorter than that.
        """
        self._file.seek(start)
        found = self._file.read(size)
        if len(found) != size:
            raise OSError("a temporary file was cut off")
        return found


@dataclass(frozen=True, slots=True)
class Place:
    """Where a content is in a file."""

    spool: Spool
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Kept:
    """An artifact with the digest of its content, which is read when it is asked for."""

    path: str
    source: str
    target: str
    digest: str
    at: Place | bytes
    """Where the content is, or itself where no file could take it."""
    patches: tuple[AppliedPatch, ...] = ()
    claims: tuple[Claim, ...] = ()

    def read(self) -> bytes:
        """Return the bytes of the file.

        Raises:
            OSError: they can't be read any more.
        """
        if isinstance(self.at, bytes):
            return self.at
        return self.at.spool.read(self.at.start, self.at.size)

    @property
    def content(self) -> str:
        """The text of the file."""
        return self.read().decode()


def kept(artifact: Emitted, spool: Spool | None = None) -> Kept:
    """Return an artifact with its digest; its content goes to a file where one has room for it."""
    if isinstance(artifact, Kept):
        return artifact
    content = artifact.content.encode()
    return Kept(
        artifact.path,
        artifact.source,
        artifact.target,
        digest_bytes(content),
        _placed(content, spool),
        artifact.patches,
        artifact.claims,
    )


def _placed(content: bytes, spool: Spool | None) -> Place | bytes:
    if spool is None:
        return content
    try:
        return spool.add(content)
    except OSError:  # a full disk is met again, and told, where files are written
        return content
