"""Tokens of literals -> values: numbers within their range, texts and bytes with escapes."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from mlspec.cel._errors import FaultError
from mlspec.cel._values import INT_MAX, INT_MIN, UINT_MAX, Uint
from mlspec.printable import printable

if TYPE_CHECKING:
    from mlspec.cel._tokens import Token

__all__ = ["double_of", "int_of", "text_of", "uint_of"]

_ESCAPE = re.compile(
    r"""\\(?: (?P<sign>[abfnrtv\\?"'`]) | [xX](?P<hex>[0-9a-fA-F]{2}) | (?P<octal>[0-3][0-7]{2})
      | u(?P<short>[0-9a-fA-F]{4}) | U(?P<long>[0-9a-fA-F]{8}) | (?P<other>.?) )""",
    re.VERBOSE | re.DOTALL,
)
_SIGNS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_MOST_DIGITS = 40
_TRIPLE = len("'''" * 2)


def int_of(token: Token, *, is_negative: bool = False) -> int:
    """Return a whole number of 64 bits."""
    value = -_whole(token) if is_negative else _whole(token)
    if not INT_MIN <= value <= INT_MAX:
        raise FaultError("an int has 64 bits", token.start, token.end)
    return value


def uint_of(token: Token) -> Uint:
    """Return a whole number of 64 bits without a sign."""
    value = _whole(token)
    if value > UINT_MAX:
        raise FaultError("a uint has 64 bits", token.start, token.end)
    return Uint(value)


def double_of(token: Token) -> float:
    """Return a number of double precision; one that is too large for it is a fault."""
    value = float(token.text)
    if math.isinf(value):
        raise FaultError("the number is too large for a double", token.start, token.end)
    return value


def text_of(token: Token) -> str | bytes:
    """Return the text or bytes of a literal, its escapes read."""
    prefix, content, start = _parts(token)
    if "r" in prefix:
        return content.encode() if "b" in prefix else content
    if "b" in prefix:
        return b"".join(_bytes(content, start))
    return _ESCAPE.sub(lambda match: _character(match, start), content)


def _whole(token: Token) -> int:
    digits = token.text.rstrip("uU").lstrip("0") or "0"
    if len(digits) > _MOST_DIGITS:
        raise FaultError("a whole number has 64 bits", token.start, token.end)
    return int(digits[1:], 16) if digits[0] in "xX" else int(digits)


def _parts(token: Token) -> tuple[str, str, int]:
    """Return the prefix, what stands between the quotes, and where that starts."""
    quoted = token.text.lstrip("rRbB")
    prefix = token.text[: len(token.text) - len(quoted)].lower()
    width = 3 if len(quoted) >= _TRIPLE and quoted[:3] in ('"""', "'''") else 1
    return prefix, quoted[width:-width], token.start + len(prefix) + width


def _character(match: re.Match[str], start: int) -> str:
    if sign := match["sign"]:
        return _SIGNS.get(sign, sign)
    code = _code(match, start)
    try:
        character = chr(code)
        character.encode()
    except (ValueError, OverflowError):
        raise _fault(match, start, "names no character") from None
    return character


def _code(match: re.Match[str], start: int) -> int:
    if octal := match["octal"]:
        return int(octal, 8)
    digits = match["hex"] or match["short"] or match["long"]
    if not digits:
        raise _fault(match, start, "is no escape", r"write `\\` for a backslash, or r'...'")
    return int(digits, 16)


def _bytes(content: str, start: int) -> list[bytes]:
    found: list[bytes] = []
    at = 0
    for match in _ESCAPE.finditer(content):
        found += [content[at : match.start()].encode(), _byte(match, start)]
        at = match.end()
    return [*found, content[at:].encode()]


def _byte(match: re.Match[str], start: int) -> bytes:
    if match["short"] or match["long"]:
        raise _fault(match, start, "stands for a character, not for a byte")
    if sign := match["sign"]:
        return _SIGNS.get(sign, sign).encode()
    return bytes([_code(match, start)])


def _fault(match: re.Match[str], start: int, message: str, hint: str | None = None) -> FaultError:
    at = start + match.start()
    return FaultError(f"`{printable(match.group())}` {message}", at, start + match.end(), hint)
