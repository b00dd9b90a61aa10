"""Lists and sets: the libraries of Kubernetes, and cel-go's extensions `lists` and `sets`."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from mlspec.cel._budget import size_of
from mlspec.cel._equality import contains, equal
from mlspec.cel._errors import EvaluationError
from mlspec.cel._values import NONE, Duration, Maybe, Timestamp, Uint, base_class
from mlspec.cel.library._charge import RUNNING, charge
from mlspec.cel.library.operators import checked_int, checked_uint
from mlspec.cel.library.times import duration_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FUNCTIONS"]

_CHARACTERS_OF_A_STEP = 256
_NUMBERS = frozenset((int, Uint, float))
_ORDERED = frozenset((bool, str, bytes, Timestamp, Duration)) | _NUMBERS


def _kind(values: list[object]) -> type:
    """Return the one class that the elements of a list to be ordered have.

    Raises:
        EvaluationError: they have several, or one without an order.
    """
    kinds = {base_class(each) for each in values}
    if len(kinds) > 1 or not kinds <= _ORDERED:
        raise EvaluationError("the list does not hold values of one type that has an order")
    texts = sum(len(each) for each in values if isinstance(each, str | bytes))
    charge(len(values).bit_length() * texts // _CHARACTERS_OF_A_STEP)
    return kinds.pop() if kinds else int


def _is_sorted(values: list[object]) -> bool:
    charge(len(values))
    _kind(values)
    return all(left <= right for left, right in pairwise(values))  # type: ignore[operator]


def _sort(values: list[object]) -> list[object]:
    charge(len(values) * len(values).bit_length())
    _kind(values)
    return sorted(values)  # type: ignore[type-var]  # all are of one class that has an order


def _least(values: list[object]) -> object:
    return _outermost(values, min)


def _greatest(values: list[object]) -> object:
    return _outermost(values, max)


def _outermost(values: list[object], choose: Callable[..., object]) -> object:
    charge(len(values))
    _kind(values)
    if not values:
        raise EvaluationError("an empty list has no least and no greatest element")
    return choose(values)


def _sum(values: list[object]) -> object:
    charge(len(values))
    kind = _kind(values)
    if kind is float:
        return sum((each for each in values if isinstance(each, float)), 0.0)
    if kind is Duration:
        return duration_of(sum(each.ns for each in values if isinstance(each, Duration)))
    if kind not in _NUMBERS:
        raise EvaluationError("`sum` takes a list of numbers or durations")
    total = sum(int(each) for each in values if isinstance(each, int))
    return checked_uint(total) if kind is Uint else checked_int(total)


def _index_of(values: list[object], wanted: object) -> int:
    budget = RUNNING.get()
    found = (at for at, each in enumerate(values) if equal(each, wanted, budget))
    return next(found, -1)


def _last_index_of(values: list[object], wanted: object) -> int:
    budget = RUNNING.get()
    places = range(len(values) - 1, -1, -1)
    return next((at for at in places if equal(values[at], wanted, budget)), -1)


def _slice(values: list[object], start: int, end: int) -> list[object]:
    if not 0 <= start <= end <= len(values):
        raise EvaluationError(f"elements {start} to {end} are not in a list of {len(values)}")
    return values[start:end]


def _flatten(values: list[object], depth: int = 1) -> list[object]:
    if depth < 0:
        raise EvaluationError("a list is not flattened by a negative number of levels")
    found = values
    while depth and any(isinstance(each, list) for each in found):
        found = [one for each in found for one in _opened(each)]
        depth -= 1
    return found


def _opened(value: object) -> list[object]:
    """Return the elements of a list, or what is none as the only element."""
    charge(1 + size_of(value))
    return value if isinstance(value, list) else [value]


def _distinct(values: list[object]) -> list[object]:
    budget = RUNNING.get()
    found: list[object] = []
    for each in values:
        if not contains(each, found, budget):
            found.append(each)
    return found


def _range(count: int) -> list[int]:
    charge(max(0, count))
    return [*range(count)]


def _edge(values: list[object], at: int) -> Maybe:
    return Maybe(values[at]) if values else NONE


def _contains_all(values: list[object], wanted: list[object]) -> bool:
    budget = RUNNING.get()
    return all(contains(each, values, budget) for each in wanted)


def _intersects(left: list[object], right: list[object]) -> bool:
    budget = RUNNING.get()
    return any(contains(each, right, budget) for each in left)


def _reverse(values: list[object]) -> list[object]:
    charge(size_of(values))
    return values[::-1]


FUNCTIONS: dict[str, Callable[..., object]] = {
    "(list<A>).isSorted() -> bool": _is_sorted,
    "(list<A>).sum() -> A": _sum,
    "(list<A>).min() -> A": _least,
    "(list<A>).max() -> A": _greatest,
    "(list<A>).indexOf(A) -> int": _index_of,
    "(list<A>).lastIndexOf(A) -> int": _last_index_of,
    "(list<A>).slice(int, int) -> list<A>": _slice,
    "(list<A>).flatten() -> list<dyn>": _flatten,
    "(list<A>).flatten(int) -> list<dyn>": _flatten,
    "(list<A>).sort() -> list<A>": _sort,
    "(list<A>).reverse() -> list<A>": _reverse,
    "(list<A>).distinct() -> list<A>": _distinct,
    "(list<A>).first() -> optional<A>": lambda values: _edge(values, 0),
    "(list<A>).last() -> optional<A>": lambda values: _edge(values, -1),
    "lists.range(int) -> list<int>": _range,
    "sets.contains(list<A>, list<A>) -> bool": _contains_all,
    "sets.intersects(list<A>, list<A>) -> bool": _intersects,
    "sets.equivalent(list<A>, list<A>) -> bool": lambda left, right: (
        _contains_all(left, right) and _contains_all(right, left)
    ),
}
