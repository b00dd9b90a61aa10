"""How many rows a gate needs to decide, from its spec and from what the data say of their spread.

What is assumed of the truth never comes from the estimate that is judged: rows that are counted
until the estimate looks good enough decide nothing. Only how much single rows vary (the width of an
interval, the share of positives, how often two models differ) is taken from the data.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import stats

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.evidence import Interval
    from mlspec.gates._spec import GateSpecBase

__all__ = [
    "FEWEST",
    "Assumed",
    "RowsNeeded",
    "by_width",
    "deciding_arm",
    "of_exact",
    "of_point",
    "path_of",
    "paths_end",
    "smallest_distance",
    "told",
]

_HALVINGS = 50
_POINT_ROWS = 30


@dataclass(frozen=True, slots=True)
class Assumed:
    """What a plan takes for granted.

    `power` is the chance to decide; `effect` is how far beyond its limit the truth lies, as a share
    of the way from the limit to the best value, or of the limit itself where that is less.
    """

    power: float = 0.8
    effect: float = 0.2


FEWEST = "they hardly vary; how much they do is not known before there are as many"
"""What is assumed where there are fewer rows than a gate takes at the very least."""


@dataclass(frozen=True, slots=True)
class RowsNeeded:
    """The rows that a gate, or one part of it, needs to decide.

    `needed` is infinite when no number is enough, None where `assuming` says why it is not known.
    `have` is None where nothing was read. `decides` is the smallest distance from the limit that
    the rows at hand decide with the same chance, in units of the metric; None when they decide
    none, or where it is not known.
    """

    unit: str
    needed: float | None
    have: int | None
    assuming: str
    part: str = ""
    decides: float | None = None

    @property
    def is_enough(self) -> bool | None:
        """Whether there are as many as needed; None where one of the numbers is not known."""
        if self.needed is None or self.have is None:
            return None
        return self.have >= self.needed

    @property
    def lacking(self) -> float:
        """How many times the rows at hand are needed; infinite where it is not known."""
        if self.needed is None or not self.have:
            return math.inf
        return self.needed / self.have


def paths_end(limit: float, best: float) -> float:
    """Return the distance from a limit to the best value.

    Where there is no best value (a floor for an error), the distance is as large as the limit.
    """
    return abs(best - limit) if math.isfinite(best) else abs(limit) or 1.0


def path_of(limit: float, best: float) -> float:
    """Return the distance of which the assumed effect is a share.

    That to the best value, or the limit itself where it is less: a floor of 1 % for a share is not
    planned for 21 %, because the best share is 100 %.
    """
    end = paths_end(limit, best)
    return min(end, abs(limit)) if limit else end


def of_exact(spec: GateSpecBase, have: int | None, floor: float, why: str) -> RowsNeeded:
    """Return what a gate needs over a number that is counted, not estimated."""
    return RowsNeeded("rows", max(math.ceil(floor), _POINT_ROWS, spec.minimum_rows), have, why)


def of_point(spec: GateSpecBase, have: int | None) -> RowsNeeded:
    """Return what a gate needs that decides on the estimate alone."""
    rows = max(_POINT_ROWS, spec.minimum_rows)
    return RowsNeeded("rows", rows, have, "it decides on the point, however uncertain that is")


def deciding_arm(
    interval: Interval | None, estimate: float | None, *, floor: bool, ceiling: bool
) -> float | None:
    """Return how far the bound that decides lies from the estimate: the upper one for a ceiling.

    The larger of both where there are both limits. None without an interval.
    """
    if interval is None or estimate is None:
        return None
    arms = [estimate - interval.lower] if floor else []
    arms += [interval.upper - estimate] if ceiling else []
    return max(arms, default=None)


def by_width(
    interval: Interval | None, rows: int, power: float, *, arm: float | None = None
) -> Callable[[float], float] | None:
    """Return the rows that decide at a distance from the limit, from the width of an interval.

    n ((z_a + z_b) s / d)^2, s = A / z_a being the standard error behind the interval of n rows,
    which falls with sqrt(n). A is half of the width, or the `arm` that decides where that is less:
    the other one then allows for a bias. None without an interval.
    """
    if interval is None or not rows:
        return None
    z = stats.two_sided_z(interval.level)
    half = (interval.upper - interval.lower) / 2
    error = min(half, arm or half) / z
    scale = (z + stats.normal_quantile(power)) * error * math.sqrt(rows)

    def rows_at(distance: float) -> float:
        if not distance > 0:
            return math.inf
        return max(1, math.ceil(round((scale / distance) ** 2, 6)))

    return rows_at


def smallest_distance(
    rows_at: Callable[[float], float], have: int | None, most: float
) -> float | None:
    """Return the smallest distance up to `most` that so many rows decide.

    None if none is, and where any distance is, as of a number that has no spread.
    """
    if have is None or not most > 0 or rows_at(most) > have:
        return None
    low, high = 0.0, most
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if rows_at(middle) <= have else (middle, high)
    return _rounded_up(high) if low else None


def _rounded_up(value: float, digits: int = 4) -> float:
    unit = 10.0 ** (math.floor(math.log10(value)) + 1 - digits)
    return float(f"{math.ceil(round(value / unit, 6)) * unit:.{digits}g}")


def told(share: float) -> str:
    """Return a share as people write it: `80 %`."""
    return f"{100 * share:.4g} %"
