"""Manifests: the objects of a folder, and where each part of them stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from mlspec.manifests._inside import place_inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path, Span
    from mlspec.syntax import Document

__all__ = ["Manifest", "ManifestSet", "Problem", "value_at"]


@dataclass(frozen=True)
class Manifest:
    """One object with `apiVersion` and `kind`; both are text, all else is as the file has it.

    `place` leads to the object in its document: empty, or to an item of a `List`.
    """

    document: Document
    place: Path = ()

    @cached_property
    def data(self) -> Mapping[str, Json]:
        """Return the object."""
        data = value_at(self.document.data, self.place)
        return data if isinstance(data, dict) else {}

    @property
    def file(self) -> str:
        """Return the file it stands in, as diagnostics name it."""
        return self.document.source.file

    @property
    def group(self) -> str:
        """Return the API group; empty for the core."""
        group, slash, _ = str(self.data.get("apiVersion", "")).rpartition("/")
        return group if slash else ""

    @property
    def version(self) -> str:
        """Return the version of the API group."""
        return str(self.data.get("apiVersion", "")).rpartition("/")[2]

    @property
    def kind(self) -> str:
        """Return the kind."""
        return str(self.data.get("kind", ""))

    @property
    def name(self) -> str:
        """Return the name; empty where there is none."""
        return self._metadata("name")

    @property
    def namespace(self) -> str:
        """Return the namespace; empty where the object names none."""
        return self._metadata("namespace")

    def span(self, path: Path) -> Span:
        """Return where the value at `path` stands, or its nearest ancestor."""
        return self.document.span((*self.place, *path))

    def span_inside(self, path: Path, inside: tuple[int, int] | None) -> Span:
        """Return where some characters of the text at `path` stand; all of it if that is unknown.

        `inside` is their start, from 0, and their number; folded lines and blocks are followed.
        """
        span, text = self.span(path), self.at(path)
        if inside is None or not isinstance(text, str):
            return span
        return place_inside(span, text, inside, self.document.source.lines) or span

    def key_span(self, path: Path) -> Span:
        """Return where the key that ends `path` stands; the value where there is no key."""
        return self.document.key_span((*self.place, *path))

    def at(self, path: Path) -> Json:
        """Return the value at `path`; None where there is none."""
        return value_at(self.document.data, (*self.place, *path))

    def _metadata(self, key: str) -> str:
        value = self.at(("metadata", key))
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a check found: the value at `path` of a manifest is to be changed.

    `on_key` puts it at the key that ends the path, as for a field that should not be there.
    """

    manifest: Manifest
    path: Path
    code: str
    message: str
    hint: str | None = None
    on_key: bool = False
    inside: tuple[int, int] | None = None
    """Where in the text at the path, and how long."""


@dataclass(frozen=True)
class ManifestSet:
    """All objects that are applied together, in order of file and place.

    Objects are known by group, kind, namespace and name: `Experiment` alone names two things.
    """

    manifests: tuple[Manifest, ...]
    files: tuple[Document, ...] = field(default=())
    """Documents that are no objects: rules and tests of Prometheus, kustomizations, dashboards."""

    def of_kind(self, group: str, kind: str) -> Iterator[Manifest]:
        """Yield the objects of one kind, whatever their version."""
        return iter(self._by_kind.get((group, kind), ()))

    def find(self, group: str, kind: str, name: str, namespace: str = "") -> Manifest | None:
        """Return an object by name; an object without a namespace lies in every one."""
        for each in self._by_name.get((group, kind, name), ()):
            if not namespace or each.namespace in ("", namespace):
                return each
        return None

    @cached_property
    def _by_kind(self) -> dict[tuple[str, str], list[Manifest]]:
        found: dict[tuple[str, str], list[Manifest]] = {}
        for each in self.manifests:
            found.setdefault((each.group, each.kind), []).append(each)
        return found

    @cached_property
    def _by_name(self) -> dict[tuple[str, str, str], list[Manifest]]:
        found: dict[tuple[str, str, str], list[Manifest]] = {}
        for each in self.manifests:
            found.setdefault((each.group, each.kind, each.name), []).append(each)
        return found


def value_at(value: Json, path: Path) -> Json:
    """Return what stands at a path below a value; None where there is nothing."""
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
            value = value[step]
        else:
            return None
    return value
