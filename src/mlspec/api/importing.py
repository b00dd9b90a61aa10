"""`import`: one spec for every model that a system knows, and a report of what was made of it.

What the last import wrote is kept below `.mlspec/imports`, to be committed: from it and the new
text every file is merged, so that what a person changed stays. Files are written one by one; an
import that was killed is finished by the next.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from mlspec.api._import_joins import SCHEMA, data_of, key_of, lost_of, rewrite
from mlspec.api._import_place import ImportPlace, import_place
from mlspec.api._import_settling import anchors_of, base_of, settle
from mlspec.api.files import read_text, write_text
from mlspec.errors import OutputError, UsageError
from mlspec.importing import (
    REGISTERED,
    Imported,
    Lost,
    Names,
    Outcome,
    Report,
    Request,
    Unread,
    find_importer,
    is_service,
    slug_of,
    spec_text,
    unknown_fields,
    without_secrets,
)
from mlspec.secrets import masked
from mlspec.syntax import parse
from mlspec.vcs import MergedText, merge_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mlspec.api._import_joins import Part
    from mlspec.importing import FoundModel, Importer

__all__ = ["ImportOptions", "import_models"]

_OBSERVED = "observed-model/"
_Told = TypeVar("_Told", Lost, Unread)


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
        UsageError: there is no such workspace, system or source, none is named where one is needed,
            or `out` lies outside of the workspace.
        RegistryUnavailableError: the server can't be read.
        OutputError: a file can't be written.
    """
    importer = find_importer(options.system)
    _require_place(importer, options.where)
    place = import_place(options.system, options.out, directory)
    request = Request(options.where, options.alias, os.environ, root=str(place.root))
    if options.progress is not None:
        request = replace(request, progress=options.progress)
    names = Names(place.bases, place.taken)
    report = Report(options.system, options.where, looked_for=importer.looks_for)
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
    report.examples += _shadowed(report, place)
    report.vanished += sorted(_vanished(place, seen, report))
    if place.joined.parts or any(map(_may_be_joined, report.models)):
        settle(import_place(options.system, options.out, directory), report)
    return report


def _shadowed(report: Report, place: ImportPlace) -> list[str]:
    """Return the files of made up models that have the name of one that was found."""
    observed = {each.address.removeprefix(_OBSERVED) for each in report.models}
    return sorted(file for name, file in place.examples.items() if name in observed)


def _require_place(importer: Importer, where: str) -> None:
    """Refuse to read nothing: the folder that somebody happens to be in is not meant by that."""
    if importer.needs_place and not where:
        raise UsageError(
            f"it is not said where to look for models of `{importer.name}`",
            hint=f"run `mlspec import {importer.name} WHERE`: a file or a folder; looked for are "
            f"{importer.looks_for}",
        )


def _masked(told: _Told) -> _Told:
    """Return what is told of a source without the secrets that stand there."""
    return replace(told, source=masked(told.source), why=masked(told.why))


def _is_selected(found: FoundModel, patterns: tuple[str, ...]) -> bool:
    from fnmatch import fnmatchcase

    return not patterns or any(fnmatchcase(found.name, each) for each in patterns)


def _imported(found: FoundModel, names: Names, place: ImportPlace) -> Imported:
    managed = place.managed.get(found.name) if found.system == "mlflow" else None
    if managed is not None and (found.is_ours or not _is_of_example(managed, place)):
        return Imported(found, managed, "", Outcome.MANAGED)
    key = key_of(found.system, found.location, found.name)
    part = place.joined.parts.get(key)
    if part is not None and part.is_joined:
        return _rejoined(found, part, place)
    name = names.name_of(key, _called(found))
    text = spec_text(found, name, schema=SCHEMA)
    if key not in place.files and (managing := _managing(text, place)):
        return Imported(found, managing, "", Outcome.MANAGED)
    outcome, file, merged = _decided(key, name, text, place)
    _write(file, place.base_file(name), text, outcome, merged)
    shown = file.relative_to(place.root).as_posix() if file else ""
    address = f"observed-model/{name}"
    unknown = unknown_fields(text)
    alike = _alike(found, name, place)
    return Imported(found, address, shown, outcome, unknown, merged.conflicts, alike)


