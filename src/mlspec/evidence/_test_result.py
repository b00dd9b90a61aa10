"""The verdicts in the standard form of in-toto, for verifiers that know nothing of gates.

Source: https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md (v0.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.evidence._model import STATEMENT_TYPE, Verdict, digest_set

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.canonical import Json
    from mlspec.evidence._model import EvidenceRecord, GateResult

__all__ = ["TEST_RESULT_TYPE", "write_test_result"]

TEST_RESULT_TYPE = "https://in-toto.io/attestation/test-result/v0.1"


def write_test_result(record: EvidenceRecord) -> str:
    """Return the statement as text.

    The standard has no word for what could not be decided: whatever blocks is a failed test,
    whatever is not a pass and does not block is a warned one.
    """
    blocking = [each for each in record.results if each.blocks]
    others = [each for each in record.results if not each.blocks]
    warned = [each for each in others if each.verdict is not Verdict.PASS]
    predicate: Json = {
        "result": _result(record, warned),
        "configuration": _configuration(record),
        "passedTests": _names(each for each in others if each.verdict is Verdict.PASS),
        "warnedTests": _names(warned),
        "failedTests": _names(blocking),
    }
    subject: Json = {"name": record.subject, "digest": digest_set(record.subject_digest)}
    return pretty_json(
        {
            "_type": STATEMENT_TYPE,
            "subject": [subject],
            "predicateType": TEST_RESULT_TYPE,
            "predicate": predicate,
        }
    )


def _result(record: EvidenceRecord, warned: list[GateResult]) -> str:
    if record.overall is not Verdict.PASS:
        return "FAILED"
    return "WARNED" if warned else "PASSED"


def _configuration(record: EvidenceRecord) -> list[Json]:
    """Return what the tests were run with: the gates, the files, and the whole record."""
    found: dict[str, str] = {"gates": record.gates_digest, "record": record.digest}
    found |= {each.file: each.digest for each in record.materials}
    return [{"name": name, "digest": digest_set(digest)} for name, digest in sorted(found.items())]


def _names(results: Iterable[GateResult]) -> list[Json]:
    return [each.gate for each in results]
