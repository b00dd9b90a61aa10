"""Functions on texts: those of the specification, and those of cel-go's extension `strings`.

Positions are those of characters, from 0. `matches`, `find` and `findAll` are RE2 (`regex`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.cel._budget import size_of
from mlspec.cel._errors import EvaluationError
from mlspec.cel.library._charge import charge
from mlspec.cel.library.text_format import formatted

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FUNCTIONS"]

_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2028\u2029\u202f\u205f\u3000"
)
_QUOTED = {
    "\a": r"\a",
    "\b": r"\b",
    "\f": r"\f",
    "\n": r"\n",
    "\r": r"\r",
    "\t": r"\t",
    "\v": r"\v",
    "\\": r"\\",
    '"': r"\"",
}
_UPPER = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def _character_at(text: str, index: int) -> str:
    _check(text, index)
    return text[index : index + 1]


def _index_of(text: str, part: str, start: int = 0) -> int:
    _check(text, start)
    return text.find(part, start)


def _last_index_of(text: str, part: str, last: int | None = None) -> int:
    """The last place at which a part starts, not behind `last`."""
    if last is None:
        return text.rfind(part)
    _check(text, last)
    return text.rfind(part, 0, last + len(part))


def _substring(text: str, start: int, end: int | None = None) -> str:
    last = len(text) if end is None else end
    if not 0 <= start <= last <= len(text):
        raise EvaluationError(f"characters {start} to {last} are not in a text of {len(text)}")
    return text[start:last]


def _check(text: str, index: int) -> None:
    if not 0 <= index <= len(text):
        raise EvaluationError(f"character {index} is not in a text of {len(text)}")


def _replaced(text: str, old: str, new: str, most: int = -1) -> str:
    found = text.count(old) if most < 0 else min(most, text.count(old))
    charge(size_of(text) + found * (1 + size_of(new)))
    return text.replace(old, new, most if most >= 0 else -1)


def _split(text: str, separator: str, most: int = -1) -> list[str]:
    charge(len(text) // 4 if not separator else text.count(separator))
    if most == 0:
        return []
    if separator:
        return text.split(separator, most - 1 if most > 0 else -1)
    if 0 < most < len(text):
        return [*text[: most - 1], text[most - 1 :]]
    return [*text]


def _join(texts: list[object], separator: str = "") -> str:
    found = [each for each in texts if isinstance(each, str)]
    if len(found) != len(texts):
        raise EvaluationError("`join` takes a list of strings")
    charge(sum(1 + size_of(each) for each in found) + len(found) * size_of(separator))
    return separator.join(found)


def _quote(text: str) -> str:
    charge(size_of(text))
    return f'"{"".join(_QUOTED.get(each, each) for each in text)}"'


FUNCTIONS: dict[str, Callable[..., object]] = {
    "(string).contains(string) -> bool": str.__contains__,
    "(string).startsWith(string) -> bool": str.startswith,
    "(string).endsWith(string) -> bool": str.endswith,
    "(string).charAt(int) -> string": _character_at,
    "(string).indexOf(string) -> int": _index_of,
    "(string).indexOf(string, int) -> int": _index_of,
    "(string).lastIndexOf(string) -> int": _last_index_of,
    "(string).lastIndexOf(string, int) -> int": _last_index_of,
    "(string).lowerAscii() -> string": lambda text: text.translate(_LOWER),
    "(string).upperAscii() -> string": lambda text: text.translate(_UPPER),
    "(string).replace(string, string) -> string": _replaced,
    "(string).replace(string, string, int) -> string": _replaced,
    "(string).split(string) -> list<string>": _split,
    "(string).split(string, int) -> list<string>": _split,
    "(string).substring(int) -> string": _substring,
    "(string).substring(int, int) -> string": _substring,
    "(string).trim() -> string": lambda text: text.strip(_SPACE),
    "(string).reverse() -> string": lambda text: text[::-1],
    "(string).format(list<dyn>) -> string": formatted,
    "(list<string>).join() -> string": _join,
    "(list<string>).join(string) -> string": _join,
    "strings.quote(string) -> string": _quote,
}
