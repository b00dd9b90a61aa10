"""The metrics that gates compute: range, direction, and what they are computed from."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["METRICS", "Metric", "MetricName", "Reads", "known_as", "metric_of"]

MetricName = Literal[
    "accuracy",
    "average-precision",
    "balanced-accuracy",
    "brier",
    "f1",
    "log-loss",
    "macro-f1",
    "macro-precision",
    "macro-recall",
    "mae",
    "mape",
    "mcc",
    "median-absolute-error",
    "pinball",
    "precision",
    "r2",
    "recall",
    "rmse",
    "roc-auc",
    "specificity",
    "wape",
    "weighted-f1",
    "weighted-precision",
    "weighted-recall",
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
    `many` tells whether it is defined for any number of classes, once the predicted class is given;
    `apart` whether a model that always says the same reaches its best or worst value where all
    labels are of one class, so that such rows say nothing (recall and specificity are about one
    class by definition);
    `quantile` which quantile a pinball loss is of.
    """

    name: str
    reads: Reads
    needs: tuple[tuple[str, int], ...]
    higher_is_better: bool = True
    lowest: float = 0.0
    highest: float = 1.0
    many: bool = False
    apart: bool = False
    quantile: float | None = None

    @property
    def point_needs(self) -> tuple[tuple[str, int], ...]:
        """The counts below which not even a point estimate decides: those of the classes stay."""
        return (("rows", _CLASS), *(each for each in self.needs if each[0] != "rows"))


_CLASS = 30
_BOOTSTRAP = 200
_FEW = (("rows", _CLASS),)
_MANY = (("rows", _BOOTSTRAP),)
_BOTH = (("positives", _CLASS), ("negatives", _CLASS))

_EVERY = (("smallestClass", _CLASS),)


def _error(name: str) -> Metric:
    return Metric(name, Reads.ESTIMATES, _MANY, higher_is_better=False, highest=math.inf)


def _loss(name: str, highest: float = 1.0) -> Metric:
    return Metric(
        name, Reads.PROBABILITIES, _MANY, higher_is_better=False, highest=highest, apart=True
    )


def _of_classes(name: str, needs: tuple[tuple[str, int], ...] = (), lowest: float = 0.0) -> Metric:
    return Metric(name, Reads.CLASSES, _MANY + needs, lowest=lowest, many=True, apart=True)


_TABLE = (
    Metric("accuracy", Reads.CLASSES, _FEW, many=True, apart=True),
    Metric("average-precision", Reads.SCORES, _MANY + _BOTH, apart=True),
    Metric("balanced-accuracy", Reads.CLASSES, _MANY + _BOTH, apart=True),
    _loss("brier"),
    Metric("f1", Reads.CLASSES, _MANY + _BOTH, apart=True),
    _loss("log-loss", math.inf),
    _of_classes("macro-f1", _EVERY),
    _of_classes("macro-precision", _EVERY),
    _of_classes("macro-recall", _EVERY),
    _error("mae"),
    _error("mape"),
    _of_classes("mcc", _EVERY, lowest=-1.0),
    _error("median-absolute-error"),
    _error("pinball"),
    Metric("precision", Reads.CLASSES, (*_FEW, ("predictedPositives", _CLASS)), apart=True),
    Metric("r2", Reads.ESTIMATES, _MANY, lowest=-math.inf),
    Metric("recall", Reads.CLASSES, (*_FEW, ("positives", _CLASS))),
    _error("rmse"),
    Metric("roc-auc", Reads.SCORES, _FEW + _BOTH, apart=True),
    Metric("specificity", Reads.CLASSES, (*_FEW, ("negatives", _CLASS))),
    _error("wape"),
    _of_classes("weighted-f1"),
    _of_classes("weighted-precision"),
    _of_classes("weighted-recall"),
)

METRICS: Mapping[str, Metric] = MappingProxyType({each.name: each for each in _TABLE})
"""The computed metrics by name."""


def metric_of(name: str, quantile: float | None = None) -> Metric:
    """Return the metric of that name; of a pinball loss, with its quantile."""
    return replace(METRICS[name], quantile=quantile)


_OTHER_NAMES = {
    "auc": "roc-auc",
    "auroc": "roc-auc",
    "brier-score": "brier",
    "f1-score": "f1",
    "logloss": "log-loss",
    "mean-absolute-error": "mae",
    "precision-score": "precision",
    "r2-score": "r2",
    "recall-score": "recall",
    "roc-auc-score": "roc-auc",
    "accuracy-score": "accuracy",
}


def known_as(name: str) -> Metric | None:
    """Return the metric that another tool's name means: `roc_auc`, `test.F1`, `val/accuracy`.

    The last step of the name counts, in any case, with `_` for `-`; None where it is no metric of
    which the range is known.
    """
    last = name.replace("/", ".").rpartition(".")[2].lower().replace("_", "-")
    return METRICS.get(_OTHER_NAMES.get(last, last))
