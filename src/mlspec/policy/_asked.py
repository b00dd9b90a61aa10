"""Which kinds of evidence items the rules in force look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlspec.policy._force import BoundPack

__all__ = ["asked_kinds"]


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
