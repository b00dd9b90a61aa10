"""Source texts to a workspace: parse, bind, link.

In: the texts of files, `mlspec.yaml` among them. Out: the workspace and every diagnostic of every
file. Pure: nothing here touches the disk. A problem is told once: what refers to a spec that has
errors of its own is not reported for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.diagnostics import Position, Related, Span, has_errors, sort_diagnostics
from mlspec.kinds import find_kind
from mlspec.kinds.workspace import WorkspaceSpec
from mlspec.schema import Bound, DocumentPlace, bind
from mlspec.syntax import parse
from mlspec.workspace._claims import claimed_names
from mlspec.workspace._cycles import find_cycles
from mlspec.workspace._language import LANGUAGE, WORKSPACE_FILE, WORKSPACE_KIND
from mlspec.workspace._link import link
from mlspec.workspace._model import Resource, Workspace
from mlspec.workspace._releases import release_problems
from mlspec.workspace._report import report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mlspec.diagnostics import Diagnostic
    from mlspec.kinds import Metadata
    from mlspec.syntax import Document, Parsed, SourceText

__all__ = ["Loaded", "bind_sources", "load"]


@dataclass(frozen=True)
class Loaded:
    """What came out of some files; `workspace` is absent without a sound `mlspec.yaml`."""

    workspace: Workspace | None
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, SourceText]


@dataclass
class _Gathered:
    """What binding has found so far; `first` holds the first document of each kind and name."""

    sources: dict[str, SourceText] = field(default_factory=dict)
    resources: dict[str, Resource] = field(default_factory=dict)
    unbound: set[tuple[str, str]] = field(default_factory=set)
    first: dict[tuple[str, str], Document] = field(default_factory=dict)
    workspaces: list[Document] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    is_told: bool = False
    """Whether it is told already why there is no workspace."""


def load(sources: Iterable[SourceText]) -> Loaded:
    """Return the workspace that the files form, and everything that is wrong with them."""
    gathered = _gather(sources, _add)
    links = link(gathered.resources, frozenset(gathered.unbound))
    found = [
        *gathered.diagnostics,
        *links.diagnostics,
        *find_cycles(gathered.resources, links.edges),
        *_missing_workspace(gathered),
    ]
    root = next((r for r in gathered.resources.values() if r.kind == WORKSPACE_KIND), None)
    workspace = None
    if root is not None and isinstance(root.spec, WorkspaceSpec):
        workspace = Workspace(
            spec=root.spec,
            resources=dict(sorted(gathered.resources.items())),
            edges=links.edges,
            sources=gathered.sources,
            unbound=frozenset(gathered.unbound),
        )
        found += release_problems(workspace)
    return Loaded(workspace, tuple(sort_diagnostics(found)), gathered.sources)


def bind_sources(sources: Iterable[SourceText]) -> Loaded:
    """Check files on their own: syntax and schema, no references, no workspace."""
    gathered = _gather(sources, _bound)
    return Loaded(None, tuple(sort_diagnostics(gathered.diagnostics)), gathered.sources)


def _gather(
    sources: Iterable[SourceText], take: Callable[[Document, _Gathered], object]
) -> _Gathered:
    gathered = _Gathered()
    ordered = sorted(sources, key=lambda each: each.file)
    # all are parsed before the first one is bound: a sixth faster than one after the other
    for source, parsed in [(each, parse(each)) for each in ordered]:
        gathered.sources[source.file] = source
        before = len(gathered.diagnostics)
        for document in parsed.documents:
            take(document, gathered)
        gathered.unbound |= _claims(source, parsed)
        if parsed.diagnostics:
            found = _unspoilt(gathered.diagnostics[before:], parsed)
            gathered.diagnostics[before:] = [*parsed.diagnostics, *found]
        gathered.is_told |= source.file == WORKSPACE_FILE and has_errors(parsed.diagnostics)
    return gathered


def _unspoilt(found: list[Diagnostic], parsed: Parsed) -> list[Diagnostic]:
    """Leave out what stands in for an unreadable value: it is not to be judged as well."""
    spoilt = {each.span for each in parsed.diagnostics}
    return [each for each in found if each.span not in spoilt]


def _claims(source: SourceText, parsed: Parsed) -> set[tuple[str, str]]:
    """Return the names that documents claim which can't be read, or not as far as their name."""
    named = [each for each in parsed.documents if _is_named(each)]
    if len(named) == len(parsed.documents) and not has_errors(parsed.diagnostics):
        return set()
    return {("", name) for name in claimed_names(source, (each.start.line for each in named))}


