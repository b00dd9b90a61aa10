"""What a report says of one operation: short facts in plain words, the same in every format.

All text is clean; whoever shows it quotes it for a format. Lists are cut, and say by how much.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from mlspec.planning import Action, ChangeDirection, Compatibility, Level, Reversibility
from mlspec.reporting._cells import clean, clipped, counted
from mlspec.reporting._plan_policy import policy_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.ledger.policy_facts import PolicyEntry
    from mlspec.planning import (
        Blast,
        ContractChange,
        EvidenceEntry,
        FieldChange,
        Operation,
        Plan,
        Risk,
        RiskReason,
    )

__all__ = [
    "DIRECTIONS",
    "LOOSENING",
    "RULES",
    "Fact",
    "Known",
    "action_words",
    "arrow",
    "change_place",
    "facts_of",
    "known_of",
    "levels_of",
    "listed",
    "reason_words",
]

LOOSENING = (ChangeDirection.LOOSENED, ChangeDirection.UNKNOWN)
DIRECTIONS = {
    ChangeDirection.LOOSENED: "(loosened)",
    ChangeDirection.TIGHTENED: "(tightened)",
    ChangeDirection.UNKNOWN: "(unknown: counts as loosened)",
    ChangeDirection.NEUTRAL: "",
}
_ACTIONS = {
    "created": "create",
    "changed": "update",
    "restored": "restore",
    "absent-from-specs": "retire",
}
_RETIRED = "no longer in the specs; kept, marked as retired"
_AFTERWARDS = {
    Action.RETIRE: _RETIRED,
    Action.DELETE: "the record goes, its events stay",
    Action.FORGET: "kept as it is, and left to others",
}
_REVERSIBILITY = {
    Reversibility.WITH_DATA: "only with data: what is lost in between has to be made again",
    Reversibility.IRREVERSIBLE: "no: applying the state before does not bring it back",
}
_WORKSPACE = "Workspace"
_VALUE_CHARACTERS = 36
_NAMES = 5
_REASONS = 8
RULES = 3
"""Names of rules in a row of an overview; the details hold the others."""
_AFFECTED_MODELS = 10


class Fact(NamedTuple):
    """One thing that a report says: what it is about, in words, and whether it needs an eye."""

    label: str
    text: str
    is_grave: bool = False


class Known(NamedTuple):
    """The evidence of a plan: by address, and the addresses that no operation writes.

    `policy` is what the packs in force say, by address.
    """

    entries: Mapping[str, EvidenceEntry]
    untold: Collection[str]
    policy: Mapping[str, PolicyEntry]


def known_of(plan: Plan) -> Known:
    """Return the evidence by address; what is untold is said by the operations that affect it."""
    entries = {each.address: each for each in plan.evidence}
    untold = entries.keys() - {each.address for each in plan.operations}
    return Known(entries, untold, {each.address: each for each in plan.policy.entries})


def action_words(operation: Operation) -> str:
    """Return what happens to an object, as a verb and what it was called before."""
    if operation.action is Action.RENAME:
        return f"renamed from {clean(operation.previous)}"
    return _ACTIONS.get(operation.reason, operation.action.value)


def change_place(operation: Operation) -> str:
    """Return `file:line:column` of the spec, or what becomes of an object that has none."""
    return _AFTERWARDS.get(operation.action) or clean(operation.at)


def arrow(change: FieldChange, most: int = _VALUE_CHARACTERS) -> str:
    """Return `old -> new`, each of them cut where it is longer than this."""
    return f"{_value(change.old, most)} -> {_value(change.new, most)}"


def listed(items: Sequence[str], most: int = _NAMES) -> str:
    """Return `a, b and 3 more`."""
    shown, rest = ", ".join(map(clean, items[:most])), len(items) - most
    return f"{shown} and {rest:,} more" if rest > 0 else shown


def levels_of(operations: Sequence[Operation]) -> str:
    """Return how many operations there are of each level, the highest first."""
    numbers = Counter(each.risk.level for each in operations)
    levels = sorted(numbers, key=lambda level: -level.rank)
    told = ", ".join(f"{numbers[level]:,} {level.value}" for level in levels)
    return f"{counted(len(operations), 'change')}: {told}"


def reason_words(reason: RiskReason) -> str:
    """Return what a rule asks for, and why."""
    where = f" ({clean(reason.path)})" if reason.path else ""
    return f"{reason.level.value}, {clean(reason.because)}{where}"


def facts_of(operation: Operation, known: Known) -> Iterator[Fact]:
    """Yield what there is to say of an operation beside what blocks it and what changes."""
    risk = operation.risk
    if operation.why:
        yield Fact("reason", clean(operation.why))
    if risk.judged_at and operation.action is not Action.CREATE:  # the rules say it of what is new
        yield Fact("judged at", clean(risk.judged_at) + _tiers(risk))
    yield from _risk(risk, is_patching=operation.kind == _WORKSPACE)
    if operation.contract:
        yield _contract(operation.contract)
    own = known.entries.get(operation.address)
    if own:
        yield Fact("evidence", _evidence(own), is_grave=not _passes(own))
    yield from _affected(
        [known.entries[each] for each in operation.affects if each in known.untold]
    )
    judged = known.policy.get(operation.address)
    if judged:
        yield from map(Fact._make, policy_lines(judged))


def _risk(risk: Risk, *, is_patching: bool) -> Iterator[Fact]:
    for reason in risk.reasons[:_REASONS]:
        yield Fact(clean(reason.rule), reason_words(reason), reason.level.rank >= Level.HIGH.rank)
    rest = len(risk.reasons) - _REASONS
    if rest > 0:
        yield Fact("rules", f"{rest:,} more, see the plan file")
    if risk.reversibility is not Reversibility.REVERSIBLE:
        yield Fact("reversible", _REVERSIBILITY[risk.reversibility], is_grave=True)
    reach = _reach(risk.blast)
    if reach and is_patching:
        models = _counted_names(risk.blast.dependants, "model")
        yield Fact("affects", f"what is compiled for {models}, by patches")
    elif reach:
        yield Fact("reaches", reach)


def _tiers(risk: Risk) -> str:
    """Return the tiers where they differ: a lowered one is judged at what it was."""
    if risk.tier_old == risk.tier_new or not risk.tier_old or not risk.tier_new:
        return ""
    return f" (tier {clean(risk.tier_old)} -> {clean(risk.tier_new)})"


def _reach(blast: Blast) -> str:
    parts = [
        f"{blast.traffic * 100:.4g} % of live traffic at once" if blast.traffic else "",
        _counted_names(blast.consumers, "consumer"),
        _counted_names(blast.dependants, "dependant"),
    ]
    return "; ".join(part for part in parts if part)


def _counted_names(names: Sequence[str], noun: str) -> str:
    return f"{counted(len(names), noun)} ({listed(names)})" if names else ""


def _contract(change: ContractChange) -> Fact:
    breaks = change.compatibility is Compatibility.BREAKING
    parts = [
        change.compatibility.value,
        listed(change.reasons),
        f"{'breaks' if breaks else 'read by'} {listed(change.consumers)}"
        if change.consumers
        else "",
    ]
    return Fact("contract", "; ".join(part for part in parts if part), is_grave=breaks)


def _affected(entries: Sequence[EvidenceEntry]) -> Iterator[Fact]:
    """Yield what the evidence of affected models is, of those first that do not pass."""
    ordered = sorted(entries, key=lambda each: (_passes(each), each.address))
    for entry in ordered[:_AFFECTED_MODELS]:
        told = f"{clean(entry.address)}: evidence {_evidence(entry)}"
        yield Fact("affects", told, is_grave=not _passes(entry))
    rest = len(ordered) - _AFFECTED_MODELS
    if rest > 0:
        yield Fact("affects", counted(rest, "more model"))


def _passes(entry: EvidenceEntry) -> bool:
    return (entry.status, entry.verdict) == ("present", "pass")


def _evidence(entry: EvidenceEntry) -> str:
    gates = ", ".join(
        f"{each.gate} {each.verdict}"
        + ("" if each.required else " (advisory)")
        + (f" ({each.excused})" if each.excused else "")
        + (f" (its waiver ended on {each.lapsed})" if each.lapsed else "")
        for each in entry.gates
    )
    told = f"{entry.status}, {entry.verdict}" + (f": {gates}" if gates else "")
    return clean(told + (f" ({entry.reason})" if entry.reason else ""))


def _value(value: Json, most: int) -> str:
    if value is None:
        return "(none)"
    text = clean(json.dumps(value, ensure_ascii=False, sort_keys=True))
    return clipped(text, most)
