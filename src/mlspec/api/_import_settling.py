"""After an import: every service goes into the spec of the one model that it is of, or out of it.

This looks at all that imports wrote, not only at what was read now, so that it comes to the same
whichever system was read first. A spec of a service is taken away only where nobody changed it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from mlspec.api._import_joins import data_of, key_of, lost_of, moved, rewrite
from mlspec.api.files import read_text, write_text
from mlspec.importing import Anchor, Anchors, Lost, Outcome, is_service, spec_of
from mlspec.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlspec.api._import_joins import Part
    from mlspec.api._import_place import ImportPlace
    from mlspec.canonical import Json
    from mlspec.importing import Imported, Report
    from mlspec.workspace import Resource

__all__ = ["anchors_of", "base_of", "settle"]

_PREFIX = "observed-model/"


def settle(place: ImportPlace, report: Report) -> None:
    """Join and part what is not where it belongs, and tell it in the report."""
    if place.joined.parts:
        _Settling(place, report).run()


@dataclass
class _Settling:
    place: ImportPlace
    report: Report
    entries: dict[str, int] = field(default_factory=dict)

    def run(self) -> None:
        """Find where each service belongs, then write what that changes."""
        for at, each in enumerate(self.report.models):
            found = each.found
            self.entries[key_of(found.system, found.location, found.name)] = at
        anchors = anchors_of(self.place)
        wanted = {key: self._wanted(each, anchors) for key, each in sorted(self._parts.items())}
        moves = {key: to for key, to in wanted.items() if to != self._parts[key].target}
        if moves:
            self._move(moves)

    @property
    def _parts(self) -> dict[str, Part]:
        return self.place.joined.parts

    def _wanted(self, part: Part, anchors: Anchors) -> str:
        """Return the name of the spec that a service belongs into."""
        joint = anchors.joint_of(part.data)
        if joint.why:
            self._tell(part, f"not joined: {joint.why}")
            return part.name
        if joint.anchor is None or joint.anchor.is_managed:
            return part.target
        name = joint.anchor.address.removeprefix(_PREFIX)
        against = "" if part.target == name else self._against(part, name)
        if against:
            self._tell(part, f"not joined to `{joint.anchor.address}`: {against}")
            return part.target
        return name

    def _against(self, part: Part, name: str) -> str:
        """Return why a service can't be written into the spec of its model."""
        anchor, own = self.place.named[name], self.place.named.get(part.name)
        if base_of(self.place, anchor) is None:
            return "no import wrote that spec"
        if len(parse(anchor.document.source).documents) > 1:
            return "its file holds other documents, too"
        if own is None or part.is_joined:
            return ""
        if own.document.source.content.decode() != read_text(part.base):
            return f"`{own.document.source.file}` was changed by hand; take it away to join them"
        return ""

    def _tell(self, part: Part, why: str) -> None:
        system, _, name = part.key.split("\n")
        self.report.undecided.append(Lost(f"{system} {name}", why))

    def _move(self, moves: dict[str, str]) -> None:
        """Write what leaves first, and what nobody needs any more last: nothing is lost midway."""
        parts = self._parts
        for key, to in moves.items():
            if to == parts[key].name:
                self._write_own(parts[key])
        after = {k: replace(e, target=moves.get(k, e.target)) for k, e in parts.items()}
        for name in sorted({parts[key].target for key in moves} | set(moves.values())):
            self._rewrite(name, _in(parts, name), _in(after, name))
        for key, to in moves.items():
            self._take_away(parts[key])
            self.place.joined.put(moved(parts[key], to))

    def _take_away(self, part: Part) -> None:
        """Take away the spec that a service had of its own."""
        own = self.place.named.get(part.name)
        if own is not None and not part.is_joined:
            (self.place.root / own.document.source.file).unlink(missing_ok=True)

    def _write_own(self, part: Part) -> None:
        file = self.place.out / f"{part.name}.yaml"
        if part.name not in self.place.named and not file.exists():
            write_text(file, part.text_for(part.name), with_folders=True)
        self._told(part.key, Outcome.ADDED, part.name, file.relative_to(self.place.root))

    def _rewrite(self, name: str, before: list[Part], after: list[Part]) -> None:
        anchor = self.place.named.get(name)
        base = base_of(self.place, anchor) if anchor is not None else None
        if anchor is None or base is None or before == after:
            return
        file = self.place.root / anchor.document.source.file
        text, merged = rewrite(file, name, base, before, after)
        for each in after:
            if each not in before:
                self._told(each.key, Outcome.JOINED, name, file.relative_to(self.place.root))
                self._tell_lost(each, text)
        for conflict in merged.conflicts:
            kept, said = conflict.ours.strip(), conflict.theirs.strip()
            why = f"kept `{kept}`, where what is joined says `{said}`"
            self.report.undecided.append(Lost(anchor.document.source.file, why))

    def _tell_lost(self, part: Part, text: str) -> None:
        system, _, known = part.key.split("\n")
        for field_, value in lost_of(part, text):
            why = f"`{value}` is not what the spec says that it was joined to"
            self._lose(part.key, Lost(f"{system} {known}: {field_}", why))

    def _told(self, key: str, outcome: Outcome, name: str, file: Path) -> None:
        at = self.entries.get(key)
        if at is not None:
            each = self.report.models[at]
            self.report.models[at] = replace(
                each, outcome=outcome, address=_PREFIX + name, file=file.as_posix(), suggestion=""
            )
        else:
            system, _, known = key.split("\n")
            told = f"{outcome.value}: it stands in `{file.as_posix()}` now"
            self.report.undecided.append(Lost(f"{system} {known}", told))

    def _lose(self, key: str, lost: Lost) -> None:
        at = self.entries.get(key)
        if at is None:
            self.report.lost.append(lost)
            return
        each: Imported = self.report.models[at]
        found = replace(each.found, lost=(*each.found.lost, lost))
        self.report.models[at] = replace(each, found=found)


