"""Several comparisons at once: what may be claimed of each.

That all meet the requirement needs no correction (an intersection-union test). That one of many
misses it is a claim that chance makes in one of them: a fail stands only on a bound whose
confidence Holm raised for the number of comparisons. A comparison that fails alone, and not so, is
inconclusive.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec.evidence import PartResult, Reason, Verdict
from mlspec.gates._measure import Measured, interval, level_of, rounded
from mlspec.gates._parts import judged_part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mlspec.gates._decide import Bound
    from mlspec.gates._spec import GateSpecBase
    from mlspec.stats import Bounds

__all__ = ["Comparison", "judged", "within"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A number of one part; `bounds_at` gives its interval at any two-sided level.

    `undecided` says why no verdict may rest on it all the same.
    """

    name: str
    estimate: float
    method: str
    bounds_at: Callable[[float], Bounds]
    bound: Bound
    counts: tuple[tuple[str, int], ...] = ()
    undecided: Reason | None = None


def within(lowest: float, highest: float) -> Bound:
    """Require a value in `lowest .. highest`, both included."""

    def bound(lower: float, upper: float) -> Verdict:
        if lowest <= lower and upper <= highest:
            return Verdict.PASS
        missed = upper < lowest or lower > highest
        return Verdict.FAIL if missed else Verdict.INCONCLUSIVE

    return bound


def judged(spec: GateSpecBase, comparisons: Sequence[Comparison]) -> list[PartResult]:
    """Return the verdict of each comparison, in the order given."""
    parts = [_alone(spec, each) for each in comparisons]
    failing = [place for place, each in enumerate(parts) if each.verdict is Verdict.FAIL]
    tested = {place: each for place, each in enumerate(comparisons) if each.undecided is None}
    if spec.decide == "point" or not failing or len(tested) == 1:
        return parts
    claimable = _holm(spec.confidence, tested)
    for place in failing:
        if place not in claimable:
            parts[place] = _doubted(parts[place], len(tested))
    return parts


def _alone(spec: GateSpecBase, each: Comparison) -> PartResult:
    level = level_of(spec)
    measured = Measured(
        each.name,
        rounded(each.estimate),
        interval=None if each.undecided else interval(each.method, each.bounds_at(level), level),
        counts=each.counts,
        undecided=each.undecided,
    )
    return judged_part(spec, each.name, measured, each.bound)


def _holm(confidence: float, tested: Mapping[int, Comparison]) -> frozenset[int]:
    """Return the places of the comparisons whose fail stands among all of them.

    Holm's steps on intervals: what fails at alpha / m is claimed, then what fails at alpha over the
    number of the others, until no further one does.
    """
    claimed: frozenset[int] = frozenset()
    while len(claimed) < len(tested):
        alpha = (1 - confidence) / (len(tested) - len(claimed))
        found = frozenset(n for n, each in tested.items() if _fails(each, 1 - 2 * alpha))
        if found <= claimed:
            break
        claimed |= found
    return claimed


def _fails(each: Comparison, level: float) -> bool:
    found = interval(each.method, each.bounds_at(level), level)
    return found is not None and each.bound(found.lower, found.upper) is Verdict.FAIL


def _doubted(part: PartResult, tests: int) -> PartResult:
    sentence = f"alone it misses the requirement, but one of {tests} comparisons may by chance"
    why = Reason("fail-by-chance", sentence)
    return replace(part, verdict=Verdict.INCONCLUSIVE, reason=why.sentence, reason_code=why.code)
