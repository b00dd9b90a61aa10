"""The rows that a threshold of a metric needs: in closed form, or by the width of an interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.gates._measure import level_of
from mlspec.gates._metrics import METRICS
from mlspec.gates._power import (
    RowsNeeded,
    by_width,
    of_point,
    path_of,
    paths_end,
    smallest_distance,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._power import Assumed
    from mlspec.gates._threshold_spec import MetricThreshold

__all__ = ["rows_needed"]

_OF_SHARES = {
    "accuracy": "rows",
    "precision": "predictedPositives",
    "recall": "positives",
    "specificity": "negatives",
}
_REPORTED = "the number that another tool reports is taken as it is"
_UNKNOWN = "how much rows vary is not known before there are predictions"


def rows_needed(
    spec: MetricThreshold, observed: GateResult, assumed: Assumed
) -> Iterator[RowsNeeded]:
    """Yield the rows that tell a model beyond the threshold from one at it."""
    counts = dict(observed.counts)
    if spec.source != "predictions":
        yield RowsNeeded("rows", max(1, spec.minimum_rows), counts.get("rows"), _REPORTED)
        return
    if spec.decide == "point":
        yield of_point(spec, counts.get("rows"))
        return
    yield _Case(spec, observed, counts, assumed).needed()


@dataclass(frozen=True, slots=True)
class _Case:
    spec: MetricThreshold
    observed: GateResult
    counts: dict[str, int]
    assumed: Assumed

    def needed(self) -> RowsNeeded:
        rows_at, unit = self._rows_at(), _OF_SHARES.get(self.spec.metric, "rows")
        have, floor = self.counts.get(unit), self._floor(unit)
        if rows_at is None:
            return RowsNeeded(_word(unit), None, have, _UNKNOWN)
        end = paths_end(self._limit, self._best)
        distance = self.assumed.effect * path_of(self._limit, self._best)
        return RowsNeeded(
            _word(unit),
            max(rows_at(distance), floor),
            have,
            self._assuming(distance),
            decides=smallest_distance(lambda each: max(rows_at(each), floor), have, end),
        )

    @property
    def _limit(self) -> float:
        stated = self.spec.at_least if self.spec.at_least is not None else self.spec.at_most
        return stated or 0.0

    @property
    def _sign(self) -> int:
        return 1 if self.spec.at_least is not None else -1

    @property
    def _best(self) -> float:
        metric = METRICS[self.spec.metric]
        return metric.highest if self._sign > 0 else metric.lowest

    def _floor(self, unit: str) -> int:
        least = dict(METRICS[self.spec.metric].needs).get(unit, 0)
        return max(least, self.spec.minimum_rows) if unit == "rows" else least

    def _rows_at(self) -> Callable[[float], float] | None:
        level, power = level_of(self.spec), self.assumed.power
        if self.spec.metric in _OF_SHARES:
            find = partial(stats.rows_for_share, limit=self._limit, level=level, power=power)
        elif self.spec.metric == "roc-auc":
            share = self._positive_share()
            find = partial(
                stats.rows_for_auc,
                limit=self._limit,
                positive_share=0.5 if share is None else share,
                level=level,
                power=power,
            )
        else:
            return by_width(self.observed.interval, self.counts.get("rows", 0), power)
        return lambda distance: find(self._limit + self._sign * distance) if distance else math.inf

    def _positive_share(self) -> float | None:
        rows = self.counts.get("rows", 0)
        return self.counts["positives"] / rows if rows and "positives" in self.counts else None

    def _assuming(self, distance: float) -> str:
        truth = f"{self.spec.metric} is {self._limit + self._sign * distance:.4g}"
        if self.spec.metric != "roc-auc":
            return truth
        share = self._positive_share()
        positives = "half of the rows" if share is None else told(share)
        return f"{truth} and {positives} are positive"


def _word(unit: str) -> str:
    return unit.replace("predictedPositives", "predicted positives")
