"""What was done with a policy baseline: a value that reports are made from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlspec.diagnostics import Diagnostic
    from mlspec.kinds.policy_baseline import BaselineEntry

__all__ = ["BaselineDone", "BaselineMode"]


class BaselineMode(StrEnum):
    """What is done with a baseline."""

    WRITE = "write"
    """The first one: it takes all findings that it may have."""
    EXTEND = "extend"
    """Take the findings that it lacks."""
    UPDATE = "update"
    """Take out what covers nothing any more; nothing is added."""
    CHECK = "check"
    """Say what `update` would take out, and write nothing."""


@dataclass(frozen=True, slots=True)
class BaselineDone:
    """The entries as they are now, what came and what went, and what can't be in a baseline.

    `removed` are those that went or, of a check, would go: entries as they were, also where only
    some of their environments are gone. `left_out` are errors and warnings, each with why no
    entry covers it.
    """

    mode: BaselineMode
    entries: tuple[BaselineEntry, ...]
    added: tuple[BaselineEntry, ...] = ()
    removed: tuple[BaselineEntry, ...] = ()
    left_out: tuple[tuple[Diagnostic, str], ...] = ()

    @property
    def is_idle(self) -> bool:
        """Whether an entry covers nothing, and still stands there."""
        return self.mode is BaselineMode.CHECK and bool(self.removed)
