"""What is owed for a model, as text, Markdown and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.policy import ObligationStatus, approval_words
from mlspec.reporting._cells import clean, counted
from mlspec.reporting._grounds import ground_json, ground_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.canonical import Json
    from mlspec.policy import IncidentClock, Obligation, Owed, Result

__all__ = ["render_owed", "render_owed_json"]

_ORDER = (
    (ObligationStatus.OPEN, "Open"),
    (ObligationStatus.UNKNOWN, "Can't be judged"),
    (ObligationStatus.NOT_SHOWN, "Stated, not shown"),
    (ObligationStatus.WAIVED, "Waived"),
    (ObligationStatus.COMING, "To come"),
    (ObligationStatus.MET, "Met"),
)
_NOT_OWED = (ObligationStatus.NOT_OWED, "Not owed")


def render_owed(owed: Owed, *, shows_all: bool = False) -> str:
    """Return the duties by status; those that are not owed only when asked for."""
    lines = [
        f"{owed.address} in {owed.environment} on {owed.as_of}, by {', '.join(owed.packs)}",
        f"tier: {owed.declared or 'none'} declared, {owed.computed} computed",
        *(f"  {each.tier}: {clean(each.told)}" for each in owed.reasons),
    ]
    lines += _section("Incidents", owed.incidents, [*map(_incident, owed.incidents)])
    for status, title in (*_ORDER, *((_NOT_OWED,) if shows_all else ())):
        found = [each for each in owed.duties if each.status is status]
        lines += _section(
            title, found, [line for each in found for line in _duty(each, owed.environment)]
        )
    lines += _section("Not documented", owed.undocumented, [*map(_observed, owed.undocumented)])
    lines += _section("Rules without a duty", owed.house, [*map(_rule, owed.house)])
    return "\n".join([*lines, "", _summary(owed)]) + "\n"


def _section(title: str, members: Sequence[object], lines: Sequence[str]) -> list[str]:
    """Return lines below a title with how many there are; nothing where there are none."""
    return ["", f"{title} ({len(members)})", *lines] if members else []


def _observed(address: str) -> str:
    name = address.rpartition("/")[2]
    return f"  {address}  is live, and duties of it are not known; next: mlspec adopt {name}"


def _rule(result: Result) -> str:
    told = result.message or result.title
    return f"  {result.rule}  {result.outcome.value}: {clean(told)}  [{clean(result.pack)}]"


def _incident(clock: IncidentClock) -> str:
    by = f"  [{clock.pack}]" if clock.pack else ""
    known = f"{clock.category}, known at {clock.known}"
    return f"  {clean(clock.incident)}  {clean(known)}: {clean(clock.told)}{clean(by)}"


def _duty(duty: Obligation, environment: str) -> Iterator[str]:
    when = f"from {duty.applies_from}" if duty.applies_from else "always"
    if duty.applies_when:
        when = f"when {clean(duty.applies_when)}"
    if duty.in_days is not None:
        when += f" (in {counted(duty.in_days, 'day')})"
    yield f"  {duty.rule}  {clean(duty.duty)}  [{when}]"
    for source, _, cite in duty.sources:
        yield f"      source: {clean(source)}, {clean(cite)}"
    if duty.evidence:
        yield f"      evidence: {', '.join(duty.evidence)}"
    yield from _standing(duty, environment)


def _standing(duty: Obligation, environment: str) -> Iterator[str]:
    """Yield why a duty stands as it does, and what would change that."""
    if duty.status in (ObligationStatus.OPEN, ObligationStatus.COMING):
        yield f"      {clean(duty.message)}"
        yield f"      next: {clean(duty.remediation)}"
    for each in duty.grounds:
        yield from ground_lines(each, "      ")
    if duty.unstated:
        yield f"      not stated: {', '.join(duty.unstated)}"
    if duty.waiver is not None:
        by = f" ({approval_words(duty.waiver, environment)})" if duty.waiver.holds else ""
        yield f"      {duty.waiver.address}: {clean(duty.waiver.reason)}{by}"


def _summary(owed: Owed) -> str:
    counts = [
        f"{sum(each.status is status for each in owed.duties)} {title.lower()}"
        for status, title in (*_ORDER, _NOT_OWED)
    ]
    return f"{len(owed.duties)} in all: {', '.join(counts)}"


def render_owed_json(owed: Owed) -> str:
    """Return the duties as JSON (`mlspec.obligations/1.2`)."""
    return pretty_json(
        {
            "format": "mlspec.obligations/1.2",
            "address": owed.address,
            "environment": owed.environment,
            "asOf": owed.as_of,
            "tier": _tier_json(owed),
            "packs": list(owed.packs),
            "incidents": [
                {
                    "incident": each.incident,
                    "category": each.category,
                    "known": each.known,
                    "pack": each.pack or None,
                    "due": each.due or None,
                    "inDays": each.in_days,
                    "reported": each.reported or None,
                    "isOverdue": each.is_overdue,
                }
                for each in owed.incidents
            ],
            "duties": [_duty_json(each) for each in owed.duties],
            "undocumented": list(owed.undocumented),
            "rulesWithoutDuty": [
                {
                    "rule": each.rule,
                    "pack": each.pack,
                    "title": each.title,
                    "outcome": each.outcome.value,
                    "message": each.message,
                }
                for each in owed.house
            ],
        }
    )


def _tier_json(owed: Owed) -> dict[str, Json]:
    return {
        "declared": owed.declared,
        "computed": owed.computed,
        "reasons": [
            {
                "tier": each.tier,
                "rule": each.rule,
                "text": each.text,
                "known": each.is_known,
                "unstated": list(each.unstated),
            }
            for each in owed.reasons
        ],
    }


def _duty_json(duty: Obligation) -> dict[str, Json]:
    return {
        "rule": duty.rule,
        "pack": duty.pack,
        "duty": duty.duty,
        "status": duty.status.value,
        "sources": [
            {"source": source, "title": title, "cite": cite} for source, title, cite in duty.sources
        ],
        "roles": list(duty.roles),
        "evidence": list(duty.evidence),
        "appliesFrom": duty.applies_from or None,
        "appliesWhen": duty.applies_when or None,
        "inDays": duty.in_days,
        "message": duty.message,
        "remediation": duty.remediation,
        "unstated": list(duty.unstated),
        "waiver": duty.waiver.address if duty.waiver else None,
        "waiverApproval": duty.waiver.approval.value if duty.waiver else None,
        "grounds": [ground_json(each) for each in duty.grounds],
    }
