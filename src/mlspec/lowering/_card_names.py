"""Names of values on a card: the same for the same value, whatever else the card says."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from mlspec.ir import CardSection, CardValue, ValueStatus
from mlspec.lowering._card_table import row_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.lowering._card_required import Asked

__all__ = ["named"]


def named(section: CardSection, asked: Asked, address: str) -> CardSection:
    """Return a section whose values have names and the rules that ask for them.

    What is missing and concerns a law that no rule in force knows is left out.
    """
    return CardSection(section.id, section.title, tuple(_named(section, asked, address)))


def _named(section: CardSection, asked: Asked, address: str) -> Iterator[CardValue]:
    seen: dict[str, int] = {}
    about, is_asked = section.id, bool(asked.exact)
    for value in section.values:
        label, status, text, source, how, group, numbers, _, rules, place = value
        is_optional, key, rest = _words(about, label)
        if is_asked and not rules:
            rules = asked.by(value, about, address)
        if is_optional and status is ValueStatus.MISSING and not rules:
            continue
        name = _name(key, group, rest) if group or rest else key
        count = seen[name] = seen.get(name, 0) + 1
        name = name if count == 1 else f"{name}#{count}"
        yield CardValue(label, status, text, source, how, group, numbers, name, rules, place)


def _name(key: str, group: str, rest: str) -> str:
    return f"{key}[{group}: {rest}]" if group and rest else f"{key}[{group or rest}]"


@lru_cache(maxsize=4096)
def _words(section: str, label: str) -> tuple[bool, str, str]:
    """Return whether a value may be left out, its line of the table, and what of it it is about."""
    row = row_of(section, label)
    start = row.label.removesuffix("*") if row.label.endswith("*") else label
    return row.is_optional, f"{section}.{row.key}", label[len(start) :]
