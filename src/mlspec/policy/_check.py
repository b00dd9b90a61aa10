"""What can be wrong with a pack that can be read: claims without a source, rules without proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlspec.cel import worst_steps
from mlspec.policy._evaluate import STEPS
from mlspec.policy._report import report
from mlspec.policy._stages import untimely
from mlspec.policy._tested import proofs, tested

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Diagnostic, Span
    from mlspec.policy._model import Pack, PackRule, PackTierRule

__all__ = ["check_pack"]

_LENGTH: Final = 20
"""Entries of a list that any rule has to cope with; more are rare."""
_OWING: Final = frozenset({"Dataset", "Model", "System"})
"""Kinds whose duties are listed."""


def check_pack(pack: Pack) -> Iterator[Diagnostic]:
    """Yield what is wrong with the rules of a pack, by id."""
    for rule in tested(pack):
        yield from _unproven(pack, rule)
        yield from _runaway(pack, rule)
    for rule in pack.rules:
        yield from untimely(rule)
        yield from _without_duty(rule)
    yield from _untrue(pack)


def _untrue(pack: Pack) -> Iterator[Diagnostic]:
    """Yield citations and claims of rules and delays that their sources do not bear out."""
    citing: list[PackRule | PackTierRule] = [*pack.rules, *pack.tiers]
    for each in citing:
        for cited in each.spec.references:
            yield from _unsourced(pack, each.id, cited.source, cited.claim or "", each.span)
    for delay in pack.spec.delays:
        if delay.source or delay.claim:
            yield from _unsourced(pack, delay.id, delay.source or "", delay.claim or "", pack.span)


def _unproven(pack: Pack, rule: PackRule) -> Iterator[Diagnostic]:
    expected = {
        case.expect for test in pack.tests if test.spec.rule == rule.id for case in test.spec.cases
    }
    missing = [each for each in proofs(rule) if each not in expected]
    if missing:
        told = f"no case of `{rule.id}` expects `{'` or `'.join(missing)}`"
        other = "where it gives no tier" if rule.tier else "that fails"
        hint = f"add a `RuleTest` with a case that passes and one {other}"
        yield report("unproven-rule", told, rule.span, hint)


def _runaway(pack: Pack, rule: PackRule) -> Iterator[Diagnostic]:
    """Yield a rule that may need more steps than it has, where lists are of a modest length."""
    known = {"values": {name: len(each) for name, each in pack.spec.values.items()}}
    texts = (rule.spec.when, rule.spec.require)
    worst = sum(worst_steps(text, _LENGTH, known) for text in texts)
    if worst > STEPS:
        told = (
            f"`{rule.id}` may take {worst:,} steps where lists have {_LENGTH} entries, and a rule"
            f" has {STEPS:,}"
        )
        yield report("runaway-rule", told, rule.span, "go through fewer lists inside of another")


def _without_duty(rule: PackRule) -> Iterator[Diagnostic]:
    """Yield a rule about what owes duties that states none."""
    if rule.spec.duty is None and not _OWING.isdisjoint(rule.by_kind):
        told = f"`{rule.id}` states no `duty`: `mlspec obligations` tells it apart from duties"
        hint = "add `duty`, the rule in words that oblige somebody, or leave it a rule of the house"
        yield report("dutyless-rule", told, rule.span, hint)


def _unsourced(
    pack: Pack, who: str, source: str, claim: str, span: Span | None
) -> Iterator[Diagnostic]:
    """Yield a citation of an unknown source, or a claim whose words the excerpts do not hold."""
    text, words = pack.excerpts.get(source), _plain(claim)
    if source not in {each.id for each in pack.spec.sources}:
        told = f"`{who}` cites `{source}`, which the pack does not list"
        yield report("unsourced-claim", told, span, "add it to `spec.sources`")
    elif words and text is None:
        told = f"`{who}` claims words of `{source}`, which has no excerpts"
        yield report("unsourced-claim", told, span, "add `excerpts` to the source")
    elif words not in _plain(text or ""):
        told = f"`{who}` claims `{claim}`, which `{source}` lacks"
        yield report("unsourced-claim", told, span, "quote the source as it stands")


def _plain(text: str) -> str:
    return " ".join(text.split())
