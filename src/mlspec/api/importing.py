"""`import`: one spec for every model that a system knows, and a report of what was made of it.

What the last import wrote is kept below `.mlspec/imports`, to be committed: from it and the new
text every file is merged, so that what a person changed stays. Files are written one by one; an
import that was killed is finished by the next.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar, cast

from mlspec.api._import_place import OBSERVED, ImportPlace, import_place, key_of
from mlspec.api.files import write_text
from mlspec.errors import OutputError
from mlspec.importing import (
    Imported,
    Lost,
    Names,
    Outcome,
    Report,
    Request,
    Unread,
    find_importer,
    joined_text,
    slug_of,
    spec_text,
    unknown_fields,
    without_secrets,
)
from mlspec.secrets import masked
from mlspec.syntax import SourceText, parse
from mlspec.vcs import MergedText, merge_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from mlspec.canonical import Json
    from mlspec.importing import FoundModel
    from mlspec.workspace import Resource

__all__ = ["ImportOptions", "import_models"]

_Told = TypeVar("_Told", Lost, Unread)

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


def import_models(options: ImportOptions, directory: Path | None = None) -> Report:
    """Write a spec for every model that is not managed yet, and return what became of each.

    Raises:
        UsageError: there is no such workspace, system or source, or `out` lies outside of it.
        RegistryUnavailableError: the server can't be read.
        OutputError: a file can't be written.
    """
    importer = find_importer(options.system)
    place = import_place(options.system, options.out, directory)
    request = Request(options.where, options.alias, os.environ)
    if options.progress is not None:
        request = Request(options.where, options.alias, os.environ, options.progress)
    names = Names(place.bases, place.taken)
    report = Report(options.system, options.where)
    seen: set[str] = set()
    for found in importer.read(request):
        if isinstance(found, Unread):
            report.unread.append(_masked(found))
            continue
        if isinstance(found, Lost):
            report.lost.append(_masked(found))
            continue
        model = without_secrets(found)
        seen.add(key_of(model.system, model.location, model.name))
        if _is_selected(model, options.select):
            report.models.append(_imported(model, names, place))
    report.vanished += sorted(_vanished(place, seen, report))
    return report


def _masked(told: _Told) -> _Told:
    """Return what is told of a source without the secrets that stand there."""
    return replace(told, source=masked(told.source), why=masked(told.why))


def _is_selected(found: FoundModel, patterns: tuple[str, ...]) -> bool:
    from fnmatch import fnmatchcase

    return not patterns or any(fnmatchcase(found.name, each) for each in patterns)


def _imported(found: FoundModel, names: Names, place: ImportPlace) -> Imported:
    managed = place.managed.get(found.name) if found.system == "mlflow" else None
    if managed is not None:
        return Imported(found, managed, "", Outcome.MANAGED)
    key = key_of(found.system, found.location, found.name)
    same = place.stored.get(found.storage) if found.storage and key not in place.bases else None
    if same is not None:
        return _joined(found, same, place)
    name = names.name_of(key, found.name)
    text = spec_text(found, name, schema=_SCHEMA)
    outcome, file, merged = _decided(key, name, text, place)
    _write(file, place.base_file(name), text, outcome, merged)
    shown = file.relative_to(place.root).as_posix() if file else ""
    address = f"observed-model/{name}"
    unknown = unknown_fields(text)
    alike = _alike(found, name, place)
    return Imported(found, address, shown, outcome, unknown, merged.conflicts, alike)


def _joined(found: FoundModel, same: Resource, place: ImportPlace) -> Imported:
    """Write where a model serves into the spec that has its bytes; a managed one is left alone."""
    file = same.document.source.file
    if same.kind != OBSERVED:
        return Imported(found, same.address, "", Outcome.MANAGED)
    held = same.document.source.content.decode()
    if len(parse(same.document.source).documents) > 1:
        return Imported(found, same.address, file, Outcome.SHARES_FILE)
    before, after = joined_text(cast("Mapping[str, Json]", same.data), found)
    if before == after:
        return Imported(found, same.address, file, Outcome.UNCHANGED)
    merged = merge_texts(held, before, after)
    write_text(place.root / file, merged.text)
    (document,) = parse(SourceText(file, merged.text.encode())).documents
    data = cast("Mapping[str, object]", document.data)
    place.stored[found.storage] = replace(same, document=document, data=data)
    outcome = Outcome.UNCHANGED if merged.text == held else Outcome.JOINED
    return Imported(found, same.address, file, outcome, (), merged.conflicts)


def _alike(found: FoundModel, name: str, place: ImportPlace) -> str:
    """Return a model of another system whose name is alike: that is never enough to join two."""
    word = slug_of(found.name.rpartition("/")[2])
    return place.elsewhere.get(word, "") if word != name else ""


def _decided(
    key: str, name: str, text: str, place: ImportPlace
) -> tuple[Outcome, Path | None, MergedText]:
    """Return what becomes of a model: the file to write, and its text."""
    base, now = place.bases.get(key), place.files.get(key)
    if now is None:
        if base is not None:
            is_there = base in place.unbound
            return Outcome.MANAGED if is_there else Outcome.LEFT_OUT, None, MergedText("")
        return Outcome.ADDED, place.out / f"{name}.yaml", MergedText(text)
    file, held = now
    if key in place.shared:
        return Outcome.SHARES_FILE, file, MergedText(held)
    before = held if base is None or text == held else place.base_text(base)
    if text in (before, held):
        return Outcome.UNCHANGED, file, MergedText(held)
    merged = MergedText(text) if held == before else merge_texts(held, before, text)
    is_same = merged.text == held
    return (Outcome.UNCHANGED if is_same else Outcome.UPDATED), file, merged


def _write(file: Path | None, base: Path, text: str, outcome: Outcome, merged: MergedText) -> None:
    """Write the spec first: without its base it is found again by its origin."""
    if file is None or outcome is Outcome.SHARES_FILE:
        return
    if outcome is Outcome.ADDED and file.exists():
        raise OutputError(
            f"`{file}` is there already, and no import wrote it",
            hint="move it, or import into another folder with `--out`",
        )
    if outcome is not Outcome.UNCHANGED:
        _replace(file, merged.text)
    if not base.exists() or base.read_bytes() != text.encode():
        _replace(base, text)


def _replace(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    write_text(file, text)


def _vanished(place: ImportPlace, seen: set[str], report: Report) -> Iterator[str]:
    """Yield the addresses of models that are gone from where they were found."""
    locations = {each.found.location for each in report.models}
    for key, name in place.bases.items():
        if key not in seen and key.split("\n")[1] in locations and key in place.files:
            yield f"observed-model/{name}"
