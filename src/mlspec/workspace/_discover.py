"""Which files hold the specs of a workspace, and what is in them.

The only place of this package that touches the disk. In: the folder of `mlspec.yaml`. Out: texts
and diagnostics; nothing that lies on a disk raises. Names and links come from strangers: nothing
outside the workspace is read, no linked folder is entered, and the number of files is bounded.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from mlspec.diagnostics import Position, Span
from mlspec.kinds.workspace import Paths
from mlspec.syntax import Limits, SourceText, parse
from mlspec.workspace._language import BASELINE_FILE, WORKSPACE_FILE, WORKSPACE_KIND
from mlspec.workspace._report import report

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from mlspec.diagnostics import Diagnostic

__all__ = ["Discovered", "Found", "discover", "read_files", "read_sources"]

MAXIMUM_FILES = 200_000
MAXIMUM_DEPTH = 32
_CHUNK_BYTES = 1 << 16  # a buffer for the most that a file may have takes longer than the reading
_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Found:
    """The spec files of a workspace, relative to it and sorted."""

    files: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True)
class Discovered:
    """The texts of the spec files of a workspace, in order of name."""

    sources: tuple[SourceText, ...]
    diagnostics: tuple[Diagnostic, ...]


def discover(root: Path) -> Found:
    """Return `mlspec.yaml` and the YAML files below the folder that its `paths.specs` names.

    The policy baseline is one of them, where there is one.
    """
    home, _ = read_files(root, [WORKSPACE_FILE])
    paths = _paths(home[0]) if home else Paths()
    scan = _Scan(root, os.path.realpath(root), _not_specs(paths))
    if (root / WORKSPACE_FILE).exists():
        scan.files.append(WORKSPACE_FILE)
    if (root / paths.specs).is_dir():
        scan.enter(paths.specs)
    elif home:
        scan.diagnostics.append(_missing_folder(paths.specs))
    if home and os.path.lexists(root / BASELINE_FILE):
        scan.take(BASELINE_FILE)
    return Found(tuple(sorted(set(scan.files))), tuple(scan.diagnostics))


def read_sources(root: Path) -> Discovered:
    """Discover the spec files of a workspace and read them."""
    found = discover(root)
    sources, diagnostics = read_files(root, found.files)
    return Discovered(sources, (*found.diagnostics, *diagnostics))


def read_files(
    root: Path, files: Iterable[str]
) -> tuple[tuple[SourceText, ...], tuple[Diagnostic, ...]]:
    """Read files by their path relative to `root`; what cannot be read is a diagnostic."""
    sources: list[SourceText] = []
    diagnostics: list[Diagnostic] = []
    for file in files:
        try:
            sources.append(SourceText(file, _read(root / file)))
        except OSError as error:
            reason = error.strerror or "it is not a file"
            message = f"`{file}` can't be read: {reason[0].lower()}{reason[1:]}"
            hint = "check its permissions, or take it out of the specs folder"
            diagnostics.append(report("unreadable-spec", message, _start_of(file), hint=hint))
    return tuple(sources), tuple(diagnostics)


def _read(path: Path) -> bytes:
    """Return the content of a regular file, one byte more than a spec may have at most."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)  # not blocking: a named pipe would wait for its writer
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(0, "it is not a regular file")
        return _read_at_most(descriptor, Limits().file_bytes + 1)
    finally:
        os.close(descriptor)


def _read_at_most(descriptor: int, size: int) -> bytes:
    chunks = []
    while size > 0 and (chunk := os.read(descriptor, min(size, _CHUNK_BYTES))):
        chunks.append(chunk)
        size -= len(chunk)
    return b"".join(chunks)


