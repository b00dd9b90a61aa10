"""What rules said of a resource -> what a plan tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlspec.ledger.policy_facts import STATED, PolicyEntry, RuleEntry, WaiverEntry
from mlspec.planning._few import SHOWN
from mlspec.policy import Outcome, greatest, place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mlspec.policy import Result, TierReason
    from mlspec.workspace import Resource

__all__ = ["entry_of", "reasons_of"]

_QUIET: Final = (Outcome.PASS, Outcome.SKIP)
_HINT: Final = "warning"


def entry_of(
    resource: Resource, results: Iterable[Result], reasons: Sequence[TierReason]
) -> PolicyEntry:
    """Return what rules said of a resource, and the steps to its tier, as a plan tells them."""
    listed = sorted(results, key=lambda each: each.rule)
    declared, computed = _declared(resource), ""
    if declared:
        computed = greatest(reasons)
    return PolicyEntry(
        resource.address,
        declared,
        computed,
        tuple(dict.fromkeys(each.told for each in reasons if each.tier == computed)),
        tuple(each.rule for each in listed if each.outcome is Outcome.PASS and each.is_shown),
        tuple(
            _rule(resource, each)
            for each in listed
            if each.outcome not in _QUIET or not each.is_shown
        ),
    )


def _declared(resource: Resource) -> str:
    tier = getattr(getattr(resource.spec, "risk", None), "tier", "")
    return tier if isinstance(tier, str) else ""


def _rule(resource: Resource, result: Result) -> RuleEntry:
    span, use = place_of(resource, result), result.waiver
    waiver = (
        None
        if use is None
        else WaiverEntry(use.address, use.holds, use.reason, use.expires, use.approved_by)
    )
    is_stated = not result.is_shown
    return RuleEntry(
        rule=result.rule,
        pack=result.pack,
        outcome=STATED if is_stated else result.outcome.value,
        severity=_HINT if is_stated else result.severity.value,
        enforcement=result.enforcement.value,
        message=_unseen(result) if is_stated else result.message,
        at=f"{span.file}:{span.start.line}:{span.start.column}" if span.file else "",
        waiver=waiver,
    )


def _unseen(result: Result) -> str:
    """Return what of a pass by the words of the spec nobody has seen."""
    told = (
        f"{each.name} ({each.look.status.value}: {each.look.told})"
        for each in result.grounds
        if not each.look.is_there
    )
    return f"{result.title}: stated, not shown: {'; '.join(told) or 'not by what was seen'}"


def reasons_of(entry: PolicyEntry) -> Iterator[str]:
    """Yield why a resource may not become what it is to be."""
    if entry.is_understated:
        steps = "; ".join(entry.because[:SHOWN])
        yield f"its tier is `{entry.declared}`, and policy says `{entry.computed}`: {steps}"
    for each in entry.stopping:
        refused = ""
        if each.waiver:
            refused = f" (`{each.waiver.address}` does not hold: {each.waiver.reason})"
        yield f"{each.rule}: {each.message}{refused}"
