"""The rows that gates over one number need: by the width of its interval, for shares, for a PSI."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.gates._measure import level_of
from mlspec.gates._power import (
    RowsNeeded,
    by_width,
    of_point,
    path_of,
    paths_end,
    smallest_distance,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlspec.evidence import GateResult, PartResult
    from mlspec.gates._power import Assumed
    from mlspec.gates._spec import GateSpecBase

__all__ = ["Asked", "of_number", "of_psi", "of_shares"]

BINS = 10
_LEAST = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """What a gate asks of a number: a limit on the way to its best value, on enough rows.

    `name` is the number in words, `unit` what the rows are; `count` is their name among the counts.
    `margin` is a distance that the spec states itself, in a comparison of equals.
    """

    name: str
    unit: str
    limit: float
    best: float
    floor: int
    count: str = "rows"
    margin: float | None = None


def of_number(
    spec: GateSpecBase, observed: GateResult, assumed: Assumed, asked: Asked
) -> Iterator[RowsNeeded]:
    """Yield the rows that tell the assumed truth from the limit, by the width of the interval."""
    have = dict(observed.counts).get(asked.count)
    if spec.decide == "point":
        yield of_point(spec, have)
        return
    rows_at = by_width(observed.interval, have or 0, assumed.power)
    if rows_at is None:
        why = f"how much {asked.unit} vary is not known before there are some"
        yield RowsNeeded(asked.unit, None, have, why)
        return
    yield _needed(spec, have, rows_at, asked, assumed)


def _needed(
    spec: GateSpecBase,
    have: int | None,
    rows_at: Callable[[float], float],
    asked: Asked,
    assumed: Assumed,
) -> RowsNeeded:
    end, least = paths_end(asked.limit, asked.best), max(asked.floor, spec.minimum_rows)
    if asked.margin is not None:
        distance, why = asked.margin, "both are equally good"
    else:
        distance = assumed.effect * path_of(asked.limit, asked.best)
        truth = asked.limit + math.copysign(distance, asked.best - asked.limit)
        why = f"{asked.name} is {truth:.4g}"
    return RowsNeeded(
        asked.unit,
        max(rows_at(distance), least),
        have,
        why,
        decides=smallest_distance(lambda each: max(rows_at(each), least), have, end),
    )


def of_shares(
    spec: GateSpecBase, parts: tuple[PartResult, ...], assumed: Assumed, asked: Asked
) -> Iterator[RowsNeeded]:
    """Yield the rows of each part that tell a share from its limit, in closed form."""
    level, least = level_of(spec), max(asked.floor, spec.minimum_rows)
    path = path_of(asked.limit, asked.best) if asked.best != asked.limit else 0.0
    distance = math.copysign(assumed.effect * path, asked.best - asked.limit)
    needed = math.inf
    if distance:
        truth = asked.limit + distance
        needed = stats.rows_for_share(truth, asked.limit, level=level, power=assumed.power)
    counted = [(each.name, dict(each.counts).get(asked.count)) for each in parts]
    for name, have in counted or [("", None)]:
        if spec.decide == "point":
            yield of_point(spec, have)
            continue
        why = f"{asked.name} is {asked.limit + distance:.4g}"
        yield RowsNeeded(asked.unit, max(needed, least), have, why, name)


def of_psi(
    spec: GateSpecBase, counts: dict[str, int], assumed: Assumed, limit: float, part: str = ""
) -> RowsNeeded:
    """Return the current rows that keep a PSI within its limit when nothing has moved."""
    if spec.decide == "point":
        return of_point(spec, counts.get("rows"))
    known = counts.get("referenceRows")
    needed = stats.rows_for_psi(
        limit,
        bins=BINS,
        reference=known or math.inf,
        level=level_of(spec),
        power=assumed.power,
    )
    against = f"{known:,}" if known else "any number of"
    why = f"nothing has moved, in {BINS} bins, against {against} reference rows"
    least = max(needed, _LEAST, spec.minimum_rows)
    return RowsNeeded("current rows", least, counts.get("rows"), why, part)
