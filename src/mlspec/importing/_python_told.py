"""What can be told of a Python expression without running it, and what operators make of that."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.importing._python_source import Python

__all__ = [
    "CHARACTERS",
    "ITEMS",
    "Library",
    "Made",
    "Module",
    "Untold",
    "Value",
    "bounded",
    "combined",
    "constant",
    "item_of",
]

ITEMS: Final = 5_000
CHARACTERS: Final = 4_000
_NUMBER: Final = 1 << 63


@dataclass(frozen=True, slots=True)
class Untold:
    """What can't be told without running it: its text."""

    text: str


@dataclass(frozen=True)
class Made:
    """What a call of something imported makes, by the full name of that.

    `columns` are those that were chosen of it with `[...]`; `alias` is a name given to it later.
    `is_partial` says that it has arguments which can't be told.
    """

    kind: str
    place: str
    arguments: Mapping[str, Value] = field(default_factory=dict)
    columns: Value = None
    alias: str = ""
    is_partial: bool = False
    column: int = 0
    """Where in its line it stands: two calls of one line are two."""

    @property
    def name(self) -> str:
        """Return what was called, without its module."""
        return self.kind.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Library:
    """Something of a library, by its full name."""

    name: str


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the repository."""

    module: Python


Value = (
    None
    | bool
    | int
    | float
    | str
    | Untold
    | Made
    | Library
    | Module
    | list["Value"]
    | dict[str, "Value"]
)


def constant(value: object) -> Value:
    """Return a constant; numbers of more than 64 bits and bytes are not told."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < _NUMBER else Untold("")
    return value if value is None or isinstance(value, bool | float | str) else Untold("")


def item_of(base: Value, key: Value) -> Value:
    """Return what stands under a key; of what a call made, those columns of it."""
    if isinstance(base, Made):
        return replace(base, columns=key)
    if isinstance(base, dict) and isinstance(key, str):
        return base.get(key, Untold(""))
    if isinstance(base, list) and isinstance(key, int) and -len(base) <= key < len(base):
        return base[key]
    return Untold("")


def combined(operator: ast.operator, left: Value, right: Value) -> Value:
    """Return what `+` makes of texts and lists, and `+` and `*` of numbers."""
    if isinstance(left, str) and isinstance(right, str) and isinstance(operator, ast.Add):
        return bounded(left + right)
    if isinstance(left, list) and isinstance(right, list) and isinstance(operator, ast.Add):
        return left + right if len(left) + len(right) <= ITEMS else Untold("")
    if isinstance(left, int) and isinstance(right, int):
        return _number(operator, left, right)
    return Untold("")


def _number(operator: ast.operator, left: int, right: int) -> Value:
    if isinstance(operator, ast.Add):
        return constant(left + right)
    return constant(left * right) if isinstance(operator, ast.Mult) else Untold("")


def bounded(text: str) -> Value:
    """Return a text, unless it is too long."""
    return text if len(text) <= CHARACTERS else Untold("")
