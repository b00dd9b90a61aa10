"""Burn rates of an error budget, and the verdict on a pair of windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import PartResult, Reason
from mlspec.gates._counts import counts_of
from mlspec.gates._decide import at_most
from mlspec.gates._measure import Measured, interval, level_of, rounded
from mlspec.gates._parts import judged_part, unmeasured_part
from mlspec.gates._sample import too_few

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.evidence import Frame, SeriesSet
    from mlspec.gates._slo_burn_spec import BurnPair, SloBurnSpec
    from mlspec.stats import Share

__all__ = ["judged_pairs"]

_NEEDS = (("rows", 30),)


def judged_pairs(
    spec: SloBurnSpec, pairs: Sequence[BurnPair], found: Frame | SeriesSet
) -> list[PartResult]:
    """Return the verdict on each pair of windows."""
    windows = sorted({name for each in pairs for name in (each.long, each.short)})
    counts = counts_of(found, spec.counts, windows)
    return [_judged(spec, each, counts[each.long], counts[each.short]) for each in pairs]


def _judged(
    spec: SloBurnSpec, pair: BurnPair, long: Share | Reason, short: Share | Reason
) -> PartResult:
    """Judge the smaller burn rate of both: both exceed a limit just when the smaller one does.

    Both ends of its interval are the smaller ones of both: above the limit only if both are, and
    not above it as soon as one is not. No correction is needed to fail: that both exceed is an
    intersection. To pass on either of two windows errs in at most twice 1 - confidence, so its
    upper end is taken at half of that.
    """
    if isinstance(long, Reason):
        return unmeasured_part(pair.name, long)
    if isinstance(short, Reason):
        return unmeasured_part(pair.name, short)
    if short.trials > long.trials or short.successes > long.successes:
        sentence = f"`{pair.short}` counts more than `{pair.long}`, of which it is a part"
        return unmeasured_part(pair.name, Reason("windows-contradict", sentence))
    level, budget = level_of(spec), 1 - spec.objective
    lower = min(each.wilson(level=level).lower for each in (long, short))
    upper = min(each.wilson(level=(1 + level) / 2).upper for each in (long, short))
    ends = interval("wilson-smaller", stats.Bounds(lower / budget, upper / budget), level)
    rows = (("rows", int(min(long.trials, short.trials))),)
    burn = min(long.value, short.value) / budget
    few = too_few(spec, _NEEDS, rows)
    measured = Measured("burn-rate", rounded(burn), ends, rows, few)
    return judged_part(spec, pair.name, measured, at_most(pair.maximum_burn))
