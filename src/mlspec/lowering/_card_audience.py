"""A card for an audience: what it may not see is withheld by label, and never silently absent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Audience, CardSection, CardValue, ValueStatus
from mlspec.lowering._card_table import TABLE, row_of

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["seen_by"]

_SEE_ALL = [each for each in Audience if all(each in row.audiences for row in TABLE)]
"""Reviewers, as the table has it: nothing is looked at for them."""


def seen_by(sections: Iterable[CardSection], audience: Audience) -> tuple[CardSection, ...]:
    """Return the sections as an audience sees them.

    Values that it does not see are one line for each line of the table, under its plain label:
    how many there are, and what they are called, would tell something of them.
    """
    if audience in _SEE_ALL:
        return tuple(sections)
    return tuple(_seen(section, audience) for section in sections)


def _seen(section: CardSection, audience: Audience) -> CardSection:
    shown: list[CardValue] = []
    hidden: dict[str, CardValue] = {}
    for value in section.values:
        row = row_of(section.id, value.label)
        if audience in row.audiences:
            shown.append(value)
            continue
        earlier = hidden.get(row.key)
        asked = {*value.required_by, *(earlier.required_by if earlier else ())}
        hidden[row.key] = CardValue(
            row.title,
            ValueStatus.WITHHELD,
            id=f"{section.id}.{row.key}",
            required_by=tuple(sorted(asked)),
        )
    return CardSection(section.id, section.title, (*shown, *hidden.values()))
