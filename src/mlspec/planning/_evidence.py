"""What the evidence of a model means for the operations that concern it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import digest_value
from mlspec.evidence import EvidenceStatus, Verdict
from mlspec.planning._body import entries, section
from mlspec.planning._model import Block, BlockCode, EvidenceEntry, GateEntry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.canonical import Json
    from mlspec.evidence import EvidenceRecord, GateResult
    from mlspec.planning.desired import Desired

__all__ = ["GRAVEST_FIRST", "block_of_evidence", "entry_of", "evidence_entry", "gravest"]

_MODEL = "Model"
_NO_RECORD = "its gates have not been run"
GRAVEST_FIRST = (
    BlockCode.PROTECTED,
    BlockCode.ADDRESS_TAKEN,
    BlockCode.LAST_WORKSPACE,
    BlockCode.RETIRE_EVERYTHING,
    BlockCode.DELETE_BUDGET,
    BlockCode.FROZEN,
    BlockCode.GATE_FAILED,
    BlockCode.GATE_NOT_EVALUATED,
    BlockCode.GATE_INCONCLUSIVE,
    BlockCode.EVIDENCE_MISSING,
    BlockCode.EVIDENCE_STALE,
)
"""All reasons to block; of several, the first decides."""
_VERDICTS = {
    Verdict.FAIL.value: BlockCode.GATE_FAILED,
    Verdict.INCONCLUSIVE.value: BlockCode.GATE_INCONCLUSIVE,
    Verdict.NOT_EVALUATED.value: BlockCode.GATE_NOT_EVALUATED,
}


def evidence_entry(
    address: str, record: EvidenceRecord | None, status: EvidenceStatus, reason: str = ""
) -> EvidenceEntry:
    """Return what a plan says about the evidence of a model.

    `status` and `reason` are what `evidence.status` says of the record.
    """
    if record is None:
        verdict = Verdict.NOT_EVALUATED.value
        return EvidenceEntry(address, EvidenceStatus.MISSING.value, verdict, reason=reason)
    return EvidenceEntry(
        address=address,
        status=status.value,
        verdict=record.overall.value,
        digest=digest_value(record.to_json()),
        reason=reason,
        gates=tuple(
            GateEntry(each.gate, each.verdict.value, each.required, _excuse(each))
            for each in sorted(record.results, key=lambda result: result.gate)
        ),
    )


def entry_of(desired: Desired, known: EvidenceEntry | None) -> EvidenceEntry | None:
    """Return the entry of a resource; None for one without gates.

    A model whose gates must pass and of which nothing is known has no evidence.
    """
    if desired.kind != _MODEL:
        return None
    if known is None and _has_required_gates(desired.body):
        return evidence_entry(desired.address, None, EvidenceStatus.MISSING, _NO_RECORD)
    return known


def block_of_evidence(entry: EvidenceEntry) -> Block | None:
    """Return why the evidence keeps the model from being applied; None if it does not."""
    if entry.status == EvidenceStatus.MISSING.value:
        return Block(BlockCode.EVIDENCE_MISSING, f"no evidence: {entry.reason or _NO_RECORD}")
    if entry.status != EvidenceStatus.PRESENT.value:
        return Block(BlockCode.EVIDENCE_STALE, f"stale evidence: {entry.reason}".rstrip(": "))
    return _block_of_verdicts(entry)


def _block_of_verdicts(entry: EvidenceEntry) -> Block | None:
    required, passes = entry.required_gates, Verdict.PASS.value
    failing = [
        f"{each.gate} {each.verdict}"
        for each in required
        if not (each.verdict == passes or each.excused)
    ]
    if not failing and (entry.verdict == passes or not required):
        return None
    code = _VERDICTS.get(entry.verdict, BlockCode.GATE_NOT_EVALUATED)
    return Block(code, f"gates do not pass: {', '.join(failing) or entry.verdict}")


def _excuse(result: GateResult) -> str:
    """Return why promotion does not wait for a required gate that does not pass."""
    if result.blocks or not result.required or result.verdict is Verdict.PASS:
        return ""
    if result.excused:
        return "a first release, without a champion to compare with"
    if result.waived is None:
        return "the spec allows an inconclusive verdict"
    waived = result.waived
    return f"waived until {waived.until} by {waived.approver}: {waived.reason}"


def gravest(blocks: Iterable[Block]) -> Block:
    """Return the gravest of some blocks, the first of those that are equal."""
    return min(blocks, key=lambda block: GRAVEST_FIRST.index(block.code))


def _has_required_gates(body: Json) -> bool:
    """Tell whether a gate must pass; the gates of a gate set count, they can't be seen here."""
    spec = section(body, "spec")
    return bool(spec.get("gateSets")) or any(
        isinstance(each, dict) and each.get("required") is not False
        for each in entries(spec, "gates")
    )
