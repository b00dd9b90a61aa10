"""Whether the numbers of a profile can be those of one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence._file import shown
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.evidence._profile import FeatureProfile

__all__ = ["impossible"]

_ROUNDED = 1e-8
"""Means and deviations are written with nine digits."""


def impossible(rows: int, features: Sequence[FeatureProfile]) -> Reason | None:
    """Return why numbers that have the right shape can't be counts of one table.

    Counts add up to the rows. Of a numeric feature, the least and the greatest value lie in the
    outermost bins that hold rows, the mean lies between them, and the standard deviation is at
    most half their distance (Popoviciu).
    """
    if not rows:
        return Reason("empty-file", "the profile is of a table without rows")
    if len({each.name for each in features}) < len(features):
        return Reason("duplicate-name", "the profile has a feature twice")
    wrong = next((each for each in features if each.counted.rows != rows), None)
    if wrong is not None:
        told = f"the counts of {shown(wrong.name)} add up to {wrong.counted.rows}, not {rows} rows"
        return Reason("incomplete-report", told)
    found = ((each, _contradiction(each)) for each in features if each.is_numeric)
    problem = next(((each, why) for each, why in found if why), None)
    if problem is None:
        return None
    return Reason("profile-contradicts", f"{shown(problem[0].name)}: {problem[1]}")


def _contradiction(feature: FeatureProfile) -> str:
    """Return what the moments and the counts say against each other; "" where nothing."""
    occupied = [ends for ends, count in _bins(feature) if count]
    low, high = feature.minimum, feature.maximum
    if not occupied:
        return "" if low is None and high is None else "it has no values, and a least or greatest"
    if low is None or high is None:
        return "it has values, and neither a least nor a greatest"
    if low > high:
        return f"its least value {low} is above its greatest {high}"
    if not _holds(occupied[0], low) or not _holds(occupied[-1], high):
        return f"the rows in its bins do not reach from {low} to {high}"
    return _wrong_moments(feature, low, high)


def _wrong_moments(feature: FeatureProfile, low: float, high: float) -> str:
    slack = _ROUNDED * max(abs(low), abs(high))
    mean, deviation = feature.mean, feature.deviation
    if mean is not None and not low - slack <= mean <= high + slack:
        return f"its mean {mean} does not lie between {low} and {high}"
    if deviation is not None and deviation > (high / 2 - low / 2) * (1 + _ROUNDED) + slack:
        return f"no values between {low} and {high} have the deviation {deviation}"
    return ""


def _bins(feature: FeatureProfile) -> Iterator[tuple[tuple[float, float, bool], int]]:
    """Yield the ends of each bin along the axis, whether the upper one is in it, and its rows."""
    edges, spikes = feature.edges, feature.spikes
    below = float("-inf")
    for place, edge in enumerate(edges):
        yield (below, edge, edge not in spikes), feature.counts[place]
        if edge in spikes:
            yield (edge, edge, True), feature.counts[len(edges) + 1 + spikes.index(edge)]
        below = edge
    yield (below, float("inf"), False), feature.counts[len(edges)]


def _holds(ends: tuple[float, float, bool], value: float) -> bool:
    low, high, closed = ends
    if low == high:
        return value == low
    return low < value < high or (closed and value == high)
