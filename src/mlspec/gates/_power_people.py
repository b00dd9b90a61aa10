"""The rows that gates over scores, labels that come late, and decisions of people need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence import PartResult
from mlspec.gates._power import (
    FEWEST,
    RowsNeeded,
    by_width,
    deciding_arm,
    of_point,
    path_of,
    smallest_distance,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._power import Assumed
    from mlspec.gates._spec import GateSpecBase

__all__ = ["between", "rows_by_interval"]

_SPREAD = "how much the rows vary is not known before there are some"


def between(at_least: float | None, at_most: float | None, best: float, effect: float) -> float:
    """Return how far inside its limits a truth lies that has to be told from them.

    With both limits, a share `effect` of the way from one to the middle; with one, of the way to
    the best value, or of the limit itself where that is less.
    """
    if at_least is not None and at_most is not None:
        return effect * (at_most - at_least) / 2
    limit = at_least if at_least is not None else at_most or 0.0
    return effect * path_of(limit, best)


def rows_by_interval(
    spec: GateSpecBase,
    observed: GateResult,
    assumed: Assumed,
    distance: float,
    floor: int,
    *,
    limits: str = "both",
) -> Iterator[RowsNeeded]:
    """Yield the rows that decide at a distance from the limit, from the intervals that were seen.

    One for each part, or one for a gate without parts; never fewer than `floor`. `limits` says
    which bound decides: `floor`, `ceiling` or `both`.
    """
    least = max(floor, spec.minimum_rows)
    for each in observed.parts or (observed,):
        if spec.decide == "point":
            yield of_point(spec, dict(each.counts).get("rows"))
        else:
            yield _of_one(each, assumed, (distance, limits), least)


def _of_one(
    seen: GateResult | PartResult, assumed: Assumed, asked: tuple[float, str], least: int
) -> RowsNeeded:
    distance, limits = asked
    have = dict(seen.counts).get("rows")
    part = seen.name if isinstance(seen, PartResult) else ""
    is_floor, is_ceiling = limits != "ceiling", limits != "floor"
    arm = deciding_arm(seen.interval, seen.estimate, floor=is_floor, ceiling=is_ceiling)
    by_spread = by_width(seen.interval, have or 0, assumed.power, arm=arm)
    if by_spread is None:
        few = have is not None and have < least
        needed, why = (least, FEWEST) if few else (None, _SPREAD)
        return RowsNeeded("rows", needed, have, why, part)

    def rows_at(each: float) -> float:
        return max(by_spread(each), least)

    decides = smallest_distance(rows_at, have, distance)
    why = f"the true value is {distance:.4g} inside of the limit"
    return RowsNeeded("rows", rows_at(distance), have, why, part, decides)
