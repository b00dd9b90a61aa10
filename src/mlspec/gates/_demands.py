"""What a spec asks of each number that a record tells: of the gate, or of its parts by name.

Plans compare records with it, so that nothing is loaded here which evaluates.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import singledispatch
from typing import TYPE_CHECKING

from mlspec.evidence import Verdict, shown, worst
from mlspec.gates._ab_test_spec import AbTestSpec
from mlspec.gates._attack_spec import AttackResistance
from mlspec.gates._calibration_spec import Calibration
from mlspec.gates._canary_spec import CanarySpec
from mlspec.gates._canary_spec import limit as canary_limit
from mlspec.gates._comparison_spec import ChampionChallenger
from mlspec.gates._comparison_spec import limit as champion_limit
from mlspec.gates._concept_drift_spec import ConceptDrift
from mlspec.gates._cost_spec import CostSpec
from mlspec.gates._data_drift_spec import DataDrift
from mlspec.gates._data_quality_spec import DataQuality
from mlspec.gates._decide import above, at_least, at_most, below, likely
from mlspec.gates._fairness_spec import Fairness, titles
from mlspec.gates._latency_spec import LatencySpec, limits
from mlspec.gates._metrics import METRICS
from mlspec.gates._retrieval_spec import Retrieval
from mlspec.gates._security_spec import Security
from mlspec.gates._slices_spec import Slices
from mlspec.gates._slices_spec import limit as slice_limit
from mlspec.gates._slo_burn_spec import SloBurnSpec, pairs
from mlspec.gates._throughput_spec import ThroughputSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlspec.gates._decide import Bound
    from mlspec.gates._spec import GateSpecBase

__all__ = ["Demand", "demand_of"]

_NUMBERS = frozenset(
    {
        "estimated-performance",
        "feedback-loop",
        "human-review",
        "judge-agreement",
        "llm-quality",
        "metric-threshold",
        "prediction-drift",
        "test-set-use",
    }
)
"""Gates over one number between `atLeast` and `atMost`."""


def _nothing(_name: str) -> Bound | None:
    return None


@dataclass(frozen=True, slots=True)
class Demand:
    """What a gate asks for: one number where `of_gate` is there, every part otherwise.

    `of_part` gives the bound of a part by its name, and None where a part has no interval: a check
    that is true or false. `names` are the parts that there are as soon as all are measured, and
    nothing else unless `more`; `starts` are beginnings of names of which there is a part each.
    `lists_small` tells that parts which are too small to be judged decide nothing.
    """

    of_gate: Bound | None = None
    of_part: Callable[[str], Bound | None] = _nothing
    names: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    more: bool = True
    lists_small: bool = False


@singledispatch
def demand_of(spec: GateSpecBase) -> Demand | None:
    """Return what a gate asks for; None for a gate of a plug-in, of which nothing is known."""
    if spec.gate_type == "training-serving-skew":
        bound = _stated(spec)
        return _named({each.name: bound for each in getattr(spec, "features", ())})
    return Demand(_stated(spec)) if spec.gate_type in _NUMBERS else None


def _stated(spec: GateSpecBase) -> Bound:
    return _within(getattr(spec, "at_least", None), getattr(spec, "at_most", None))


def _within(lowest: float | None, highest: float | None) -> Bound:
    """Require a value between two ends, both included, of which None is none."""
    bounds = [] if lowest is None else [at_least(lowest)]
    bounds += [] if highest is None else [at_most(highest)]
    return lambda lower, upper: worst([Verdict.PASS, *(each(lower, upper) for each in bounds)])


def _every(
    bound: Bound, *, names: tuple[str, ...] = (), starts: tuple[str, ...] = (), small: str = ""
) -> Demand:
    """Ask the same of every part."""
    listed = small == "report"
    return Demand(of_part=lambda _: bound, names=names, starts=starts, lists_small=listed)


def _named(bounds: Mapping[str, Bound], other: Bound | None = None) -> Demand:
    """Ask for parts of these names, and of others where there is a bound for them, too."""
    names, more = tuple(bounds), other is not None
    return Demand(of_part=lambda name: bounds.get(name, other), names=names, more=more)


@demand_of.register(AbTestSpec)
def _(spec: AbTestSpec) -> Demand:
    others = [each.name for each in spec.arms]
    if spec.chance_of_best is None:
        gain = above(spec.minimum_gain or 0.0)
        found = {f"{spec.treatment} - {e}": gain for e in others if e != spec.treatment}
    else:
        found = {f"{spec.treatment} is best": likely(spec.chance_of_best)}
    for each in spec.guardrails:
        limit = at_most(each.maximum_increase)
        found |= {f"{each.name}: {name}": limit for name in others if name != spec.control}
    return _named(found)


@demand_of.register(AttackResistance)
def _(spec: AttackResistance) -> Demand:
    families = tuple(f"family {each}" for each in spec.families)
    return _every(at_least(spec.at_least), names=("any", *families))


@demand_of.register(Calibration)
def _(spec: Calibration) -> Demand:
    if spec.metric != "mce":
        return Demand(_stated(spec))
    limit = spec.at_most or 0.0
    return _every(_within(-limit, limit), starts=("scores ",))


@demand_of.register(CanarySpec)
def _(spec: CanarySpec) -> Demand:
    return Demand(at_most(canary_limit(spec)[1]))


@demand_of.register(ChampionChallenger)
def _(spec: ChampionChallenger) -> Demand:
    return Demand(_beyond(spec.metric, champion_limit(spec)))


def _beyond(metric: str, limit: float) -> Bound:
    return above(limit) if METRICS[metric].higher_is_better else below(limit)


@demand_of.register(ConceptDrift)
def _(spec: ConceptDrift) -> Demand:
    is_higher = METRICS[spec.metric].higher_is_better
    return _every(at_least(-spec.margin) if is_higher else at_most(spec.margin))


@demand_of.register(CostSpec)
def _(spec: CostSpec) -> Demand:
    return Demand(at_most(spec.maximum_per_thousand))


@demand_of.register(DataDrift)
def _(spec: DataDrift) -> Demand:
    bounds = {each.name: at_most(each.at_most) for each in spec.features}
    return _named(bounds, bounds.pop("*", None))


@demand_of.register(DataQuality)
def _(spec: DataQuality) -> Demand:
    columns = tuple(f"{each.name}: missing" for each in spec.columns)
    schema = () if spec.schema_digest is None else ("schema",)
    fresh = () if spec.freshness is None else ("freshness",)
    return Demand(names=(*columns, *schema, *fresh))


@demand_of.register(Fairness)
def _(spec: Fairness) -> Demand:
    limit = spec.at_most or 0.0
    bound = _within(-limit, limit)
    if spec.metric == "selection-rate-ratio":
        least = spec.at_least or 0.0
        bound = _within(least, 1 / least if least else math.inf)
    elif spec.metric == "calibration-error":
        bound = at_most(limit)
    starts = tuple(f"{title}{rate}: " for title, rate in titles(spec))
    return _every(bound, starts=starts, small=spec.small_groups)


@demand_of.register(LatencySpec)
def _(spec: LatencySpec) -> Demand:
    return _named({f"p{100 * share:g}": at_most(limit) for share, limit in limits(spec)})


@demand_of.register(Retrieval)
def _(spec: Retrieval) -> Demand:
    if spec.at_least is not None:
        return Demand(at_least(spec.at_least))
    gain = spec.minimum_gain
    return Demand(above(gain if gain is not None else -(spec.margin or 0.0)))


@demand_of.register(Security)
def _(spec: Security) -> Demand:
    asked = {
        "format": spec.artifact,
        "signature": spec.signature,
        "vulnerabilities": spec.vulnerabilities,
        "licences": spec.licences,
    }
    scans = [f"scan {each}" for each in spec.scans]
    return Demand(names=(*(name for name, source in asked.items() if source), *scans), more=False)


@demand_of.register(Slices)
def _(spec: Slices) -> Demand:
    if spec.mode is None:
        bound = _stated(spec)
    else:
        bound = _beyond(spec.metric, slice_limit(spec, spec.mode))
    starts = tuple(f"{each.column}: " for each in spec.by)
    names = tuple(f"{each.column}: {shown(name)}" for each in spec.by for name in each.expected)
    return _every(bound, names=names, starts=starts, small=spec.small_slices)


@demand_of.register(SloBurnSpec)
def _(spec: SloBurnSpec) -> Demand:
    return _named({each.name: at_most(each.maximum_burn) for each in pairs(spec)})


@demand_of.register(ThroughputSpec)
def _(spec: ThroughputSpec) -> Demand:
    found = {"requests per second": at_least(spec.at_least_per_second)}
    if spec.maximum_error_share is not None:
        found["error share"] = at_most(spec.maximum_error_share)
    return _named(found)
