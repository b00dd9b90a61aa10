"""Evidently reports, as `Report.run(...).json()` writes them.

Looked at: Evidently 0.7.23. A metric has the name that Evidently prints, which holds column,
method and threshold: `ValueDrift(column=temp,method=K-S p_value,threshold=0.05)`. The method stays
in the name because it turns the meaning round: a small p-value is drift, a small distance is none.
Where the value is an object, its members follow after a dot: `...(drift_share=0.5).share`.
Evidently's own tests are not read: they pass where half of a column is missing. The report does
not say when it was made, nor by which version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence._file import shown
from mlspec.evidence._json import Node, read_document
from mlspec.evidence._metrics import Metrics, flattened, metrics_of
from mlspec.evidence._provenance import Provenance
from mlspec.evidence._reader import Reader, Wanted
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.evidence._file import FileContent

__all__ = ["READER"]


def _read(content: FileContent, _wanted: Wanted) -> Metrics | Reason:
    found = read_document(content, _values)
    if isinstance(found, Reason):
        return found
    return metrics_of(content, found, Provenance("evidently"))


def _values(report: Node) -> dict[str, Json] | Reason:
    values: dict[str, Json] = {}
    for each in report.at("metrics").items():
        name = each.at("metric_name").text()
        if name in values:
            return Reason("duplicate-name", f"the metric {shown(name)} is there twice")
        values[name] = each.at("value").value
    if not values:
        return Reason("empty-file", "the report has no metrics")
    return flattened(values)


READER = Reader(
    format="evidently",
    summary="A report of Evidently, as JSON.",
    gives="Metrics",
    read=_read,
    marks=("metrics", "tests"),
)
