"""Artifacts whose contents wait in a file: thousands of them take hundreds of megabytes.

Nothing is written to an output folder before all artifacts are known to be sound. Until then a
content is in a file without a name, which ends with the processes that have it, however they end.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, suppress
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, NamedTuple, Protocol
from weakref import finalize

from mlspec.canonical import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mlspec.ir import AppliedPatch, Claim, Emitted

__all__ = ["Held", "Kept", "Spool", "Spooled", "Written", "kept", "new_spool", "spooled"]


class Content(Protocol):
    """Where a content is."""

    def read(self) -> bytes:
        """Return it; raises OSError where it can't be read any more."""


class Held(NamedTuple):
    """A content in memory."""

    content: bytes

    def read(self) -> bytes:
        """Return the content."""
        return self.content


class Spooled(NamedTuple):
    """A content in a file without a name."""

    spool: Spool
    start: int
    size: int

    def read(self) -> bytes:
        """Return the content; raises OSError where the file was cut off."""
        return self.spool.read(self.start, self.size)


class Written(NamedTuple):
    """A content that is in its file of the output folder already."""

    file: Path
    digest: str

    def read(self) -> bytes:
        """Return the content; raises OSError where the file is another one by now."""
        found = self.file.read_bytes()
        if digest_bytes(found) != self.digest:
            raise OSError(0, "it was changed while it was compiled", str(self.file))
        return found


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

    def add(self, content: bytes) -> Spooled:
        """Add a content at the end, and return where it is.

        Raises:
            OSError: there is no room.
        """
        start = self._file.seek(0, os.SEEK_END)
        rest = memoryview(content)
        while rest:
            rest = rest[self._file.write(rest) :]
        return Spooled(self, start, len(content))

    def read(self, start: int, size: int) -> bytes:
        """Return a part of the file.

        Raises:
            OSError: it can't be read, or is shorter than that.
        """
        if hasattr(os, "pread"):  # a position would be shared with forked processes
            found = os.pread(self._file.fileno(), size, start)
        else:
            self._file.seek(start)
            found = self._file.read(size)
        if len(found) != size:
            raise OSError("a temporary file was cut off")
        return found


def new_spool() -> Spool | None:
    """Return a file for contents; None where none can be had, and memory has to do."""
    with suppress(OSError):
        return Spool()
    return None


class Kept(NamedTuple):
    """An artifact with the digest of its content, which is read when it is asked for.

    It is a tuple, as its contents are, which is made in a third of the time: there are several of
    each file.
    """

    path: str
    source: str
    target: str
    digest: str
    at: Content
    patches: tuple[AppliedPatch, ...] = ()
    claims: tuple[Claim, ...] = ()
    part: str = ""
    """The name of the part that it was made of, where a later compile may know it again."""

    @property
    def content(self) -> str:
        """The text of the file; raises what `read` raises."""
        return self.read().decode()

    def read(self) -> bytes:
        """Return the bytes of the file; raises OSError where they can't be read any more."""
        return self.at.read()

    def moved(self, at: Content) -> Kept:
        """Return the same artifact with its content somewhere else."""
        known = self.path, self.source, self.target, self.digest
        return Kept(*known, at, self.patches, self.claims, self.part)


def kept(artifact: Emitted, spool: Spool | None = None, part: str = "") -> Kept:
    """Return an artifact with its digest; its content goes to a file where one has room for it.

    `part` is the name of the part that it was made of.
    """
    found = artifact if isinstance(artifact, Kept) else _held(artifact, part)
    return found if spool is None else spooled([found], spool)[0]


def spooled(artifacts: Sequence[Kept], spool: Spool) -> Sequence[Kept]:
    """Return artifacts whose contents went to a file together, where it has room for them."""
    contents = [each.at.content for each in artifacts if isinstance(each.at, Held)]
    try:
        start = spool.add(b"".join(contents)).start
    except OSError:  # a full disk is met again, and told, where files are written
        return artifacts
    found = []
    for each in artifacts:
        if isinstance(each.at, Held):
            at = Spooled(spool, start, len(each.at.content))
            start += at.size
            found.append(each.moved(at))
        else:
            found.append(each)
    return found


def _held(artifact: Emitted, part: str) -> Kept:
    content = artifact.content.encode()
    return Kept(
        artifact.path,
        artifact.source,
        artifact.target,
        digest_bytes(content),
        Held(content),
        artifact.patches,
        artifact.claims,
        part,
    )
