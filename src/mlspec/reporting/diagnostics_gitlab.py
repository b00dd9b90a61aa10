"""Diagnostics as a Code Quality report, which GitLab shows on a merge request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity, fingerprints, sort_diagnostics
from mlspec.reporting._cells import clean
from mlspec.reporting._codequality import Issue, render_codequality

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mlspec.diagnostics import Diagnostic

__all__ = ["render_gitlab"]

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}
_WORKSPACE = "mlspec.yaml"
"""Where a diagnostic is shown that has no place: GitLab leaves out what has none."""


def render_gitlab(diagnostics: Iterable[Diagnostic]) -> str:
    """Return the report in order of place.

    The fingerprint of an issue stays when lines above it move, so that GitLab tells a new one from
    one that was there before the change.
    """
    return render_codequality(_issues(sort_diagnostics(diagnostics)))


def _issues(diagnostics: Sequence[Diagnostic]) -> Iterator[Issue]:
    for each, mark in zip(diagnostics, fingerprints(diagnostics), strict=True):
        span = each.span
        file, line = (clean(span.file), span.start.line) if span else (_WORKSPACE, 1)
        severity, told = _SEVERITIES[each.severity], _told(each)
        yield Issue(each.titled, severity, told, file, line, mark)


def _told(diagnostic: Diagnostic) -> str:
    message = clean(diagnostic.message)
    if diagnostic.known:
        message = f"{message} ({clean(diagnostic.waived)})"
    return f"{message} (hint: {clean(diagnostic.hint)})" if diagnostic.hint else message
