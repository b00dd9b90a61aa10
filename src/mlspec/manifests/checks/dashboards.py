"""Dashboards of Grafana: what its import takes, and then shows wrongly or not at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.manifests._model import Manifest
from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks, notes, warns
from mlspec.manifests.checks._node import Node
from mlspec.manifests.checks._promql import query_fault, query_place
from mlspec.manifests.checks._repeated import repeated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem

__all__ = ["CHECK"]


def _panel(number: int, left: int, query: str = "errors_total > 1", more: str = "") -> str:
    place = f"gridPos: {{h: 8, w: 12, x: {left}, y: 0}}"
    source = "datasource: {type: prometheus, uid: '${source}'}"
    target = f"{{refId: A, expr: '{query}'}}{more}"
    return f"{{id: {number}, type: timeseries, {place}, {source}, targets: [{target}]}}"


def _dashboard(*panels: str) -> str:
    return f"title: fraud\npanels: [{', '.join(panels)}]\n"


_GOOD = _dashboard(_panel(1, 0), _panel(2, 12))

_ID = warns(
    "MLS1285",
    "duplicate-panel-id",
    "Two panels of a dashboard have the same id.",
    "Links, alerts and the full screen of one panel show the other.",
    bad=_dashboard(_panel(1, 0), _panel(1, 12)),
    good=_GOOD,
)
_OVERLAP = warns(
    "MLS1286",
    "overlapping-panels",
    "Two panels of a dashboard lie on each other, or one lies beside the grid.",
    "Grafana moves panels until they fit: the dashboard is not the one that was reviewed.",
    bad=_dashboard(_panel(1, 0), _panel(2, 6)),
    good=_GOOD,
)
_REF = breaks(
    "MLS1287",
    "duplicate-query-id",
    "Two queries of a panel have the same `refId`.",
    "Grafana refuses to run a panel whose queries can't be told apart.",
    bad=_dashboard(_panel(1, 0, more=", {refId: A, expr: up}")),
    good=_GOOD,
)
_QUERY = breaks(
    "MLS1288",
    "unreadable-panel-query",
    "The query of a panel is no PromQL.",
    "The panel shows an error, and is looked at for the first time when something is on fire.",
    bad=_dashboard(_panel(1, 0, "sum(rate(errors_total[5m])")),
    good=_GOOD,
)
_SOURCE = notes(
    "MLS1289",
    "fixed-data-source",
    "A panel asks a data source by its identifier in one Grafana.",
    "In any other Grafana, that of another environment among them, the panel finds nothing.",
    bad=_dashboard(_panel(1, 0).replace("${source}", "P1809F7CD0C75ACF3")),
    good=_GOOD,
)

_COLUMNS = 24
_MOST_PANELS = 500
"""Each is compared with those before it; a larger dashboard is shown to nobody."""
_DURATIONS = re.compile(
    r"\$__(?:rate_interval|interval|range)\b|\$\{__(?:rate_interval|interval|range)\}"
)
_PROMETHEUS = "prometheus"
_BUILT_IN = "-- "
"""Starts the names of the sources that every Grafana has, such as `-- Mixed --`."""

_Box = tuple[int, int, int, int]


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield what is wrong with the panels of each dashboard, those of closed rows among them."""
    for document in manifests.files:
        root = Node(Manifest(document), (), document.data)
        if not root["title"].text:
            continue
        panels = list(_panels(root))
        yield from _ids(panels)
        yield from _places(list(root["panels"].each()))
        for panel in panels:
            yield from repeated(_REF, panel["targets"].each(), "refId", "queries")
            yield from _queries(panel)


def _panels(root: Node) -> Iterator[Node]:
    for panel in root["panels"].each():
        yield panel
        yield from panel["panels"].each()


def _ids(panels: list[Node]) -> Iterator[Problem]:
    seen: set[int] = set()
    for panel in panels:
        number = panel["id"].whole
        if number in seen:
            yield panel["id"].problem(_ID, f"two panels have the id {number}", "number them anew")
        if number is not None:
            seen.add(number)


def _places(panels: list[Node]) -> Iterator[Problem]:
    taken: list[_Box] = []
    for panel in panels[:_MOST_PANELS]:
        box = _box(panel["gridPos"])
        if box is None:
            continue
        if box[0] < 0 or box[1] > _COLUMNS:
            message = f"the panel does not lie within the {_COLUMNS} columns"
            yield panel["gridPos"].problem(_OVERLAP, message, "make it narrower, or move it")
        elif any(_overlap(box, other) for other in taken):
            message = "the panel lies on another one"
            yield panel["gridPos"].problem(_OVERLAP, message, "move it to a free place")
        taken.append(box)


def _box(place: Node) -> _Box | None:
    """Return left, right, top and bottom; None where the place is not stated in full."""
    left, top, width, height = (place[key].whole for key in ("x", "y", "w", "h"))
    if left is None or top is None or width is None or height is None:
        return None
    return left, left + width, top, top + height


def _overlap(one: _Box, other: _Box) -> bool:
    return all(one[at] < other[at + 1] and other[at] < one[at + 1] for at in (0, 2))


def _queries(panel: Node) -> Iterator[Problem]:
    for target in panel["targets"].each():
        source = target["datasource"] if target["datasource"].is_set else panel["datasource"]
        if source["type"].text == _PROMETHEUS:
            yield from _query(target["expr"])
    for node in (panel, *panel["targets"].each()):
        uid = node["datasource"]["uid"]
        if uid.text and not uid.text.startswith(("$", _BUILT_IN)):
            message = f"the data source `{uid.shown}` is one of a single Grafana"
            yield uid.problem(_SOURCE, message, "use a variable of the type `datasource`")


def _query(query: Node) -> Iterator[Problem]:
    fault = _fault(query.text)
    if fault is not None:
        message = f"the query is no PromQL: {fault}"
        yield query.problem(_QUERY, message, inside=query_place(query.text))


def _fault(query: str) -> str | None:
    """Return why a query does not parse; other variables could stand for anything."""
    plain = _DURATIONS.sub("5m", query)
    return None if not query or "$" in plain or "[[" in plain else query_fault(plain)


CHECK = Check("dashboards", (_ID, _OVERLAP, _REF, _QUERY, _SOURCE), find)
