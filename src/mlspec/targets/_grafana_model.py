"""The part of a Grafana dashboard that is compiled: panels, their queries, and where they lie.

Grafana replaces `$name` and `[[name]]` in queries by variables. Both stand only inside of strings
in PromQL, so they are written as escapes there: text of a spec names no variable.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.canonical import Json

__all__ = ["Dashboard", "Limit", "Panel", "Query", "Row"]

_COLUMNS = 24
_WIDTH = 12
_HEIGHT = 8
_SCHEMA_VERSION = 39
_VARIABLE = "datasource"
_SOURCE: dict[str, Json] = {"type": "prometheus", "uid": "${" + _VARIABLE + "}"}


@dataclass(frozen=True, slots=True)
class Query:
    """A query, and how its series are named in the legend."""

    expression: str
    legend: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A line of the panel; what lies on its bad side is red."""

    value: float
    is_upper: bool

    def to_steps(self) -> list[Json]:
        """Return the colours from below to above."""
        lower, upper = ("green", "red") if self.is_upper else ("red", "green")
        return [{"color": lower, "value": None}, {"color": upper, "value": self.value}]


@dataclass(frozen=True, slots=True)
class Panel:
    """A graph, or a number where `is_number`. `unit` is one of Grafana."""

    title: str
    queries: tuple[Query, ...]
    unit: str = "short"
    limit: Limit | None = None
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Panels under one heading."""

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A dashboard; `description` tells who made it, and `uid` has at most 40 characters."""

    uid: str
    title: str
    description: str
    tags: tuple[str, ...]
    rows: tuple[Row, ...]

    def to_json(self) -> dict[str, Json]:
        """Return the dashboard as Grafana reads it; ids and places follow the order."""
        return {
            "uid": self.uid,
            "title": self.title,
            "description": self.description,
            "tags": list(self.tags),
            "schemaVersion": _SCHEMA_VERSION,
            "editable": False,
            "graphTooltip": 1,
            "refresh": "1m",
            "time": {"from": "now-24h", "to": "now"},
            "templating": {"list": [_source_variable()]},
            "panels": [
                {"id": number, **panel} for number, panel in enumerate(_placed(self.rows), start=1)
            ],
        }


def _source_variable() -> Json:
    return {
        "type": "datasource",
        "name": _VARIABLE,
        "label": "Prometheus",
        "query": "prometheus",
        "hide": 0,
        "refresh": 1,
        "includeAll": False,
        "multi": False,
    }


def _placed(rows: Iterable[Row]) -> Iterator[dict[str, Json]]:
    top = 0
    for row in rows:
        yield _heading(row, top)
        top += 1
        for place, panel in enumerate(row.panels):
            down, across = divmod(place * _WIDTH, _COLUMNS)
            yield _panel(panel, across, top + down * _HEIGHT)
        top += -(-len(row.panels) * _WIDTH // _COLUMNS) * _HEIGHT


def _heading(row: Row, top: int) -> dict[str, Json]:
    return {
        "type": "row",
        "title": row.title,
        "collapsed": False,
        "gridPos": {"h": 1, "w": _COLUMNS, "x": 0, "y": top},
        "panels": [],
    }


def _panel(panel: Panel, left: int, top: int) -> dict[str, Json]:
    return {
        "type": "stat" if panel.is_number else "timeseries",
        "title": panel.title,
        "datasource": _SOURCE,
        "gridPos": {"h": _HEIGHT, "w": _WIDTH, "x": left, "y": top},
        "targets": [_target(number, query) for number, query in enumerate(panel.queries)],
        "fieldConfig": {"defaults": _defaults(panel), "overrides": []},
        "options": {},
    }


def _target(number: int, query: Query) -> Json:
    return {
        "refId": chr(ord("A") + number),
        "datasource": _SOURCE,
        "expr": query.expression.replace("$", r"\x24").replace("[[", r"[\x5b"),
        "legendFormat": query.legend,
    }


def _defaults(panel: Panel) -> dict[str, Json]:
    found: dict[str, Json] = {"unit": panel.unit}
    if panel.limit is not None:
        found["thresholds"] = {"mode": "absolute", "steps": panel.limit.to_steps()}
        if not panel.is_number:
            found["custom"] = {"thresholdsStyle": {"mode": "line"}}
    return found
