"""What can be wrong with a pack that can be read: claims without a source, rules without proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.policy._report import report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Diagnostic
    from mlspec.policy._model import Pack, PackRule

__all__ = ["check_pack"]


def check_pack(pack: Pack) -> Iterator[Diagnostic]:
    """Yield what is wrong with the rules of a pack, by id."""
    sources = {each.id for each in pack.spec.sources}
    for rule in pack.rules:
        yield from _unproven(pack, rule)
        for reference in rule.spec.references:
            if reference.source not in sources:
                told = f"`{rule.id}` cites `{reference.source}`, which the pack does not list"
                yield report("unsourced-claim", told, rule.span, "add it to `spec.sources`")
    yield from _claims(pack)


def _unproven(pack: Pack, rule: PackRule) -> Iterator[Diagnostic]:
    expected = {
        case.expect for test in pack.tests if test.spec.rule == rule.id for case in test.spec.cases
    }
    missing = [each for each in ("pass", "fail") if each not in expected]
    if missing:
        told = f"no case of `{rule.id}` expects `{'` or `'.join(missing)}`"
        hint = "add a `RuleTest` with a case that passes and one that fails"
        yield report("unproven-rule", told, rule.span, hint)


def _claims(pack: Pack) -> Iterator[Diagnostic]:
    """Yield claims that the excerpts of their source do not hold, word for word."""
    for rule in pack.rules:
        for reference in rule.spec.references:
            text = pack.excerpts.get(reference.source)
            claim = _plain(reference.claim or "")
            if claim and text is None:
                told = f"`{rule.id}` claims words of `{reference.source}`, which has no excerpts"
                yield report("unsourced-claim", told, rule.span, "add `excerpts` to the source")
            elif claim and claim not in _plain(text or ""):
                told = f"`{rule.id}` claims `{reference.claim}`, which `{reference.source}` lacks"
                yield report("unsourced-claim", told, rule.span, "quote the source as it stands")


def _plain(text: str) -> str:
    return " ".join(text.split())
