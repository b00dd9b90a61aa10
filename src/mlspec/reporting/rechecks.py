"""What a second look at evidence found, as text and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import Json, pretty_json
from mlspec.evidence import Verdict
from mlspec.reporting._cells import Style, clean
from mlspec.reporting._verdict_words import numbers, weight

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.evidence import EvidenceRecord, GateResult, Recheck

__all__ = ["render_rechecks", "render_rechecks_json"]

_REPRODUCED = {None: "", True: "same verdicts again", False: "other verdicts"}
_WIDTH = max(len(each.value) for each in Verdict)


def render_rechecks(found: Sequence[Recheck], *, colour: bool) -> str:
    """Return a block per record: how it stands, who signed, what it is bound to, each verdict."""
    blocks = ["\n".join(_block(each, colour=colour)) for each in found]
    return "\n".join(f"{each}\n" for each in blocks) if blocks else "no model has gates\n"


def render_rechecks_json(found: Sequence[Recheck]) -> str:
    """Return the records as one JSON document (`mlspec.gate-verify/1.0`)."""
    listed = [_json(each) for each in found]
    return pretty_json({"format": "mlspec.gate-verify/1.0", "records": listed})


def _block(recheck: Recheck, *, colour: bool) -> Iterator[str]:
    told = ": ".join(filter(None, (_REPRODUCED[recheck.is_reproduced], clean(recheck.reason))))
    stands = recheck.status.value if recheck.is_whole else "not whole"
    line = f"{clean(recheck.address)} ({recheck.environment}): {stands}"
    style = Style.GREEN if recheck.is_good else Style.RED
    yield style.paint(f"{line}, {told}" if told else line, colour=colour)
    if recheck.record is not None:
        yield f"  {'signature':<{_WIDTH}}  {_signature(recheck)}"
        for each in recheck.unsigned_profiles:
            told = f"profile {clean(each)} has none that counts; the environment asks for one"
            yield f"  {'signature':<{_WIDTH}}  {told}"
        yield from _bound(recheck.record)
        yield from _run(recheck)
        yield from _verdicts(recheck.record)
    if recheck.next_step:
        yield f"  next: {clean(recheck.next_step)}"


def _signature(recheck: Recheck) -> str:
    if recheck.signers:
        return f"by {clean(', '.join(recheck.signers))}"
    wanted = "; the environment asks for one" if recheck.wants_signature else ""
    return f"none that counts: {clean(recheck.unsigned)}{wanted}"


def _run(recheck: Recheck) -> Iterator[str]:
    """Yield how the record came about: when and where, by whom, from which specs."""
    run = recheck.run
    if run is None:
        return
    took = "" if run.duration_seconds is None else f"took {run.duration_seconds:g} s"
    commit = f"commit {run.commit[:12]}" if run.commit else ""
    changed = ", with changes that are not committed" if commit and run.dirty else ""
    by = f"by {run.actor}" if run.actor else ""
    signed = f"signed by {', '.join(recheck.run_signers)}" if recheck.run_signers else "not signed"
    told = (run.started_at, by, run.ci, run.url, run.spec_path, commit + changed, took, signed)
    yield f"  {'run':<{_WIDTH}}  {clean(', '.join(filter(None, told)))}"


def _bound(record: EvidenceRecord) -> Iterator[str]:
    yield f"  {'artifact':<{_WIDTH}}  {clean(record.subject_digest) or 'no digest'}"
    yield f"  {'gates':<{_WIDTH}}  {clean(record.gates_digest)}"
    for each in record.materials:
        yield f"  {'rests on':<{_WIDTH}}  {clean(each.file)}, {clean(each.digest)}"
    if record.valid_until:
        yield f"  {'holds until':<{_WIDTH}}  {clean(record.valid_until)}"


def _verdicts(record: EvidenceRecord) -> Iterator[str]:
    yield f"  {record.overall.value:<{_WIDTH}}  overall"
    for each in record.results:
        told = f"{clean(each.gate)}  {numbers(each)}{weight(each)}"
        yield f"  {each.verdict.value:<{_WIDTH}}  {told}"


def _json(recheck: Recheck) -> Json:
    record = recheck.record
    return {
        "address": recheck.address,
        "environment": recheck.environment,
        "file": recheck.file,
        "status": recheck.status.value,
        "reason": recheck.reason,
        "isWhole": recheck.is_whole,
        "isReproduced": recheck.is_reproduced,
        "isGood": recheck.is_good,
        "signers": list(recheck.signers),
        "unsigned": recheck.unsigned,
        "overall": None if record is None else record.overall.value,
        "gates": [] if record is None else [_gate_json(each) for each in record.results],
        "boundTo": None if record is None else _bound_json(record),
        "nextStep": recheck.next_step,
        "run": None if recheck.run is None else recheck.run.to_json(),
        "runSigners": list(recheck.run_signers),
        "unsignedProfiles": list(recheck.unsigned_profiles),
    }


def _gate_json(result: GateResult) -> Json:
    return {
        "id": result.gate,
        "verdict": result.verdict.value,
        "required": result.required,
        "blocks": result.blocks,
        "reasonCode": result.reason_code,
    }


def _bound_json(record: EvidenceRecord) -> Json:
    return {
        "artifact": record.subject_digest,
        "gates": record.gates_digest,
        "materials": [{"file": each.file, "digest": each.digest} for each in record.materials],
        "record": record.digest,
    }
