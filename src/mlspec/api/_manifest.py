"""The list of what was written into an output folder: path, digest and source of every file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.api._places import MANIFEST_NAME, is_inside
from mlspec.canonical import pretty_json
from mlspec.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.api._places import Place

__all__ = ["Entry", "dump_manifest", "read_manifest"]

_FORMAT = "mlspec.manifest/1.0"


@dataclass(frozen=True, slots=True)
class Entry:
    """What was written to one path, and from which spec file."""

    digest: str
    source: str


def read_manifest(place: Place) -> dict[str, Entry]:
    """Return the entries by path; empty where nothing was written yet.

    Raises:
        OutputError: the file is there, but is not a manifest.
    """
    try:
        text = place.file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable() from error
    try:
        return _entries(text)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise _unreadable() from error


def _entries(text: str) -> dict[str, Entry]:
    """Return the entries of a manifest; whatever else it is, an error says so."""
    written = json.loads(text)
    if written["format"] != _FORMAT:
        raise ValueError("it has another format")
    entries = {str(each["path"]): _entry(each) for each in written["artifacts"]}
    if not all(is_inside(path) for path in entries):
        raise ValueError("a path leads out of its folder")
    return entries


def dump_manifest(entries: Mapping[str, Entry]) -> bytes:
    """Return the bytes of a manifest: the same for the same entries."""
    artifacts = [
        {"path": path, "digest": entry.digest, "source": entry.source}
        for path, entry in sorted(entries.items())
    ]
    return pretty_json({"format": _FORMAT, "artifacts": artifacts}).encode()


def _entry(written: Mapping[str, object]) -> Entry:
    return Entry(str(written["digest"]), str(written["source"]))


def _unreadable() -> OutputError:
    return OutputError(
        f"`{MANIFEST_NAME}` in the output folder can't be read, so it is unknown which files are "
        "generated",
        hint="restore it, or delete it and compile with `--force`",
    )
