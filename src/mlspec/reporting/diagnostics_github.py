"""Diagnostics as GitHub workflow commands, which GitHub shows beside the changed lines.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
GitHub shows ten annotations of a kind per step, so the worst come first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity, sort_diagnostics
from mlspec.reporting._cells import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.diagnostics import Diagnostic, Span

__all__ = ["render_github"]

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_ORDER = tuple(_COMMANDS)


def render_github(diagnostics: Iterable[Diagnostic]) -> str:
    """Return one workflow command per diagnostic, errors first."""
    ordered = sorted(sort_diagnostics(diagnostics), key=lambda each: _ORDER.index(each.severity))
    return "".join(f"{_command(each)}\n" for each in ordered)


def _command(diagnostic: Diagnostic) -> str:
    properties = {
        **(_place(diagnostic.span) if diagnostic.span else {}),
        "title": diagnostic.titled,
    }
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    lines = [diagnostic.message]
    lines.extend(f"{each.message}: {_where(each.span)}" for each in diagnostic.related)
    lines.extend([diagnostic.waived] if diagnostic.known else [])
    if diagnostic.hint:
        lines.append(f"hint: {diagnostic.hint}")
    return f"::{_COMMANDS[diagnostic.severity]} {listed}::{_data(lines)}"


def _place(span: Span) -> dict[str, str]:
    place = {"file": span.file, "line": str(span.start.line), "endLine": str(span.end.line)}
    if span.start.line == span.end.line:  # GitHub takes columns within one line only
        place |= {"col": str(span.start.column), "endColumn": str(span.end.column)}
    return place


def _where(span: Span) -> str:
    return f"{span.file}:{span.start.line}:{span.start.column}"


def _data(lines: list[str]) -> str:
    return "%0A".join(_escaped(clean(line)) for line in lines)


def _property(value: str) -> str:
    return _escaped(clean(value)).replace(":", "%3A").replace(",", "%2C")


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