@dataclass
class _Scan:
    """A walk through folders; `excluded` are folders of ours that hold no specs."""

    root: Path
    real_root: str
    excluded: frozenset[str]
    files: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def enter(self, folder: str) -> None:
        """Collect the spec files below a folder of the workspace."""
        if not self._is_inside(folder):
            self.diagnostics.append(_escaping(folder))
            return
        self._walk(folder)
        if len(self.files) > MAXIMUM_FILES:
            self.diagnostics.append(_too_many(folder))

    def _walk(self, folder: str) -> None:
        frontier = [(folder, 0)]
        while frontier and len(self.files) <= MAXIMUM_FILES:
            here, depth = frontier.pop()
            below = [f"{here}/{name}" for name in self._look_into(here)]
            if depth < MAXIMUM_DEPTH:
                frontier += [(each, depth + 1) for each in below if each not in self.excluded]

    def _look_into(self, folder: str) -> Iterator[str]:
        """Collect the spec files of one folder, and yield the names of the folders in it."""
        for entry in self._entries(folder):
            file = f"{folder}/{entry.name}"
            if not self._is_named_well(file):
                continue
            if _is_folder(entry):
                yield entry.name
            elif entry.name.endswith(_SUFFIXES):
                self._take(entry, file)
            elif _is_linked_folder(entry):
                self.diagnostics.append(_linked_folder(file))

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self.root / folder) as entries:
                visible = [each for each in entries if not each.name.startswith(".")]
        except OSError as error:
            message = f"the folder `{folder}` can't be read: {error.strerror}"
            self.diagnostics.append(report("unreadable-spec", message, None))
            return []
        return sorted(visible, key=lambda each: each.name)

    def _take(self, entry: os.DirEntry[str], file: str) -> None:
        if entry.is_symlink():
            self.take(file)
        else:
            self.files.append(file)

    def take(self, file: str) -> None:
        """Collect a file, unless it leads out of the workspace."""
        if self._is_inside(file):
            self.files.append(file)
        else:
            self.diagnostics.append(_escaping(file))

    def _is_inside(self, path: str) -> bool:
        real = os.path.realpath(self.root / path)
        return real == self.real_root or real.startswith(self.real_root.rstrip(os.sep) + os.sep)

    def _is_named_well(self, file: str) -> bool:
        try:
            file.encode()
        except UnicodeEncodeError:
            shown = file.encode("utf-8", "backslashreplace").decode()
            message = f"the name `{shown}` is not UTF-8, so reports could not name the file"
            self.diagnostics.append(report("unreadable-spec", message, None, hint="rename it"))
            return False
        return True


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_linked_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_symlink() and entry.is_dir()
    except OSError:
        return False


def _paths(home: SourceText) -> Paths:
    """Return the paths of `mlspec.yaml`, as far as they can be trusted before it is bound."""
    if b"paths" not in home.content:
        return Paths()
    for document in parse(home).documents:
        data = document.data
        if isinstance(data, dict) and data.get("kind") == WORKSPACE_KIND:
            return _sound_paths(_section(_section(data, "spec"), "paths"))
    return Paths()


def _section(data: dict[str, Any], key: str) -> dict[str, Any]:
    written = data.get(key)
    return written if isinstance(written, dict) else {}


def _sound_paths(written: dict[str, Any]) -> Paths:
    """Keep the paths that are sound each by itself; binding tells about the others."""
    kept = {}
    for key, value in written.items():
        try:
            Paths.model_validate({key: value})
        except ValidationError:
            continue
        kept[key] = value
    return Paths.model_validate(kept)


def _not_specs(paths: Paths) -> frozenset[str]:
    folders = (paths.output, paths.evidence, paths.templates or "")
    return frozenset(each for each in folders if each and each != paths.specs)


def _start_of(file: str) -> Span:
    return Span(file, Position(1, 1), Position(1, 1))


def _missing_folder(folder: str) -> Diagnostic:
    message = f"there is no folder `{folder}`, where specs are looked for"
    hint = "create it, or name another one in `spec.paths.specs`"
    return report("missing-specs-folder", message, _start_of(WORKSPACE_FILE), hint=hint)


def _escaping(path: str) -> Diagnostic:
    message = f"`{path}` is a link that leads out of the workspace, so it is not read"
    hint = "put a copy into the workspace, or take the link away"
    return report("escaping-link", message, None, hint=hint)


def _linked_folder(folder: str) -> Diagnostic:
    message = f"`{folder}` is a link to a folder; specs in it are not read"
    hint = "move the folder here, or take the link away"
    return report("linked-folder", message, None, hint=hint)


def _too_many(folder: str) -> Diagnostic:
    message = f"`{folder}` holds more than {MAXIMUM_FILES} files; the rest is not read"
    hint = "name a narrower folder in `spec.paths.specs`"
    return report("too-many-specs", message, None, hint=hint)
