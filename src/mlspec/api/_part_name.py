"""Names of the parts of a bundle: a digest of every value in it, different for different values.

They are asked for with every card and model of a workspace, so that one has to cost less than to
make its files. What all parts have in common is written once. Values of one type are written by
column: first all labels of a card, then all of its texts. A column of plain values is left to
`marshal`, without a step of Python for each; so is one of which a class says that it is plain, and
not even its types are looked at. What stands in which place is told by the name of the class, so
that nothing else is written alike; and what is no plain value `marshal` refuses.
"""

from __future__ import annotations

import marshal
import re
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from mlspec.canonical import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mlspec.ir import Bundle

__all__ = ["PartNames"]

_LEAVES = frozenset({str, int, float, bool, type(None)})
_PLAIN = re.compile(r"(?:str|int|float|bool|None|tuple|\.\.\.|[\[\], |])+")
"""Annotations of values that hold nothing but leaves, in tuples of tuples."""
_END = "\0"
_NAMES = attrgetter("_name_")
Plain = None | bool | int | float | str | tuple["Plain", ...] | list["Plain"]
_NO_REFERENCES = 2
"""The version of `marshal` that writes nothing of which equal values are one object."""


class PartNames:
    """Gives the names of parts; of two that follow each other it writes what differs."""

    def __init__(self) -> None:
        self._latest: dict[int, tuple[object, Plain]] = {}

    def of(self, target: str, part: Bundle) -> str:
        """Return the digest of the name of a target and of all that it sees.

        Raises:
            TypeError: there is a value that can't be told from others for sure.
        """
        kind: Any = part.__class__
        members = [self._member(*each) for each in enumerate(_members_of(kind)(part))]
        try:
            return digest_bytes(marshal.dumps((target, _named(kind), members), _NO_REFERENCES))
        except ValueError as error:
            raise TypeError("a value is not what its class says that it is") from error

    def _member(self, place: int, value: object) -> Plain:
        known = self._latest.get(place)
        if known is None or known[0] is not value:
            known = self._latest[place] = (value, _column((value,)))
        return known[1]


def _column(values: tuple[Any, ...]) -> Plain:
    """Return values as leaves in a tuple, or as a list: the name of their type, and columns.

    Of tuples the columns are how long each one is, and what is in all of them. Values of several
    types are columns of one value each.
    """
    kinds: set[Any] = {*map(type, values)}
    if kinds <= _LEAVES:
        return values
    if len(kinds) > 1:
        return ["", *[_column((each,)) for each in values]]
    (kind,) = kinds
    if kind is tuple:
        return ["tuple", tuple(map(len, values)), _column(tuple(chain.from_iterable(values)))]
    if issubclass(kind, Enum):
        return [_named(kind), _texts(tuple(map(_NAMES, values)))]
    columns = zip(*_rows(kind, values), strict=True)
    told = zip(_writers(kind), columns, strict=True)
    return [_named(kind), *[write(each) for write, each in told]]


def _texts(column: tuple[str, ...]) -> Plain:
    """Return texts as one; as they are where it would not tell where each one ends."""
    text = _END.join(column)
    return text if text.count(_END) < len(column) else column


def _as_it_is(column: tuple[Any, ...]) -> Plain:
    return column


def _rows(kind: type, values: tuple[Any, ...]) -> Iterable[tuple[Any, ...]]:
    return values if _is_named_tuple(kind) else map(_members_of(kind), values)


def _is_named_tuple(kind: type) -> bool:
    return issubclass(kind, tuple) and hasattr(kind, "_fields")


@cache
def _members_of(kind: type) -> Callable[[object], tuple[Any, ...]]:
    """Return what gives all that a value of a dataclass is made of."""
    if not is_dataclass(kind):
        raise TypeError(f"a value of {_named(kind)} has no members that are known")
    names = [each.name for each in fields(kind)]
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple([getattr(value, each) for each in names])


@cache
def _writers(kind: type) -> list[Callable[[tuple[Any, ...]], Plain]]:
    """Return how the columns of the members of a class are written, from what it says of them."""
    if is_dataclass(kind):
        types = [each.type for each in fields(kind)]
    else:
        types = [getattr(each, "__forward_arg__", each) for each in kind.__annotations__.values()]
    return [_writer(each) if isinstance(each, str) else _column for each in types]


def _writer(annotation: str) -> Callable[[tuple[Any, ...]], Plain]:
    if annotation == "str":
        return _texts
    return _as_it_is if _PLAIN.fullmatch(annotation) else _column


def _named(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
