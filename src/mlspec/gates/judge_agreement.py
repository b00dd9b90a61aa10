"""`judge-agreement`: an automatic judge agrees with people, beyond what chance gives.

Cohen's kappa, (p_o - p_e) / (1 - p_e), between the judge's verdicts and those of people on the
cases that people labelled; with `weighting: quadratic` (or `linear`) for grades on a scale. The
interval is that of Fleiss, Cohen and Everitt (1969); where its variance is 0, as with full
agreement, Wilson's interval of the agreement takes its place. At least 100 labels are needed.

Raw agreement, sensitivity and specificity with their Wilson bounds, and the rate of yes corrected
for the judge's errors (Rogan and Gladen 1978, interval of Lang and Reiczigel 2014) stand among the
facts. They do not decide: where one answer is rare, a judge that always gives the other agrees
with nearly all labels, and its kappa is 0.

Inconclusive: fewer than 100 labels, or an interval on both sides of the limit. Not evaluated: no
table, no labels, a case twice, people who gave one answer only, or a judge that is silent on a
case that people labelled.

Example
    id: groundedness-judge
    type: judge-agreement
    source: human-labels
    key: case_id
    judge: judge_verdict
    human: human_verdict
    atLeast: 0.6
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from mlspec.evidence import Reason
from mlspec.gates._judge_labels import JUDGE_REASONS, JudgeLabels, judge_need, judge_problems
from mlspec.gates._port import Gate, GateInputs, Need
from mlspec.gates._requirement import check_reach
from mlspec.gates._spec import GateSpecBase
from mlspec.schema import Direction, FieldClass, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._port import SpecProblem
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE", "JudgeAgreement"]


class JudgeAgreement(JudgeLabels, GateSpecBase):
    """A floor for the agreement of a judge with people."""

    type: Literal["judge-agreement"] = declare(
        "Type of the gate.", FieldClass.GATE, Direction.UNKNOWN
    )


def require(spec: JudgeAgreement) -> str:
    """Return the requirement as text: `kappa of judge_verdict and human_verdict >= 0.6`."""
    weighted = "" if spec.weighting == "none" else f"{spec.weighting} "
    return f"{weighted}kappa of {spec.judge} and {spec.human} >= {spec.at_least:.15g}"


def check(spec: JudgeAgreement) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    yield from judge_problems(spec)


def hopeless(spec: JudgeAgreement) -> Iterator[SpecProblem]:
    """Yield why no data could make the gate pass."""
    yield from check_reach(spec, at_least=1)


def evaluate(spec: JudgeAgreement, inputs: GateInputs) -> GateResult:
    """Judge the lower bound of kappa against its floor."""
    from mlspec.gates import _decide, _judge

    labels = _judge.judge_labels(spec, inputs)
    if isinstance(labels, Reason):
        return _decide.unmeasured(spec, require(spec), labels, metric="kappa")
    measured = _judge.agreement(spec, spec.weighting, labels)
    bound = _decide.at_least(spec.at_least)
    return _decide.concluded(spec, require(spec), measured, bound, metric="kappa")


def reads(spec: JudgeAgreement) -> tuple[Need, ...]:
    """Return what is read: one table with both verdicts."""
    return (judge_need(spec),)


def power(spec: JudgeAgreement, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the rows that decide at the margin."""
    from mlspec.gates import _judge, _power_number

    asked = _power_number.Asked("kappa", "human labels", spec.at_least, 1.0, _judge.FEWEST_LABELS)
    return _power_number.of_number(spec, observed, assumed, asked)


GATE = Gate(
    "judge-agreement",
    JudgeAgreement,
    "An automatic judge agrees with people.",
    check=check,
    hopeless=hopeless,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=MappingProxyType(dict(JUDGE_REASONS)),
    power=power,
)
