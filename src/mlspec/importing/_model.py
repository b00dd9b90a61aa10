"""What an importer found of one model, value by value, with where it stands and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "OURS",
    "Certainty",
    "Fact",
    "FoundMetric",
    "FoundModel",
    "FoundServing",
    "Lost",
    "Unread",
]


class Certainty(StrEnum):
    """How a value came about."""

    MAPPED = "mapped"
    """It stands in the source, in a field that means this."""
    GUESSED = "guessed"
    """It stands in the source, and that it means this is likely: somebody has to look."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A value of the spec, and the place in the source that it was taken from."""

    value: str
    source: str
    certainty: Certainty = Certainty.MAPPED


@dataclass(frozen=True, slots=True)
class Lost:
    """Something of the source that the spec has no place for, and why."""

    source: str
    why: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of the source that could not be read at all."""

    source: str
    why: str


@dataclass(frozen=True, slots=True)
class FoundServing:
    """What answers requests; "" is not known."""

    platform: str
    namespace: str
    name: str
    image: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class FoundMetric:
    """A number that somebody reported: `value` as it was written, `remark` what is odd about it."""

    name: str
    value: str
    dataset: str = ""
    remark: str = ""


OURS: Final = "mlspec.env."
"""How the key of a tag begins that mlspec writes to what it registers."""


@dataclass(frozen=True, slots=True)
class FoundModel:
    """One model, as one system knows it.

    `name` is what it is called there, letter by letter. `created_ms` is when it was created there,
    in milliseconds since 1970, 0 where nobody says. `facts` has values by the name of their field
    in the spec, such as `artifact.uri`; what is not there is unknown. `storage` is the normalised
    address of the bytes, by which models of two systems are one.
    """

    system: str
    location: str
    name: str
    created_ms: int = 0
    facts: Mapping[str, Fact] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    serving: tuple[FoundServing, ...] = ()
    data: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    metrics: tuple[FoundMetric, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    lost: tuple[Lost, ...] = ()
    storage: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether mlspec put it there: it is registered with tags of the environments."""
        return any(each.startswith(OURS) for each in self.tags)
