"""Half of some work done by a forked process: what comes out never depends on who did what.

In: items, and what finds something in one of them without effects. Out: all that is found, in the
order of the items. What does not arrive (its process failed, or was killed) is found again here,
where its error is raised.
"""

from __future__ import annotations

import os
import pickle
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeVar

from mlspec.api._interrupts import uninterrupted
from mlspec.api._kept import Spool
from mlspec.api._processes import end, forked, workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["in_halves"]

T = TypeVar("T")
R = TypeVar("R")


def in_halves(
    items: Sequence[T], find: Callable[[T], list[R]], *, most: int | None = None
) -> Iterator[R]:
    """Yield what is found in all items, in their order; what is found must be picklable.

    Args:
        items: Where something may be found.
        find: Finds it in one item.
        most: How many processes there are at most, this one included; by default one for each
            processor. There are never more than two: memory that a process touches becomes its
            own.
    """
    count = workers() if most is None else most
    half = len(items) // 2 if count > 1 else len(items)
    first, second = items[:half], items[half:]
    with _Other() as other:
        if second:
            other.start(second, find)
        yield from _found(first, find)
        found = other.found()
    yield from _found(second, find) if found is None else found


def _found(items: Sequence[T], find: Callable[[T], list[R]]) -> Iterator[R]:
    for item in items:
        yield from find(item)


class _Other:
    """The other process, and the file in which it leaves what it found."""

    def __init__(self) -> None:
        self._process = 0
        self._results: Spool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process:
            end([self._process])

    def start(self, items: Sequence[T], find: Callable[[T], list[R]]) -> None:
        """Start it; where none can be had there is none."""
        with suppress(OSError), uninterrupted() as handlers:
            results = self._results = Spool()
            self._process = forked(partial(_work, items, find, results), handlers)

    def found(self) -> list[Any] | None:
        """Wait for it, and return what it found; None where it did not go through all items."""
        if not self._process or self._results is None:
            return None
        status = os.waitpid(self._process, 0)[1]
        self._process = 0
        return None if status else _read(self._results)


def _work(items: Sequence[T], find: Callable[[T], list[R]], results: Spool) -> None:
    results.add(pickle.dumps([*_found(items, find)]))


def _read(results: Spool) -> list[Any]:
    content = results.read(0, os.fstat(results.fileno()).st_size)
    found: list[Any] = pickle.loads(content)  # noqa: S301  (a process of ours has just written it)
    return found
