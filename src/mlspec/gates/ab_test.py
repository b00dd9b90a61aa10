"""`ab-test`: one arm of an experiment does better than all others, and harms nothing meanwhile.

Computed is, per other arm, the difference of the success shares, treatment minus that arm, with
Newcombe's interval (1998); the treatment passes when every difference exceeds `minimumGain`. With
`chanceOfBest` it is the posterior probability that the treatment's share is the largest, from
uniform priors (Thompson 1933), as for a bandit: pass from that chance on, fail once the others have
it together. The posterior is exact, so its interval has no width; it promises nothing about
false alarms over repeated looks. Each arm needs 30 trials, and 100 for a chance.

The arms must have got their planned shares of the traffic: if the chi-squared p of that is below
0.001, nothing is evaluated (Fabijan and others 2019). Without `sequential` the experiment is
decided once, at a size fixed before: state it as `minimumRows`. `msprt` may be looked at any time
(Johari and others 2022), `alpha-spending` at the looks of a plan (Lan and DeMets 1983).

A guardrail limits by how much a share of bad events may be larger in an arm than in the control;
it holds for every arm but the control, at the same looks. Inconclusive: too few trials, or an
interval on both sides of the limit. Not evaluated: an arm without trials or data.

Example
    id: better-ranking
    type: ab-test
    source: experiment
    arms:
      - {name: control, share: 0.5}
      - {name: treatment, share: 0.5}
    control: control
    treatment: treatment
    counts: {by: arm, events: conversions, trials: users}
    minimumGain: 0.002
    guardrails:
      - name: errors
        counts: {by: arm, events: errors, trials: requests}
        maximumIncrease: 0.005
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from mlspec.evidence import Reason, ReasonWords
from mlspec.gates._ab_test_spec import AbTestSpec
from mlspec.gates._counts import count_columns
from mlspec.gates._looks import LOOK_REASONS, look_problems
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.schema import (
    Direction,
    FieldClass,
    declare,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE", "AbTest"]

REASONS = MappingProxyType(
    {
        **LOOK_REASONS,
        "arm-unknown": ReasonWords(
            "`control` and `treatment` are two different arms of the experiment, and every arm "
            "has a name of its own.",
            "List each arm once in `arms`, and name two of them in `control` and `treatment`.",
        ),
        "arm-undeclared": ReasonWords(
            "The table counts an arm that the gate does not name. The treatment would not be "
            "compared with it, and the planned shares would be those of a part.",
            "List every arm in `arms` with its planned share, or leave its rows out of the table "
            "where they are of another experiment.",
        ),
        "chance-at-looks": ReasonWords(
            "A posterior chance promises nothing about false alarms over several looks, and has"
            " no `minimumGain`.",
            "State one of the two: `chanceOfBest` for one look at the end, or `minimumGain` "
            "with `sequential` for several looks.",
        ),
    }
)


class AbTest(AbTestSpec):
    """An experiment with a control, a treatment, and maybe more arms."""

    type: Literal["ab-test"] = declare("Type of the gate.", FieldClass.GATE, Direction.UNKNOWN)


def require(spec: AbTest) -> str:
    """Return the requirement as text: `b - each other arm > 0, increase of errors <= 0.01`."""
    if spec.chance_of_best is None:
        first = f"{spec.treatment} - each other arm > {spec.minimum_gain or 0:.15g}"
    else:
        first = f"chance that {spec.treatment} is best >= {spec.chance_of_best:.15g}"
    kept = [f"increase of {each.name} <= {each.maximum_increase:.15g}" for each in spec.guardrails]
    return ", ".join([first, *kept])


def check(spec: AbTest) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    names = {each.name for each in spec.arms}
    if len(names) < len(spec.arms):
        yield SpecProblem(("arms",), Reason("arm-unknown", "two arms have the same name"))
    if spec.control not in names:
        sentence = f"`{spec.control}` is no arm of the experiment"
        yield SpecProblem(("control",), Reason("arm-unknown", sentence))
    if spec.treatment not in names - {spec.control}:
        sentence = f"`{spec.treatment}` is no arm of the experiment besides the control"
        yield SpecProblem(("treatment",), Reason("arm-unknown", sentence))
    if spec.chance_of_best is not None and (spec.minimum_gain is not None or spec.sequential):
        sentence = "`chanceOfBest` goes with neither `minimumGain` nor `sequential`"
        yield SpecProblem(("chanceOfBest",), Reason("chance-at-looks", sentence))
    yield from look_problems(spec.sequential)


def evaluate(spec: AbTest, inputs: GateInputs) -> GateResult:
    """Judge the treatment against the other arms, and the guardrails of each arm."""
    from mlspec.gates import _ab_test, _decide, _parts

    found = _ab_test.judged_parts(spec, inputs)
    if isinstance(found, Reason):
        return _decide.unmeasured(spec, require(spec), found)
    parts, facts = found
    return _parts.of_parts(spec, require(spec), parts, facts=facts)


def reads(spec: AbTest) -> tuple[Need, ...]:
    """Return what is read: counts of successes and of what guardrails watch."""
    columns = set(count_columns(spec.counts))
    columns.update(*(count_columns(each.counts) for each in spec.guardrails))
    return (Need(spec.source, "Frame", tuple(sorted(columns))),)


def power(spec: AbTest, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the rows that decide at the margin."""
    from mlspec.gates import _power_operations

    return _power_operations.of_arms(spec, observed, assumed)


GATE = Gate(
    "ab-test",
    AbTest,
    "One arm of an experiment does better than all others, within its guardrails.",
    check=check,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=REASONS,
    power=power,
)
