"""What the ledger says of an object, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.ledger import glass_told
from mlspec.planning.break_glass import passed_over_text
from mlspec.reporting._agreed import agreed_json, carried_lines, carried_words, subject_json
from mlspec.reporting._cells import clean, short, table
from mlspec.reporting._plan_policy import pack_words, policy_lines
from mlspec.reporting.verdicts import numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.canonical import Json
    from mlspec.ledger import Approval, RunFacts
    from mlspec.ledger.glass import MadeReview
    from mlspec.planning.audit import AuditShow, LoggedEvent

__all__ = [
    "render_audit_log",
    "render_audit_log_json",
    "render_audit_show",
    "render_audit_show_json",
]

_NOTHING = "nothing"


def render_audit_show(view: AuditShow) -> str:
    """Return what an object was at a moment, what it rests on, and who agreed."""
    return "\n".join([_verdict(view), *table(list(_rows(view)))]) + "\n"


def render_audit_show_json(view: AuditShow) -> str:
    """Return the same as JSON (`mlspec.audit-show/1.0`)."""
    return pretty_json(
        {
            "format": "mlspec.audit-show/1.0",
            "env": view.environment,
            "address": view.address,
            "at": view.at,
            "live": view.is_live,
            "liveSince": view.live_since.at if view.live_since else None,
            "event": _event(view.newest) if view.newest else None,
            "run": _run(view.newest) if view.newest else None,
            "spec": view.body,
            "knownAs": view.known_as,
            "data": [
                {"use": each.use, "name": each.name, "digest": each.digest} for each in view.data
            ],
            "evidence": view.record.to_json() if view.record else None,
        }
    )


def render_audit_log(log: Sequence[LoggedEvent]) -> str:
    """Return the events as a table, oldest first, then what is to be known of their runs.

    That is what a broken glass passed over, which approvals were given to other plans, and the
    reasons that people gave for single changes.
    """
    if not log:
        return "Nothing was applied.\n"
    rows = [
        ("AT", "ADDRESS", "EVENT", "ACTION", "RISK", "RUN", "ACTOR", "DIGEST"),
        *(_log_row(each) for each in log),
    ]
    lines = (*_glass_lines(log), *_carried_lines(log), *_reason_lines(log))
    return "\n".join([*table(rows), *dict.fromkeys(lines)]) + "\n"


def render_audit_log_json(log: Sequence[LoggedEvent]) -> str:
    """Return the events as JSON (`mlspec.audit-log/1.0`)."""
    return pretty_json(
        {"format": "mlspec.audit-log/1.0", "events": [_logged(each) for each in log]}
    )


def _verdict(view: AuditShow) -> str:
    address, environment = clean(view.address), clean(view.environment)
    if view.newest is None:
        return f"{address} was not known in {environment} at {view.at}"
    state, since = _state(view, view.newest)
    if view.known_as != view.address:
        told = f"{address} was {clean(view.known_as)} in {environment} at {view.at}"
        return f"{told} ({since if view.is_live else f'{state} {since}'})"
    version = clean(_version(view.body))
    name = f"{address} {version}" if version else address
    return f"{name} was {state} in {environment} at {view.at} ({since})"


def _state(view: AuditShow, newest: LoggedEvent) -> tuple[str, str]:
    """Return what an object was, and since when."""
    if view.live_since:
        last = f"event {newest.event.sequence}, {short(newest.event.digest)}"
        return "live", f"live since {view.live_since.at}; {last}"
    gone = clean(str(newest.told.get("lifecycle", "")))
    return "deleted" if newest.action == "delete" else gone, f"since {newest.at}"


def _rows(view: AuditShow) -> Iterator[tuple[str, str]]:
    if view.newest is None:
        return
    told, facts = view.newest.told, view.newest.facts
    yield "change", f"{clean(view.newest.action)}, risk {clean(str(told.get('risk') or 'unknown'))}"
    if told.get("reason"):
        yield "reason", clean(str(told["reason"]))
    yield "spec", clean(str(told.get("post") or _NOTHING))
    yield from _artifact_rows(view.body)
    yield from _data_rows(view)
    if facts is None:
        yield "run", f"{clean(str(told.get('run')))}: its statement is gone, or was edited"
        return
    yield from _run_rows(facts)
    yield from _evidence_rows(view, facts)
    yield from _policy_rows(view, facts)
    yield from _glass_rows(view.newest, facts)
    yield from _approval_rows(facts)


def _data_rows(view: AuditShow) -> Iterator[tuple[str, str]]:
    for each in view.data:
        yield f"{each.use} data", clean(f"{each.name} {each.digest or 'no digest'}")


def _artifact_rows(body: Json) -> Iterator[tuple[str, str]]:
    spec = body.get("spec") if isinstance(body, dict) else None
    artifact = spec.get("artifact") if isinstance(spec, dict) else None
    if isinstance(artifact, dict):
        yield "artifact", clean(f"{artifact.get('uri')} {artifact.get('digest') or 'no digest'}")


def _run_rows(facts: RunFacts) -> Iterator[tuple[str, str]]:
    run = f"{facts.run_id}, serial {facts.serial}, by {facts.actor} at {facts.at}"
    yield "run", clean(f"{run}: {facts.outcome.value}")
    yield "order" if facts.is_ordered else "plan", clean(facts.plan_digest)
    yield "commit", clean(facts.commit or "none")


def _evidence_rows(view: AuditShow, facts: RunFacts) -> Iterator[tuple[str, str]]:
    judged = facts.evidence.get(view.known_as)
    if judged is None:
        yield "evidence", _NOTHING
        return
    where = ": the record is not here" if judged.digest and not view.record else ""
    yield (
        "evidence",
        clean(f"{judged.status}, {judged.verdict}, {judged.digest or 'no record'}{where}"),
    )
    for result in view.record.results if view.record else ():
        yield "gate", clean(f"{result.gate}: {result.verdict.value}  {numbers(result)}")


def _policy_rows(view: AuditShow, facts: RunFacts) -> Iterator[tuple[str, str]]:
    for pack in facts.policy.packs:
        yield "policy", f"{pack_words(pack)}, {clean(pack.digest)}"
    entry = facts.policy.of(view.known_as)
    if entry is None:
        return
    for label, text, _ in policy_lines(entry):
        yield "judged" if label == "policy" else label, text


def _glass_rows(logged: LoggedEvent, facts: RunFacts) -> Iterator[tuple[str, str]]:
    if glass := facts.break_glass:
        yield (
            "BREAK GLASS",
            clean(f"as {glass.role}, past what its plan needed: {glass.reason}"),
        )
        yield "passed over", clean(passed_over_text(glass.passed_over))
        review = logged.review
        yield "reviewed", clean(_review(review)) if review else "by nobody yet"


def _review(review: MadeReview) -> str:
    return f"{review.principal} as {review.role} at {review.at}: {review.comment}"


def _approval_rows(facts: RunFacts) -> Iterator[tuple[str, str]]:
    for each in facts.required:
        yield (
            "required",
            clean(f"{each.count} {each.role}, {each.strength.value.upper()} or stronger"),
        )
    for approval in facts.approvals:
        yield "approved", clean(_approval(approval, facts.plan_digest))
    if not facts.approvals:
        yield "approved", "by nobody" + ("" if facts.required else ": nobody had to")


def _approval(approval: Approval, plan_digest: str) -> str:
    role = f" as {approval.role}" if approval.role else ""
    when = f" at {approval.at}" if approval.at else ""
    comment = f": {approval.comment}" if approval.comment else ""
    statement = short(approval.digest)
    strength = approval.strength.value.upper()
    told = f"{approval.principal}{role}, {strength}{when}, statement {statement}"
    parts = (told, carried_words(approval, plan_digest))
    return f"{', '.join(filter(None, parts))}{comment}"


def _log_row(logged: LoggedEvent) -> tuple[str, ...]:
    told = logged.told
    return (
        clean(logged.at),
        clean(logged.event.address),
        str(logged.event.sequence),
        clean(logged.action),
        clean(str(told.get("risk") or "-")),
        clean(str(told.get("run", ""))),
        clean(str(told.get("actor", ""))),
        short(logged.event.digest),
    )


def _glass_lines(log: Sequence[LoggedEvent]) -> Iterator[str]:
    for each in log:
        if each.facts and (glass := each.facts.break_glass):
            past = passed_over_text(glass.passed_over)
            reviewed = f"; reviewed by {_review(each.review)}" if each.review else ""
            yield clean(
                f"! BREAK GLASS: run {each.facts.run_id}, as {glass.role}: {past}{reviewed}"
            )


def _carried_lines(log: Sequence[LoggedEvent]) -> Iterator[str]:
    for facts in (each.facts for each in log):
        if facts:
            lines = carried_lines(facts.approvals, facts.plan_digest)
            yield from (clean(f"Run {facts.run_id}: {each}") for each in lines)


def _reason_lines(log: Sequence[LoggedEvent]) -> Iterator[str]:
    for each in log:
        if reason := each.told.get("reason"):
            yield clean(f"{each.event.address}, event {each.event.sequence}: {reason}")


def _logged(logged: LoggedEvent) -> Json:
    return {
        **_event(logged),
        "breakGlass": _glass(logged),
        "approvals": _agreed(logged.facts) if logged.facts else [],
    }


def _glass(logged: LoggedEvent) -> Json:
    """Return how the glass was broken, and who has looked at it since."""
    glass, review = logged.facts.break_glass if logged.facts else None, logged.review
    if glass is None:
        return None
    told: Json = (
        {
            "principal": review.principal,
            "role": review.role,
            "comment": review.comment,
            "at": review.at,
        }
        if review
        else None
    )
    return {**glass_told(glass), "review": told}


def _agreed(facts: RunFacts) -> list[Json]:
    return [agreed_json(each, facts.plan_digest) for each in facts.approvals]


def _event(logged: LoggedEvent) -> dict[str, Json]:
    return {"digest": logged.event.digest, **logged.told}


def _run(logged: LoggedEvent) -> Json:
    facts = logged.facts
    if facts is None:
        return None
    return {
        "run": facts.run_id,
        "serial": facts.serial,
        **subject_json(facts.plan_digest, facts),
        "specs": facts.spec_digest,
        "commit": facts.commit,
        "actor": facts.actor,
        "at": facts.at,
        "outcome": facts.outcome.value,
        "breakGlass": _glass(logged),
        "required": [
            {"role": each.role, "count": each.count, "strength": each.strength.value}
            for each in facts.required
        ],
        "approvals": _agreed(facts),
        "evidence": [
            {
                "address": address,
                "digest": judged.digest,
                "status": judged.status,
                "verdict": judged.verdict,
            }
            for address, judged in sorted(facts.evidence.items())
        ],
        **({} if facts.policy.is_empty else {"policy": facts.policy.to_json()}),
    }


def _version(body: Json) -> str:
    metadata = body.get("metadata") if isinstance(body, dict) else None
    version = metadata.get("version") if isinstance(metadata, dict) else None
    return str(version) if version else ""
