"""How much an evaluation may do."""

from __future__ import annotations

from mlspec.cel._errors import BudgetError

__all__ = ["DEFAULT_STEPS", "Budget", "size_of"]

DEFAULT_STEPS = 100_000
"""Some ten milliseconds."""
_CHARACTERS_OF_A_STEP = 32
_ITEMS_OF_A_STEP = 4


class Budget:
    """Steps that one evaluation, or several that share a budget, may take together.

    A step is about the work of one operator. A macro takes as many as its body has, for each
    element, before it goes through them; functions on texts and lists take some for their size.
    """

    __slots__ = ("left", "steps")

    def __init__(self, steps: int = DEFAULT_STEPS) -> None:
        self.steps = steps
        self.left = steps

    def take(self, steps: int) -> None:
        """Take steps.

        Raises:
            BudgetError: there are not as many left; none are, then.
        """
        self.left -= steps
        if self.left < 0:
            self.left = 0
            raise BudgetError(f"stopped after {self.steps:,} steps")


def size_of(value: object) -> int:
    """Return the steps that going through a value once takes; elements are not gone into."""
    if isinstance(value, str | bytes):
        return len(value) // _CHARACTERS_OF_A_STEP
    return len(value) // _ITEMS_OF_A_STEP if isinstance(value, list | dict) else 0
