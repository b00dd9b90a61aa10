"""Resources that are made of themselves.

References that stay within a kind (a data set derived from data sets) must not form a circle.
Circles through several kinds are legal here: a model that trains on what it produces is a
feedback loop, which a rule judges.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from mlspec.diagnostics import Related
from mlspec.workspace._report import report

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.diagnostics import Diagnostic, Span
    from mlspec.workspace._model import Edge, Resource

__all__ = ["find_cycles"]

_Graph = dict[str, dict[str, "Edge"]]


def find_cycles(resources: Mapping[str, Resource], edges: Iterable[Edge]) -> Iterator[Diagnostic]:
    """Yield one diagnostic for each circle, started at its smallest position."""
    core = _core(_within_kinds(resources, edges))
    seen: set[str] = set()
    for start in sorted(core):
        if start in seen:
            continue
        cycle = _shortest_cycle(core, start)
        seen |= {edge.source for edge in cycle}
        if cycle:
            yield _describe(resources, cycle)


def _within_kinds(resources: Mapping[str, Resource], edges: Iterable[Edge]) -> _Graph:
    graph: _Graph = {}
    for edge in edges:
        is_within = resources[edge.source].kind == resources[edge.target].kind
        if is_within and edge.path[0] == "spec":  # a team that owns itself is made of nothing
            graph.setdefault(edge.source, {}).setdefault(edge.target, edge)
    return graph


def _core(graph: _Graph) -> _Graph:
    """Drop, again and again, what refers to nothing that is left: circles remain."""
    referrers = _referrers(graph)
    left = {source: dict(targets) for source, targets in graph.items()}
    ends = deque(sorted(set(referrers) - set(graph)))
    while ends:
        target = ends.popleft()
        for source in sorted(referrers.get(target, ())):
            left[source].pop(target)
            if not left[source]:
                del left[source]
                ends.append(source)
    return left


def _referrers(graph: _Graph) -> dict[str, set[str]]:
    referrers: dict[str, set[str]] = {}
    for source, targets in graph.items():
        for target in targets:
            referrers.setdefault(target, set()).add(source)
    return referrers


def _shortest_cycle(graph: _Graph, start: str) -> list[Edge]:
    """Return the edges from `start` back to it; none when it only leads to a circle."""
    reached = _reached(graph, start)
    if start not in reached:
        return []
    cycle = [reached[start]]
    while cycle[-1].source != start:
        cycle.append(reached[cycle[-1].source])
    return cycle[::-1]


def _reached(graph: _Graph, start: str) -> dict[str, Edge]:
    """Return the first edge to each node on the way from `start`, until it comes back to it."""
    reached: dict[str, Edge] = {}
    frontier = deque([start])
    while frontier and start not in reached:
        node = frontier.popleft()
        for target, edge in graph[node].items():
            if target not in reached:
                reached[target] = edge
                frontier.append(target)
    return reached


def _describe(resources: Mapping[str, Resource], cycle: list[Edge]) -> Diagnostic:
    spans: list[Span] = [resources[edge.source].span(edge.path) for edge in cycle]
    first = spans.index(min(spans))
    cycle, spans = cycle[first:] + cycle[:first], spans[first:] + spans[:first]
    names = [resources[edge.source].name for edge in cycle]
    way = " -> ".join(f"`{each}`" for each in [*names, names[0]])
    related = tuple(
        Related(span, f"`{resources[edge.source].name}` refers to `{resources[edge.target].name}`")
        for edge, span in zip(cycle[1:], spans[1:], strict=True)
    )
    hint = "take one of these references away"
    message = f"{resources[cycle[0].source].kind} {way} is made of itself"
    return report("circular-reference", message, spans[0], hint=hint, related=related)
