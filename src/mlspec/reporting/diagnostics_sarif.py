"""Diagnostics as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from mlspec.diagnostics import Position, Severity, Span, fingerprints, sort_diagnostics
from mlspec.reporting._cells import clean
from mlspec.reporting._sarif import known_before, render_sarif, sarif_message, suppression

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.canonical import Json
    from mlspec.diagnostics import Diagnostic

__all__ = ["render_diagnostics_sarif"]

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_NOWHERE = Span("mlspec.yaml", Position(1, 1), Position(1, 2))
"""Where a diagnostic is shown that has no place: GitHub takes no result without one."""

_FINGERPRINT = "mlspecDiagnostic/v1"


def render_diagnostics_sarif(diagnostics: Iterable[Diagnostic], category: str) -> str:
    """Return one SARIF run in order of place.

    `category` tells runs over specs from those over manifests: a run takes the place of the last
    one of its own category. The fingerprint of a result stays when lines above it move.
    """
    found = sort_diagnostics(diagnostics)
    rules = sorted({each.code for each in found})
    indices = {rule: index for index, rule in enumerate(rules)}
    results: list[Json] = [
        _result(each, indices[each.code]) | {"partialFingerprints": {_FINGERPRINT: mark}}
        for each, mark in zip(found, fingerprints(found), strict=True)
    ]
    return render_sarif(f"mlspec/{category}/", rules, results)


def _result(diagnostic: Diagnostic, index: int) -> dict[str, Json]:
    hint = f" (hint: {clean(diagnostic.hint)})" if diagnostic.hint else ""
    name = diagnostic.titled.removeprefix(diagnostic.code).strip()
    text = f"{f'{name}: ' if name else ''}{clean(diagnostic.message)}{hint}"
    result: dict[str, Json] = {
        "ruleId": diagnostic.code,
        "ruleIndex": index,
        "kind": "fail",
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": sarif_message(text)},
        "locations": [_location(diagnostic.span or _NOWHERE)],
    }
    if diagnostic.waived:
        told = known_before if diagnostic.known else suppression
        result["suppressions"] = [told(clean(diagnostic.waived))]
    if diagnostic.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "message": {"text": sarif_message(clean(each.message))},
                **_location(each.span),
            }
            for number, each in enumerate(diagnostic.related)
        ]
    return result


def _location(span: Span) -> dict[str, Json]:
    """Columns count characters, and the last one is that after the span, as in SARIF."""
    region: Json = {
        "startLine": span.start.line,
        "startColumn": span.start.column,
        "endLine": span.end.line,
        "endColumn": span.end.column,
    }
    uri = quote(clean(span.file))
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
