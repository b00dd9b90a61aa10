"""Files that leave the house together: a new folder, or an archive of the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from mlspec.errors import OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["is_called_a_file", "require_free", "write_together"]

_OLDEST_IN_ZIP = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_READABLE = 0o100644 << 16
_ARCHIVE = ".zip"
_OTHER_ARCHIVES = (".tar", ".gz", ".tgz", ".xz", ".bz2", ".zst", ".7z")
_DOCUMENTS = (".csv", ".doc", ".docx", ".htm", ".html", ".json", ".md", ".pdf", ".txt", ".xml")


def require_free(out: Path) -> None:
    """Refuse a place where something is, but for a folder that is empty, and names of other files.

    Whoever wants a folder of such a name makes it first.

    Raises:
        UsageError: something is there, or the name is that of an archive that is not written, or
            of a single document.
    """
    if is_called_a_file(out):
        ending = out.suffix.lower()
        called = "an archive that mlspec does not write"
        raise UsageError(
            f"`{out}` is called as {called if ending in _OTHER_ARCHIVES else 'a single document'}",
            hint=f"name a folder, or `{out.stem}.zip`",
        )
    if out.is_symlink() or (out.exists() and not (out.is_dir() and not any(out.iterdir()))):
        raise UsageError(f"`{out}` is there already", hint="name a new folder or file")


def is_called_a_file(out: Path) -> bool:
    """Tell whether a place has the name of a document or of an archive that is not written."""
    return out.suffix.lower() in (*_OTHER_ARCHIVES, *_DOCUMENTS) and not out.is_dir()


def write_together(out: Path, files: Mapping[str, bytes]) -> None:
    """Write files by path into a new folder, or into one archive where `out` ends in `.zip`.

    Raises:
        OutputError: the place can't be written.
    """
    try:
        is_archive = out.suffix.lower() == _ARCHIVE and not out.is_dir()
        _write_zip(out, files) if is_archive else _write_folder(out, files)
    except OSError as error:
        raise OutputError(f"`{out}` can't be written: {error.strerror or error}") from error


def _write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def _write_zip(file: Path, files: Mapping[str, bytes]) -> None:
    """Write an archive whose bytes depend on the files only."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _OLDEST_IN_ZIP)
            entry.create_system, entry.external_attr = _UNIX, _READABLE
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[path])
    file.write_bytes(buffer.getvalue())
