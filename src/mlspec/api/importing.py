"""`import`: one spec for every model that a system knows, and a report of what was made of it.

What the last import wrote is kept below `.mlspec/imports`, to be committed: from it and the new
text every file is merged, so that what a person changed stays. Files are written one by one; an
import that was killed is finished by the next.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from mlspec.api.files import read_text, write_text
from mlspec.api.session import find_root, read_session
from mlspec.errors import OutputError, UsageError
from mlspec.importing import (
    Imported,
    Names,
    Outcome,
    Report,
    Request,
    Unread,
    find_importer,
    held_text,
    spec_text,
    unknown_fields,
)
from mlspec.syntax import SourceText, parse
from mlspec.vcs import MergedText, merge_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.importing import FoundModel
    from mlspec.kinds.model import ModelSpec
    from mlspec.kinds.observed_model import ObservedModelSpec
    from mlspec.workspace import Resource

__all__ = ["BASES", "ImportOptions", "import_models"]

BASES = ".mlspec/imports"
_KIND = "ObservedModel"
_SCHEMA = "https://mlspec.dev/schemas/v1/ObservedModel.json"


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What is imported: `where` of `system`; `out` is a folder of the workspace.

    `select` are patterns for names as the system has them, all without. `alias` says which version
    is live. `progress` is told how many models there are so far.
    """

    system: str
    where: str
    out: str = ""
    select: tuple[str, ...] = ()
    alias: str = ""
    progress: Callable[[int], None] | None = None


