"""`&&`, `||`, `?:`, `==`, `in`: operators that are no functions.

`&&` and `||` are commutative as to errors: one term that decides absorbs the error of another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.cel._equality import contains, equal
from mlspec.cel._errors import BudgetError, EvaluationError, an
from mlspec.cel._frame import condition
from mlspec.cel._values import name_of_type, to_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.cel._frame import Frame, Run

__all__ = [
    "branch",
    "equality",
    "equality_to_text",
    "junction",
    "membership",
    "membership_in_texts",
    "negated",
]


def junction(terms: Sequence[tuple[Run, int]], *, decisive: bool) -> Run:
    """Return `&&` (false decides) or `||` (true decides) of terms with their places."""

    def run(frame: Frame) -> object:
        failed: EvaluationError | None = None
        for term, at in terms:
            try:
                value = term(frame)
                if value is decisive:
                    return decisive
                if value is not True and value is not False:
                    condition(value, at)
            except BudgetError:
                raise
            except EvaluationError as error:
                failed = failed or error
        if failed is not None:
            raise failed
        return not decisive

    return run


def branch(test: Run, then: Run, otherwise: Run, at: int) -> Run:
    """Return `test ? then : otherwise`; only the branch that is taken is evaluated."""

    def run(frame: Frame) -> object:
        return then(frame) if condition(test(frame), at) else otherwise(frame)

    return run


def equality(left: Run, right: Run) -> Run:
    """Return `==`."""
    return lambda frame: equal(left(frame), right(frame), frame.budget)


def equality_to_text(left: Run, text: str) -> Run:
    """Return `==` to a text that is written out, the commonest of comparisons."""

    def run(frame: Frame) -> object:
        value = left(frame)
        return value == text if type(value) is str else equal(value, text, frame.budget)

    return run


def negated(run: Run) -> Run:
    """Return the opposite of a comparison."""
    return lambda frame: not run(frame)


def membership(element: Run, over: Run, at: int) -> Run:
    """Return `element in list` or `key in map`."""

    def run(frame: Frame) -> object:
        value, found = element(frame), over(frame)
        if isinstance(found, list):
            return contains(value, found, frame.budget)
        if isinstance(found, dict):
            return _has_key(found, value)
        raise EvaluationError(f"`in` takes a list or a map, not {an(name_of_type(found))}", at)

    return run


def membership_in_texts(element: Run, texts: Sequence[str]) -> Run:
    """Return `element in ["a", "b"]` for texts that are written out."""
    known, listed = frozenset(texts), list[object](texts)

    def run(frame: Frame) -> object:
        value = element(frame)
        if type(value) is str:
            return value in known
        return contains(value, listed, frame.budget)

    return run


def _has_key(found: dict[object, object], value: object) -> bool:
    try:
        return to_key(value) in found
    except EvaluationError:
        return False
