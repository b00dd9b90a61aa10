"""Verdicts as JUnit XML: a gate is a test, green when it does not block.

A gate that does not pass and does not block (advisory, waived, let through) says so in its name.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.evidence import Verdict
from mlspec.reporting._cells import clean
from mlspec.reporting._junit import Problem, TestCase, TestSuite, render_junit
from mlspec.reporting._verdict_words import lines_of, numbers, weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.evidence import GateResult
    from mlspec.reporting._verdict_words import Judged

__all__ = ["render_verdicts_junit"]


def render_verdicts_junit(records: Sequence[Judged]) -> str:
    """Return a suite per record. Not evaluated is an error, inconclusive and fail are failures."""
    suites = [
        TestSuite(
            clean(" ".join((record.subject, *environments))),
            [_case(record.subject, each) for each in record.results],
        )
        for record, environments in records
    ]
    return render_junit("mlspec gate run", suites)


def _case(subject: str, result: GateResult) -> TestCase:
    problem = _problem(result)
    # a gate that blocks tells its reason as the problem of the test, and once is enough
    of_parts = lines_of(replace(result, reason="") if problem else result)
    told = [numbers(result) + weight(result), *of_parts]
    name = f"{result.gate} ({result.gate_type})"
    if result.verdict is not Verdict.PASS and not result.blocks:
        name += f" [{result.verdict.value}, does not block]"
    classname = f"mlspec.gate.{subject.replace('/', '.')}"
    return TestCase(clean(classname), clean(name), problem, "\n".join(told))


def _problem(result: GateResult) -> Problem | None:
    if not result.blocks:
        return None
    message = clean(f"{result.reason} [{result.reason_code}]")
    return Problem(result.verdict.value, message, is_error=result.verdict is Verdict.NOT_EVALUATED)
