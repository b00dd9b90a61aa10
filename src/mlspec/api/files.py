"""Reading and writing single files with errors that people understand."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from mlspec.errors import OutputError, UsageError

__all__ = ["read_text", "require_regular", "write_text"]


def read_text(path: Path, *, limit_bytes: int = 64 << 20) -> str:
    """Return the text of a file.

    Raises:
        UsageError: the file does not exist, can't be read, is too large or is not UTF-8.
    """
    try:
        if path.stat().st_size > limit_bytes:
            raise UsageError(f"`{path}` is larger than {_size(limit_bytes)}")
        return path.read_bytes().decode()
    except OSError as error:
        raise UsageError(f"`{path}` can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"`{path}` is not UTF-8 text") from error


def _size(count: int) -> str:
    """Return a number of bytes in the largest unit that says it exactly."""
    for shift, unit in ((20, "MiB"), (10, "KiB")):
        if count >> shift and not count % (1 << shift):
            return f"{count >> shift} {unit}"
    return f"{count} bytes"


def write_text(path: Path, text: str, *, with_folders: bool = False) -> None:
    """Replace a file by new text, whole or not at all; `with_folders` makes those above it.

    Raises:
        OutputError: the file can't be written; what stood there is unchanged.
    """
    try:
        if with_folders:
            path.parent.mkdir(parents=True, exist_ok=True)
        require_regular(path)
        _replace(path, text.encode())
    except OSError as error:
        raise OutputError(
            f"`{path}` can't be written: {error.strerror}",
            hint="choose a folder that you may write to"
            if with_folders
            else "choose a folder that exists and that you may write to",
        ) from error


def require_regular(path: Path) -> None:
    """Refuse to replace what is no file: a link, a folder, or a device such as `/dev/null`.

    Raises:
        OutputError: something else stands there.
    """
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise OutputError(
            f"`{path}` is not a regular file: nothing is written over it",
            hint="name a new file, or one that was written before",
        )


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
