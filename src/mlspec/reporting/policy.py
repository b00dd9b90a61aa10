"""Packs, their tests and what rules say, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json, pretty_json
from mlspec.policy import approval_words
from mlspec.reporting._cells import clean, clipped, counted, short, table
from mlspec.reporting._grounds import ground_json, ground_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.canonical import Json
    from mlspec.policy import (
        CaseResult,
        Fact,
        Pack,
        PackListing,
        PackReport,
        PackRule,
        PackTierRule,
        RuleAnswer,
        WaiverUse,
    )

__all__ = [
    "looked_at",
    "render_answer",
    "render_answer_json",
    "render_pack",
    "render_pack_json",
    "render_packs",
    "render_packs_json",
    "render_tried",
    "render_tried_json",
]

_WIDEST = 60


def render_packs(listed: Sequence[PackListing]) -> str:
    """Return the packs as a table."""
    head = ("PACK", "VERSION", "RULES", "FROM", "DIGEST", "TITLE")
    rows = [
        (
            each.pack.name,
            each.pack.version,
            str(len(each.pack.rules)),
            each.origin + (", in force" if each.bindings else ""),
            short(each.pack.digest),
            clean(each.pack.title),
        )
        for each in listed
    ]
    return "\n".join(table([head, *rows])) + "\n"


def render_packs_json(listed: Sequence[PackListing]) -> str:
    """Return the packs as JSON (`mlspec.policy-packs/1.0`)."""
    return pretty_json(
        {
            "format": "mlspec.policy-packs/1.0",
            "packs": [
                {
                    "name": each.pack.name,
                    "version": each.pack.version,
                    "title": each.pack.title,
                    "digest": each.pack.digest,
                    "rules": len(each.pack.rules),
                    "from": each.origin,
                    "inForce": bool(each.bindings),
                    "bindings": list(each.bindings),
                }
                for each in listed
            ],
        }
    )


def render_pack(pack: Pack) -> str:
    """Return the rules of one pack as a table, with its disclaimer below."""
    head = ("RULE", "SEVERITY", "ENFORCEMENT", "FROM", "TITLE")
    rows = [
        (
            each.id,
            each.spec.severity,
            each.spec.enforcement,
            each.spec.applies_from or "",
            clean(each.title),
        )
        for each in pack.rules
    ]
    lines = [f"{pack.name} {pack.version}: {clean(pack.title)}", "", *table([head, *rows])]
    if pack.tiers:
        lines += ["", *table([("TIER RULE", "TIER", "FROM", "TITLE"), *map(_tier_row, pack.tiers)])]
    return "\n".join([*lines, "", clean(pack.spec.disclaimer)]) + "\n"


def _tier_row(rule: PackTierRule) -> tuple[str, ...]:
    return rule.id, rule.spec.tier, rule.spec.applies_from or "", clean(rule.title)


def render_pack_json(pack: Pack) -> str:
    """Return one pack with its rules as JSON (`mlspec.policy-pack/1.1`)."""
    return pretty_json(
        {
            "format": "mlspec.policy-pack/1.1",
            "name": pack.name,
            "version": pack.version,
            "title": pack.title,
            "digest": pack.digest,
            "disclaimer": pack.spec.disclaimer,
            "rules": [*map(_rule, pack.rules)],
            "tierRules": [*map(_tier_rule, pack.tiers)],
        }
    )


def _rule(rule: PackRule) -> Json:
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.spec.severity,
        "enforcement": rule.spec.enforcement,
        "appliesFrom": rule.spec.applies_from,
        "duty": rule.spec.duty,
        "references": _references(rule),
        "tags": list(rule.spec.tags),
        "roles": list(rule.spec.roles),
        "evidence": list(rule.spec.evidence),
        "when": rule.spec.when,
        "require": rule.spec.require,
    }


def _tier_rule(rule: PackTierRule) -> Json:
    return {
        "id": rule.id,
        "title": rule.title,
        "tier": rule.spec.tier,
        "appliesFrom": rule.spec.applies_from,
        "references": _references(rule),
        "when": rule.spec.when,
        "reason": rule.spec.reason,
    }


def _references(rule: PackRule | PackTierRule) -> list[Json]:
    return [{"source": each.source, "cite": each.cite} for each in rule.spec.references]


def render_tried(reports: Sequence[PackReport]) -> str:
    """Return what testing found: the cases that differ, changes nobody notices, a line per pack."""
    return "".join(f"{line}\n" for each in reports for line in _tried(each))


def _tried(report: PackReport) -> Iterator[str]:
    for case in report.cases:
        if not case.is_met:
            yield f"FAIL  {case.rule}: {clean(case.case)}: {_unlike(case)}"
            if case.result.message:
                yield f"      {clean(case.result.message)}"
    for each in report.coverage.unreached if report.coverage else ():
        yield f"COLD  {each.rule}: {each.part}: `{clean(each.text)}` is never {each.never}"
    for left in report.survivors:
        yield f"LEFT  {left.rule}: {left.part}: {clean(left.mutant.change)}: no case notices"
    yield _counts(report)


def _unlike(case: CaseResult) -> str:
    """Return how a case differs: in its outcome, or only in its words."""
    if case.result.outcome is case.expected:
        return f"{case.expected} as expected, but its message lacks `{clean(case.words)}`"
    return f"expected {case.expected}, got {case.result.outcome}"


def looked_at(reports: Sequence[PackReport]) -> str:
    """Return how much was checked: packs, their rules, and the cases of these."""
    packs = [each.pack for each in reports if each.pack is not None]
    rules = sum(len(each.rules) + len(each.tiers) for each in packs)
    cases = sum(len(test.spec.cases) for each in packs for test in each.tests)
    told = f"checked {counted(len(packs), 'pack')}: {counted(rules, 'rule')}"
    unread = len(reports) - len(packs)
    return f"{told}, {counted(cases, 'case')}" + (f"; {unread} can't be read" if unread else "")


def _counts(report: PackReport) -> str:
    """Return the line of one pack: its rules, cases and conditions, and how many are wrong."""
    if report.pack is None:
        return f"{clean(report.name)}: can't be read"
    wrong = sum(not each.is_met for each in report.cases)
    told = f"{clean(report.name)}: {counted(len(report.pack.rules), 'rule')}"
    if report.pack.tiers:
        told += f" and {len(report.pack.tiers)} about the tier"
    if report.cases:
        told += f", {counted(len(report.cases), 'case')}, {wrong} not as expected"
    if report.coverage is not None:
        open_parts = len(report.coverage.unreached)
        told += f", {open_parts} of {counted(report.coverage.parts, 'condition')} one-sided"
    if report.changes is not None:
        told += f", {len(report.survivors)} of {counted(report.changes, 'change')} unnoticed"
    return told


def render_tried_json(reports: Sequence[PackReport]) -> str:
    """Return what testing found as JSON (`mlspec.policy-tests/1.0`)."""
    return pretty_json(
        {
            "format": "mlspec.policy-tests/1.0",
            "packs": [
                {
                    "name": each.name,
                    "good": each.is_good,
                    "rules": len(each.pack.rules) if each.pack else None,
                    "cases": [
                        {
                            "rule": case.rule,
                            "case": case.case,
                            "expected": case.expected.value,
                            "outcome": case.result.outcome.value,
                            "message": case.result.message,
                        }
                        for case in each.cases
                    ],
                    "conditions": each.coverage.parts if each.coverage else None,
                    "oneSided": [
                        {"rule": it.rule, "part": it.part, "text": it.text, "never": it.never}
                        for it in (each.coverage.unreached if each.coverage else ())
                    ],
                    "changes": each.changes,
                    "unnoticed": [
                        {"rule": left.rule, "part": left.part, "change": left.mutant.change}
                        for left in each.survivors
                    ],
                }
                for each in reports
            ],
        }
    )


def render_answer(answer: RuleAnswer) -> str:
    """Return what a rule says about a resource, with its expressions, sources and facts."""
    result = answer.result
    lines = [
        f"{result.rule} {result.title}",
        f"  says of {result.address}: {result.outcome.value} ({result.enforcement.value})",
    ]
    lines += _standing(answer)
    lines += ["", f"  when     {clean(answer.when)}", f"  require  {clean(answer.require)}"]
    lines += [f"  stages   {', '.join(answer.stages)}"]
    lines += [f"  source   {clean(each)}" for each in answer.sources]
    places = dict(answer.places)
    facts = [("", _name(each), _value(each), places.get(_name(each), "")) for each in result.facts]
    if facts:
        lines += ["", "  facts read", *(f"  {line}" for line in table(facts))]
    return "\n".join(lines) + "\n"


def _standing(answer: RuleAnswer) -> Iterator[str]:
    """Yield why a rule says so, what that rests on, and what would change it."""
    result = answer.result
    yield from (f"  {clean(each)}" for each in (answer.why, result.message) if each)
    for ground in result.grounds:
        yield from ground_lines(ground, "  ")
    if result.remediation:
        yield f"  next: {clean(result.remediation)}"
    if result.waiver is not None:
        yield f"  {_waived(result.waiver, answer.environment)}"


def _waived(waiver: WaiverUse, environment: str) -> str:
    """Return a waiver, or an entry of the baseline, and whether people may rely on it."""
    holds = "does not hold"
    if waiver.holds:
        how = "knows this finding" if waiver.entry else "holds"
        holds = f"{how}, {approval_words(waiver, environment)}"
    return f"{waiver.address} {holds}: {clean(waiver.reason)}"


def render_answer_json(answer: RuleAnswer) -> str:
    """Return what a rule says about a resource as JSON (`mlspec.policy-answer/1.1`)."""
    result = answer.result
    return pretty_json(
        {
            "format": "mlspec.policy-answer/1.1",
            "rule": result.rule,
            "pack": result.pack,
            "address": result.address,
            "outcome": result.outcome.value,
            "severity": result.severity.value,
            "enforcement": result.enforcement.value,
            "message": result.message,
            "remediation": result.remediation,
            "appliesFrom": result.applies_from or None,
            "when": answer.when,
            "require": answer.require,
            "stages": list(answer.stages),
            "sources": list(answer.sources),
            "facts": _facts_json(answer),
            "waiver": _waiver_json(result.waiver) if result.waiver else None,
            "why": answer.why or None,
            "shown": result.is_shown,
            "grounds": [ground_json(each) for each in result.grounds],
        }
    )


def _facts_json(answer: RuleAnswer) -> list[Json]:
    places = dict(answer.places)
    return [
        {
            "name": _name(each),
            "stated": each.is_stated,
            "value": each.value,
            "at": places.get(_name(each)),
        }
        for each in answer.result.facts
    ]


def _waiver_json(use: WaiverUse) -> Json:
    return {
        "address": use.address,
        "holds": use.holds,
        "reason": use.reason,
        "expires": use.expires,
        "approvedBy": list(use.approved_by),
        "approval": use.approval.value,
    }


def _name(fact: Fact) -> str:
    return ".".join(map(str, fact.path))


def _value(fact: Fact) -> str:
    if not fact.is_stated:
        return "not stated"
    if isinstance(fact.value, str):
        return clipped(clean(fact.value), _WIDEST)
    return clipped(clean(canonical_json(fact.value).decode()), _WIDEST)
