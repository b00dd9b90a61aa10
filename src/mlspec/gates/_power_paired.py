"""The pairs that a comparison with the champion needs, from how often the two differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.gates._measure import level_of
from mlspec.gates._metrics import METRICS
from mlspec.gates._power import (
    RowsNeeded,
    by_width,
    of_point,
    paths_end,
    smallest_distance,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._comparison_spec import ChampionChallenger
    from mlspec.gates._power import Assumed

__all__ = ["rows_needed"]

_UNKNOWN = "how often the two models differ is not known before there are predictions of both"
_LEAST = 200


def rows_needed(
    spec: ChampionChallenger, observed: GateResult, assumed: Assumed
) -> Iterator[RowsNeeded]:
    """Yield the pairs that tell the assumed difference from the margin.

    Non-inferiority: of two equally good models. Superiority: of a challenger that is better by
    twice the gain asked for; without a gain, by a share of the way to the best value.
    """
    counts = dict(observed.counts)
    if spec.decide == "point":
        yield of_point(spec, counts.get("rows"))
    else:
        yield _Case(spec, observed, counts, assumed).needed()


@dataclass(frozen=True, slots=True)
class _Case:
    spec: ChampionChallenger
    observed: GateResult
    counts: dict[str, int]
    assumed: Assumed

    def needed(self) -> RowsNeeded:
        have, pairs_at = self.counts.get("rows"), self._pairs_at()
        if pairs_at is None:
            return RowsNeeded("pairs", None, have, _UNKNOWN)
        floor, distance = self._floor(), self._distance()
        return RowsNeeded(
            "pairs",
            max(pairs_at(distance), floor),
            have,
            self._assuming(distance),
            decides=smallest_distance(lambda each: max(pairs_at(each), floor), have, self._end()),
        )

    def _pairs_at(self) -> Callable[[float], float] | None:
        rows = self.counts.get("rows", 0)
        if self.spec.metric != "accuracy":
            return by_width(self.observed.interval, rows, self.assumed.power)
        if not rows:
            return None
        return lambda distance: stats.pairs_for_accuracy(
            distance, self._discordance(), level=level_of(self.spec), power=self.assumed.power
        )

    def _discordance(self) -> float:
        """Return the share of pairs on which one model alone is right; of none, that of one."""
        only = self.counts.get("onlyChallengerRight", 0) + self.counts.get("onlyChampionRight", 0)
        return max(only, 1) / self.counts["rows"]

    def _floor(self) -> int:
        least = max(dict(METRICS[self.spec.metric].needs).values())
        is_closed = self.spec.metric in {"accuracy", "roc-auc"}
        return max(least if is_closed else _LEAST, self.spec.minimum_rows)

    def _end(self) -> float:
        """Return the most by which a model can be better than the champion and the gain asked."""
        metric = METRICS[self.spec.metric]
        best = metric.highest if metric.higher_is_better else metric.lowest
        champion = dict(self.observed.facts).get("champion", best)
        return max(0.0, paths_end(champion, best) - (self.spec.minimum_gain or 0.0))

    def _distance(self) -> float:
        if self.spec.mode == "non-inferiority":
            return self.spec.margin or 0.0
        return self.spec.minimum_gain or self.assumed.effect * self._end()

    def _assuming(self, distance: float) -> str:
        if self.spec.mode == "non-inferiority":
            truth = "the models are equally good"
        else:
            truth = f"the challenger is better by {self._gain(distance):.4g}"
        if self.spec.metric != "accuracy":
            return truth
        if self.spec.mode == "non-inferiority":
            return f"{truth} and just one of them is right on {told(self._discordance())}"
        return f"{truth}: {self._reached(self._gain(distance))}"

    def _gain(self, distance: float) -> float:
        return (self.spec.minimum_gain or 0.0) + distance

    def _reached(self, gain: float) -> str:
        """Return what an assumed gain says of the pairs on which the models differ.

        Of a share d of pairs on which one alone is right, a gain g takes (d + g) / 2 for the
        challenger; it is never above d. Who is right there is what will be judged, so it is not
        looked at.
        """
        differ = self._discordance()
        if gain > differ:
            return f"more than these pairs can show, which differ on {told(differ)}"
        alone = told((differ + gain) / 2)
        return (
            f"it alone is right on {alone} of the pairs, just one of them on {told(differ)}; the "
            "gain is assumed, not what the pairs show"
        )
