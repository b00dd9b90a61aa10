"""The name of a part of a bundle: a digest of every value in it, different for different values.

It is asked for with every card and model of a workspace, so that it has to cost less than to make
their files: `marshal` writes plain values, and every other value is told by what it is made of.
"""

from __future__ import annotations

import marshal
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from mlspec.canonical import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.ir import Bundle

__all__ = ["part_name"]

_LEAVES = frozenset({str, int, float, bool, type(None)})
Plain = None | bool | int | float | str | tuple["Plain", ...] | list["Plain"]
_NO_REFERENCES = 2
"""The version of `marshal` that writes nothing of which equal values are one object."""


def part_name(target: str, part: Bundle) -> str:
    """Return the digest of the name of a target and of all that it sees.

    Raises:
        TypeError: there is a value that can't be told from others for sure.
    """
    return digest_bytes(marshal.dumps((target, _plain(part)), _NO_REFERENCES))


def _plain(value: object) -> Plain:
    """Return a value as leaves, tuples of them, and lists that begin with the name of a type."""
    kind: type = value.__class__
    if kind in _LEAVES and isinstance(value, str | int | float | None):
        return value
    if kind is tuple and isinstance(value, tuple):
        return tuple(_each(value))
    if isinstance(value, Enum):
        return [_named(kind), value.name]
    name, members = _reader(kind)
    return [name, *_each(members(value))]


def _each(values: tuple[Any, ...]) -> list[Plain]:
    return [each if each.__class__ in _LEAVES else _plain(each) for each in values]


@cache
def _reader(kind: type) -> tuple[str, Callable[[object], tuple[Any, ...]]]:
    """Return the name of a type, and what gives all that a value of it is made of."""
    if not is_dataclass(kind):
        raise TypeError(f"a value of {_named(kind)} has no members that are known")
    names = [each.name for each in fields(kind)]
    if len(names) > 1:
        return _named(kind), attrgetter(*names)
    return _named(kind), lambda value: tuple(getattr(value, each) for each in names)


def _named(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
