"""Take from a training what it may change, and nothing else.

A training runs code that nobody reviewed for this run, in a checkout of its own. What it left is
read as data: its declared outputs and the fields of its spec that name them go into a clean
checkout; whatever else it changed in reviewed files, or put where forges look, is refused.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mlspec.api._challenger_spec import taken_spec, value_at
from mlspec.api.files import write_text
from mlspec.api.session import open_session
from mlspec.errors import OutputError, PolicyDeniedError, UsageError
from mlspec.syntax import SourceText, parse
from mlspec.workspace import model_of, overlay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["Taken", "take_challenger"]

_FORGES = (".git", ".mlspec", ".circleci", ".drone", ".tekton", ".woodpecker", ".buildkite")
"""How the names of files and folders begin that forges, git and mlspec obey."""
_OBEYED = ("mlspec.yaml", "jenkinsfile", "azure-pipelines.yml", "bitbucket-pipelines.yml")
_SPEC_BYTES = 1 << 20
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken from a training, and what it left besides; paths of the workspace, sorted."""

    files: tuple[str, ...]
    left: tuple[str, ...]


def take_challenger(
    model: str, trained: Path, directory: Path | None = None, given: Path | None = None
) -> Taken:
    """Copy the outputs of a training into the workspace, which must be as it was reviewed.

    Args:
        model: Name of the model that was trained.
        trained: The folder of the workspace as the training left it; nothing in it is run.
        directory: The workspace; the nearest `mlspec.yaml` above otherwise.
        given: The workspace as the training got it, where that is another state of the specs.

    Raises:
        UsageError: there is no such model, or no such folder.
        SpecInvalidError: the reviewed specs have errors.
        PolicyDeniedError: it changed other files, or an output is no regular file; the details
            name them, and nothing is taken.
        OutputError: an output can't be copied.
    """
    session = open_session(directory)
    workspace = session.sound()
    resource = workspace.resources.get(f"model/{model.removeprefix('model/')}")
    if resource is None:
        raise UsageError(f"there is no model `{model}`", hint="name one of the workspace")
    if not trained.is_dir() or trained.is_symlink():
        raise UsageError(f"`{trained}` is no folder", hint="name what the training left")
    run = _Run(session.root, trained, given or session.root, resource.document.source.file)
    run.read_spec(resource)
    run.sort(_outputs(workspace, resource) | run.moved(resource))
    if run.refused:
        raise PolicyDeniedError(
            "the training changed what no training may change: nothing of it is taken",
            details=tuple(sorted(run.refused)),
            hint="a training writes its artifact, the files that its gates read, and the version "
            "and digests in the spec of its model",
        )
    return run.taken()


def _outputs(workspace: Workspace, resource: Resource) -> frozenset[str]:
    """Return the files that a training writes, in whatever environment it is judged for."""
    found: set[str] = set()
    for name in sorted(workspace.spec.environments):
        merged, _ = overlay(workspace, name)
        spec = model_of(merged.resources[resource.address])
        found.add(spec.artifact.uri)
        if spec.evaluation is not None:
            read = spec.evaluation
            found |= {each for each in (read.predictions, read.metrics) if each}
            found |= {each.file for each in read.sources}
    return frozenset(str(PurePosixPath(each)) for each in found if _is_inside(each))


