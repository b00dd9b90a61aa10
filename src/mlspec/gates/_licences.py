"""Licence expressions of SPDX against a list of what is allowed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["is_allowed"]

_TOKEN = re.compile(r"\s*(?P<token>\(|\)|[^\s()]+)")
_LONGEST = 2000
_DEEPEST = 50


def is_allowed(licence: str, allowed: Iterable[str]) -> bool:
    """Tell whether a licence, or an expression of them, is among the allowed ones.

    `A OR B` needs one of both, `A AND B` both; `A WITH exception` is allowed where `A` is, as an
    exception only permits more. Names are compared without case. Text that is no expression has to
    be in the list as it is.
    """
    names = frozenset(each.casefold() for each in allowed)
    if licence.casefold() in names:
        return True
    if len(licence) > _LONGEST:
        return False
    expression = _Expression(names, [each["token"] for each in _TOKEN.finditer(licence)])
    try:
        return expression.any_of() and not expression.tokens
    except _NoExpressionError:
        return False


class _NoExpressionError(ValueError):
    """The text is no licence expression."""


@dataclass(slots=True)
class _Expression:
    """What of an expression is still to be read."""

    names: frozenset[str]
    tokens: list[str]
    depth: int = field(default=0)

    def any_of(self) -> bool:
        found = self._all_of()
        while self._took("OR"):
            found = self._all_of() or found
        return found

    def _all_of(self) -> bool:
        found = self._one()
        while self._took("AND"):
            found = self._one() and found
        return found

    def _one(self) -> bool:
        if self._took("("):
            return self._inside()
        name = self._name()
        if not self._took("WITH"):
            return name in self.names
        return f"{name} with {self._name()}" in self.names or name in self.names

    def _inside(self) -> bool:
        self.depth += 1
        found = self.depth <= _DEEPEST and self.any_of()
        if not self._took(")"):
            raise _NoExpressionError
        self.depth -= 1
        return found

    def _name(self) -> str:
        if not self.tokens or self.tokens[0] in {"(", ")", "AND", "OR", "WITH"}:
            raise _NoExpressionError
        return self.tokens.pop(0).casefold()

    def _took(self, word: str) -> bool:
        if self.tokens[:1] != [word]:
            return False
        self.tokens.pop(0)
        return True
