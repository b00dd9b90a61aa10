"""How often an experiment may be looked at before it is decided."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from mlspec.evidence import Reason, ReasonWords
from mlspec.gates._port import SpecProblem
from mlspec.schema import Count, Direction, FieldClass, Items, Number, SpecModel, declare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["LEAST_RATIO_P", "LOOK_REASONS", "Looks", "look_problems"]

LEAST_RATIO_P = 0.001
"""The p of the planned shares of traffic below which arms do not compare."""

LOOK_REASONS: Mapping[str, ReasonWords] = {
    "effect-scale-missing": ReasonWords(
        "A mixture test is best at effects of some size, and that size has to be stated before "
        "the first look.",
        "State `sequential.effectScale`: the size of effect that you expect, as a difference of"
        " shares, such as 0.01.",
    ),
    "looks-not-rising": ReasonWords(
        "Each look has to come after more trials than the one before, and the planned number is"
        " the last: what was spent at a look depends on it.",
        "List `earlierTrials` in rising order, all below the trials of today, and "
        "`plannedTrials` at or above those.",
    ),
    "plan-missing": ReasonWords(
        "Alpha spending spends by the share of the planned trials that are there, so their "
        "number has to be stated.",
        "State `sequential.plannedTrials`: how many trials the experiment ends with.",
    ),
    "sample-ratio-mismatch": ReasonWords(
        "The arms did not get their planned shares of the traffic, beyond what chance gives. "
        "Whatever lost or doubled some of it is not the same in each arm, so the arms do not "
        "compare.",
        "Look at routing, bots, retries and lost events. Mend that and start again: the trials "
        "so far can't be mended. If the plan was another one, correct the shares.",
    ),
    "too-early": ReasonWords(
        "So little of the plan is done that no error may be spent on a decision yet.",
        "Wait until more of the planned trials have come in; `plannedTrials` says how many "
        "there will be.",
    ),
}


class Looks(SpecModel):
    """A test that may be looked at more than once."""

    method: Literal["msprt", "alpha-spending"] = declare(
        "A mixture test that holds at any time, or looks that share the error.",
        FieldClass.GATE,
        Direction.UNKNOWN,
    )
    effect_scale: Number | None = declare(
        "`msprt`: standard deviation of the effects that the test is best at, in the unit of the "
        "difference.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
        gt=0,
    )
    planned_trials: Count | None = declare(
        "`alpha-spending`: trials of all arms together at which the experiment ends.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
        gt=0,
    )
    earlier_trials: Items[Count] = declare(
        "`alpha-spending`: trials of all arms together at each look before this one.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=(),
    )
    spending: Literal["obrien-fleming", "pocock"] = declare(
        "`alpha-spending`: spend hardly anything at early looks, or about the same at each.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="obrien-fleming",
    )


def look_problems(looks: Looks | None) -> Iterator[SpecProblem]:
    """Yield what keeps the looks from being judged."""
    if looks is None:
        return
    if looks.method == "msprt":
        if looks.effect_scale is None:
            reason = Reason("effect-scale-missing", "`msprt` needs an `effectScale`")
            yield SpecProblem(("sequential",), reason)
        return
    if looks.planned_trials is None:
        reason = Reason("plan-missing", "`alpha-spending` needs `plannedTrials`")
        yield SpecProblem(("sequential",), reason)
        return
    times = (0, *looks.earlier_trials, looks.planned_trials)
    if any(before >= after for before, after in pairwise(times)):
        sentence = "`earlierTrials` do not rise towards `plannedTrials`"
        yield SpecProblem(("sequential", "earlierTrials"), Reason("looks-not-rising", sentence))
