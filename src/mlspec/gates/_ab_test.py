"""The arms of an experiment: the treatment against each other, and guardrails per arm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Frame, Interval, PartResult, Reason, SeriesSet, shown
from mlspec.gates._counts import counts_of
from mlspec.gates._decide import above, at_most, likely
from mlspec.gates._experiment import Look, difference_of_shares, look_at
from mlspec.gates._measure import Measured, level_of, rounded
from mlspec.gates._monitor import table_or_series
from mlspec.gates._parts import judged_part, unmeasured_part
from mlspec.gates._sample import too_few

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.gates._ab_test_spec import AbTestSpec
    from mlspec.gates._counts import CountColumns
    from mlspec.gates._port import GateInputs
    from mlspec.stats import Share

__all__ = ["judged_parts"]

_CHANCE_NEEDS = (("rows", 100),)

Facts = tuple[tuple[str, float], ...]


def judged_parts(spec: AbTestSpec, inputs: GateInputs) -> tuple[list[PartResult], Facts] | Reason:
    """Return the verdict per comparison and guardrail, and the p of the planned shares."""
    found = table_or_series(inputs, spec.source)
    if isinstance(found, Reason):
        return found
    arms = _arms(spec, found, spec.counts)
    if isinstance(arms, Reason):
        return arms
    trials = [arms[each.name].trials for each in spec.arms]
    look = look_at(spec, spec.sequential, trials, [each.share for each in spec.arms])
    if isinstance(look, Reason):
        return look
    if spec.chance_of_best is None:
        parts = _compared(spec, arms, look)
    else:
        parts = [_best(spec, spec.chance_of_best, arms)]
    facts = (("sampleRatioP", look.sample_ratio_p),)
    return [*parts, *_guarded(spec, found, look)], facts


def _arms(
    spec: AbTestSpec, found: Frame | SeriesSet, columns: CountColumns
) -> dict[str, Share] | Reason:
    """Return the counts of all arms: without one of them, the experiment was not measured."""
    counted = counts_of(found, columns, [each.name for each in spec.arms])
    arms: dict[str, Share] = {}
    for name, share in counted.items():
        if isinstance(share, Reason):
            return share
        arms[name] = share
    return _undeclared(spec, found, columns) or arms


def _undeclared(spec: AbTestSpec, found: Frame | SeriesSet, columns: CountColumns) -> Reason | None:
    """Return the reason that a table counts an arm which the spec does not know, if it does."""
    named = found.texts(columns.by) if isinstance(found, Frame) else ()
    if isinstance(named, Reason):
        return named
    others = sorted({each or "" for each in named} - {each.name for each in spec.arms})
    if not others:
        return None
    return Reason("arm-undeclared", f"{shown(others[0])} is no arm that the gate names")


def _compared(spec: AbTestSpec, arms: Mapping[str, Share], look: Look) -> list[PartResult]:
    treatment, gain = arms[spec.treatment], above(spec.minimum_gain or 0.0)
    return [
        judged_part(
            spec, f"{spec.treatment} - {name}", _difference(spec, treatment, other, look), gain
        )
        for name, other in arms.items()
        if name != spec.treatment
    ]


def _difference(spec: AbTestSpec, first: Share, second: Share, look: Look) -> Measured:
    measured = difference_of_shares(spec, spec.sequential, first, second, look.level)
    return look.judged(measured)


def _best(spec: AbTestSpec, chance: float, arms: Mapping[str, Share]) -> PartResult:
    """Judge the posterior chance that the treatment is best; its interval has no width."""
    names = list(arms)
    found = stats.chance_of_best([arms[name] for name in names])
    best = rounded(float(found[names.index(spec.treatment)]), 6)
    counts = (("rows", round(min(each.trials for each in arms.values()))),)
    ends = Interval("beta-binomial", level_of(spec), best, best)
    few = too_few(spec, _CHANCE_NEEDS, counts)
    measured = Measured("chance-of-best", best, ends, counts, few)
    return judged_part(spec, f"{spec.treatment} is best", measured, likely(chance))


def _guarded(spec: AbTestSpec, found: Frame | SeriesSet, look: Look) -> Iterator[PartResult]:
    """Yield the verdict of each guardrail on each arm but the control."""
    others = [each.name for each in spec.arms if each.name != spec.control]
    for guardrail in spec.guardrails:
        arms = _arms(spec, found, guardrail.counts)
        if isinstance(arms, Reason):
            yield unmeasured_part(guardrail.name, arms)
            continue
        for name in others:
            measured = _difference(spec, arms[name], arms[spec.control], look)
            limit = at_most(guardrail.maximum_increase)
            yield judged_part(spec, f"{guardrail.name}: {name}", measured, limit)
