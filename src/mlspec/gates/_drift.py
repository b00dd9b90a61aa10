"""How far one feature has moved: the number of a method, its interval, and what it rests on."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Reason
from mlspec.gates._measure import Measured, interval, level_of, rounded
from mlspec.gates._sample import POINT_NEEDS, too_few

if TYPE_CHECKING:
    from mlspec.gates._distributions import Distribution
    from mlspec.gates._spec import GateSpecBase

__all__ = ["adjusted", "p_value", "shift"]

_NUMERIC_ALONE = frozenset({"ks", "wasserstein"})
_BEYOND = sys.float_info.max
"""Where missing values lie for `ks`: beyond every other."""


@dataclass(frozen=True, slots=True)
class _Shift:
    """An estimate and its bounds; `undecided` says why no verdict may rest on it."""

    value: float
    bounds: stats.Bounds
    method: str
    undecided: Reason | None = None
    facts: tuple[tuple[str, float], ...] = ()


def shift(
    spec: GateSpecBase, method: str, reference: Distribution, current: Distribution, *, seed: int
) -> Measured | Reason:
    """Return how far the current side lies from the reference by a method."""
    unfit = _unfit(method, reference, current)
    if unfit is not None:
        return unfit
    found = _shift(method, reference, current, level_of(spec), seed)
    if isinstance(found, Reason):
        return found
    if not math.isfinite(found.value):
        sentence = f"`{method}` is undefined: the reference is constant, or a side has no values"
        return Reason("undefined-metric", sentence)
    return _weighed(spec, method, found, _counts(reference, current))


def _weighed(
    spec: GateSpecBase, method: str, found: _Shift, counts: tuple[tuple[str, int], ...]
) -> Measured:
    few = too_few(spec, (*POINT_NEEDS, ("referenceRows", 30)), counts) or found.undecided
    return Measured(
        method,
        rounded(found.value),
        interval=None if few else interval(found.method, found.bounds, level_of(spec)),
        counts=counts,
        undecided=few,
        facts=found.facts,
    )


def p_value(method: str, reference: Distribution, current: Distribution) -> float:
    """Return p of the test that nothing has moved: information, it decides nothing."""
    if method == "ks" and reference.profile.is_numeric:
        return _kolmogorov(reference, current, 0.9).p
    ours, theirs = reference.profile.counted, current.profile.counted
    return stats.homogeneity_p(ours.vector, theirs.vector)


def adjusted(p_values: dict[str, float]) -> tuple[tuple[str, float], ...]:
    """Return p by feature, adjusted over all of them by Benjamini and Hochberg, for the record."""
    names = sorted(name for name, p in p_values.items() if math.isfinite(p))
    values = stats.benjamini_hochberg(stats.vector([p_values[name] for name in names]))
    pairs = zip(names, values.tolist(), strict=True)
    return tuple((f"adjustedP.{name}", rounded(p, 6)) for name, p in pairs)


def _counts(reference: Distribution, current: Distribution) -> tuple[tuple[str, int], ...]:
    ours, theirs = reference.profile.counted, current.profile.counted
    counts = {"rows": theirs.rows, "referenceRows": ours.rows, "missing": theirs.missing}
    counts["referenceMissing"] = ours.missing
    counts |= {} if theirs.new is None else {"newCategories": theirs.new}
    return tuple(sorted(counts.items()))


_FEWEST_BINS = 2


def _unfit(method: str, reference: Distribution, current: Distribution) -> Reason | None:
    """Return why the method says nothing about the feature, whatever its values."""
    if not current.profile.counted.rows:
        return Reason("empty-file", "the current side has no rows")
    counts = reference.profile.counts
    if len(counts) < _FEWEST_BINS and any(counts):
        return Reason("one-bin", "the reference has one bin, so nothing can move out of it")
    numeric = reference.profile.is_numeric
    wrong = not numeric if method in _NUMERIC_ALONE else numeric and method == "new-category-share"
    if wrong:
        kind = "numeric" if numeric else "categorical"
        sentence = f"`{method}` says nothing about a {kind} feature"
        return Reason("method-not-for-feature", sentence)
    if not reference.profile.counted.present:
        return Reason("undefined-metric", "the reference has no value of the feature")
    return _unnamed(method, current)


def _unnamed(method: str, current: Distribution) -> Reason | None:
    """Return why new categories would hide among the rare ones, which share a bin."""
    if method == "missing-rate" or current.profile.new is not None:
        return None
    return Reason("categories-unknown", "the profile does not name its rare categories")


def _shift(
    method: str, reference: Distribution, current: Distribution, level: float, seed: int
) -> _Shift | Reason:
    ours, theirs = reference.profile.counted, current.profile.counted
    match method:
        case "psi":
            return _psi(stats.psi(ours.vector, theirs.vector, level=level))
        case "ks":
            found = _kolmogorov(reference, current, level)
            return _Shift(found.distance, found.bounds, "dvoretzky-kiefer-wolfowitz")
        case "wasserstein":
            return _wasserstein(reference, current, level)
        case "missing-rate":
            return _missing(ours, theirs, level)
        case "new-category-share":
            share = theirs.new_share
            return _Shift(share.value, share.wilson(level=level), "wilson")
        case _:
            value = stats.count_distance(method, ours.vector, theirs.vector)
            bounds = stats.count_distance_bounds(
                method, ours.vector, theirs.vector, level=level, seed=seed
            )
            return _Shift(value, bounds, "bootstrap-multinomial")


def _psi(found: stats.Psi) -> _Shift:
    few = Reason("too-few-rows", f"there are fewer than 5 rows for each of the {found.bins} bins")
    facts = (("bias", rounded(found.bias)), ("bins", float(found.bins)))
    return _Shift(found.value, found.bounds, "psi-delta", few if found.thin else None, facts)


def _kolmogorov(reference: Distribution, current: Distribution, level: float) -> stats.Kolmogorov:
    """Compare the distribution functions, a missing value being one beyond all others."""
    if reference.values is not None and current.values is not None:
        ours, theirs = (
            stats.filled(reference.values, _BEYOND),
            stats.filled(current.values, _BEYOND),
        )
        return stats.ks(ours, theirs, level=level)
    bins = reference.profile.bins
    if not isinstance(bins, stats.NumericBins):
        return stats.ks(stats.vector([]), stats.vector([]), level=level)
    wider = stats.NumericBins((*bins.edges, _BEYOND), (*bins.spikes, _BEYOND))
    counts = [_with_missing(bins, side) for side in (reference, current)]
    return stats.binned_ks(wider, counts[0], counts[1], level=level)


def _with_missing(bins: stats.NumericBins, side: Distribution) -> stats.BinCounts:
    """Return the counts with a spike for missing values, and an empty interval beyond it."""
    counts, last = side.profile.counts, len(bins.edges) + 1
    return stats.BinCounts((*counts[:last], 0, *counts[last:], side.profile.missing))


def _wasserstein(reference: Distribution, current: Distribution, level: float) -> _Shift | Reason:
    missing = _missing(reference.profile.counted, current.profile.counted, level)
    if missing.bounds.lower > 0:
        sentence = "the share of missing values changed, which this distance can't see"
        return Reason("missing-changed", sentence)
    if reference.values is not None and current.values is not None:
        ours, theirs = stats.present(reference.values), stats.present(current.values)
        found = stats.wasserstein(ours, theirs, level=level)
        return _Shift(found.distance, found.bounds, "kantorovich-delta")
    return _binned_wasserstein(reference, current, level)


def _binned_wasserstein(
    reference: Distribution, current: Distribution, level: float
) -> _Shift | Reason:
    ours, theirs, bins = reference.profile, current.profile, reference.profile.bins
    ends = [each for side in (ours, theirs) for each in (side.minimum, side.maximum)]
    known = [each for each in ends if each is not None]
    if not isinstance(bins, stats.NumericBins) or len(known) < len(ends):
        return Reason("ends-unknown", "the counts come without their smallest and largest value")
    found = stats.binned_wasserstein(
        bins,
        ours.counted,
        theirs.counted,
        deviation=ours.deviation or 0.0,
        ends=stats.Bounds(min(known), max(known)),
        level=level,
    )
    return _Shift(found.distance, found.bounds, "kantorovich-bins")


def _missing(ours: stats.BinCounts, theirs: stats.BinCounts, level: float) -> _Shift:
    """Return by how much the share of missing values changed, up or down."""
    first, second = theirs.missing_share, ours.missing_share
    found = stats.newcombe(first, second, level=level)
    sizes = sorted((abs(found.lower), abs(found.upper)))
    apart = found.lower > 0 or found.upper < 0
    bounds = stats.Bounds(sizes[0] if apart else 0.0, sizes[1])
    return _Shift(abs(first.value - second.value), bounds, "newcombe")
