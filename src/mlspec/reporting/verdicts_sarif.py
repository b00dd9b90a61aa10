"""Verdicts that are not a pass as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from mlspec.canonical import digest_value
from mlspec.evidence import Verdict
from mlspec.reporting._sarif import render_sarif, sarif_message
from mlspec.reporting._verdict_words import numbers, weight

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.diagnostics import Span
    from mlspec.evidence import EvidenceRecord, GateResult
    from mlspec.reporting._verdict_words import Judged

__all__ = ["render_verdicts_sarif"]

_FINGERPRINT = "mlspecGate/v1"


def render_verdicts_sarif(
    records: Sequence[Judged], files: Mapping[str, str], places: Mapping[str, Mapping[str, Span]]
) -> str:
    """Return one SARIF run.

    `files` is the spec file of each model by its address, `places` where its gates are written.
    """
    found = [
        (record, result)
        for record, _ in records
        for result in record.results
        if result.verdict is not Verdict.PASS
    ]
    rules = sorted({result.reason_code for _, result in found})
    results = [
        _result(record, each, rules, _physical(record, each, files, places))
        for record, each in found
    ]
    return render_sarif("mlspec/gates/", rules, results)


def _physical(
    record: EvidenceRecord,
    result: GateResult,
    files: Mapping[str, str],
    places: Mapping[str, Mapping[str, Span]],
) -> Json:
    """Return where the gate is written, in the spec of the model or of a gate set."""
    place = places.get(record.subject, {}).get(result.gate)
    if place is None:
        return {"artifactLocation": {"uri": quote(files.get(record.subject, ""))}}
    region: Json = {"startLine": place.start.line, "startColumn": place.start.column}
    return {"artifactLocation": {"uri": quote(place.file)}, "region": region}


def _result(
    record: EvidenceRecord, result: GateResult, rules: Sequence[str], physical: Json
) -> Json:
    location: Json = {
        "physicalLocation": physical,
        "logicalLocations": [{"fullyQualifiedName": record.subject}],
    }
    identity = [record.subject, result.gate, result.reason_code]
    return {
        "ruleId": result.reason_code,
        "ruleIndex": rules.index(result.reason_code),
        "kind": "fail",
        "level": "error" if result.blocks else "note",
        "message": {"text": sarif_message("; ".join(_told(record, result)))},
        "locations": [location],
        "partialFingerprints": {_FINGERPRINT: digest_value(identity)},
        "properties": {"verdict": result.verdict.value, "blocking": result.blocks},
    }


def _told(record: EvidenceRecord, result: GateResult) -> Iterator[str]:
    yield f"gate {result.gate} of {record.subject}: {result.verdict.value}{weight(result)}"
    yield result.reason
    yield numbers(result)