class _Run:
    """Compares what a training left with what it was given, without following any link."""

    def __init__(self, root: Path, trained: Path, given: Path, spec: str) -> None:
        self._root, self._trained, self._given, self._spec = root, trained, given, spec
        self._text: str | None = None
        self._copied: list[str] = []
        self._left: list[str] = []
        self.refused: list[str] = []

    def read_spec(self, resource: Resource) -> None:
        """Read the fields of the model's spec that the training wrote."""
        path = self._trained / self._spec
        if not _exists(path) or _same(path, self._given / self._spec):
            return
        if not self._is_regular(self._spec) or path.stat().st_size > _SPEC_BYTES:
            self.refused.append(self._spec)
            return
        before = (self._given / self._spec).read_bytes()
        self._text = taken_spec(resource.document, path.read_bytes(), before)
        if self._text is None:
            self.refused.append(f"{self._spec} (more than its version and digests)")

    def moved(self, resource: Resource) -> set[str]:
        """Return a new address of the artifact: a new file beside the old one, of its suffix."""
        document, path = resource.document, ("spec", "artifact", "uri")
        before, after = value_at(document.data, path), self._uri(resource)
        if not isinstance(before, str) or after in ("", before) or not _is_inside(after):
            return set()
        old, new = PurePosixPath(before), PurePosixPath(after)
        is_beside = (old.parent, old.suffix) == (new.parent, new.suffix)
        if not is_beside or _exists(self._root / new):
            self.refused.append(f"{self._spec} (an artifact elsewhere: {after})")
            return set()
        return {str(new)}

    def _uri(self, resource: Resource) -> str:
        document = resource.document
        if self._text is None:
            return ""
        found = parse(SourceText(self._spec, self._text.encode())).documents
        (data,) = (each.data for each in found if each.index == document.index)
        uri = value_at(data, ("spec", "artifact", "uri"))
        return uri if isinstance(uri, str) else ""

    def sort(self, outputs: frozenset[str] | set[str]) -> None:
        """Decide about every file that the training changed or added."""
        for name in sorted(_files(self._trained)):
            if name == self._spec or _same(self._trained / name, self._given / name):
                continue
            if name in outputs and not _is_obeyed(name):
                (self._copied if self._is_regular(name) else self.refused).append(name)
            elif _exists(self._given / name) or self._is_dangerous(name):
                self.refused.append(name)
            else:
                self._left.append(name)

    def _is_dangerous(self, name: str) -> bool:
        return _is_obeyed(name) or (
            name.endswith((".yaml", ".yml")) and _mentions_specs(self._trained / name)
        )

    def _is_regular(self, name: str) -> bool:
        """Tell whether it is a file, in the checkouts as in what was left, behind no link."""
        for top in (self._trained, self._root):
            path = PurePosixPath(name)
            if any((top / each).is_symlink() for each in (path, *path.parents[:-1])):
                return False
        target = self._root / name
        return (self._trained / name).is_file() and (target.is_file() or not target.exists())

    def taken(self) -> Taken:
        """Write what is taken."""
        try:
            for name in self._copied:
                (self._root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(self._trained / name, self._root / name, follow_symlinks=False)
        except OSError as error:
            raise OutputError(f"an output can't be copied: {error.strerror}") from error
        if self._text is not None:
            write_text(self._root / self._spec, self._text)
        files = [*self._copied, *([self._spec] if self._text is not None else [])]
        return Taken(tuple(sorted(files)), tuple(self._left))


def _files(top: Path) -> Iterator[str]:
    """Yield what is no folder below a folder; links to folders are not entered.

    `.git` at the top is that of the checkout, and no part of it.
    """
    for folder, folders, files in os.walk(top):
        place = Path(folder)
        links = [each for each in folders if (place / each).is_symlink()]
        if place == top:
            folders[:] = [each for each in folders if each != ".git"]
        found = ((place / each).relative_to(top).as_posix() for each in (*files, *links))
        yield from (each for each in found if each != ".git")


def _is_inside(uri: str) -> bool:
    path = PurePosixPath(uri)
    return "://" not in uri and not path.is_absolute() and ".." not in path.parts


def _is_obeyed(name: str) -> bool:
    parts = PurePosixPath(name.lower()).parts
    return any(each.startswith(_FORGES) for each in parts) or parts[-1] in _OBEYED


def _mentions_specs(path: Path) -> bool:
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _SPEC_BYTES:
        return True
    return b"mlspec.dev" in path.read_bytes()


def _exists(path: Path) -> bool:
    return path.is_symlink() or path.exists()


def _same(one: Path, other: Path) -> bool:
    """Tell whether two paths are the same link, or regular files with the same bytes."""
    if one.is_symlink() or other.is_symlink():
        return one.is_symlink() and other.is_symlink() and one.readlink() == other.readlink()
    if not (one.is_file() and other.is_file()) or one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as left, other.open("rb") as right:
        return all(left.read(_CHUNK) == right.read(_CHUNK) for _ in range(_chunks(one)))


def _chunks(path: Path) -> int:
    return -(-path.stat().st_size // _CHUNK)