def _is_named(document: Document) -> bool:
    """Tell whether a document that holds anything says its name."""
    return document.data is None or bool(_identity(document.data)[1])


def _bound(document: Document, gathered: _Gathered) -> Bound[Metadata]:
    if document.data is None:  # nothing between two `---`: syntax has said what there is to say
        return Bound("", None, None)
    bound = bind(document.data, DocumentPlace(document), LANGUAGE)
    gathered.diagnostics += bound.diagnostics
    return bound


def _add(document: Document, gathered: _Gathered) -> None:
    bound = _bound(document, gathered)
    kind, name = _identity(document.data)
    if kind == WORKSPACE_KIND and not _is_the_workspace(document, gathered):
        return
    first = gathered.first.setdefault((kind, name), document)
    if name and first is not document:
        gathered.diagnostics.append(_repeated(document, first, kind, name))
    elif (resource := _resource(document, bound)) is not None:
        gathered.resources[resource.address] = resource
    else:
        gathered.unbound.add((_known_kind(kind), name))


def _known_kind(name: str) -> str:
    return name if find_kind(name) else ""


def _resource(document: Document, bound: Bound[Metadata]) -> Resource | None:
    found = find_kind(bound.kind) if bound.is_sound else None
    if found is None or bound.metadata is None or bound.spec is None:
        return None
    data = document.data if isinstance(document.data, dict) else {}
    return Resource(bound.kind, found.prefix, bound.metadata, bound.spec, document, data)


def _identity(data: object) -> tuple[str, str]:
    """Return kind and name as written, readable even where the rest has errors."""
    if not isinstance(data, dict):
        return "", ""
    kind, metadata = data.get("kind"), data.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return (kind if isinstance(kind, str) else ""), (name if isinstance(name, str) else "")


def _repeated(document: Document, first: Document, kind: str, name: str) -> Diagnostic:
    span = document.span(("metadata", "name"))
    message = f"another {kind} is named `{name}`"
    related = Related(first.span(("metadata", "name")), "the first one")
    hint = "give one of them another name; environments need no copies, they have overrides"
    return report("repeated-address", message, span, hint=hint, related=(related,))


def _is_the_workspace(document: Document, gathered: _Gathered) -> bool:
    gathered.workspaces.append(document)
    if document.source.file != WORKSPACE_FILE:
        message = f"a Workspace stands in `{WORKSPACE_FILE}`, not here"
        hint = f"move it into the `{WORKSPACE_FILE}` of the repository"
        span = document.span(("kind",))
        gathered.diagnostics.append(report("misplaced-workspace", message, span, hint=hint))
        return False
    first = next(each for each in gathered.workspaces if each.source.file == WORKSPACE_FILE)
    if first is not document:
        related = Related(first.span(("kind",)), "the first one")
        message = "a repository has one Workspace, and this is another one"
        hint = "merge the two"
        span = document.span(("kind",))
        found = report("repeated-workspace", message, span, hint=hint, related=(related,))
        gathered.diagnostics.append(found)
    return first is document


def _missing_workspace(gathered: _Gathered) -> Iterator[Diagnostic]:
    if gathered.workspaces or gathered.is_told:
        return
    if WORKSPACE_FILE in gathered.sources:
        start = Position(1, 1)
        message = f"`{WORKSPACE_FILE}` holds no Workspace"
        hint = "add a document with `kind: Workspace`; `mlspec init` shows one"
        span = Span(WORKSPACE_FILE, start, start)
        yield report("missing-workspace", message, span, hint=hint)
    else:
        message = f"there is no `{WORKSPACE_FILE}`, so nothing says where models are applied"
        hint = "create a workspace with `mlspec init`"
        yield report("missing-workspace", message, None, hint=hint)
