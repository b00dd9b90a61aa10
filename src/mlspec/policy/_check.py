"""What can be wrong with a pack that can be read: claims without a source, rules without proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.policy._report import report
from mlspec.policy._stages import untimely

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Diagnostic
    from mlspec.policy._model import Pack, PackRule, PackTierRule

__all__ = ["check_pack"]


def check_pack(pack: Pack) -> Iterator[Diagnostic]:
    """Yield what is wrong with the rules of a pack, by id."""
    for rule in pack.rules:
        yield from _unproven(pack, rule)
        yield from untimely(rule)
    citing: list[PackRule | PackTierRule] = [*pack.rules, *pack.tiers]
    for each in citing:
        yield from _unsourced(pack, each)


def _unproven(pack: Pack, rule: PackRule) -> Iterator[Diagnostic]:
    expected = {
        case.expect for test in pack.tests if test.spec.rule == rule.id for case in test.spec.cases
    }
    missing = [each for each in ("pass", "fail") if each not in expected]
    if missing:
        told = f"no case of `{rule.id}` expects `{'` or `'.join(missing)}`"
        hint = "add a `RuleTest` with a case that passes and one that fails"
        yield report("unproven-rule", told, rule.span, hint)


def _unsourced(pack: Pack, rule: PackRule | PackTierRule) -> Iterator[Diagnostic]:
    """Yield citations of unknown sources, and claims whose words the excerpts do not hold."""
    sources = {each.id for each in pack.spec.sources}
    for each in rule.spec.references:
        text, claim = pack.excerpts.get(each.source), _plain(each.claim or "")
        if each.source not in sources:
            told = f"`{rule.id}` cites `{each.source}`, which the pack does not list"
            yield report("unsourced-claim", told, rule.span, "add it to `spec.sources`")
        elif claim and text is None:
            told = f"`{rule.id}` claims words of `{each.source}`, which has no excerpts"
            yield report("unsourced-claim", told, rule.span, "add `excerpts` to the source")
        elif claim not in _plain(text or ""):
            told = f"`{rule.id}` claims `{each.claim}`, which `{each.source}` lacks"
            yield report("unsourced-claim", told, rule.span, "quote the source as it stands")


def _plain(text: str) -> str:
    return " ".join(text.split())
