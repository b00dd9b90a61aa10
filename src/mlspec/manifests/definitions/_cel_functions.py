"""Functions on text that Kubernetes adds to CEL.

https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-cel-libraries. Of lists, addresses,
URLs and quantities there are none here: rules that call them are reported as not checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from celpy.celtypes import IntType, ListType, StringType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from celpy.evaluation import CELFunction

__all__ = ["FUNCTIONS"]


def _index_of(text: str, part: str, start: int = 0) -> IntType:
    return IntType(text.find(part, start))


def _last_index_of(text: str, part: str) -> IntType:
    return IntType(text.rfind(part))


def _replace(text: str, old: str, new: str, count: int = -1) -> StringType:
    return StringType(text.replace(old, new, int(count)))


def _split(text: str, separator: str, count: int = -1) -> ListType:
    if count == 0:
        return ListType([])
    parts = text.split(separator, int(count) - 1 if count > 0 else -1) if separator else [*text]
    return ListType([StringType(each) for each in parts])


def _join(values: Iterable[str], separator: str = "") -> StringType:
    return StringType(separator.join(values))


def _substring(text: str, start: int, end: int | None = None) -> StringType:
    last = len(text) if end is None else end
    if not 0 <= start <= last <= len(text):
        raise ValueError("the range is not in the text")
    return StringType(text[start:last])


def _cased(text: str, change: Callable[[str], str]) -> StringType:
    return StringType("".join(change(each) if each.isascii() else each for each in text))


FUNCTIONS: dict[str, CELFunction] = {
    "charAt": lambda text, index: _substring(text, index, min(index + 1, len(text))),
    "indexOf": _index_of,
    "join": _join,
    "lastIndexOf": _last_index_of,
    "lowerAscii": lambda text: _cased(text, str.lower),
    "replace": _replace,
    "split": _split,
    "substring": _substring,
    "trim": lambda text: StringType(text.strip()),
    "upperAscii": lambda text: _cased(text, str.upper),
}
