"""PromQL by `promql-parser` (extra `k8s`), within bounds: the parser is native code that recurses.

A hostile expression of a few kilobytes can overflow its stack and end the process, so what is
longer or has more operators and brackets than any rule is refused before it is parsed.
"""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["MISSING", "promql_problem"]

MISSING = "PromQL needs the extra `k8s`"
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
    bare = _COMMENT.sub(
        "", _STRING.sub(lambda match: '"' + "_" * (len(match[0]) - 2) + '"', expression)
    )
    if len(expression) > _LONGEST or len(_OPERATOR.findall(bare)) > _MOST_OPERATORS:
        return "it is longer than any expression that is taken here"
    return _unbalanced(bare) or _parsed(expression)


def _unbalanced(text: str) -> str | None:
    opened: list[tuple[str, int]] = []
    for index, character in enumerate(text):
        if character in "([{":
            opened.append((character, index))
        elif character in _PAIRS and (not opened or opened.pop()[0] != _PAIRS[character]):
            return f"the `{character}` {_where(text, index)} closes nothing"
    if opened:
        character, index = opened[-1]
        return f"the `{character}` {_where(text, index)} is never closed"
    return None


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
