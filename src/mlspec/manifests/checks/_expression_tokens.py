"""Words of the expression language of Argo Rollouts (expr-lang)."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["END", "ExpressionError", "Token", "tokens_of"]

_LONGEST = 4096

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<number>0[xX][0-9A-Fa-f_]+|0[bB][01_]+|0[oO][0-7_]+
        |(?:[0-9][0-9_]*(?:\.(?!\.)[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]+)?)
    |(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)
    |(?P<name>[A-Za-z_$][A-Za-z0-9_$]*)
    |(?P<mark>\?\?|\?\.|\?:|\*\*|\.\.|==|!=|<=|>=|&&|\|\||[-+*/%^<>=!?:.,;|(){}\[\]\#])
    """,
    re.VERBOSE | re.DOTALL,
)


class ExpressionError(Exception):
    """An expression does not parse; the message says what was expected, `column` where."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"{message} (column {column})")


@dataclass(frozen=True, slots=True)
class Token:
    """A word: a `number`, `string`, `name`, `mark` or the `end`; columns count from 1."""

    kind: str
    text: str
    column: int

    @property
    def told(self) -> str:
        """Return the word as a message names it."""
        return "the end" if self.kind == "end" else f"`{self.text}`"


END = "end"


def tokens_of(text: str) -> list[Token]:
    """Return the words of an expression, the end included.

    Raises:
        ExpressionError: a character starts no word, or there are more than 4,096.
    """
    if len(text) > _LONGEST:
        raise ExpressionError(f"the expression has more than {_LONGEST} characters", _LONGEST)
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise ExpressionError(f"`{text[place]}` starts no word", place + 1)
        kind = str(match.lastgroup)
        if kind != "space":
            found.append(Token(kind, match[0], place + 1))
        place = match.end()
    return [*found, Token(END, "", len(text) + 1)]
