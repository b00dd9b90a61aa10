"""What a report of a plan or a run says of policy: packs by digest, rules, tiers and waivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlspec.ledger.policy_facts import STATED
from mlspec.planning import Level
from mlspec.reporting._cells import clean, counted, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ledger.policy_facts import PackEntry, PolicyEntry, PolicyView, RuleEntry

__all__ = [
    "RuleFinding",
    "entry_words",
    "pack_words",
    "policy_lines",
    "rule_findings",
    "rule_words",
]

_SHOWN = 8
_LIGHT = ("warn", STATED)
_LEVELS = {"note": Level.LOW, "warning": Level.MEDIUM, "error": Level.HIGH}


class RuleFinding(NamedTuple):
    """A rule that does not simply pass, for the widgets of forges.

    `suppressed` is the reason of the waiver that lets it pass, or why the policy baseline does, and
    "" where neither does.
    """

    rule: str
    level: Level
    message: str
    at: str
    is_blocking: bool
    suppressed: str


def pack_words(pack: PackEntry) -> str:
    """Return a pack by name, version and the start of its digest."""
    return clean(f"{pack.name} {pack.version} ({short(pack.digest)})")


def entry_words(entry: PolicyEntry) -> str:
    """Return how many rules passed and did not, and the tier."""
    stopping, waived, known = len(entry.stopping), len(entry.waived), len(entry.known)
    parts = (
        f"{counted(len(entry.passed), 'rule')} passed",
        f"{stopping:,} failed" if stopping else "",
        f"{waived:,} waived" if waived else "",
        f"{known:,} known since the baseline" if known else "",
        f"{others:,} told" if (others := len(entry.told) - stopping - waived - known) else "",
        _tier(entry),
    )
    return ", ".join(each for each in parts if each)


def _tier(entry: PolicyEntry) -> str:
    if not entry.declared:
        return ""
    if not entry.is_understated:
        return f"tier {clean(entry.declared)}"
    return f"tier {clean(entry.declared)}, by its facts at least {clean(entry.computed)}"


def rule_words(rule: RuleEntry) -> str:
    """Return what a rule said, and what becomes of its waiver."""
    told = clean(rule.message)
    if rule.waiver is None:
        return f"{rule.outcome}{_weight(rule)}: {told}"
    waiver = rule.waiver
    if not waiver.holds:
        refused = f"`{clean(waiver.address)}` does not hold: {clean(waiver.reason)}"
        return f"{rule.outcome}{_weight(rule)}: {told} ({refused})"
    if rule.is_known:
        return f"{rule.outcome}: {told} ({clean(waiver.reason)})"
    by = clean(", ".join(waiver.by))
    return (
        f"waived until {clean(waiver.until)} by {by} ({clean(waiver.address)}: "
        f"{clean(waiver.reason)}): {told}"
    )


def _weight(rule: RuleEntry) -> str:
    return "" if rule.stops or rule.outcome in _LIGHT else f" ({clean(rule.enforcement)})"


def policy_lines(entry: PolicyEntry) -> Iterator[tuple[str, str, bool]]:
    """Yield label, text and whether it needs an eye: what stops first, then what is waived."""
    yield "policy", entry_words(entry), entry.is_understated
    ordered = sorted(entry.told, key=lambda each: (-each.gravity, each.rule))
    for each in ordered[:_SHOWN]:
        yield clean(each.rule), rule_words(each), each.stops or each.is_waived or each.is_known
    rest = len(ordered) - _SHOWN
    if rest > 0:
        yield "policy", f"{counted(rest, 'more rule')}, see the plan file", False


def rule_findings(view: PolicyView, address: str) -> Iterator[RuleFinding]:
    """Yield what rules say of a resource that does not simply pass."""
    entry = view.of(address)
    for each in entry.told if entry else ():
        passed = each.is_waived or each.is_known
        level = Level.LOW if passed else _LEVELS.get(each.severity, Level.HIGH)
        reason = each.waiver.reason if each.waiver and passed else ""
        words = clean(rule_words(each))
        yield RuleFinding(clean(each.rule), level, words, each.at, each.stops, clean(reason))
