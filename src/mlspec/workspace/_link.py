"""References between resources: resolved into edges, or told where they lead nowhere.

In: bound resources by address, and the names of those that could not be bound. Out: edges and
diagnostics. Fields are known by their traits alone; no kind is named here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import BaseModel

from mlspec.diagnostics import Edit, Fix, Related
from mlspec.schema import fields_of
from mlspec.workspace._claims import is_claimed
from mlspec.workspace._model import Edge
from mlspec.workspace._report import closest, report
from mlspec.workspace._visit import Visited, texts, visit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from mlspec.diagnostics import Diagnostic, Path, Span
    from mlspec.workspace._model import Resource

__all__ = ["Links", "link"]

_SUGGESTIONS = 100


@dataclass(frozen=True)
class Links:
    """The edges and the diagnostics of some resources, both in a fixed order."""

    edges: tuple[Edge, ...]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True)
class _Directory:
    """Where names are looked up; `unbound` ones exist, but have errors of their own."""

    resources: Mapping[str, Resource]
    unbound: frozenset[tuple[str, str]]
    addresses: dict[tuple[tuple[str, ...], str], str] = field(default_factory=dict)
    """Where references lead that were followed already, by the kinds they may name."""

    @cached_property
    def by_name(self) -> dict[tuple[str, str], Resource]:
        return {(each.kind, each.name): each for each in self.resources.values()}

    def first(self, kinds: Iterable[str], name: str) -> Resource | None:
        """Return the resource of that name of the first kind that has it."""
        for kind in kinds:
            found = self.by_name.get((kind, name))
            if found is not None:
                return found
        return None

    def is_claimed(self, kinds: Iterable[str], name: str) -> bool:
        return any(is_claimed(self.unbound, kind, name) for kind in kinds)

    def names(self, kinds: Collection[str]) -> list[str]:
        known = {name for each, name in (*self.by_name, *self.unbound) if each in kinds}
        return sorted(known)

    def kinds_with(self, name: str) -> list[str]:
        return sorted(kind for kind, each in self.by_name if each == name)


def link(
    resources: Mapping[str, Resource],
    unbound: frozenset[tuple[str, str]] = frozenset(),
    only: Iterable[str] | None = None,
) -> Links:
    """Resolve the references of all resources, or of those at the addresses `only`."""
    directory = _Directory(resources, unbound)
    edges: list[Edge] = []
    diagnostics: list[Diagnostic] = []
    for address in sorted(resources if only is None else only):
        resource = resources[address]
        for each in _fields(resource):
            if each.list_key and isinstance(each.value, tuple) and len(each.value) > 1:
                diagnostics += _repeated(resource, each, each.value)
            if each.refs:
                _follow(resource, each, directory, edges, diagnostics)
    edges.sort()
    return Links(tuple(edges), tuple(diagnostics))


def _fields(resource: Resource) -> list[Visited]:
    return visit(resource.metadata, ("metadata",)) + visit(resource.spec, ("spec",))


def _follow(
    resource: Resource,
    field: Visited,
    directory: _Directory,
    edges: list[Edge],
    diagnostics: list[Diagnostic],
) -> None:
    source, refs, value = resource.address, field.refs, field.value
    written = [(field.path, value)] if isinstance(value, str) else texts(value, field.path)
    for path, reference in written:
        target = directory.addresses.get((refs, reference))
        if target is None:
            target = _resolved(resource, path, reference, refs, directory, diagnostics)
        if target is not None:
            edges.append(Edge(source, target, path))


def _resolved(
    resource: Resource,
    path: Path,
    reference: str,
    refs: tuple[str, ...],
    directory: _Directory,
    diagnostics: list[Diagnostic],
) -> str | None:
    """Return the address that a reference leads to; None, after telling why, where there is none.

    The same few are written again and again: the address is kept.
    """
    name, _, version = reference.partition("@")
    target = directory.first(refs, name)
    if target is None:
        if not directory.is_claimed(refs, name):
            suggests = len(diagnostics) < _SUGGESTIONS
            span = resource.span(path)
            diagnostics.append(_dangling(span, reference, refs, directory, suggests=suggests))
        return None
    if version not in ("", target.metadata.version):
        diagnostics.append(_wrong_version(resource, path, target, reference))
        return None
    directory.addresses[refs, reference] = target.address
    return target.address


def _dangling(
    span: Span, reference: str, kinds: Sequence[str], directory: _Directory, *, suggests: bool
) -> Diagnostic:
    name, at, version = reference.partition("@")
    message = f"there is no {' or '.join(kinds)} named `{name}`"
    close = closest(name, directory.names(kinds)) if suggests else None
    if close is not None:
        fixes = (_write(span, f"{close}{at}{version}"),)
        hint = f"did you mean `{close}`?"
        return report("dangling-reference", message, span, hint=hint, fixes=fixes)
    others = directory.kinds_with(name)
    hint = (
        f"`{name}` is a {others[0]}" if others else f"add a spec of kind {kinds[0]} with this name"
    )
    return report("dangling-reference", message, span, hint=hint)


def _wrong_version(resource: Resource, path: Path, target: Resource, reference: str) -> Diagnostic:
    span = resource.span(path)
    name, _, wanted = reference.partition("@")
    version = target.metadata.version
    if version is None:
        message = f"`{name}` has no version, but `{wanted}` of it is named"
        related = Related(target.span(("metadata", "name")), "the resource without a version")
        hint = f"add `version: {wanted}` to its metadata, or name it without `@{wanted}`"
        return report("other-version", message, span, hint=hint, related=(related,))
    message = f"`{name}` is at `{version}`, but `{wanted}` of it is named"
    related = Related(target.span(("metadata", "version")), f"`{name}` is at `{version}`")
    hint = f"write `{name}@{version}` once you have checked what changed"
    fixes = (_write(span, f"{name}@{version}"),)
    return report("other-version", message, span, hint=hint, related=(related,), fixes=fixes)


def _repeated(
    resource: Resource, field: Visited, entries: tuple[object, ...]
) -> Iterator[Diagnostic]:
    """Yield entries of a keyed list that repeat a key: plans could not tell them apart."""
    key = field.list_key or ""
    names = [_entry_key(entry, key) for entry in entries]
    if len(set(names)) == len(names):
        return
    first: dict[str, Path] = {}
    for index, name in enumerate(names):
        path = (*field.path, index, key)
        if name not in first:
            first[name] = path
            continue
        message = f"another entry of `{field.path[-1]}` has the {key} `{name}`"
        related = Related(resource.span(first[name]), "the first one")
        hint = f"give every entry a `{key}` of its own"
        span = resource.span(path)
        yield report("repeated-entry", message, span, hint=hint, related=(related,))


def _entry_key(entry: object, key: str) -> str:
    if not isinstance(entry, BaseModel):
        return str(entry)
    model: type[BaseModel] = type(entry)
    return str(getattr(entry, fields_of(model)[key].name))


def _write(span: Span, text: str) -> Fix:
    return Fix(f"write `{text}`", (Edit(span, text),))
