"""`llm-quality`: the rate of a named score, or of passed cases, is high or low enough.

The rate over all results of an evaluation suite: of cases that passed, or of those whose score is
on the stated side (groundedness, hallucination, toxicity, citations). A result without an answer
counts against the requirement and stays in the denominator: cases that raised an error, cases
without an assertion, repetitions that are missing, and planned cases that never ran. Where their
share exceeds `maximumErrorRate`, the gate is inconclusive.

Interval: Wilson's; where cases are repeated or come in clusters, the cluster-robust one of Liang
and Zeger (1986) with t of one degree of freedom less than clusters. At least 30 cases, and 10
clusters where the spec names them. A judge that is stated has to agree with people (as in
`judge-agreement`) and, unless it is deterministic, to look at every case twice; else the gate is
inconclusive. `rate: corrected` decides on the rate corrected for the judge's errors (Rogan and
Gladen 1978; interval of Lang and Reiczigel 2014, with the effective number of clusters).

Not evaluated: no source, a run that did not finish, a case twice, a score that no case has or that
is neither 0 nor 1 without a limit, a source in which nothing has an answer.

Example
    id: groundedness
    type: llm-quality
    source: eval-suite
    score: groundedness
    scoreAtLeast: 0.7
    atLeast: 0.9
    judge:
      source: human-labels
      judge: judge_verdict
      human: human_verdict
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlspec.evidence import Reason, ReasonWords
from mlspec.gates._bound_words import bound_words
from mlspec.gates._judge_labels import JUDGE_REASONS, judge_need, judge_problems
from mlspec.gates._llm_quality_spec import LlmQuality
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.gates._requirement import check_reach, out_of_reach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE"]

_FEWEST_CASES = 30

REASONS = MappingProxyType(
    {
        "judge-not-validated": ReasonWords(
            "The scores come from a judge whose agreement with people is not shown to reach the"
            " stated minimum, so they say little about the model.",
            "Label more cases by hand, or improve the prompt of the judge until the "
            "`judge-agreement` holds.",
        ),
        "judge-missing": ReasonWords(
            "`rate: corrected` needs a `judge` whose errors are known.",
            "Add `judge` with its source and columns, or take `rate: observed`.",
        ),
        "one-rate-bound": ReasonWords(
            "A rate needs exactly one of `atLeast` and `atMost`.",
            "Keep `atLeast` for what is good (grounded answers), `atMost` for what is bad "
            "(hallucinations).",
        ),
        "one-score-bound": ReasonWords(
            "A score is compared with at most one of `scoreAtLeast` and `scoreAtMost`, and only"
            " where `score` is named.",
            "Keep one of the two, and name the `score` that it is about.",
        ),
        "rate-bound-trivial": ReasonWords(
            "Every model reaches the stated rate, so the gate says nothing.",
            "State a rate above 0 for `atLeast`, below 1 for `atMost`.",
        ),
        "score-missing": ReasonWords(
            "No case of the source has the score that the gate names.",
            "Correct `score`: the message names those that the cases have. Or add the scorer to"
            " the evaluation and run it again.",
        ),
        "score-not-binary": ReasonWords(
            "The score is neither 0 nor 1, and the gate does not say from where on it is a yes.",
            "State `scoreAtLeast` (or `scoreAtMost`): from where on the score is a yes.",
        ),
        "too-few-epochs": ReasonWords(
            "Cases were run fewer times than the gate states, or than a judge that does not "
            "always answer the same needs.",
            "Run every case more often (Inspect: `--epochs`, promptfoo: `--repeat`), or lower "
            "`minimumEpochs`; a judge that always answers the same has `isStochastic: false`.",
        ),
        "too-many-errors": ReasonWords(
            "The share of cases without an answer (errors, no assertion, never run) exceeds "
            "`maximumErrorRate`.",
            "Mend what raised the errors, and run those cases again; a case without assertion "
            "needs one.",
        ),
    }
)


def require(spec: LlmQuality) -> str:
    """Return the requirement as text: `rate of groundedness >= 0.7 is >= 0.9`."""
    what = "passed cases" if spec.score is None else spec.score
    if spec.score_at_least is not None:
        what = f"{what} >= {spec.score_at_least:.15g}"
    if spec.score_at_most is not None:
        what = f"{what} <= {spec.score_at_most:.15g}"
    return " ".join([f"rate of {what} is", *bound_words(spec.at_least, spec.at_most)])


def check(spec: LlmQuality) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    if (spec.at_least is None) == (spec.at_most is None):
        sentence = "a rate needs exactly one of `atLeast` and `atMost`"
        yield SpecProblem((), Reason("one-rate-bound", sentence), hint="state the rate to reach")
    if spec.at_least == 0 or spec.at_most == 1:
        field = "atLeast" if spec.at_least == 0 else "atMost"
        sentence = f"every model meets this `{field}`: the gate would say nothing about it"
        yield SpecProblem((field,), Reason("rate-bound-trivial", sentence))
    yield from _check_score(spec)
    if spec.judge is not None:
        yield from judge_problems(spec.judge, ("judge",))
    elif spec.rate == "corrected":
        sentence = "a rate is corrected for the errors of a judge, but `judge` is not stated"
        yield SpecProblem(("rate",), Reason("judge-missing", sentence))


def _check_score(spec: LlmQuality) -> Iterator[SpecProblem]:
    stated = [
        field
        for field, value in (
            ("scoreAtLeast", spec.score_at_least),
            ("scoreAtMost", spec.score_at_most),
        )
        if value is not None
    ]
    if len(stated) > 1:
        sentence = "a score is compared with one limit, but both are stated"
        yield SpecProblem((stated[1],), Reason("one-score-bound", sentence))
    if stated and spec.score is None:
        sentence = f"`{stated[0]}` is stated, but no `score` that it would be about"
        yield SpecProblem((stated[0],), Reason("one-score-bound", sentence))


def hopeless(spec: LlmQuality) -> Iterator[SpecProblem]:
    """Yield why no data could make the gate pass."""
    yield from check_reach(spec, at_least=1, at_most=0)
    if spec.judge is not None and spec.judge.at_least == 1:
        yield replace(out_of_reach("atLeast", 1.0), path=("judge", "atLeast"))


def evaluate(spec: LlmQuality, inputs: GateInputs) -> GateResult:
    """Judge the rate over all cases against its bound."""
    from mlspec.gates import _decide, _rate

    measured = _rate.measure(spec, inputs)
    bound = _decide.stated(spec.at_least, spec.at_most)
    return _decide.concluded(spec, require(spec), measured, bound, metric=spec.score)


def reads(spec: LlmQuality) -> tuple[Need, ...]:
    """Return what is read: the cases, and the labels that the judge is held against."""
    columns = {spec.key, spec.score, spec.cluster, spec.epoch} - {None}
    cases = Need(spec.source, "Cases", tuple(sorted(each for each in columns if each is not None)))
    return (cases,) if spec.judge is None else (cases, judge_need(spec.judge))


def power(spec: LlmQuality, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the rows that decide at the margin."""
    from mlspec.gates import _power_number

    best = 1.0 if spec.at_least is not None else 0.0
    bound = spec.at_least if spec.at_least is not None else spec.at_most or 0.0
    asked = _power_number.Asked("the rate", "cases", bound, best, _FEWEST_CASES)
    if observed.interval is None:
        return _power_number.of_shares(spec, (), assumed, asked)
    return _power_number.of_number(spec, observed, assumed, asked)


GATE = Gate(
    "llm-quality",
    LlmQuality,
    "The rate of a named score, or of passed cases, is high or low enough.",
    check=check,
    hopeless=hopeless,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=MappingProxyType({**REASONS, **JUDGE_REASONS}),
    power=power,
)
