"""Several comparisons at once: what may be claimed of each.

That all meet the requirement needs no correction (an intersection-union test). That one of many
misses it is a claim that chance makes in one of them: a fail stands only on a bound whose
confidence Holm raised for the number of comparisons. A comparison that fails alone, and not so, is
inconclusive.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import PartResult, Reason, Verdict
from mlspec.gates._measure import Measured, interval, level_of, rounded
from mlspec.gates._parts import judged_part

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
    tests = sum(each.undecided is None for each in comparisons)
    if spec.decide == "point" or tests == 1:
        return parts
    stands = _claimed(1 - spec.confidence, [comparisons[place] for place in failing], tests)
    for place, is_claimed in zip(failing, stands, strict=True):
        parts[place] = parts[place] if is_claimed else _doubted(parts[place], tests)
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


def _claimed(alpha: float, failing: Sequence[Comparison], tests: int) -> list[bool]:
    """Tell of each comparison that fails alone whether its fail stands among so many tests.

    Holm asks for nothing but alpha over whole numbers, so that the p of a comparison need not be
    known closer than between two of them. Comparisons that do not fail alone have a p above alpha.
    """
    p_values = [alpha / (_among(alpha, each, tests) + 0.5) for each in failing]
    others = [1.0] * (tests - len(failing))
    adjusted = stats.holm(stats.vector([*p_values, *others])).tolist()
    return [each <= alpha for each in adjusted[: len(failing)]]


def _among(alpha: float, each: Comparison, tests: int) -> int:
    """Return the largest k up to `tests` for which the comparison fails at alpha / k.

    Intervals grow with their level, so halving finds it: what fails alone fails at k = 1.
    """
    low, high = 1, tests + 1
    while high - low > 1:
        middle = (low + high) // 2
        fails = _fails(each, 1 - 2 * alpha / middle)
        low, high = (middle, high) if fails else (low, middle)
    return low


def _fails(each: Comparison, level: float) -> bool:
    found = interval(each.method, each.bounds_at(level), level)
    return found is not None and each.bound(found.lower, found.upper) is Verdict.FAIL


def _doubted(part: PartResult, tests: int) -> PartResult:
    sentence = f"alone it misses the requirement, but one of {tests} comparisons may by chance"
    why = Reason("fail-by-chance", sentence)
    return replace(part, verdict=Verdict.INCONCLUSIVE, reason=why.sentence, reason_code=why.code)
