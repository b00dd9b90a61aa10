"""Bound resources and the workspace they form."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.diagnostics import Path, Span
    from mlspec.ir import Platform
    from mlspec.kinds import Metadata
    from mlspec.kinds.workspace import WorkspaceSpec
    from mlspec.schema import SpecModel
    from mlspec.syntax import Document, SourceText

__all__ = ["Edge", "Origin", "Resource", "Workspace"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an overridden value comes from: the environment, and the place of the override."""

    environment: str
    span: Span


@dataclass(frozen=True)
class Resource:
    """One bound spec.

    `data` is the effective document (overrides merged in); `origins` holds the paths whose value
    an environment overrides.
    """

    kind: str
    prefix: str
    metadata: Metadata
    spec: SpecModel
    document: Document
    data: Mapping[str, object]
    origins: Mapping[Path, Origin] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name within its kind."""
        return self.metadata.name

    @cached_property
    def address(self) -> str:
        """The identity across the workspace: `model/employment-screen`."""
        return f"{self.prefix}/{self.metadata.name}"

    def span(self, path: Path) -> Span:
        """Return where the value at `path` is written, in the spec or in an override."""
        for length in range(len(path), 0, -1):
            if origin := self.origins.get(path[:length]):
                return origin.span
        return self.document.span(path)

    def place(self, path: Path) -> str:
        """Return `file:line` of `span(path)`, without the rest of it."""
        if self.origins:
            span = self.span(path)
            return f"{span.file}:{span.start.line}"
        return f"{self.document.source.file}:{self.document.line(path)}"

    def lines(self) -> Mapping[str, int] | None:
        """Return the line, from 0, of each value by its path with dots, for who asks for many.

        None where an environment overrides some, or where the reader kept none: ask `place` then.
        """
        is_written = not self.origins and self.data is self.document.data
        return self.document.lines_by_path() if is_written else None

    def key_span(self, path: Path) -> Span:
        """Return where the key that ends `path` is written."""
        return self.document.key_span(path)


class Edge(NamedTuple):
    """A reference: the resource at `source` names the one at `target`, at `path`."""

    source: str
    target: str
    path: Path


@dataclass(frozen=True)
class Workspace:
    """All bound resources of a repository, by address, with the references among them.

    `environment` is empty for the specs as written, or names the environment whose overrides are
    merged in. Unresolved references have no edge.
    """

    spec: WorkspaceSpec
    resources: Mapping[str, Resource]
    edges: tuple[Edge, ...]
    sources: Mapping[str, SourceText]
    environment: str = ""
    unbound: frozenset[tuple[str, str]] = frozenset()
    """(kind, name) of specs with errors: they exist, but there is nothing to look at.

    The kind is empty where it can't be told: the name is then taken in every kind.
    """
    today: str = ""
    """The day in UTC that what ends is judged by, such as a waiver; "" where nobody says."""
    rehearsed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The day of the last fire drill by trigger, by address of a model."""
    rehearsal_files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The file of its record, in the same way."""

    def of_kind(self, kind: str) -> tuple[Resource, ...]:
        """Return the resources of a kind in order of name."""
        return self._by_kind.get(kind, ())

    def find(self, kind: str, reference: str) -> Resource | None:
        """Return the resource that `name` or `name@version` refers to."""
        known = self._found
        if (kind, reference) not in known:  # the same few are asked for by each model
            name, _, version = reference.partition("@")
            found = self._by_name.get((kind, name))
            is_that = found is not None and version in ("", found.metadata.version)
            known[kind, reference] = found if is_that else None
        return known[kind, reference]

    def dependants(self, address: str) -> tuple[str, ...]:
        """Return the addresses that refer to a resource, directly or through others, sorted."""
        found: set[str] = set()
        frontier = [address]
        while frontier:
            for source in self._referrers.get(frontier.pop(), ()):
                if source not in found:
                    found.add(source)
                    frontier.append(source)
        return tuple(sorted(found))

    @cached_property
    def platform(self) -> Platform:
        """Return what the clusters run that the workspace is compiled for."""
        from mlspec.workspace._platform import platform_of

        homes = self.of_kind("Workspace")
        return platform_of(self.spec, self.environment, homes[0].name if homes else "")

    @cached_property
    def _by_kind(self) -> dict[str, tuple[Resource, ...]]:
        groups: dict[str, list[Resource]] = {}
        for address in sorted(self.resources):
            resource = self.resources[address]
            groups.setdefault(resource.kind, []).append(resource)
        return {kind: tuple(group) for kind, group in groups.items()}

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], Resource]:
        return {(each.kind, each.name): each for each in self.resources.values()}

    @cached_property
    def _found(self) -> dict[tuple[str, str], Resource | None]:
        return {}

    @cached_property
    def _referrers(self) -> dict[str, tuple[str, ...]]:
        groups: dict[str, set[str]] = {}
        for edge in self.edges:
            groups.setdefault(edge.target, set()).add(edge.source)
        return {target: tuple(sorted(sources)) for target, sources in groups.items()}
