"""Diagnostics as one JSON object: format `mlspec.diagnostics/1.0`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity, sort_diagnostics

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlspec.canonical import Json
    from mlspec.diagnostics import Diagnostic, Fix, Position, Span

__all__ = ["FORMAT", "render_json"]

FORMAT = "mlspec.diagnostics/1.0"
"""The name and version of the format; the first number changes when a reader would break."""


def render_json(diagnostics: Iterable[Diagnostic]) -> str:
    """Return the diagnostics as sorted, indented JSON in plain ASCII."""
    ordered = sort_diagnostics(diagnostics)
    report: Json = {
        "format": FORMAT,
        "diagnostics": [_diagnostic(each) for each in ordered],
        "summary": _summary(ordered),
    }
    return json.dumps(report, sort_keys=True, indent=2, allow_nan=False) + "\n"


def _summary(diagnostics: Sequence[Diagnostic]) -> Json:
    counts: dict[str, Json] = {
        f"{severity}s": sum(each.severity is severity for each in diagnostics)
        for severity in Severity
    }
    known = sum(bool(each.known) for each in diagnostics)
    counts |= {"known": known} if known else {}
    counts["files"] = len({each.span.file for each in diagnostics if each.span})
    return counts


def _diagnostic(diagnostic: Diagnostic) -> Json:
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": str(diagnostic.severity),
        "message": diagnostic.message,
        "span": _span(diagnostic.span) if diagnostic.span else None,
        "related": [
            {"message": each.message, "span": _span(each.span)} for each in diagnostic.related
        ],
        "hint": diagnostic.hint,
        "fixes": [_fix(each) for each in diagnostic.fixes],
        **({"waived": diagnostic.waived} if diagnostic.waived else {}),
        **({"known": diagnostic.known} if diagnostic.known else {}),
    }


def _fix(fix: Fix) -> Json:
    return {
        "title": fix.title,
        "applicability": str(fix.applicability),
        "edits": [
            {"span": _span(edit.span), "replacement": edit.replacement} for edit in fix.edits
        ],
    }


def _span(span: Span) -> Json:
    return {"file": span.file, "start": _position(span.start), "end": _position(span.end)}


def _position(position: Position) -> Json:
    return {"line": position.line, "column": position.column}
