"""What the evidence of a model means for the operations that concern it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.canonical import digest_value
from mlspec.evidence import NOT_RUN, EvidenceStatus, Verdict
from mlspec.members import entries, section
from mlspec.planning._first_release import FIRST_RELEASE
from mlspec.planning._model import Block, BlockCode, EvidenceEntry, GateEntry
from mlspec.planning._tiers import asks_of, tier_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.canonical import Json
    from mlspec.evidence import EvidenceRecord, GateResult
    from mlspec.planning._model import PlanContext
    from mlspec.planning.desired import Desired

__all__ = [
    "DENIED",
    "GRAVEST_FIRST",
    "block_of_evidence",
    "block_of_no_gate",
    "entry_of",
    "evidence_entry",
    "gravest",
]

_MODEL = "Model"
_NO_REVIEW = "they wait for a review, which only an environment with `requireApprovals` asks for"
DENIED = (
    BlockCode.PROTECTED,
    BlockCode.ADDRESS_TAKEN,
    BlockCode.LAST_WORKSPACE,
    BlockCode.RETIRE_EVERYTHING,
    BlockCode.DELETE_BUDGET,
    BlockCode.FROZEN,
    BlockCode.POLICY_DENIED,
)
"""Reasons to block that no evidence and no approval mends."""
GRAVEST_FIRST = (
    *DENIED,
    BlockCode.GATE_FAILED,
    BlockCode.GATE_NOT_EVALUATED,
    BlockCode.GATE_INCONCLUSIVE,
    BlockCode.EVIDENCE_MISSING,
    BlockCode.EVIDENCE_STALE,
    BlockCode.EVIDENCE_UNSIGNED,
    BlockCode.PROFILE_UNSIGNED,
    BlockCode.EVIDENCE_UNCHECKED,
)
"""All reasons to block; of several, the first decides."""
_VERDICTS = {
    Verdict.FAIL.value: BlockCode.GATE_FAILED,
    Verdict.INCONCLUSIVE.value: BlockCode.GATE_INCONCLUSIVE,
    Verdict.NOT_EVALUATED.value: BlockCode.GATE_NOT_EVALUATED,
}


def evidence_entry(
    address: str,
    record: EvidenceRecord | None,
    status: EvidenceStatus,
    reason: str = "",
    *,
    signers: tuple[str, ...] = (),
    is_reproduced: bool = False,
) -> EvidenceEntry:
    """Return what a plan says about the evidence of a model.

    `status` and `reason` are what `evidence.status` says of the record; `signers` signed it and
    count; `is_reproduced` tells that its verdicts were computed again, and are the same.
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
            _gate_entry(each) for each in sorted(record.results, key=lambda result: result.gate)
        ),
        signers=signers,
        is_reproduced=is_reproduced,
    )


def _gate_entry(result: GateResult) -> GateEntry:
    return GateEntry(
        gate=result.gate,
        verdict=result.verdict.value,
        required=result.required,
        excused=_excuse(result),
        review=result.awaits_review,
        lapsed="" if result.lapsed is None else result.lapsed.until,
    )


def entry_of(desired: Desired, known: EvidenceEntry | None) -> EvidenceEntry | None:
    """Return the entry of a resource; None for one without gates.

    A model whose gates must pass and of which nothing is known has no evidence.
    """
    if desired.kind != _MODEL:
        return None
    if known is None and _has_required_gates(desired.body):
        known = evidence_entry(desired.address, None, EvidenceStatus.MISSING, NOT_RUN)
    return None if known is None else replace(known, tier=tier_of(desired.body))


