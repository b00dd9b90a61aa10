"""Names of values on a card: the same for the same value, whatever else the card says."""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

from mlspec.ir import CardSection, CardValue, ValueStatus
from mlspec.lowering._card_table import row_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.lowering._card_required import Asked

__all__ = ["LEFT_OUT", "name_of", "named"]

LEFT_OUT = CardValue("", ValueStatus.NOT_APPLICABLE)
"""Stands for what is missing and concerns a law that no rule in force knows: no card shows it."""


_NAME = attrgetter("id")


def named(section: CardSection, asked: Asked, address: str) -> CardSection:
    """Return a section whose values have names and the rules that ask for them.

    Most have them since they were made; two of one name are told apart here.
    """
    names = [*map(_NAME, section.values)]
    if "" not in names and len({*names}) == len(names):
        return section
    found = [
        each if each.id else _named(each, section.id, asked, address) for each in section.values
    ]
    kept = [each for each in found if each is not LEFT_OUT]
    if len({each.id for each in kept}) < len(kept):
        kept = [*_told_apart(kept)]
    return CardSection(section.id, section.title, tuple(kept))


def _named(value: CardValue, section: str, asked: Asked, address: str) -> CardValue:
    label, status, text, source, how, group, numbers, _, rules, place = value
    if value is LEFT_OUT:
        return value
    name, is_optional = name_of(section, label, group)
    rules = rules or asked.by(value, section, address)
    if is_optional and status is ValueStatus.MISSING and not rules:
        return LEFT_OUT
    return CardValue(label, status, text, source, how, group, numbers, name, rules, place)


def _told_apart(values: Iterable[CardValue]) -> Iterator[CardValue]:
    seen: dict[str, int] = {}
    for value in values:
        count = seen[value.id] = seen.get(value.id, 0) + 1
        yield value if count == 1 else value._replace(id=f"{value.id}#{count}")


@lru_cache(maxsize=4096)
def name_of(section: str, label: str, group: str) -> tuple[str, bool]:
    """Return the name of a value by its line of the table, and whether it may be left out."""
    row = row_of(section, label)
    start = row.label.removesuffix("*") if row.label.endswith("*") else label
    about = ": ".join(each for each in (group, label[len(start) :]) if each)
    key = f"{section}.{row.key}"
    return (f"{key}[{about}]" if about else key), row.is_optional
