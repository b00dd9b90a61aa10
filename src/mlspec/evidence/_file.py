"""Reading a file of the workspace: bounded, inside the workspace, digest and bytes together."""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from mlspec.canonical import digest_bytes
from mlspec.diagnostics import did_you_mean
from mlspec.evidence._model import Material
from mlspec.evidence._reason import Reason

__all__ = [
    "MAX_BYTES",
    "MAX_ROWS",
    "FileContent",
    "close_file",
    "leads_out",
    "locate",
    "read_file",
    "shown",
    "shown_part",
]

MAX_BYTES = 1 << 29
"""Largest file that is read: 512 MiB. The whole of it is held in memory while it is parsed."""

MAX_ROWS = 10_000_000
"""Most rows of a table that are read."""

_PLAIN_PATH = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)*", re.ASCII)
"""A path that leads out nowhere, on any system: the check of others is slow."""
_SHOWN = 80
_CHOICES = 1000
"""Most files of a folder among which a misspelt one is searched."""


@dataclass(frozen=True, slots=True)
class FileContent:
    """The bytes of a file and their digest: what is parsed is what was digested."""

    name: str
    file: str
    content: bytes
    digest: str

    def material(self, rows: int | None = None) -> Material:
        """Return the file as a material of evidence."""
        return Material(self.name, self.file, self.digest, rows)

    @property
    def suffix(self) -> str:
        """Return the suffix of the name in lower case: `.csv`."""
        return PurePosixPath(self.file).suffix.lower()


def shown(text: str) -> str:
    """Return text from outside, short and printable, between backticks."""
    printable = "".join(
        each if each.isprintable() and each != "`" else "?" for each in text[:_SHOWN]
    )
    return f"`{printable}{'...' if len(text) > _SHOWN else ''}`"


def shown_part(name: str) -> str:
    """Return the name of a part of a verdict; backticks in it stand around what is from outside."""
    if "`" not in name:
        return shown(name)
    return "".join(each if each.isprintable() else "?" for each in name[: 4 * _SHOWN])


def locate(root: Path, file: str) -> Path | Reason:
    """Return where a file of the workspace lies; it exists and is a regular file.

    `file` is relative to the workspace `root` and stays inside it, symbolic links resolved.
    """
    if leads_out(file):
        return _escape(file)
    try:
        inside = root.resolve()
        path = (inside / file).resolve()
        if not path.is_relative_to(inside):
            return _escape(file)
        regular = stat.S_ISREG(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return Reason("missing-file", f"{shown(file)} does not exist")
    except (OSError, RuntimeError, ValueError) as error:
        return _unreadable(file, error)
    return path if regular else Reason("not-a-file", f"{shown(file)} is not a regular file")


def close_file(root: Path, file: str) -> str | None:
    """Return the path of a file beside one that is absent whose name is like it, if there is one.

    What else lies in a folder is no part of a record, so that only plans tell of it.
    """
    if leads_out(file):
        return None
    folder = PurePosixPath(file).parent
    try:
        names = sorted(each.name for each in (root / folder).iterdir() if each.is_file())
    except OSError:
        return None
    close = did_you_mean(PurePosixPath(file).name, names[:_CHOICES])
    return None if close is None else (folder / close).as_posix()


def read_file(root: Path, file: str, *, name: str) -> FileContent | Reason:
    """Read a file of the workspace, at most `MAX_BYTES`. `name` says what it is for."""
    path = locate(root, file)
    if isinstance(path, Reason):
        return path
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return _unreadable(file, error)
    if len(content) > MAX_BYTES:
        return Reason("too-large", f"{shown(file)} has more than {MAX_BYTES} bytes")
    return FileContent(name, file, content, digest_bytes(content))


def leads_out(file: str) -> bool:
    """Tell whether a path leads out of the workspace by what it says, links aside."""
    if _PLAIN_PATH.fullmatch(file):
        return False
    posix, windows = PurePosixPath(file), PureWindowsPath(file)
    absolute = posix.is_absolute() or bool(windows.drive or windows.root)
    return absolute or ".." in posix.parts or ".." in windows.parts


def _escape(file: str) -> Reason:
    return Reason("path-escape", f"{shown(file)} leads out of the workspace")


def _unreadable(file: str, error: Exception) -> Reason:
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Reason("unreadable-file", f"{shown(file)} cannot be read: {why.lower()}")
