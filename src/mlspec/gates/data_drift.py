"""`data-drift`: no feature has moved further from the reference than its limit.

Bins come from the reference alone: its deciles, a bin of its own for a value that fills two of
them, one for missing values (null and NaN), the 50 most frequent categories, the other ones, and
new categories. The reference is a profile that `mlspec gate profile` wrote, or a table; the
current side a table, a profile with the same bins, or counts that a warehouse returned for
`mlspec gate sql`. Either side may be the values that it counted.

Methods: `psi` (default), sum (q - p) ln(q / p) with half a row added to each bin, with its
closed-form interval; `ks`, the largest difference of the distribution functions, missing values
beyond all others, with the band of Dvoretzky, Kiefer and Wolfowitz; `wasserstein`, the mean
distance in deviations of the reference; `jensen-shannon` (base 2), `cramers-v` and `l-infinity`
over the bins, with a multinomial bootstrap; `missing-rate`, by how much the share of missing values
changed, with Newcombe's interval; `new-category-share`, with Wilson's. A feature passes when the
upper bound is at most its limit and fails when the lower bound is above it. Every feature named,
or every one of the reference for `*`, has to pass; there is no share of features that may drift.
p-values, adjusted over the features by Benjamini and Hochberg, are told and decide nothing.

Inconclusive: fewer than 30 rows on a side, fewer than 5 per bin for `psi`, or an interval on both
sides of the limit; about 1000 rows decide at a limit of 0.1. Not evaluated: a feature that is not
there, holds text instead of numbers or an infinite value, other bins, the same file on both
sides, `wasserstein` of a constant reference or where the share of missing values changed.

Example
    id: inputs-as-trained
    type: data-drift
    reference: training-profile
    current: last-week
    features:
      - name: "*"
        atMost: 0.25
      - name: capital-gain
        atMost: 0.1
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlspec.evidence import Reason, ReasonWords, shown
from mlspec.gates._data_drift_spec import DataDrift, DriftMethod, FeatureLimit
from mlspec.gates._drift_spec import DRIFT_REASONS, limit_problem
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.gates._requirement import out_of_reach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult, PartResult
    from mlspec.gates._distributions import Distribution, Side
    from mlspec.gates._power import Assumed, RowsNeeded
    from mlspec.gates._same_rows import Keys

__all__ = ["GATE", "DataDrift", "DriftMethod", "FeatureLimit"]

_ALL = "*"


REASONS = MappingProxyType(
    {
        **DRIFT_REASONS,
        "feature-ignored": ReasonWords(
            "The feature has a limit of its own, and is left out: only one of both can be meant.",
            "Take it out of `ignore` to have it judged, or take its limit out of `features`.",
        ),
    }
)


def require(spec: DataDrift) -> str:
    """Return the requirement as text: `psi of * <= 0.25, capital-gain <= 0.1`."""
    limits = [
        f"{each.name} <= {each.at_most:.15g}{f' ({each.method})' if each.method else ''}"
        for each in spec.features
    ]
    return f"{spec.method} of {', '.join(limits)}"


def check(spec: DataDrift) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    for place, each in enumerate(spec.features):
        path = ("features", str(place), "atMost")
        yield from limit_problem(path, each.method or spec.method, each.at_most)
    yield from _ignored(spec)
    if spec.reference == spec.current:
        sentence = "`reference` and `current` name the same source"
        yield SpecProblem(("current",), Reason("same-data", sentence))


def hopeless(spec: DataDrift) -> Iterator[SpecProblem]:
    """Yield the limits that no data could meet.

    The interval of a distance of 0 has a width. That of a PSI is cut at 0 after its bias was taken
    away, so that two equal sides of several bins reach 0.
    """
    if spec.decide != "bound":
        return
    for place, each in enumerate(spec.features):
        if each.at_most == 0 and (each.method or spec.method) != "psi":
            found = out_of_reach("atMost", 0.0)
            yield replace(found, path=("features", str(place), "atMost"))


def _ignored(spec: DataDrift) -> Iterator[SpecProblem]:
    """Yield the features that have a limit of their own and are to be left out, too."""
    named = {each.name for each in spec.features}
    for place, name in enumerate(spec.ignore):
        if name in named:
            sentence = f"{shown(name)} has a limit in `features`, and `ignore` leaves it out"
            yield SpecProblem(("ignore", str(place)), Reason("feature-ignored", sentence))


def evaluate(spec: DataDrift, inputs: GateInputs) -> GateResult:
    """Judge how far each feature has moved against its limit."""
    from mlspec.gates import _decide, _distributions

    reference = _distributions.reference_side(inputs, spec.reference, spec.categorical)
    if isinstance(reference, Reason):
        return _decide.unmeasured(spec, require(spec), reference, metric=spec.method)
    current = _distributions.current_side(inputs, spec.current, reference)
    if isinstance(current, Reason):
        return _decide.unmeasured(spec, require(spec), current, metric=spec.method)
    return _judged(spec, reference, current, _distributions.keys_of(inputs, reference, current))


def _judged(spec: DataDrift, reference: Side, current: Side, keys: Keys | None) -> GateResult:
    from mlspec.gates import _decide, _drift, _parts, _same_rows

    limits = _limits(spec, reference.names)
    pairs = {limit.name: _pair(limit.name, reference, current) for limit in limits}
    there = [each for each in pairs.values() if not isinstance(each, Reason)]
    same = _same_rows.same_rows(there, keys)
    if same is not None:
        return _decide.unmeasured(spec, require(spec), same, metric=spec.method)
    parts, p_values = [], {}
    for limit in limits:
        pair = pairs[limit.name]
        parts.append(_part(spec, limit, pair, reference, current))
        if not isinstance(pair, Reason):
            p_values[limit.name] = _drift.p_value(limit.method or spec.method, *pair)
    facts = _drift.adjusted(p_values)
    worse = _parts.beyond({limit.name: limit.at_most for limit in limits})
    return _parts.of_parts(spec, require(spec), parts, metric=spec.method, facts=facts, worse=worse)


def _limits(spec: DataDrift, names: tuple[str, ...]) -> list[FeatureLimit]:
    """Return one limit for each feature that is judged, in order of name."""
    limits = {each.name: each for each in spec.features if each.name != _ALL}
    rest = next((each for each in spec.features if each.name == _ALL), None)
    if rest is not None:
        left = set(names) - set(limits) - set(spec.ignore)
        limits |= {name: rest.model_copy(update={"name": name}) for name in left}
    return [limits[name] for name in sorted(limits)]


def _pair(name: str, reference: Side, current: Side) -> tuple[Distribution, Distribution] | Reason:
    ours = reference.reference(name)
    if isinstance(ours, Reason):
        return ours
    theirs = current.like(ours)
    return theirs if isinstance(theirs, Reason) else (ours, theirs)


def _part(
    spec: DataDrift,
    limit: FeatureLimit,
    pair: tuple[Distribution, Distribution] | Reason,
    reference: Side,
    current: Side,
) -> PartResult:
    from mlspec import stats
    from mlspec.gates import _decide, _drift, _parts

    if isinstance(pair, Reason):
        return _parts.unmeasured_part(limit.name, pair)
    digests = sorted(reference.digests | current.digests)
    seed = stats.seed_from(digests, f"{spec.id}/{limit.name}")
    method = limit.method or spec.method
    measured = _drift.shift(spec, method, pair[0], pair[1], seed=seed)
    return _parts.judged_part(spec, limit.name, measured, _decide.at_most(limit.at_most))


def reads(spec: DataDrift) -> tuple[Need, ...]:
    """Return what is read: all columns where `*` is judged, else those that are named."""
    named = tuple(each.name for each in spec.features if each.name != _ALL)
    every = any(each.name == _ALL for each in spec.features)
    reference = Need(
        spec.reference,
        "Profile",
        named,
        whole=every,
        without=tuple(spec.ignore),
        categorical=tuple(spec.categorical),
    )
    return (reference, Need(spec.current, "Profile", named, whole=every, like=spec.reference))


def power(spec: DataDrift, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the rows that decide at the margin."""
    from mlspec.gates import _power_parts

    return _power_parts.of_drift(spec, observed, assumed)


GATE = Gate(
    "data-drift",
    DataDrift,
    "No feature has moved further from the reference than its limit.",
    check=check,
    hopeless=hopeless,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=REASONS,
    power=power,
)
