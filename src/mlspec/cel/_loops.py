"""Macros that go through a list or map, as loops.

The steps of all elements are taken before the first one: what would run past the budget does not
start. Errors of `all` and `exists` are absorbed by an element that decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.cel._errors import BudgetError, EvaluationError
from mlspec.cel._frame import condition, items_of, pairs_of
from mlspec.cel._values import new_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlspec.cel._frame import Frame, Run

__all__ = ["LOOPS", "Loop"]


@dataclass(frozen=True, slots=True)
class Loop:
    """A macro whose parts are compiled.

    `slot` is the place of its variable; with two of them it holds both (`is_paired`). `cost` is
    that of one element, `at` the place of the macro, `body_at` that of its body in the text.
    """

    over: Run
    body: Run
    test: Run | None
    slot: int
    cost: int
    at: int
    body_at: int
    is_paired: bool

    def walk(self, frame: Frame) -> Iterator[object]:
        """Yield each element after making it the value of the variable."""
        value = self.over(frame)
        found = (pairs_of if self.is_paired else items_of)(value, self.at)
        frame.budget.take(len(found) * self.cost)
        variables, slot, watcher = frame.locals, self.slot, frame.watcher
        for position, each in enumerate(found):
            variables[slot] = each
            if watcher is not None:
                watcher.enters(slot, position if found is value else _first(each))
            yield each


def _deciding(loop: Loop, *, decisive: bool) -> Run:
    """`all` (false decides) and `exists` (true decides)."""
    body, body_at = loop.body, loop.body_at

    def run(frame: Frame) -> object:
        first: EvaluationError | None = None
        for _ in loop.walk(frame):
            try:
                if condition(body(frame), body_at) is decisive:
                    return decisive
            except BudgetError:
                raise
            except EvaluationError as error:
                first = first or error
        if first is not None:
            raise first
        return not decisive

    return run


def _exactly_one(loop: Loop) -> Run:
    """Every element is looked at, and an error of one is one of all."""
    body, body_at = loop.body, loop.body_at
    return lambda frame: sum(condition(body(frame), body_at) for _ in loop.walk(frame)) == 1


def _filtered(loop: Loop) -> Run:
    body, body_at = loop.body, loop.body_at
    return lambda frame: [each for each in loop.walk(frame) if condition(body(frame), body_at)]


def _mapped(loop: Loop) -> Run:
    body, test, at = loop.body, loop.test, loop.body_at
    if test is None:
        return lambda frame: [body(frame) for _ in loop.walk(frame)]
    return lambda frame: [body(frame) for _ in loop.walk(frame) if condition(test(frame), at)]


def _mapped_values(loop: Loop) -> Run:
    body, test, at = loop.body, loop.test, loop.body_at

    def run(frame: Frame) -> object:
        found: dict[object, object] = {}
        for pair in loop.walk(frame):
            if test is None or condition(test(frame), at):
                found[new_key(_first(pair))] = body(frame)
        return found

    return run


def _mapped_entries(loop: Loop) -> Run:
    body, test, at = loop.body, loop.test, loop.body_at

    def run(frame: Frame) -> object:
        found: dict[object, object] = {}
        for _ in loop.walk(frame):
            if test is None or condition(test(frame), at):
                _add(found, body(frame), at, frame)
        return found

    return run


def _add(found: dict[object, object], entries: object, at: int, frame: Frame) -> None:
    if not isinstance(entries, dict):
        raise EvaluationError("`transformMapEntry` makes maps of one entry each", at)
    frame.budget.take(len(entries))
    for key, value in entries.items():
        if key in found:
            raise EvaluationError("two entries have the same key", at)
        found[key] = value


def _first(pair: object) -> object:
    return pair[0] if isinstance(pair, tuple) else pair


LOOPS: dict[str, Callable[[Loop], Run]] = {
    "all": lambda loop: _deciding(loop, decisive=False),
    "exists": lambda loop: _deciding(loop, decisive=True),
    "exists_one": _exactly_one,
    "filter": _filtered,
    "map": _mapped,
    "transformList": _mapped,
    "transformMap": _mapped_values,
    "transformMapEntry": _mapped_entries,
}
