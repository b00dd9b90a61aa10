"""The index of a dossier: what a law asks for, how it stands, and where in the file it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlspec.ir._card import ValueStatus

__all__ = ["DossierIndex", "IndexPart", "IndexPoint", "IndexStatus", "IndexValue"]


class IndexStatus(StrEnum):
    """How a point stands."""

    PRESENT = "present"
    """Everything that is listed for it is there, or does not apply for a reason that is told."""
    INCOMPLETE = "incomplete"
    """Something is there, and something is missing, stale or contradicted."""
    MISSING = "missing"
    """Nothing that is listed for it is there."""


@dataclass(frozen=True, slots=True)
class IndexValue:
    """Something that a point lists. `link` is a path in the dossier, `how` the step that adds it.

    `source` is file:line or a digest; `note` says why it is not present.
    """

    label: str
    status: ValueStatus
    text: str = ""
    source: str = ""
    link: str = ""
    how: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class IndexPart:
    """A part of a point: what the text asks for, in short."""

    id: str
    asks: str
    status: IndexStatus
    values: tuple[IndexValue, ...]


@dataclass(frozen=True, slots=True)
class IndexPoint:
    """A point of the law."""

    id: str
    title: str
    status: IndexStatus
    parts: tuple[IndexPart, ...]


@dataclass(frozen=True, slots=True)
class DossierIndex:
    """All points that a law lists, in its order.

    `is_bound` tells whether the pack is in force: otherwise its rules were not evaluated.
    """

    name: str
    title: str
    text: str
    cite: str
    pack: str
    pack_digest: str
    is_bound: bool
    points: tuple[IndexPoint, ...]
