"""Names of values on a card: the same for the same value, whatever else the card says."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.ir import CardSection, CardValue, ValueStatus
from mlspec.lowering._card_table import row_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.lowering._card_required import Asked
    from mlspec.lowering._card_table import Row

__all__ = ["named"]


def named(section: CardSection, asked: Asked, address: str) -> CardSection:
    """Return a section whose values have names and the rules that ask for them.

    What is missing and concerns a law that no rule in force knows is left out.
    """
    return replace(section, values=tuple(_named(section, asked, address)))


def _named(section: CardSection, asked: Asked, address: str) -> Iterator[CardValue]:
    seen: Counter[str] = Counter()
    for value in section.values:
        row = row_of(section.id, value.label)
        rules = value.required_by or asked.by(value, section.id, address)
        if row.is_optional and value.status is ValueStatus.MISSING and not rules:
            continue
        name = _name(section.id, row, value)
        seen[name] += 1
        repeated = f"#{seen[name]}" if seen[name] > 1 else ""
        yield CardValue(  # several times as fast as `replace`, and there are hundreds on a card
            value.label,
            value.status,
            value.text,
            value.source,
            value.how,
            value.group,
            value.numbers,
            name + repeated,
            rules,
            value.place,
        )


def _name(section: str, row: Row, value: CardValue) -> str:
    """Return the line of the table, and what of it the value is about, if it has many values."""
    start = row.label.removesuffix("*") if row.label.endswith("*") else value.label
    about = ": ".join(each for each in (value.group, value.label[len(start) :]) if each)
    return f"{section}.{row.key}[{about}]" if about else f"{section}.{row.key}"
