"""What a compiled part of an expression gets when it runs: facts, budget, local variables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mlspec.cel._errors import EvaluationError, an
from mlspec.cel._values import from_key, name_of_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.cel._budget import Budget

__all__ = ["Frame", "Run", "Watcher", "condition", "items_of", "no_condition", "pairs_of"]


class Watcher:
    """Is told which element a macro looks at; what else is seen, `_trace` says."""

    def enters(self, slot: int, position: object) -> None:
        """Hear that a local variable is now what stands at an index or key."""


class Frame:
    """One evaluation."""

    __slots__ = ("budget", "facts", "locals", "watcher")

    def __init__(
        self, facts: Mapping[str, object], budget: Budget, size: int, watcher: Watcher | None = None
    ) -> None:
        self.facts = facts
        self.budget = budget
        self.locals: list[object] = [None] * size
        self.watcher = watcher


Run = Callable[[Frame], object]
"""A compiled part of an expression."""


def condition(value: object, at: int) -> bool:
    """Return a value that has to be true or false.

    Raises:
        EvaluationError: it is neither.
    """
    if value is True or value is False:
        return value
    raise EvaluationError(no_condition(value), at)


def no_condition(value: object) -> str:
    """Return why a value is no condition."""
    return f"a condition is true or false, not {an(name_of_type(value))}"


def items_of(value: object, at: int) -> list[object]:
    """Return what a macro with one variable goes through: elements, or keys.

    Raises:
        EvaluationError: there are none in such a value.
    """
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return [from_key(each) for each in value]
    raise EvaluationError(f"{an(name_of_type(value))} has no elements to go through", at)


def pairs_of(value: object, at: int) -> list[object]:
    """Return what a macro with two variables goes through: indexes or keys, and values.

    Raises:
        EvaluationError: there are none in such a value.
    """
    if isinstance(value, list):
        return [*enumerate(value)]
    if isinstance(value, dict):
        return [(from_key(key), each) for key, each in value.items()]
    raise EvaluationError(f"{an(name_of_type(value))} has no elements to go through", at)