def block_of_evidence(entry: EvidenceEntry, context: PlanContext) -> Block | None:
    """Return why the evidence keeps the model from being applied; None if it does not.

    A gate that waits for a person does not block where a plan can ask for one.
    """
    if entry.status == EvidenceStatus.MISSING.value:
        return Block(BlockCode.EVIDENCE_MISSING, f"no evidence: {entry.reason or NOT_RUN}")
    if entry.status != EvidenceStatus.PRESENT.value:
        return Block(BlockCode.EVIDENCE_STALE, f"stale evidence: {entry.reason}".rstrip(": "))
    if entry.in_review and context.require_approvals:
        return _block_of_trust(entry, context)
    return _block_of_verdicts(entry) or _block_of_trust(entry, context)


def block_of_no_gate(kind: str, entry: EvidenceEntry | None, context: PlanContext) -> Block | None:
    """Return why a model is not applied of which no gate has to pass; None for another kind.

    Where gates are required, that there is none, or that all are advisory, is no way around them.
    A revert falls back to what a run recorded: it met the terms of that run.
    """
    if kind != _MODEL or (entry is not None and (entry.required_gates or entry.run)):
        return None
    told, next_step = "it has no gates", "give it one in `spec.gates` or `spec.gateSets`"
    if entry is not None and entry.gates:
        told, next_step = "all its gates are advisory", "let one gate be `required`"
    sentence = f"no gate decides: {told}, and `{context.environment}` requires gates"
    return Block(BlockCode.EVIDENCE_MISSING, f"{sentence}: {next_step}")


def _block_of_trust(entry: EvidenceEntry, context: PlanContext) -> Block | None:
    """Return what the environment asks of a record besides its verdicts, and is not there.

    Evidence that a run recorded met the terms of that run.
    """
    if entry.run:
        return None
    where = f"`{context.environment}` asks for it"
    unsigned = _block_of_signatures(entry, context, where)
    if unsigned is not None:
        return unsigned
    if not entry.is_reproduced and asks_of(context.recomputed_evidence, entry.tier):
        sentence = f"evidence that was not computed again: {entry.reason}".rstrip(": ")
        return Block(BlockCode.EVIDENCE_UNCHECKED, f"{sentence}; {where}")
    return None


def _block_of_signatures(entry: EvidenceEntry, context: PlanContext, where: str) -> Block | None:
    """Return which signature is asked for and is not there: of the record, or of a reference."""
    if not entry.signers and asks_of(context.signed_evidence, entry.tier):
        why = entry.reason or "the record is not signed"
        sentence = f"evidence without a signature that counts: {why}; {where}: run `mlspec gate run"
        return Block(BlockCode.EVIDENCE_UNSIGNED, f"{sentence} --sign KEY`")
    if entry.unsigned_profiles and asks_of(context.signed_profiles, entry.tier):
        named = ", ".join(f"`{each}`" for each in entry.unsigned_profiles)
        sentence = f"reference profiles without a signature that counts: {named}; {where}"
        step = "run `mlspec gate profile DATA --out FILE --sign KEY`, and the gates again"
        return Block(BlockCode.PROFILE_UNSIGNED, f"{sentence}: {step}")
    return None


def _block_of_verdicts(entry: EvidenceEntry) -> Block | None:
    is_met = entry.verdict == Verdict.PASS.value or not entry.required_gates
    if is_met and not entry.open_gates:
        return None
    code = _VERDICTS.get(entry.verdict, BlockCode.GATE_NOT_EVALUATED)
    failing = ", ".join(map(_told, entry.open_gates)) or entry.verdict
    told = (f"gates do not pass: {failing}", entry.reason, _NO_REVIEW if entry.in_review else "")
    return Block(code, "; ".join(filter(None, told)))


def _told(gate: GateEntry) -> str:
    ended = f" (its waiver ended on {gate.lapsed})" if gate.lapsed else ""
    return f"{gate.gate} {gate.verdict}{ended}"


def _excuse(result: GateResult) -> str:
    """Return why promotion does not wait for a required gate that does not pass."""
    if result.blocks or not result.required or result.verdict is Verdict.PASS:
        return ""
    if result.excused:
        return FIRST_RELEASE
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
