"""JUnit XML: suites of tests, each with what it says, how it failed, or that it could not run."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Problem", "TestCase", "TestSuite", "render_junit"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a test is not green. An `error` says that nothing could be told."""

    kind: str
    message: str
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class TestCase:
    """One test: where it belongs, what it is called, and what it told.

    `skipped` says why it counts for nothing; "" for one that counts.
    """

    suite: str
    name: str
    problem: Problem | None = None
    told: str = ""
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class TestSuite:
    """Some tests that belong together."""

    name: str
    cases: Sequence[TestCase]

    @property
    def failures(self) -> int:
        """How many tests failed."""
        return sum(each.problem is not None and not each.problem.is_error for each in self.cases)

    @property
    def errors(self) -> int:
        """How many tests could not tell anything."""
        return sum(each.problem is not None and each.problem.is_error for each in self.cases)


def render_junit(name: str, suites: Sequence[TestSuite]) -> str:
    """Return the suites as one document.

    Skipped looks green in most places: only what a reviewed list passes over is.
    """
    totals = {
        "name": name,
        "tests": sum(len(each.cases) for each in suites),
        "failures": sum(each.failures for each in suites),
        "errors": sum(each.errors for each in suites),
    }
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites{_attributes(totals)}>",
        *(line for each in suites for line in _suite(each)),
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def _suite(suite: TestSuite) -> Iterator[str]:
    totals = {
        "name": suite.name,
        "tests": len(suite.cases),
        "failures": suite.failures,
        "errors": suite.errors,
        "skipped": sum(bool(each.skipped) for each in suite.cases),
    }
    yield f"<testsuite{_attributes(totals)}>"
    yield from map(_case, suite.cases)
    yield "</testsuite>"


def _case(case: TestCase) -> str:
    head = _attributes({"classname": case.suite, "name": case.name, "time": 0})
    problem = _problem(case.problem) if case.problem else ""
    if case.skipped:
        problem = f"<skipped{_attributes({'message': case.skipped})}/>"
    told = f"<system-out>{escape(case.told)}</system-out>" if case.told else ""
    return f"<testcase{head}>{problem}{told}</testcase>"


def _problem(problem: Problem) -> str:
    word = "error" if problem.is_error else "failure"
    head = _attributes({"type": problem.kind, "message": problem.message})
    return f"<{word}{head}>{escape(problem.message)}</{word}>"


def _attributes(values: Mapping[str, object]) -> str:
    return "".join(f' {name}="{escape(str(value))}"' for name, value in values.items())