@dataclass
class _Place:
    """Where specs are: what earlier imports wrote, and what stands there now, by key."""

    root: Path
    out: Path
    system: str
    bases: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Name and text as an import wrote them last."""
    files: dict[str, tuple[Path, str]] = field(default_factory=dict)
    """File and text now."""
    shared: set[str] = field(default_factory=set)
    """Models whose file holds other documents, too."""
    managed: Mapping[str, str] = field(default_factory=dict)
    """Addresses of managed models by the name that the registry has them under."""
    taken: frozenset[str] = frozenset()
    unbound: frozenset[str] = frozenset()
    """Names of specs with errors: they are there, and nothing can be said of them."""

    def base_file(self, name: str) -> Path:
        return self.root / BASES / self.system / f"{name}.yaml"


def import_models(options: ImportOptions, directory: Path | None = None) -> Report:
    """Write a spec for every model that is not managed yet, and return what became of each.

    Raises:
        UsageError: there is no such workspace, system or source, or `out` lies outside of it.
        RegistryUnavailableError: the server can't be read.
        OutputError: a file can't be written.
    """
    importer = find_importer(options.system)
    place = _place(options, directory)
    request = Request(options.where, options.alias, os.environ)
    if options.progress is not None:
        request = Request(options.where, options.alias, os.environ, options.progress)
    names = Names({key: name for key, (name, _) in place.bases.items()}, place.taken)
    report = Report(options.system, options.where)
    seen: set[str] = set()
    for found in importer.read(request):
        if isinstance(found, Unread):
            report.unread.append(found)
            continue
        seen.add(key_of(found.system, found.location, found.name))
        if _is_selected(found, options.select):
            report.models.append(_imported(found, names, place))
    report.vanished += sorted(_vanished(place, seen, report))
    return report


def key_of(system: str, location: str, name: str) -> str:
    """Return what names a model of others: the system, the place and the name there."""
    return f"{system}\n{location}\n{held_text(name)}"


def _is_selected(found: FoundModel, patterns: tuple[str, ...]) -> bool:
    from fnmatch import fnmatchcase

    return not patterns or any(fnmatchcase(found.name, each) for each in patterns)


def _imported(found: FoundModel, names: Names, place: _Place) -> Imported:
    managed = place.managed.get(found.name) if found.system == "mlflow" else None
    if managed is not None:
        return Imported(found, managed, "", Outcome.MANAGED)
    key = key_of(found.system, found.location, found.name)
    name = names.name_of(key, found.name)
    text = spec_text(found, name, schema=_SCHEMA)
    outcome, file, merged = _decided(key, name, text, place)
    _write(file, name, text, outcome, merged, place)
    shown = file.relative_to(place.root).as_posix() if file else ""
    address = f"observed-model/{name}"
    return Imported(found, address, shown, outcome, unknown_fields(text), merged.conflicts)


def _decided(
    key: str, name: str, text: str, place: _Place
) -> tuple[Outcome, Path | None, MergedText]:
    """Return what becomes of a model: the file to write, and its text."""
    base, now = place.bases.get(key), place.files.get(key)
    if now is None:
        if base is not None:
            is_there = base[0] in place.unbound
            return Outcome.MANAGED if is_there else Outcome.LEFT_OUT, None, MergedText("")
        return Outcome.ADDED, place.out / f"{name}.yaml", MergedText(text)
    file, held = now
    before = base[1] if base else held
    if key in place.shared:
        return Outcome.SHARES_FILE, file, MergedText(held)
    if text in (before, held):
        return Outcome.UNCHANGED, file, MergedText(held)
    merged = MergedText(text) if held == before else merge_texts(held, before, text)
    is_same = merged.text == held
    return (Outcome.UNCHANGED if is_same else Outcome.UPDATED), file, merged


def _write(
    file: Path | None, name: str, text: str, outcome: Outcome, merged: MergedText, place: _Place
) -> None:
    """Write the spec first: without its base it is found again by its origin."""
    if file is not None and outcome in (Outcome.ADDED, Outcome.UPDATED):
        if outcome is Outcome.ADDED and file.exists():
            raise OutputError(
                f"`{file}` is there already, and no import wrote it",
                hint="move it, or import into another folder with `--out`",
            )
        file.parent.mkdir(parents=True, exist_ok=True)
        write_text(file, merged.text)
    if file is not None and outcome is not Outcome.SHARES_FILE:
        base = place.base_file(name)
        if not base.exists() or base.read_bytes() != text.encode():
            base.parent.mkdir(parents=True, exist_ok=True)
            write_text(base, text)


def _vanished(place: _Place, seen: set[str], report: Report) -> Iterator[str]:
    """Yield the addresses of models that are gone from where they were found."""
    locations = {each.found.location for each in report.models}
    for key, (name, _) in place.bases.items():
        if key not in seen and key.split("\n")[1] in locations and key in place.files:
            yield f"observed-model/{name}"


def _place(options: ImportOptions, directory: Path | None) -> _Place:
    root = find_root(directory)
    if root is None:
        raise UsageError(
            "there is no workspace here", hint="create one with `mlspec init`, or use `-C DIR`"
        )
    session = read_session(root)
    specs = session.workspace.spec.paths.specs if session.workspace else "specs"
    out = (root / (options.out or f"{specs}/imported")).resolve()
    if not out.is_relative_to(root.resolve()):
        raise UsageError(f"`{options.out}` lies outside of the workspace")
    place = _Place(root.resolve(), out, options.system)
    _read_bases(place)
    _read_files(place, session)
    return place


def _read_bases(place: _Place) -> None:
    folder = place.base_file("x").parent
    for file in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        text = read_text(file)
        for document in parse(SourceText(file.name, text.encode())).documents:
            for key in _keys_in(document.data):
                place.bases[key] = (file.stem, text)


def _read_files(place: _Place, session: Session) -> None:
    workspace = session.workspace
    if workspace is None:
        return
    observed = workspace.of_kind(_KIND)
    models = workspace.of_kind("Model")
    for each in observed:
        file = place.root / each.document.source.file
        for origin in cast("ObservedModelSpec", each.spec).origins:
            key = key_of(origin.system, origin.location, origin.name)
            place.files[key] = (file, each.document.source.content.decode())
            if len(parse(each.document.source).documents) > 1:
                place.shared.add(key)
    place.managed = {_registered(each): each.address for each in models}
    place.unbound = frozenset(name for _, name in workspace.unbound)
    place.taken = frozenset(each.name for each in (*observed, *models)) | place.unbound


def _registered(model: Resource) -> str:
    registry = getattr(cast("ModelSpec", model.spec), "registry", None)
    return (registry.name if registry else None) or model.name


def _keys_in(data: object) -> Iterator[str]:
    spec = data.get("spec") if isinstance(data, dict) else None
    origins = spec.get("origins") if isinstance(spec, dict) else None
    for each in origins if isinstance(origins, list) else ():
        if isinstance(each, dict):
            yield key_of(*(str(each.get(name, "")) for name in ("system", "location", "name")))
