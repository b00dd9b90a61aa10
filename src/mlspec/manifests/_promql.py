"""PromQL by `promql-parser` (extra `k8s`), within bounds: the parser is native code that recurses.

A hostile expression of a few kilobytes can overflow its stack and end the process, so what is
longer or has more operators and brackets than any rule is refused before it is parsed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from mlspec.manifests._promql_place import misplaced_word, named_word

if TYPE_CHECKING:
    from mlspec.manifests._promql_place import Place

__all__ = ["MISSING", "promql_place", "promql_problem"]

MISSING = "PromQL needs the extra `k8s`"
_INVALID = "invalid promql query"
"""What the parser says of every error of syntax."""

_OF_WORDS = re.compile(
    r"invalid promql|unexpected|unclosed|unterminated|bad |unknown escape|missing"
)
_SHOWN = 40
_LONGEST = 20_000
_MOST_OPERATORS = 600
_STRING = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`", re.DOTALL)
_COMMENT = re.compile(r"#[^\n]*")
_OPERATOR = re.compile(r"[-+*/%^()\[\]{}]|[=!<>]=?|\b(?:and|or|unless|atan2)\b", re.IGNORECASE)
_PAIRS = {")": "(", "]": "[", "}": "{"}


@lru_cache(maxsize=4096)
def promql_problem(expression: str) -> str | None:
    """Return what is wrong with the expression of a rule; None where nothing is.

    Without the parser, `MISSING` is returned.
    """
    bare = _COMMENT.sub(lambda match: " " * len(match[0]), _STRING.sub(_blank, expression))
    if len(expression) > _LONGEST or len(_OPERATOR.findall(bare)) > _MOST_OPERATORS:
        return "it is longer than any expression that is taken here"
    bracket = _unbalanced(bare)
    if bracket is not None:
        return f"the `{bare[bracket[0]]}` {_where(bare, bracket[0])} {bracket[1]}"
    problem = _parsed(expression)
    return problem if problem != _INVALID else _unexpected(expression)


@lru_cache(maxsize=256)
def promql_place(expression: str) -> Place | None:
    """Return the word of an expression at which its problem lies; None where no word is to blame.

    Only for expressions that `promql_problem` refuses; `MISSING` has no place.
    """
    problem = promql_problem(expression)
    if problem is None or problem == MISSING or len(expression) > _LONGEST:
        return None
    bare = _COMMENT.sub(lambda match: " " * len(match[0]), _STRING.sub(_blank, expression))
    bracket = _unbalanced(bare)
    if bracket is not None:
        return bracket[0], 1
    if _parsed(expression) == _INVALID:
        return misplaced_word(expression, _is_refused)
    return named_word(expression, problem)


def _blank(match: re.Match[str]) -> str:
    return '"' + "_" * (len(match[0]) - 2) + '"'


def _unexpected(expression: str) -> str:
    place = misplaced_word(expression, _is_refused)
    if place is None:
        return "something is missing at its end"
    start, length = place
    word = expression[start : start + length][:_SHOWN]
    return f"`{word}` {_where(expression, start)} is not expected"


def _is_refused(expression: str) -> bool:
    """Tell whether it is no PromQL by its words; those whose types alone are wrong are."""
    problem = _parsed(expression)
    return problem is not None and _OF_WORDS.match(problem) is not None


def _unbalanced(text: str) -> tuple[int, str] | None:
    """Return the index of a bracket without its other half, and what is wrong with it."""
    opened: list[tuple[str, int]] = []
    for index, character in enumerate(text):
        if character in "([{":
            opened.append((character, index))
        elif character in _PAIRS and (not opened or opened.pop()[0] != _PAIRS[character]):
            return index, "closes nothing"
    return (opened[-1][1], "is never closed") if opened else None


def _where(text: str, index: int) -> str:
    line = text.count("\n", 0, index) + 1
    column = index - text.rfind("\n", 0, index)
    return f"at line {line}, column {column}" if "\n" in text.rstrip() else f"at column {column}"


def _parsed(expression: str) -> str | None:
    try:
        import promql_parser
    except ImportError:
        return MISSING
    try:
        found = promql_parser.parse(expression)
    except ValueError as error:
        return str(error)
    if isinstance(found, promql_parser.MatrixSelector | promql_parser.SubqueryExpr):
        return "it is a range of values; a rule needs one value per series"
    if isinstance(found, promql_parser.StringLiteral):
        return "it is text; a rule needs numbers"
    return None
