"""CEL through `cel-python` (extra `k8s`): compiled once, bounded by count, never trusted to end.

An evaluation can't be interrupted, so its steps are estimated before it starts: each macro (`all`,
`exists`, `map`, ...) inside of another goes through the longest list once more. What would be too
long is reported as not checked, as is what `cel-python` can't evaluate; neither counts as good.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from mlspec.manifests.definitions._patterns import UncheckedError

if TYPE_CHECKING:
    from celpy import Runner
    from celpy.celtypes import Value

    from mlspec.canonical import Json

__all__ = ["Budget", "evaluate", "holds", "longest"]

_MACRO = re.compile(r"\.\s*(?:all|exists|exists_one|filter|map|sortBy|transformList)\s*\(")
_MOST_STEPS = 3_000
"""About three seconds for one object."""
_STEP_CHARACTERS = 40


class Budget:
    """The steps that the rules of one object may take together."""

    def __init__(self, steps: int = _MOST_STEPS) -> None:
        self._left = steps

    def take(self, rule: str, size: int) -> None:
        """Take the steps of one evaluation.

        Raises:
            UncheckedError: they are too many.
        """
        depth = _macro_depth(rule)
        self._left -= max(1, size) ** depth * max(1, len(rule) // _STEP_CHARACTERS) if depth else 1
        if self._left < 0:
            raise UncheckedError("evaluating it would take too long")


def evaluate(rule: str, value: Value) -> object:
    """Return what a rule makes of a value of CEL, called `self`.

    Raises:
        UncheckedError: `cel-python` is not installed, or can't compile or evaluate the rule.
    """
    program = _program(rule)
    if isinstance(program, UncheckedError):
        raise program
    try:
        return program.evaluate({"self": value})
    except Exception as error:  # whatever a rule by a stranger makes the library raise
        raise UncheckedError("it can't be evaluated here") from error


def holds(rule: str, value: Value) -> bool:
    """Tell whether a rule holds for a value.

    Raises:
        UncheckedError: as for `evaluate`, or it is no rule: its result is not true or false.
    """
    result = evaluate(rule, value)
    from celpy.celtypes import BoolType

    if not isinstance(result, BoolType):
        raise UncheckedError("it gives neither true nor false")
    return bool(result)


def longest(value: Json) -> int:
    """Return the length of the longest list or mapping in a value."""
    if isinstance(value, dict):
        return max(len(value), *map(longest, value.values()), 0)
    if isinstance(value, list):
        return max(len(value), *map(longest, value), 0)
    return 1


@lru_cache(maxsize=4096)
def _program(rule: str) -> Runner | UncheckedError:
    try:
        return _compiled(rule)
    except UncheckedError as error:
        return error


def _compiled(rule: str) -> Runner:
    try:
        from celpy import Environment

        from mlspec.manifests.definitions._cel_functions import FUNCTIONS
    except ImportError:
        raise UncheckedError("rules need the extra `k8s`", is_missing=True) from None
    try:
        environment = Environment()
        return environment.program(environment.compile(rule), functions=FUNCTIONS)
    except Exception as error:  # whatever a rule by a stranger makes the library raise
        raise UncheckedError("it can't be read here") from error


@lru_cache(maxsize=4096)
def _macro_depth(rule: str) -> int:
    """Return how many macros stand inside of one another at most."""
    starts = {match.end() - 1 for match in _MACRO.finditer(rule)}
    opened: list[bool] = []
    deepest = 0
    for index, character in enumerate(rule):
        if character == "(":
            opened.append(index in starts)
            deepest = max(deepest, sum(opened))
        elif character == ")" and opened:
            opened.pop()
    return deepest