def _is_of_example(address: str, place: ImportPlace) -> bool:
    """Tell whether a managed model is the one that `init` made up."""
    return address.partition("/")[2] in place.examples


def _called(found: FoundModel) -> str:
    """Return what the spec of a model is named after: an endpoint leaves its model the name."""
    is_endpoint = found.system == "databricks-bundle" and REGISTERED in found.tags
    return f"{found.name} served" if is_endpoint else found.name


def _may_be_joined(each: Imported) -> bool:
    return each.outcome is Outcome.ADDED and bool(each.found.serving)


def _rejoined(found: FoundModel, part: Part, place: ImportPlace) -> Imported:
    """Write what is new of a service into the spec of its model."""
    address, anchor = f"observed-model/{part.target}", place.named.get(part.target)
    base = base_of(place, anchor) if anchor is not None else None
    if anchor is None or base is None:
        is_there = part.target in place.taken
        return Imported(found, address, "", Outcome.MANAGED if is_there else Outcome.LEFT_OUT)
    file = anchor.document.source.file
    if len(parse(anchor.document.source).documents) > 1:
        return Imported(found, address, file, Outcome.SHARES_FILE)
    text = spec_text(found, part.target, schema=SCHEMA)
    new = replace(part, data=data_of(text) or {})
    before = place.joined.of(part.target)
    place.joined.put(new)
    held = read_text(place.root / file)
    whole, merged = rewrite(
        place.root / file, part.target, base, before, place.joined.of(part.target)
    )
    if part.base.read_bytes() != text.encode():
        write_text(part.base, text)
    told = (
        Lost(f"{found.name}: {field}", f"`{value}` is not what the spec of its model says")
        for field, value in lost_of(new, whole)
    )
    outcome = Outcome.UNCHANGED if merged.text == held else Outcome.JOINED
    found = replace(found, lost=(*found.lost, *told))
    return Imported(found, address, file, outcome, (), merged.conflicts)


def _managing(text: str, place: ImportPlace) -> str:
    """Return the address of the managed model that a new service is of; "" for none."""
    if not place.managed_models or not is_service(data := data_of(text)):
        return ""
    if place.anchors is None:
        place.anchors = anchors_of(place)
    anchor = place.anchors.joint_of(data).anchor
    return anchor.address if anchor is not None and anchor.is_managed else ""


def _alike(found: FoundModel, name: str, place: ImportPlace) -> str:
    """Return a model of another system whose name is alike: that is never enough to join two."""
    word = slug_of(found.name.rpartition("/")[2])
    return place.elsewhere.get(word, "") if word != name else ""


def _decided(
    key: str, name: str, text: str, place: ImportPlace
) -> tuple[Outcome, Path | None, MergedText]:
    """Return what becomes of a model: the file to write, and its text."""
    base, now = place.bases.get(key), place.files.get(key)
    if now is not None:
        return _renewed(key, name, text, place)
    if base is None:
        return Outcome.ADDED, place.out / f"{name}.yaml", MergedText(text)
    is_there = base in place.taken
    return Outcome.MANAGED if is_there else Outcome.LEFT_OUT, None, MergedText("")


def _renewed(
    key: str, name: str, text: str, place: ImportPlace
) -> tuple[Outcome, Path, MergedText]:
    """Return what becomes of a model that has a file."""
    (file, held), base = place.files[key], place.bases.get(key)
    if key in place.shared:
        return Outcome.SHARES_FILE, file, MergedText(held)
    new = place.joined.whole(name, text)
    before = held
    if base is not None and new != held:
        before = place.joined.whole(name, place.base_text(base))
    if new in (before, held):
        return Outcome.UNCHANGED, file, MergedText(held)
    merged = MergedText(new) if held == before else merge_texts(held, before, new)
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
    write_text(file, text, with_folders=True)


def _vanished(place: ImportPlace, seen: set[str], report: Report) -> Iterator[str]:
    """Yield the addresses of models that are gone from where they were found."""
    locations = {each.found.location for each in report.models}
    for key, name in place.bases.items():
        if key not in seen and key.split("\n")[1] in locations and key in place.files:
            part = place.joined.parts.get(key)
            yield f"observed-model/{part.target if part else name}"
