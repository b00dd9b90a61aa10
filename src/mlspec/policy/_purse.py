"""The steps that all rules of a run may take together, and who took them.

One rule on one resource has a budget of its own; many of them, each just below it, would still take
hours. What a run may take grows with what it judges, at several times of what rules need.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

__all__ = ["Purse"]

_AT_LEAST: Final = 3_000_000
"""Steps of any run: some seconds."""
_OF_A_RULE: Final = 500
"""Steps that a rule may take of one resource on average; those of the shipped packs take some
dozens."""


class Purse:
    """What is left of the steps of a run that judges a number of resources by a number of rules."""

    def __init__(self, judgements: int = 1) -> None:
        self.steps = _AT_LEAST + _OF_A_RULE * judgements
        self._taken: Counter[str] = Counter()
        self._left = self.steps

    @property
    def is_empty(self) -> bool:
        """Whether nothing more may be evaluated."""
        return self._left <= 0

    def pay(self, who: str, steps: int) -> None:
        """Take what a rule has used; the last one may use more than there was."""
        self._left -= steps
        self._taken[who] += steps

    @property
    def told(self) -> str:
        """Why nothing more is evaluated, with the rule that took most; by name among equals."""
        who, most = min(self._taken.items(), key=lambda each: (-each[1], each[0]))
        return (
            f"all rules together may take {self.steps:,} steps here, and {who} alone took {most:,}"
        )
