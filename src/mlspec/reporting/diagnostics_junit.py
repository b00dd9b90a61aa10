"""Diagnostics as JUnit XML, for CI that shows nothing but tests."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity, sort_diagnostics
from mlspec.reporting._cells import clean
from mlspec.reporting._junit import Problem, TestCase, TestSuite, render_junit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.diagnostics import Diagnostic

__all__ = ["render_diagnostics_junit"]


def render_diagnostics_junit(diagnostics: Iterable[Diagnostic], category: str) -> str:
    """Return a suite for each file: errors are tests that fail, the rest passes and says why.

    What is known since the policy baseline is skipped: it is not green, and stops nothing.

    Where nothing was found there is one test, so that a report without tests stays suspicious.
    """
    found = sort_diagnostics(diagnostics)
    suites = [
        TestSuite(file or category, [_case(each, category) for each in members])
        for file, members in groupby(found, _file)
    ]
    if not suites:
        suites = [TestSuite(category, [TestCase(f"mlspec.{category}", "no problem")])]
    return render_junit(f"mlspec {category}", suites)


def _file(diagnostic: Diagnostic) -> str:
    return clean(diagnostic.span.file) if diagnostic.span else ""


def _case(diagnostic: Diagnostic, category: str) -> TestCase:
    span = diagnostic.span
    place = f"{clean(span.file)}:{span.start.line}:{span.start.column} " if span else ""
    name = f"{place}{diagnostic.titled}"
    hint = f"\nhint: {clean(diagnostic.hint)}" if diagnostic.hint else ""
    told = f"{diagnostic.severity.value}: {clean(diagnostic.message)}{hint}"
    is_error = diagnostic.severity is Severity.ERROR
    problem = Problem(diagnostic.code, clean(diagnostic.message)) if is_error else None
    skipped = clean(diagnostic.waived) if diagnostic.known else ""
    return TestCase(f"mlspec.{category}", name, problem, told, skipped)
