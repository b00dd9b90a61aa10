"""The rows that gates over parts need: groups, quantiles, families of attacks, features.

Parts that were not observed yet are planned from the spec alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.gates._measure import level_of
from mlspec.gates._power import RowsNeeded, of_point, told
from mlspec.gates._power_number import of_psi

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.evidence import GateResult, PartResult
    from mlspec.gates._attack_spec import AttackResistance
    from mlspec.gates._data_drift_spec import DataDrift
    from mlspec.gates._fairness_spec import Fairness
    from mlspec.gates._latency_spec import LatencySpec
    from mlspec.gates._power import Assumed

__all__ = ["of_attacks", "of_drift", "of_groups", "of_quantiles"]

_POINT_ROWS = 30
_CALIBRATION_ROWS = 200


def of_groups(spec: Fairness, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the rows of the smaller group of each comparison, where the groups are alike.

    An interval has to lie inside of both limits, so that half of the chance to miss falls on each
    side. Without data, half of each group is taken to be selected: no share varies more.
    """
    if spec.decide == "point":
        yield of_point(spec, None)
    elif spec.metric == "calibration-error":
        floor = max(_CALIBRATION_ROWS, spec.minimum_group_rows, spec.minimum_rows)
        why = "a calibration error of fewer rows has no interval"
        yield RowsNeeded("rows per group", floor, _fewest(observed, "rows"), why)
    else:
        share = _share(observed.parts)
        needed = _alike(spec, share, level_of(spec), (1 + assumed.power) / 2)
        least = max(needed, spec.minimum_group_rows, spec.minimum_rows)
        why = f"the groups are alike, at {told(share)}"
        sizes: list[tuple[str, int | None]] = [*_sizes(observed.parts)]
        for name, have in sizes or [("", None)]:
            yield RowsNeeded("rows per group", least, have, why, name)


def _share(parts: Sequence[PartResult]) -> float:
    """Return the share of all groups together that are compared; without any, a half."""
    counts = [dict(each.counts) for each in parts]
    trials = sum(each.get("lowerTrials", 0) + each.get("higherTrials", 0) for each in counts)
    chosen = sum(each.get("lowerSelected", 0) + each.get("higherSelected", 0) for each in counts)
    return chosen / trials if trials else 0.5


def _sizes(parts: Sequence[PartResult]) -> Iterator[tuple[str, int]]:
    """Yield the rows of the smaller group of a comparison, and of groups too small for one."""
    for each in parts:
        counts = dict(each.counts)
        if "lowerTrials" in counts:
            yield each.name, min(counts["lowerTrials"], counts["higherTrials"])
        elif "trials" in counts:
            yield each.name, counts["trials"]


def _alike(spec: Fairness, share: float, level: float, power: float) -> float:
    if spec.metric == "selection-rate-ratio":
        return stats.rows_for_ratio(share, spec.at_least or 0.0, level=level, power=power)
    return stats.rows_for_margin(share, spec.at_most or 0.0, level=level, power=power)


def _fewest(observed: GateResult, name: str) -> int | None:
    return min((dict(each.counts).get(name, 0) for each in observed.parts), default=None)


def of_quantiles(
    spec: LatencySpec, observed: GateResult, _assumed: Assumed
) -> Iterator[RowsNeeded]:
    """Yield the requests without which a quantile has no upper bound."""
    from mlspec.gates._latency_spec import limits

    parts = {each.name: dict(each.counts) for each in observed.parts}
    for share, _ in limits(spec):
        name = f"p{100 * share:g}"
        have = parts.get(name, {}).get("rows")
        if spec.decide == "point":
            yield of_point(spec, have)
            continue
        least = stats.rows_for_quantile(share, level=level_of(spec))
        why = "none of them has to be above the limit; fewer have no upper bound"
        yield RowsNeeded("requests", max(least, _POINT_ROWS, spec.minimum_rows), have, why, name)


def of_attacks(
    spec: AttackResistance, observed: GateResult, _assumed: Assumed
) -> Iterator[RowsNeeded]:
    """Yield the attacks of each family that prove the floor when not a single one succeeds."""
    needed = stats.rows_for_zero_failures(1 - spec.at_least, level=level_of(spec))
    least = max(needed, _POINT_ROWS, spec.minimum_rows)
    parts = [(each.name, dict(each.counts)) for each in observed.parts]
    for name, counts in parts or [("", {})]:
        if spec.decide == "point":
            yield of_point(spec, counts.get("rows"))
            continue
        why = "not a single attack succeeds"
        yield RowsNeeded("attacks", least, counts.get("rows"), why, name)


def of_drift(spec: DataDrift, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the current rows that keep a PSI within its limit when nothing has moved."""
    limits = {each.name: each for each in spec.features}
    parts = {each.name: dict(each.counts) for each in observed.parts}
    for name, counts in (parts or {name: {} for name in limits}).items():
        limit = limits.get(name) or limits.get("*")
        if limit is None or (limit.method or spec.method) != "psi":
            continue
        yield of_psi(spec, counts, assumed, limit.at_most, name)
