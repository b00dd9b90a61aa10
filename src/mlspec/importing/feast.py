"""`feast`: the feature services of a repository of Feast, or of what its registry holds.

A feature service is what one model reads, as a rule of practice: that there is such a model is a
guess. Views, entities and sources are told, and not written: specs of them would be managed.
Python is parsed and never run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlspec.diagnostics import has_errors
from mlspec.errors import UsageError
from mlspec.importing._feast_dump import LIMITS, is_dump, read_dump
from mlspec.importing._feast_objects import found_model, lost_views
from mlspec.importing._feast_python import read_definitions
from mlspec.importing._model import FoundModel, Lost, Unread
from mlspec.importing._objects import mapping, text
from mlspec.importing._port import Importer
from mlspec.importing._walk import find_files, read_start
from mlspec.printable import printable
from mlspec.syntax import SourceText, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.importing._feast_objects import Service, View
    from mlspec.importing._port import Request

__all__ = ["IMPORTER"]

_SETTINGS: Final = "feature_store.yaml"
_MOST_BYTES: Final = 512 << 20
_PASSED: Final = frozenset({"__pycache__", "node_modules", "site-packages", "venv"})
_OURS: Final = "mlspec.dev/version"
_HINT: Final = "a folder of definitions, or what `feast registry-dump` says in a file"


def read(request: Request) -> Iterator[FoundModel | Lost | Unread]:
    """Yield the models that read feature services, in order of project and name.

    Raises:
        UsageError: there is no such file or folder.
    """
    if not Path(request.where).exists():
        raise UsageError(f"there is no `{request.where}`", hint=_HINT)
    source = _Source(request.where)
    source.read()
    yield from source.unread
    seen: dict[tuple[str, str], Service] = {}
    for each in source.services:
        told = _refusal(each, seen)
        if told is not None:
            yield told
        else:
            seen[each.project, each.name] = each
            request.progress(len(seen))
    yield from source.lost
    yield from lost_views(tuple(source.views), tuple(source.services))
    for _, each in sorted(seen.items()):
        yield found_model(each)


def _refusal(service: Service, seen: dict[tuple[str, str], Service]) -> Lost | Unread | None:
    """Return why a service is not taken: mlspec wrote it, or it is there already."""
    key = (service.project, service.name)
    if _OURS in service.tags:
        return Lost(service.place, f"`{service.name}` was written by mlspec for its model")
    if key in seen:
        return Unread(service.place, f"`{service.name}` is in {seen[key].place}, too")
    return None


@dataclass
class _Source:
    """The files of a source: dumps say what was applied, so they come before definitions."""

    where: str
    views: list[View] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    contents: dict[str, bytes] = field(default_factory=dict)
    left: int = _MOST_BYTES

    def read(self) -> None:
        """Read all files."""
        if Path(self.where).is_file():
            self._keep(Path(self.where).name, self.where)
        else:
            found = find_files(self.where, _is_wanted)
            self.unread += found.unread
            for name, path in found.files.items():
                self._keep(name, path)
        self._read_dumps()
        self._read_definitions()

    def _read_definitions(self) -> None:
        files = [name for name in self.contents if name.endswith(".py")]
        found = read_definitions(files, self.contents.__getitem__, dict(self._projects()))
        self.views += found.views
        self.services += found.services
        self.lost += found.lost
        self.unread += found.unread

    def _keep(self, name: str, path: str) -> None:
        try:
            content = read_start(path, LIMITS.file_bytes + 1)
        except OSError as error:
            self.unread.append(Unread(printable(name), error.strerror or "it can't be read"))
            return
        if name.endswith(".json") and not is_dump(content) and Path(self.where).is_dir():
            return
        self.left -= len(content)
        if self.left >= 0:
            self.contents[name] = content
        else:
            self.unread.append(Unread(printable(name), "the folder holds too much to read it"))

    def _read_dumps(self) -> None:
        for name, content in self.contents.items():
            if name.endswith((".py", ".yaml")):
                continue
            found = read_dump(name, content)
            if isinstance(found, Unread):
                self.unread.append(found)
            else:
                self.views += found.views
                self.services += found.services

    def _projects(self) -> Iterator[tuple[str, str]]:
        """Yield folders with settings, and the project that they name."""
        for name, content in self.contents.items():
            folder, _, file = name.rpartition("/")
            if file == _SETTINGS:
                yield folder, self._project(name, content) or "feast"

    def _project(self, name: str, content: bytes) -> str:
        parsed = parse(SourceText(name, content))
        named = [text(mapping(each.data).get("project")) for each in parsed.documents]
        found = next(filter(None, named), "")
        if not found:
            wrong = next((each for each in parsed.diagnostics if has_errors([each])), None)
            line = wrong.span.start.line if wrong and wrong.span else 1
            why = wrong.message if wrong else "it names no project"
            self.unread.append(Unread(f"{printable(name)}:{line}", why))
        return found


def _is_wanted(name: str) -> bool:
    *folders, file = name.split("/")
    is_ours = file == _SETTINGS or file.endswith((".json", ".py"))
    return is_ours and _PASSED.isdisjoint(folders)


IMPORTER = Importer(
    "feast",
    "Feature services of a repository of Feast, or of a dump.",
    read,
    "calls of FeatureService in files of Python, or a dump of `feast registry-dump`",
)
