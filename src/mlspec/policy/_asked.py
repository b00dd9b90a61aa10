"""Which kinds of evidence items the rules in force look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlspec.policy._force import BoundPack

__all__ = ["asked_kinds", "listed_kinds"]


def asked_kinds(
    packs: Iterable[BoundPack], environment: str, kind: str = ""
) -> Mapping[str, tuple[str, ...]]:
    """Return the ids of the rules that look at each kind of items, sorted.

    With `kind`, rules about resources of that kind only, such as `Model`.
    """
    found: dict[str, set[str]] = {}
    for bound in packs:
        if bound.applies_in(environment):
            for rule in bound.pack.rules:
                for each in rule.spec.evidence if not kind or kind in rule.by_kind else ():
                    found.setdefault(each, set()).add(rule.id)
    return {each: tuple(sorted(found[each])) for each in sorted(found)}


def listed_kinds(packs: Iterable[BoundPack], environment: str) -> tuple[str, ...]:
    """Return the kinds of items that lists of the law name, as `dossier` shows them, sorted."""
    lists = [
        each for bound in packs if bound.applies_in(environment) for each in bound.pack.dossiers
    ]
    parts = (part for each in lists for point in each.spec.points for part in point.parts)
    return tuple(sorted({held.item for part in parts for held in part.holds if held.item}))
