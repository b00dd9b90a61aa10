"""What became of the models of an import."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlspec.importing._model import FoundModel, Lost, Unread
    from mlspec.vcs import Conflict

__all__ = ["Imported", "Outcome", "Report", "unknown_fields"]

_UNKNOWN = re.compile(r"^ *([A-Za-z]+): unknown$", re.MULTILINE)


class Outcome(StrEnum):
    """What became of one model."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    JOINED = "joined"
    """It is one of another system: where it serves was written into the spec of that one."""
    MANAGED = "managed"
    """A spec manages it, or one of its name has errors: nothing was written."""
    LEFT_OUT = "left-out"
    """Somebody took its file away: it is not written again."""
    SHARES_FILE = "shares-file"
    """Its file holds other documents, too: what is new was not written into it."""


@dataclass(frozen=True, slots=True)
class Imported:
    """One model: where it is written, which fields of it nobody knows, and where edits collide.

    `file` is relative to the workspace, "" where nothing is written. A conflict keeps what stands
    in the file. `suggestion` is the address of a model of a like name, which may be the same one.
    """

    found: FoundModel
    address: str
    file: str
    outcome: Outcome
    unknown: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    suggestion: str = ""


@dataclass
class Report:
    """All models of one import, in the order of the source.

    `lost` belongs to none of the models. `undecided` are services of which nobody can say which
    model they are of, and specs that became others. `vanished` are addresses of models that were
    found before and are not there any more. `looked_for` says what a model is found by.
    `examples` are files of specs that `mlspec init` made up, and whose names models have now.
    """

    system: str
    where: str
    models: list[Imported] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    undecided: list[Lost] = field(default_factory=list)
    looked_for: str = "models"
    examples: list[str] = field(default_factory=list)

    def count(self, outcome: Outcome) -> int:
        """Return how many models this became of."""
        return sum(each.outcome is outcome for each in self.models)


def unknown_fields(text: str) -> tuple[str, ...]:
    """Return the fields of a written spec whose value is `unknown`, in order."""
    return tuple(_UNKNOWN.findall(text))
