"""Whether the facts beside a verdict, and its counts, are such that the spec allows the verdict.

Facts decide nothing by themselves. But some are conditions of every verdict (the arms of an
experiment got their shares of the traffic), others say how many parts there are, or what the spec
states: a record that says otherwise is none that these gates wrote.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlspec.evidence import Verdict
from mlspec.gates._inputs import unpinned
from mlspec.gates._llm_quality_spec import LlmQuality
from mlspec.gates._looks import LEAST_RATIO_P

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.evidence import GateResult
    from mlspec.gates._inputs import EvaluationInputs
    from mlspec.gates._spec import GateSpecBase

__all__ = ["other_fact"]

_EXPERIMENTS = frozenset({"ab-test", "canary"})
_ROWS = "rows"
_PER_FEATURE = "adjustedP."
_OF_PARTS = {
    "calibration": ("bins",),
    "data-quality": ("checks",),
    "fairness": ("comparisons", "smallGroups"),
    "slices": ("slices", "smallSlices"),
}
"""Facts that together say how many parts there are."""
_COMPARED = frozenset({"champion-challenger", "slices"})
_UNPINNED = "unpinnedFiles"


def other_fact(spec: GateSpecBase, result: GateResult, inputs: EvaluationInputs | None) -> str:
    """Return how facts or counts contradict the spec or the parts, in words; "" if they do not.

    What was not evaluated may tell anything.
    """
    if result.verdict is Verdict.NOT_EVALUATED:
        return ""
    facts = dict(result.facts)
    found = (
        *_of_parts(spec, result, facts),
        *_of_files(spec, inputs, facts),
        *_of_conditions(spec, result, facts),
        *_of_rows(spec, result),
    )
    return next(iter(found), "")


def _of_parts(spec: GateSpecBase, result: GateResult, facts: Mapping[str, float]) -> Iterator[str]:
    names = _OF_PARTS.get(spec.gate_type, ())
    is_whole = result.verdict is not Verdict.FAIL  # what fails may have parts that tell no number
    if names and result.parts and is_whole:
        yield from _of_number(spec, result, names, facts)
    parts = {f"{_PER_FEATURE}{each.name}" for each in result.parts}
    told_of = {each for each in facts if each.startswith(_PER_FEATURE)}
    yield from (f"`{each[:60]}` is of no part" for each in sorted(told_of - parts))


def _of_number(
    spec: GateSpecBase, result: GateResult, names: tuple[str, ...], facts: Mapping[str, float]
) -> Iterator[str]:
    counted = sum(_is_counted(spec, each.name) for each in result.parts)
    told = sum(facts.get(each, 0.0) for each in names)
    if told != counted:
        yield f"`{names[0]}` tells of {told:g} parts, and there are {counted}"


def _is_counted(spec: GateSpecBase, name: str) -> bool:
    """Tell whether a part is among those that the fact counts: the number of rows is no check."""
    return spec.gate_type != "data-quality" or name != _ROWS


def _of_files(
    spec: GateSpecBase, inputs: EvaluationInputs | None, facts: Mapping[str, float]
) -> Iterator[str]:
    """Yield that a comparison tells of other files without a digest than the spec has."""
    if spec.gate_type not in _COMPARED or inputs is None:
        return
    is_pair = spec.gate_type != "slices" or getattr(spec, "mode", None) is not None
    stated = len(unpinned(inputs)) if is_pair else 0
    if facts.get(_UNPINNED, 0.0) != stated:
        told = facts.get(_UNPINNED, 0.0)
        yield f"`{_UNPINNED}` is {told:g}, and the spec names {stated} files without a digest"


def _of_conditions(
    spec: GateSpecBase, result: GateResult, facts: Mapping[str, float]
) -> Iterator[str]:
    if spec.gate_type in _EXPERIMENTS and not facts.get("sampleRatioP", 0.0) >= LEAST_RATIO_P:
        yield f"`sampleRatioP` is below {LEAST_RATIO_P:g}, so that the arms do not compare"
    if isinstance(spec, LlmQuality) and result.verdict is Verdict.PASS:
        yield from _of_judge(spec, facts)


def _of_judge(spec: LlmQuality, facts: Mapping[str, float]) -> Iterator[str]:
    """Yield why a pass rests on too few answers, or on a judge that was not held against people."""
    if not facts.get("errorRate", math.inf) <= spec.maximum_error_rate:
        yield f"`pass`, although `errorRate` has to be at most {spec.maximum_error_rate:g}"
    if spec.judge is not None and not facts.get("kappa", -math.inf) >= spec.judge.at_least:
        yield f"`pass`, although `kappa` has to be at least {spec.judge.at_least:g}"


def _of_rows(spec: GateSpecBase, result: GateResult) -> Iterator[str]:
    """Yield that a verdict was reached on fewer rows than the spec asks for."""
    if result.parts or result.verdict is Verdict.INCONCLUSIVE:
        return
    rows = dict(result.counts).get(_ROWS)
    if rows is not None and rows < spec.minimum_rows:
        yield f"`{result.verdict}` on {rows} rows, and {spec.minimum_rows} are needed"
