"""Cards: what is said of one model, value by value, each with its source and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

__all__ = ["PART", "Audience", "Card", "CardFormat", "CardSection", "CardValue", "ValueStatus"]


class ValueStatus(StrEnum):
    """How a card value stands; nothing is filled in."""

    PRESENT = "present"
    MISSING = "missing"
    STALE = "stale"
    CONFLICT = "conflict"
    """Two sources say different things; both are shown."""
    NOT_APPLICABLE = "not-applicable"
    WITHHELD = "withheld"
    """It may be there, and is not shown to this audience."""


class Audience(StrEnum):
    """For whom a card is: what somebody else alone may see is withheld from it."""

    PUBLIC = "public"
    DEPLOYER = "deployer"
    REVIEWER = "reviewer"
    REGULATOR = "regulator"


class CardFormat(StrEnum):
    """As what a card is written; its pages are made of what its JSON says."""

    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"

    @property
    def ending(self) -> str:
        """How the names of its files end."""
        return ".md" if self is CardFormat.MARKDOWN else f".{self}"


PART = "Part: "
"""Starts the label of a value that is about one slice, group, feature or step of a gate."""


class CardValue(NamedTuple):
    """One line of a card. `source` says where it was copied from: file:line, a digest, an event.

    `how` is the step that adds or renews it. Values of one `group` belong to one thing, such as a
    data set; an empty group stands alone. `numbers` are those that the text rounds, in full, by
    name. `id` names the value on its card for good; `required_by` are the rules in force that ask
    for it. `place` is the address and the path (with dots) of what it tells, where a spec says it.

    It is a tuple, which is made in a third of the time: there are hundreds on a card.
    """

    label: str
    status: ValueStatus
    text: str = ""
    source: str = ""
    how: str = ""
    group: str = ""
    numbers: tuple[tuple[str, float], ...] = ()
    id: str = ""
    required_by: tuple[str, ...] = ()
    place: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class CardSection:
    """A titled group of values."""

    id: str
    title: str
    values: tuple[CardValue, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """The card of a model, system, prompt or data set as data; Markdown and HTML say the same.

    `model` is its name, whatever its `kind`; `packs` are those in force, as `name@version`.
    """

    model: str
    version: str
    environment: str
    sections: tuple[CardSection, ...]
    source: str
    kind: str = "Model"
    audience: Audience = Audience.REVIEWER
    packs: tuple[str, ...] = ()
