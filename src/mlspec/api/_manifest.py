"""The list of what was written into an output folder: path, digest and source of every file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlspec.api._places import MANIFEST_NAME, is_inside
from mlspec.canonical import pretty_json
from mlspec.errors import OutputError
from mlspec.ir import AppliedPatch
from mlspec.targets import spoken_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from mlspec.api._places import Place

__all__ = ["Entry", "dump_manifest", "manifest_entries", "read_manifest", "written_by"]

_FORMAT = "mlspec.manifest/1.0"


@dataclass(frozen=True, slots=True)
class Entry:
    """What was written to one path: its digest, from which spec file, by whom, with what changes.

    `target` is empty in manifests of versions that did not write it.
    """

    digest: str
    source: str
    target: str = ""
    patches: tuple[AppliedPatch, ...] = ()


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
        return manifest_entries(text)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise _unreadable() from error


def manifest_entries(text: str) -> dict[str, Entry]:
    """Return the entries of the text of a manifest.

    Raises:
        KeyError, TypeError, ValueError, RecursionError: it is none, or a path leads out of its
            folder.
    """
    written = json.loads(text)
    if written["format"] != _FORMAT:
        raise ValueError("it has another format")
    entries = {str(each["path"]): _entry(each) for each in written["artifacts"]}
    if not all(is_inside(path) for path in entries):
        raise ValueError("a path leads out of its folder")
    return entries


def written_by(targets: Collection[str], entries: Mapping[str, Entry]) -> Iterator[str]:
    """Yield the paths that some targets wrote; without targets, all of them."""
    wanted = frozenset(map(spoken_name, targets))
    for path, entry in entries.items():
        if not wanted or spoken_name(entry.target) in wanted:
            yield path


def dump_manifest(entries: Mapping[str, Entry]) -> bytes:
    """Return the bytes of a manifest: the same for the same entries."""
    # Keys stand in their order, which spares looking at each of them.
    artifacts = [_facts(path, entries[path]) for path in sorted(entries)]
    return pretty_json({"artifacts": artifacts, "format": _FORMAT}, is_sorted=True).encode()


def _facts(path: str, entry: Entry) -> dict[str, object]:
    facts: dict[str, object] = {"digest": entry.digest}
    if entry.patches:
        facts["patches"] = [
            {"digest": each.digest, "id": each.id, "source": each.source} for each in entry.patches
        ]
    facts["path"] = path
    facts["source"] = entry.source
    if entry.target:
        facts["target"] = entry.target
    return facts


def _entry(written: Mapping[str, Any]) -> Entry:
    patches = tuple(
        AppliedPatch(str(each["id"]), str(each["source"]), str(each["digest"]))
        for each in written.get("patches", ())
    )
    target = str(written.get("target", ""))
    return Entry(str(written["digest"]), str(written["source"]), target, patches)


def _unreadable() -> OutputError:
    return OutputError(
        f"`{MANIFEST_NAME}` in the output folder can't be read, so it is unknown which files are "
        "generated",
        hint="restore it, or delete it and compile with `--force`",
    )
