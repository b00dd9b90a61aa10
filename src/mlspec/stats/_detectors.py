"""Change detectors on a stream: where they raise an alarm. An alarm is a hint, not a verdict.

Each returns the places, counted from 0, of the values at which it alarms, and starts afresh with
the value after. Defaults and alarms are those of river. The stream has to be finite.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.stats._arrays import FloatVector, PlaceVector

__all__ = ["adwin_alarms", "ddm_alarms", "page_hinkley_alarms"]

_CLOCK = 32
_BUCKETS = 5
_SHORTEST = 5
_GRACE = 10
_WARM_UP = 30
_FADING = 1 - 1e-4


def adwin_alarms(values: FloatVector, *, delta: float = 0.002) -> PlaceVector:
    """Return where the mean of a window changed: two parts of it differ by more than chance.

    Every 32 values, each cut of the window between buckets of an exponential histogram (5 per size)
    into n0 and n1 values is tested: with m = 1/(n0 - 4) + 1/(n1 - 4) and
    D = ln(2 ln(n) / delta), the cut holds when the means differ by more than
    sqrt(2 m variance D) + 2/3 m D. Source: Bifet and Gavalda, SIAM Data Mining (2007). `delta`
    bounds the chance of a false alarm per test. Either direction. O(n + n/32 log n).
    """
    return np.fromiter(_adwin(values, delta), dtype=np.intp)


def _adwin(values: FloatVector, delta: float) -> Iterator[int]:
    start, sizes = 0, [0]
    # shifted by the mean, so that sums of squares do not cancel
    centred = values - values.mean() if values.size else values
    sums = np.concatenate([[0.0], np.cumsum(centred)])
    squares = np.concatenate([[0.0], np.cumsum(centred**2)])
    for place in range(values.size):
        _grow(sizes)
        width = place + 1 - start
        if width % _CLOCK or width <= _GRACE:
            continue
        cuts = start + _cuts(sizes)
        whole = (sums[start : place + 2 : width], squares[start : place + 2 : width])
        if _has_change(sums[cuts] - sums[start], cuts - start, whole, delta):
            yield place
            start, sizes = place + 1, [0]


def _grow(sizes: list[int]) -> None:
    """Add a bucket of one value; of six buckets of a size the two oldest become one of the next."""
    sizes[0] += 1
    for power in range(len(sizes)):
        if sizes[power] <= _BUCKETS:
            return
        if power + 1 == len(sizes):
            sizes.append(0)
        sizes[power] -= 2
        sizes[power + 1] += 1


def _cuts(sizes: list[int]) -> PlaceVector:
    """Return after how many of the oldest values a bucket ends, but for the newest bucket."""
    widths = np.repeat(2 ** np.arange(len(sizes)), sizes)[::-1]
    ends: PlaceVector = np.cumsum(widths)[:-1]
    return ends


def _has_change(
    older: FloatVector, counts: PlaceVector, whole: tuple[FloatVector, FloatVector], delta: float
) -> bool:
    total, square = (float(each[-1] - each[0]) for each in whole)
    width = int(counts[-1]) + 1
    variance = max(0.0, square - total * total / width) / width
    fair = (counts >= _SHORTEST) & (width - counts >= _SHORTEST)
    first, older = counts[fair], older[fair]
    distance = np.abs(older / first - (total - older) / (width - first))
    surprise = math.log(2 * math.log(width) / delta)
    size = 1 / (first - _SHORTEST + 1) + 1 / (width - first - _SHORTEST + 1)
    bound = np.sqrt(2 * size * variance * surprise) + 2 / 3 * surprise * size
    return bool((distance > bound).any())


def ddm_alarms(errors: FloatVector, *, drift: float = 3.0) -> PlaceVector:
    """Return where the share of errors rose above its best by `drift` standard deviations.

    With p the share of errors since the last alarm and s = sqrt(p (1 - p) / n), alarm when
    p + s > p_min + drift s_min, the pair with the smallest p + s after 30 values. Source: Gama,
    Medas, Castillo and Rodrigues, SBIA (2004). Errors are 0 or 1; a rise only.
    """
    return np.fromiter(_ddm(errors, drift), dtype=np.intp)


def _ddm(errors: FloatVector, drift: float) -> Iterator[int]:
    count, share, lowest, limit = 0, 0.0, math.inf, math.inf
    for place, error in enumerate(errors.tolist()):
        count += 1
        share += (error - share) / count
        spread = math.sqrt(max(0.0, share * (1 - share)) / count)
        if count <= _WARM_UP:
            continue
        if share + spread <= lowest:
            lowest, limit = share + spread, share + drift * spread
        if share + spread > limit:
            yield place
            count, share, lowest, limit = 0, 0.0, math.inf, math.inf


def page_hinkley_alarms(
    values: FloatVector, *, allowance: float = 0.005, threshold: float = 50.0
) -> PlaceVector:
    """Return where the mean moved away from its past by more than `allowance`, for long enough.

    U = 0.9999 U + (x - mean) - allowance, mean over all values since the last alarm; alarm when U
    is more than `threshold` above its minimum after 30 values, or, mirrored, below its maximum.
    Source: E. S. Page, Biometrika 41 (1954). In the unit of the values; either direction.
    """
    return np.fromiter(_page_hinkley(values, allowance, threshold), dtype=np.intp)


def _page_hinkley(values: FloatVector, allowance: float, threshold: float) -> Iterator[int]:
    count, mean, rise, fall, low, high = 0, 0.0, 0.0, 0.0, math.inf, -1.0
    for place, value in enumerate(values.tolist()):
        count += 1
        mean += (value - mean) / count
        rise = _FADING * rise + value - mean - allowance
        fall = _FADING * fall + value - mean + allowance
        low, high = min(low, rise), max(high, fall)
        if count >= _WARM_UP and max(rise - low, high - fall) > threshold:
            yield place
            count, mean, rise, fall, low, high = 0, 0.0, 0.0, 0.0, math.inf, -1.0
