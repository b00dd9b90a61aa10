"""The metrics that gates compute: range, direction, and what they are computed from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["METRICS", "Metric", "MetricName", "Reads"]

MetricName = Literal[
    "accuracy",
    "average-precision",
    "balanced-accuracy",
    "brier",
    "f1",
    "log-loss",
    "mae",
    "precision",
    "r2",
    "recall",
    "rmse",
    "roc-auc",
]


class Reads(StrEnum):
    """Which column a metric is computed from, beside the label."""

    CLASSES = "classes"
    """The predicted class: the prediction column, or the score against the threshold."""
    SCORES = "scores"
    """The score; any scale, higher means more likely positive."""
    PROBABILITIES = "probabilities"
    """The score, which has to be a probability."""
    ESTIMATES = "estimates"
    """The predicted value of a regression."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric that mlspec computes.

    `needs` are the counts below which no interval is trusted; `rows` is always among them.
    """

    name: str
    reads: Reads
    needs: tuple[tuple[str, int], ...]
    higher_is_better: bool = True
    lowest: float = 0.0
    highest: float = 1.0


_CLASS = 30
_BOOTSTRAP = 200
_FEW = (("rows", _CLASS),)
_MANY = (("rows", _BOOTSTRAP),)
_BOTH = (("positives", _CLASS), ("negatives", _CLASS))

_TABLE = (
    Metric("accuracy", Reads.CLASSES, _FEW),
    Metric("average-precision", Reads.SCORES, _MANY + _BOTH),
    Metric("balanced-accuracy", Reads.CLASSES, _MANY + _BOTH),
    Metric("brier", Reads.PROBABILITIES, _MANY, higher_is_better=False),
    Metric("f1", Reads.CLASSES, _MANY + _BOTH),
    Metric("log-loss", Reads.PROBABILITIES, _MANY, higher_is_better=False, highest=math.inf),
    Metric("mae", Reads.ESTIMATES, _MANY, higher_is_better=False, highest=math.inf),
    Metric("precision", Reads.CLASSES, (*_FEW, ("predictedPositives", _CLASS))),
    Metric("r2", Reads.ESTIMATES, _MANY, lowest=-math.inf),
    Metric("recall", Reads.CLASSES, (*_FEW, ("positives", _CLASS))),
    Metric("rmse", Reads.ESTIMATES, _MANY, higher_is_better=False, highest=math.inf),
    Metric("roc-auc", Reads.SCORES, _FEW + _BOTH),
)

METRICS: Mapping[str, Metric] = MappingProxyType({each.name: each for each in _TABLE})
"""The computed metrics by name."""
