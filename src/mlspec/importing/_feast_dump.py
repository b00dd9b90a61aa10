"""What a registry of Feast holds, as `feast registry-dump` prints it -> views and services."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mlspec.diagnostics import has_errors
from mlspec.importing._feast_objects import Choice, Service, View
from mlspec.importing._model import Certainty, Fact, Unread
from mlspec.importing._objects import mapping, text
from mlspec.importing._storage import without_credentials
from mlspec.printable import printable
from mlspec.syntax import Limits, SourceText, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.syntax import Document

    Path = tuple[str | int, ...]

__all__ = ["LIMITS", "Registry", "is_dump", "read_dump"]

LIMITS: Final = Limits(file_bytes=32 << 20, nodes=2_000_000)
_KINDS: Final = {
    "featureViews": "feature view",
    "labelViews": "label view",
    "onDemandFeatureViews": "on-demand feature view",
    "streamFeatureViews": "stream feature view",
}
_MARKS: Final = (b'"featureServices"', *(f'"{each}"'.encode() for each in _KINDS))
_PAIR: Final = re.compile(
    rb"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
)
_NO_ENTITY: Final = "__dummy"
_SECONDS: Final = re.compile(r"([0-9]{1,15})(\.[0-9]{1,9})?s")


@dataclass(frozen=True)
class Registry:
    """All that was dumped, in order."""

    views: tuple[View, ...]
    services: tuple[Service, ...]


def is_dump(content: bytes) -> bool:
    """Tell whether a JSON text may be what a registry holds."""
    return any(mark in content for mark in _MARKS)


def read_dump(file: str, content: bytes) -> Registry | Unread:
    """Return what a dump holds, or why it can't be read."""
    if not is_dump(content):
        return Unread(f"{printable(file)}:1", "it is no registry of Feast")
    parsed = parse(SourceText(file, _PAIR.sub(_joined, content.replace(b"\t", b" "))), LIMITS)
    for each in parsed.diagnostics:
        if has_errors([each]):
            place = f":{each.span.start.line}" if each.span else ""
            return Unread(f"{printable(file)}{place}", each.message)
    documents = [each for each in parsed.documents if isinstance(each.data, dict)]
    if len(parsed.documents) != 1 or not documents:
        return Unread(f"{printable(file)}:1", "it is no registry of Feast")
    dump = _Dump(documents[0], _project(mapping(documents[0].data)))
    views = tuple(dump.views())
    return Registry(views, tuple(dump.services({each.name: each for each in views})))


def _joined(found: re.Match[bytes]) -> bytes:
    """Write two escapes that are one character as one escape, as YAML has them."""
    high, low = int(found[2], 16), int(found[3], 16)
    return found[1] + b"\\U%08x" % (0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


def _project(data: Mapping[str, Json]) -> str:
    held = data.get("projects")
    named = [text(_spec(each).get("name")) for each in held] if isinstance(held, list) else []
    return text(data.get("project")) or next(filter(None, named), "")


@dataclass(frozen=True)
class _Dump:
    document: Document
    project: str

    def views(self) -> Iterator[View]:
        for part, kind in _KINDS.items():
            for at, each in self._listed(part):
                spec = _spec(each)
                columns = tuple(_columns(spec.get("features")))
                yield View(
                    name=text(spec.get("name")),
                    place=self._place(part, at),
                    kind=kind,
                    columns=tuple(name for name, _ in columns) or None,
                    data=tuple(dict.fromkeys(_data(spec))),
                    about=tuple(_about(spec, columns)),
                )

    def services(self, views: Mapping[str, View]) -> Iterator[Service]:
        for at, each in self._listed("featureServices"):
            spec = _spec(each)
            held = spec.get("features")
            choices = [
                self._choice(("featureServices", at, "spec", "features", index), chosen, views)
                for index, chosen in enumerate(held if isinstance(held, list) else ())
            ]
            place = self._place("featureServices", at)
            yield Service(
                project=text(spec.get("project")) or self.project or "feast",
                name=text(spec.get("name")),
                place=place,
                choices=tuple(choices),
                texts=_texts(spec, place),
                tags={key: text(value) for key, value in mapping(spec.get("tags")).items()},
            )

    def _choice(self, path: Path, chosen: Json, views: Mapping[str, View]) -> Choice:
        held = mapping(chosen)
        name = text(held.get("featureViewName"))
        alias = text(held.get("featureViewNameAlias"))
        view = views.get(name)
        columns = tuple(each for each, _ in _columns(held.get("featureColumns")))
        data = view.data if view else tuple(_data(held))
        return Choice(alias or name, columns or None, self._place(*path), data, source=view)

    def _listed(self, part: str) -> Iterator[tuple[int, Json]]:
        held = mapping(self.document.data).get(part)
        for at, each in enumerate(held if isinstance(held, list) else ()):
            if text(_spec(each).get("name")).strip():
                yield at, each

    def _place(self, *path: str | int) -> str:
        span = self.document.span(path)
        return f"{printable(span.file)}:{span.start.line}"


def _spec(each: Json) -> Mapping[str, Json]:
    return mapping(mapping(each).get("spec"))


def _texts(spec: Mapping[str, Json], place: str) -> dict[str, Fact]:
    sure = {"description": Certainty.MAPPED, "owner": Certainty.GUESSED}
    told = {name: text(spec.get(name)) for name in sure}
    return {name: Fact(told[name], place, sure[name]) for name in sure if told[name].strip()}


def _columns(held: Json) -> Iterator[tuple[str, str]]:
    for each in held if isinstance(held, list) else ():
        if name := text(mapping(each).get("name")):
            yield name, text(mapping(each).get("valueType"))


def _data(spec: Mapping[str, Json]) -> Iterator[str]:
    """Yield the sources behind a view by name: its own, or those of the views that it reads."""
    for part in ("batchSource", "source", "streamSource"):
        source = mapping(spec.get(part))
        found = mapping(source.get("batchSource")) or source
        if name := text(found.get("name")) or _path(found):
            yield name
            return
    for each in mapping(spec.get("sources")).values():
        for part in ("featureView", "featureViewProjection"):
            inside = mapping(mapping(each).get(part))
            yield from _data_of_one(mapping(inside.get("spec")) or inside)


def _data_of_one(spec: Mapping[str, Json]) -> Iterator[str]:
    source = mapping(spec.get("batchSource"))
    if name := text(source.get("name")) or _path(source):
        yield name


def _path(source: Mapping[str, Json]) -> str:
    options = mapping(source.get("fileOptions"))
    return without_credentials(text(options.get("uri")) or text(options.get("fileUrl")))


def _about(spec: Mapping[str, Json], columns: tuple[tuple[str, str], ...]) -> Iterator[str]:
    keys = [name for name, _ in _columns(spec.get("entityColumns")) if _NO_ENTITY not in name]
    if keys:
        yield f"keys {', '.join(keys)}"
    if data := list(dict.fromkeys(_data(spec))):
        yield f"data {', '.join(data)}"
    if (found := _SECONDS.fullmatch(text(spec.get("ttl")))) and int(found[1]):
        yield f"lives {int(found[1]) / 3600:,.12g} hours"
    if spec.get("online") is True:
        yield "online"
    if columns:
        yield f"columns {', '.join(' '.join(filter(None, each)) for each in columns)}"