def _data(each: Resource) -> Json:
    return cast("Json", each.data)


def _in(parts: dict[str, Part], name: str) -> list[Part]:
    return [e for _, e in sorted(parts.items()) if e.target == name and e.is_joined]


def anchors_of(place: ImportPlace) -> Anchors:
    """Return the models that services may be of."""
    found = Anchors()
    for each in place.managed_models:
        registry = getattr(each.spec, "registry", None)
        names = {each.name, (registry.name if registry else None) or each.name}
        found.add(Anchor(each.address, is_managed=True), _uri(_data(each)), names)
    for each in place.named.values():
        if not is_service(_data(each)):
            found.add(Anchor(each.address), _own_uri(place, each), _registered(each))
    return found


def _registered(each: Resource) -> Iterator[str]:
    """Yield what registries call a model; one behind the interface of somebody else is in none."""
    spec = spec_of(_data(each))
    for origin in _entries(spec.get("origins")):
        is_registry = origin.get("system") in ("mlflow", "databricks-bundle")
        if is_registry and not spec.get("provider"):
            yield str(origin.get("name", ""))


def _own_uri(place: ImportPlace, each: Resource) -> str:
    """Return where the model itself says its bytes are, not what services filled in."""
    if place.joined.of(each.name) and (base := base_of(place, each)) is not None:
        return _uri(data_of(base))
    return _uri(_data(each))


def _uri(data: Json) -> str:
    artifact = spec_of(data).get("artifact")
    return str(artifact.get("uri", "")) if isinstance(artifact, dict) else ""


def base_of(place: ImportPlace, each: Resource) -> str | None:
    """Return what an import wrote of a model alone; None where none did."""
    for origin in _entries(spec_of(_data(each)).get("origins")):
        file = place.base_file(each.name, str(origin.get("system", "")))
        if file.is_file():
            return read_text(file)
    return None


def _entries(held: Json) -> list[dict[str, Json]]:
    return [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []
