"""Metrics in JSON: `{"auc": 0.9}`, nested objects, `{"metrics": {...}}`, or MLflow runs.

A nested metric has the names on the way to it, joined by dots: scikit-learn's classification
report gives `macro avg.f1-score`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence._metrics import Metrics, parse_metrics
from mlspec.evidence._reader import Reader, Wanted

if TYPE_CHECKING:
    from mlspec.evidence._file import FileContent
    from mlspec.evidence._reason import Reason

__all__ = ["READER"]


def _read(content: FileContent, wanted: Wanted) -> Metrics | Reason:
    return parse_metrics(content, run=wanted.run)


READER = Reader(
    format="metrics",
    summary="A JSON object of numbers, nested or not.",
    gives="Metrics",
    read=_read,
    suffixes=(".json",),
)
