"""What somebody owes for a model: duty, source, from when, evidence, status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from mlspec.policy._model import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mlspec.policy._model import Ground, Pack, PackRule, Result, WaiverUse

__all__ = ["Obligation", "ObligationStatus", "obligations"]


class ObligationStatus(StrEnum):
    """How a duty stands on a day."""

    MET = "met"
    """What the rule asks for is there and matches: papers by their bytes, gates by their record."""
    NOT_SHOWN = "not-shown"
    """The spec states what the rule asks for, and a paper or record behind it was not seen."""
    OPEN = "open"
    """It applies, and what it asks for is not there."""
    COMING = "coming"
    """It applies from a later day, and what it asks for is not there yet."""
    UNKNOWN = "unknown"
    """It can't be judged: a fact is not stated, which counts as open when it applies."""
    WAIVED = "waived"
    """It is open, and somebody agreed to pass it over until a day."""
    NOT_OWED = "not-owed"
    """It does not concern this model, these roles or this day."""


_STATUS = {
    Outcome.PASS: ObligationStatus.MET,
    Outcome.FAIL: ObligationStatus.OPEN,
    Outcome.WARN: ObligationStatus.COMING,
    Outcome.SKIP: ObligationStatus.NOT_OWED,
    Outcome.WAIVED: ObligationStatus.WAIVED,
    Outcome.ERROR: ObligationStatus.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Obligation:
    """One duty. `sources` are (id of the text, its title, passage); `in_days` counts to its day."""

    rule: str
    pack: str
    duty: str
    status: ObligationStatus
    sources: tuple[tuple[str, str, str], ...]
    roles: tuple[str, ...]
    evidence: tuple[str, ...]
    applies_from: str = ""
    in_days: int | None = None
    message: str = ""
    remediation: str = ""
    unstated: tuple[str, ...] = ()
    waiver: WaiverUse | None = None
    grounds: tuple[Ground, ...] = ()
    """What it rests on where it is met, and all that was looked for where it is not shown."""
    applies_when: str = ""
    """What has to happen before it applies; then no day is set."""


def obligations(
    packs: Iterable[Pack], results: Sequence[Result], today: str
) -> tuple[Obligation, ...]:
    """Return the duties behind some results about one resource, those that count first.

    The order is that of the day they apply from, then of pack and rule; a rule without a `duty`
    is not one.
    """
    found = [each for pack in packs for each in _of_pack(pack, results, today)]
    return tuple(sorted(found, key=lambda each: (each.applies_from, each.pack, each.rule)))


def _of_pack(pack: Pack, results: Sequence[Result], today: str) -> Iterator[Obligation]:
    said = {each.rule: each for each in results if each.pack == f"{pack.name}@{pack.version}"}
    for rule in pack.rules:
        if rule.spec.duty is not None and rule.id in said:
            yield _obligation(pack, rule, said[rule.id], today)


def _obligation(pack: Pack, rule: PackRule, result: Result, today: str) -> Obligation:
    titles = {each.id: each.title for each in pack.spec.sources}
    spec = rule.spec
    return Obligation(
        rule=rule.id,
        pack=result.pack,
        duty=spec.duty or "",
        status=_status(result),
        sources=tuple(
            (each.source, titles.get(each.source, each.source), each.cite)
            for each in spec.references
        ),
        roles=spec.roles,
        evidence=spec.evidence,
        applies_from=result.applies_from,
        applies_when=result.applies_when,
        in_days=_days(today, result.applies_from or None),
        message=result.message,
        remediation=result.remediation,
        unstated=tuple(".".join(map(str, each)) for each in result.unstated),
        waiver=result.waiver,
        grounds=result.grounds,
    )


def _status(result: Result) -> ObligationStatus:
    if result.unstated:
        return ObligationStatus.UNKNOWN
    if not result.is_shown:
        return ObligationStatus.NOT_SHOWN
    return _STATUS[result.outcome]


def _days(today: str, day: str | None) -> int | None:
    """Return the days until a duty applies; None where it does already."""
    if day is None or day <= today:
        return None
    return (date.fromisoformat(day) - date.fromisoformat(today)).days
