"""The rows that gates of operation need: load, error budget, cost, canary and experiment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import PartResult
from mlspec.gates._measure import level_of
from mlspec.gates._power import (
    FEWEST,
    RowsNeeded,
    by_width,
    of_point,
    smallest_distance,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._ab_test_spec import AbTestSpec
    from mlspec.gates._canary_spec import CanarySpec
    from mlspec.gates._cost_spec import CostSpec
    from mlspec.gates._power import Assumed
    from mlspec.gates._slo_burn_spec import SloBurnSpec
    from mlspec.gates._spec import GateSpecBase
    from mlspec.gates._throughput_spec import ThroughputSpec

__all__ = ["of_arms", "of_canary", "of_cost", "of_throughput", "of_windows"]

_LEAST = 30
_LEAST_COSTS = 100
_LEAST_WINDOWS = 20
_SPREAD = "how much {} vary is not known before there are some"


def of_throughput(
    spec: ThroughputSpec, observed: GateResult, assumed: Assumed
) -> Iterator[RowsNeeded]:
    """Yield the windows that tell a rate beyond the floor, and the requests for the error share."""
    parts = {each.name: each for each in observed.parts}
    rate = parts.get("requests per second")
    if spec.decide == "point":
        yield of_point(spec, dict(rate.counts).get("rows") if rate else None)
        return
    distance = assumed.effect * spec.at_least_per_second
    why = f"the rate is {distance:.4g} above the floor"
    yield _by_width(rate, assumed, ("windows", "windows"), distance, (_LEAST_WINDOWS, why))
    if spec.maximum_error_share is not None:
        share = parts.get("error share")
        yield _of_share(spec, "error share", share, spec.maximum_error_share, assumed)


def of_windows(spec: SloBurnSpec, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the requests of each pair's windows that tell a burn below its limit."""
    from mlspec.gates._slo_burn_spec import pairs

    parts = {each.name: each for each in observed.parts}
    for pair in pairs(spec):
        limit = pair.maximum_burn * (1 - spec.objective)
        yield _of_share(spec, pair.name, parts.get(pair.name), limit, assumed)


def of_cost(spec: CostSpec, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the predictions that tell a cost below its limit."""
    have = dict(observed.counts).get("rows")
    if spec.decide == "point":
        yield of_point(spec, have)
        return
    distance = assumed.effect * spec.maximum_per_thousand
    why = f"the mean is {distance:.4g} below the limit"
    least = max(_LEAST_COSTS, spec.minimum_rows)
    yield _by_width(observed, assumed, ("rows", "predictions"), distance, (least, why))


def of_canary(spec: CanarySpec, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the trials of the smaller arm that clear the limit when both arms are alike."""
    least, have = max(_LEAST, spec.minimum_rows), dict(observed.counts).get("rows")
    if spec.decide == "point":
        yield of_point(spec, have)
        return
    if spec.maximum_ratio is not None:
        why = "a ratio waits for events, and how many come is not known"
        yield RowsNeeded("trials per arm", None, have, why)
        return
    limit = spec.maximum_increase if spec.maximum_increase is not None else spec.maximum_shift
    distance, why = limit or 0.0, "both arms are alike"
    yield _by_width(observed, assumed, ("rows", "trials per arm"), distance, (least, why))


def of_arms(spec: AbTestSpec, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the trials of the smaller arm of each comparison and guardrail."""
    least, gain = max(_LEAST, spec.minimum_rows), spec.minimum_gain or 0.0
    limits = {each.name: each.maximum_increase for each in spec.guardrails}
    for part in observed.parts:
        if spec.decide == "point":
            yield of_point(spec, dict(part.counts).get("rows"))
            continue
        guardrail = limits.get(part.name.partition(": ")[0])
        if guardrail is not None:
            distance, why = guardrail, "both arms are alike"
        elif spec.chance_of_best is None:
            yield _of_lift(part, assumed, gain, least)
            continue
        else:
            have = dict(part.counts).get("rows")
            why = "a posterior chance is what it is at any size"
            yield RowsNeeded("trials per arm", None, have, why, part.name)
            continue
        yield _by_width(part, assumed, ("rows", "trials per arm"), distance, (least, why))


def _of_lift(part: PartResult, assumed: Assumed, gain: float, least: int) -> RowsNeeded:
    """Return the trials that prove a lift of twice the gain; without a gain nobody knows which."""
    unit = ("rows", "trials per arm")
    if gain:
        why = f"the share is higher by {told(2 * gain)}, twice the gain"
        return _by_width(part, assumed, unit, gain, (least, why))
    found = _by_width(part, assumed, unit, 1.0, (least, ""))
    why = "the lift that is worth the wait is not stated: `minimumGain`"
    return replace(found, needed=None, assuming=why)


def _by_width(
    seen: GateResult | PartResult | None,
    assumed: Assumed,
    unit: tuple[str, str],
    distance: float,
    least: tuple[int, str],
) -> RowsNeeded:
    """Return the rows that decide at a distance, from the interval that was seen.

    `unit` names the count and says it in words; `least` is the fewest rows and what is assumed.
    """
    (counted, words), (floor, why) = unit, least
    have = None if seen is None else dict(seen.counts).get(counted)
    part = seen.name if isinstance(seen, PartResult) else ""
    rows_at = by_width(seen.interval if seen else None, have or 0, assumed.power)
    if rows_at is None and have is not None and have < floor:
        return RowsNeeded(words, floor, have, FEWEST, part)
    if rows_at is None:
        return RowsNeeded(words, None, have, _SPREAD.format(words), part)
    decides = smallest_distance(lambda each: max(rows_at(each), floor), have, distance)
    return RowsNeeded(words, max(rows_at(distance), floor), have, why, part, decides)


def _of_share(
    spec: GateSpecBase, name: str, seen: PartResult | None, limit: float, assumed: Assumed
) -> RowsNeeded:
    """Return the requests whose Wilson bound clears the limit at a share below it."""
    have = None if seen is None else dict(seen.counts).get("rows")
    if spec.decide == "point":
        return of_point(spec, have)
    share = (1 - assumed.effect) * limit
    needed = stats.rows_for_share(share, limit, level=level_of(spec), power=assumed.power)
    least = max(needed, _LEAST, spec.minimum_rows)
    return RowsNeeded("requests", least, have, f"the share is {told(share)}", name)
