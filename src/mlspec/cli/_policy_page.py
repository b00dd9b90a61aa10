"""The page of all rules that ship, made from the packs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api.policy_packs import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.policy import Pack, PackRule, PackTierRule

__all__ = ["policy_page"]

_HEAD = (
    "# Rules of the packs that ship\n\n"
    "Generated from the packs; do not edit. How to read a rule, and how to bind a pack:"
    " [policy](../pages/policy.md).\n"
)


def policy_page() -> str:
    """Return the page: packs with their sources, and rules with what they ask and rest on."""
    return "\n".join([_HEAD, *(line for pack in shipped() for line in _pack(pack))]) + "\n"


def _pack(pack: Pack) -> Iterator[str]:
    yield f"## `{pack.name}` {pack.version}\n"
    yield f"{pack.title}. {_line(pack.spec.description)}\n"
    yield f"*{_line(pack.spec.disclaimer)}*\n"
    for source in pack.spec.sources:
        state = f"{source.version}, read {source.read}"
        yield f"* `{source.id}`: [{source.title}]({source.uri}), {state}"
    yield ""
    if pack.tiers:
        yield "| tier | at least, where | rests on |"
        yield "| --- | --- | --- |"
        for tier in pack.tiers:
            yield _row(tier.spec.tier, f"`{tier.id}`: {tier.title}", _cites(tier))
        yield ""
    yield "| rule | asks | counts from | rests on |"
    yield "| --- | --- | --- | --- |"
    for rule in pack.rules:
        asked = f"{rule.title} ({rule.spec.enforcement})"
        yield _row(f"`{rule.id}`", asked, rule.spec.applies_from or "", _cites(rule))
    yield ""


def _cites(rule: PackRule | PackTierRule) -> str:
    cited = [f"`{each.source}` {each.cite}" for each in rule.spec.references]
    return "; ".join([*cited, *getattr(rule.spec, "tags", ())])  # those of a tier have none


def _row(*cells: str) -> str:
    return f"| {' | '.join(_line(each).replace('|', '&#124;') for each in cells)} |"


def _line(text: str) -> str:
    return " ".join(text.split())
