"""Text of an expression -> tokens, in one pass of one regular expression."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mlspec.cel._errors import FaultError
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MOST_CHARACTERS", "Token", "tokens_of"]

MOST_CHARACTERS = 20_000

_TOKEN = re.compile(
    r"""
      (?P<space>[\t\n\f\r ]+ | //[^\n]*)
    | (?P<text>[bB]?
        (?: \"{3} (?:[^\\]|\\.)*? \"{3} | '{3} (?:[^\\]|\\.)*? '{3}
          | " (?:[^\\"\n]|\\[^\n])* "   | ' (?:[^\\'\n]|\\[^\n])* '))
    | (?P<double>(?:[0-9]+\.[0-9]+|\.[0-9]+)(?:[eE][+-]?[0-9]+)? | [0-9]+[eE][+-]?[0-9]+)
    | (?P<uint>(?:0[xX][0-9a-fA-F]+|[0-9]+)[uU])
    | (?P<int>0[xX][0-9a-fA-F]+|[0-9]+)
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<quoted>`[A-Za-z0-9_./\- ]+`)
    | (?P<sign>&&|\|\||<=|>=|==|!=|[-+*/%<>!?:.,()\[\]{}])
    """,
    re.VERBOSE | re.DOTALL,
)
_RAW = re.compile(
    r"""(?:[rR][bB]?|[bB][rR])
    (?: \"{3} .*? \"{3} | '{3} .*? '{3} | "[^"\n]*" | '[^'\n]*')""",
    re.VERBOSE | re.DOTALL,
)
_OPENS_TEXT = frozenset("\"'")
_WORDS = {"&": "&&", "|": "||", "=": "=="}


class Token(NamedTuple):
    """A word of an expression: `kind` is a group of the expression above, or `end`."""

    kind: str
    text: str
    start: int
    end: int


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of a text, and one of kind `end` behind them.

    Raises:
        FaultError: the text is too long, is no Unicode, or has something that is no token.
    """
    if len(text) > MOST_CHARACTERS:
        raise FaultError(f"an expression has at most {MOST_CHARACTERS:,} characters", 0, 0)
    if not _is_unicode(text):
        raise FaultError("an expression has no halves of surrogate pairs", 0, 0)
    return [*_words(text), Token("end", "", len(text), len(text))]


def _words(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        raw = _RAW.match(text, at)
        match = raw or _TOKEN.match(text, at)
        if match is None:
            raise _unreadable(text, at)
        kind = "text" if raw else str(match.lastgroup)
        if kind != "space":
            yield Token(kind, match.group(), at, match.end())
        at = match.end()


def _unreadable(text: str, at: int) -> FaultError:
    sign = text[at]
    if sign in _OPENS_TEXT:
        return FaultError("the text that opens here is not closed on its line", at, at + 1)
    if sign == "`":
        return FaultError("the quoted name that opens here is not closed", at, at + 1)
    hint = f"write `{_WORDS[sign]}`" if sign in _WORDS else None
    return FaultError(f"`{printable(sign)}` stands for nothing here", at, at + 1, hint)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
