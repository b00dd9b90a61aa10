"""Whether a waiver lets a finding pass: decided here for every stage, card and report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from mlspec.policy._model import Enforcement, Outcome, WaiverApproval, WaiverUse
from mlspec.rules import NOT_LOOKED_UP

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from mlspec.kinds.waiver import WaiverSpec
    from mlspec.policy._model import Result

__all__ = [
    "BY_CHECKOUT",
    "Circumstances",
    "StatedWaiver",
    "approval_words",
    "days_of",
    "waived",
]

BY_CHECKOUT: Final = "by the teams of this checkout; a plan goes by those of the registry"
"""What a stage without a registry says of a waiver that holds."""


def approval_words(use: WaiverUse, environment: str) -> str:
    """Return whether people agreed to a waiver that holds, in the words of all reports.

    Of an entry of the policy baseline: whether they agreed that it is known.
    """
    if use.entry:
        return _known_words(use, environment)
    if use.approval is WaiverApproval.RECORDED:
        return f"recorded in {environment}"
    if use.approval is WaiverApproval.SPEC_ONLY:
        return f"in the spec only, not approved in {environment}"
    return BY_CHECKOUT


def _known_words(use: WaiverUse, environment: str) -> str:
    if use.approval is WaiverApproval.RECORDED:
        return f"the baseline of {environment} has it, so it stops no plan"
    if use.approval is WaiverApproval.SPEC_ONLY:
        plan = f"`mlspec plan --env {environment}` says who has to"
        return f"in this checkout only, not agreed to in {environment}: {plan}"
    return NOT_LOOKED_UP


@dataclass(frozen=True, slots=True)
class StatedWaiver:
    """A waiver of the workspace; `faults` says why nobody may rely on it, whatever it covers.

    Faults are an approver of the owner's team, or one without a role that may approve. `digest` is
    that of its body, as the registry records it.
    """

    address: str
    spec: WaiverSpec
    faults: tuple[str, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What else decides: the day, the environment, the version, the longest waiver of the pack."""

    today: str
    environment: str
    version: str
    most_days: int


def waived(result: Result, waivers: Iterable[StatedWaiver], circumstances: Circumstances) -> Result:
    """Return a result with the waiver that covers it; it passes only if that waiver holds.

    Of several, one that holds is taken, otherwise the first by address. A warning of a rule that
    does not apply yet needs none.
    """
    if result.outcome not in (Outcome.FAIL, Outcome.ERROR):
        return result
    covering = sorted(
        (each for each in waivers if _covers(each.spec, result, circumstances)),
        key=lambda each: each.address,
    )
    uses = [_use(each, result, circumstances) for each in covering]
    if not uses:
        return result
    used = next((each for each in uses if each.holds), uses[0])
    outcome = Outcome.WAIVED if used.holds else result.outcome
    return replace(result, outcome=outcome, waiver=used)


def _covers(spec: WaiverSpec, result: Result, circumstances: Circumstances) -> bool:
    scope = spec.scope
    return (
        spec.rule == result.rule
        and scope.resource == result.address
        and _is_among(circumstances.environment, scope.environments)
        and _matches(circumstances.version, scope.versions)
    )


def _is_among(environment: str, named: Collection[str]) -> bool:
    """An environment that nobody asked about is covered only by a waiver for all of them."""
    return not named or environment in named


def _matches(version: str, patterns: Sequence[str]) -> bool:
    return not patterns or any(
        version == each or (each.endswith("*") and version.startswith(each[:-1]))
        for each in patterns
    )


def _use(stated: StatedWaiver, result: Result, circumstances: Circumstances) -> WaiverUse:
    spec = stated.spec
    refusal = _refusal(stated, result, circumstances)
    return WaiverUse(
        stated.address,
        holds=not refusal,
        reason=refusal or spec.reason,
        expires=spec.expires,
        approved_by=spec.approved_by,
    )


def _refusal(stated: StatedWaiver, result: Result, circumstances: Circumstances) -> str:
    """Return why a waiver does not hold, or nothing."""
    spec = stated.spec
    if result.enforcement is Enforcement.MANDATORY:
        return "the rule is mandatory"
    length = days_of(spec.created, spec.expires)
    if length is None:
        return "one of its days is on no calendar"
    if circumstances.today > spec.expires:
        return f"it ended on {spec.expires}"
    if circumstances.today < spec.created:
        return f"it starts on {spec.created}"
    if length > circumstances.most_days:
        return f"it lasts {length} days, and the pack allows {circumstances.most_days}"
    return "; ".join(stated.faults)


def days_of(first: str, last: str) -> int | None:
    """Return the days from one day to another, below 0 for one before; None for no days."""
    try:
        return (date.fromisoformat(last) - date.fromisoformat(first)).days
    except ValueError:
        return None
