"""Types as the checker knows them, and how they are written: `map<string, list<int>>`.

`dyn` may be anything and is checked when it runs. A string may have a closed set of `values`. An
`object` is a map with named fields; which ones, the environment says under its `name`, so that
objects may hold one another in a circle.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "ANY",
    "BOOL",
    "BYTES",
    "DOUBLE",
    "DURATION",
    "INT",
    "NULL",
    "STRING",
    "TIMESTAMP",
    "TYPE",
    "UINT",
    "Type",
    "enum_of",
    "fits",
    "joined",
    "list_of",
    "map_of",
    "object_of",
    "optional_of",
    "type_from",
]

_WORD = re.compile(r"[A-Za-z_.][\w.]*|[<>,]")
_VARIABLES = frozenset("AB")
"""Names of type variables in declarations: what stands for each is found from the arguments."""
NUMBERS = frozenset(("int", "uint", "double"))


@dataclass(frozen=True, slots=True)
class Type:
    """A type: its kind, what it is made of, its name (of objects), its values (of strings)."""

    kind: str
    parameters: tuple[Type, ...] = ()
    name: str = ""
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.kind == "object":
            return self.name
        if not self.parameters:
            return self.kind
        return f"{self.kind}<{', '.join(map(str, self.parameters))}>"

    @property
    def is_any(self) -> bool:
        """Tell whether the type is only known when the expression runs."""
        return self.kind == "dyn"

    @property
    def is_known(self) -> bool:
        """Tell whether no part of the type is only known when the expression runs."""
        return not self.is_any and all(each.is_known for each in self.parameters)


ANY = Type("dyn")
BOOL = Type("bool")
BYTES = Type("bytes")
DOUBLE = Type("double")
DURATION = Type("duration")
INT = Type("int")
NULL = Type("null")
STRING = Type("string")
TIMESTAMP = Type("timestamp")
TYPE = Type("type")
UINT = Type("uint")


def list_of(element: Type) -> Type:
    """Return the type of a list."""
    return Type("list", (element,))


def map_of(key: Type, value: Type) -> Type:
    """Return the type of a map."""
    return Type("map", (key, value))


def optional_of(value: Type) -> Type:
    """Return the type of a value that may be absent."""
    return Type("optional", (value,))


def object_of(name: str) -> Type:
    """Return the type of maps whose fields an environment declares under a name."""
    return Type("object", name=name)


def enum_of(*values: str) -> Type:
    """Return the type of strings that are one of some values."""
    return Type("string", values=tuple(sorted(set(values))))


@lru_cache(maxsize=1024)
def type_from(text: str) -> Type:
    """Read a type as it is written, such as `list<string>`; `A` and `B` are type variables."""
    return _read(iter(_WORD.findall(text)))


def fits(wanted: Type, given: Type, bound: dict[str, Type]) -> bool:
    """Tell whether a value of a type may be given where one is wanted.

    Type variables of `wanted` are bound on the way; what one stands for twice becomes `dyn` where
    it differs, since lists and maps may hold values of several types.
    """
    if wanted.kind in _VARIABLES:
        known = bound.get(wanted.kind)
        bound[wanted.kind] = given if known is None else joined(known, given)
        return True
    if wanted.is_any or given.is_any or (given.kind, wanted.kind) == ("object", "map"):
        return True
    if (wanted.kind, wanted.name) != (given.kind, given.name):
        return False
    pairs = zip(wanted.parameters, given.parameters, strict=False)
    return all(fits(each, other, bound) for each, other in pairs)


def bind(wanted: Type, bound: Mapping[str, Type]) -> Type:
    """Return a type with its variables replaced by what they stand for."""
    if wanted.kind in _VARIABLES:
        return bound.get(wanted.kind, ANY)
    if not wanted.parameters:
        return wanted
    return Type(wanted.kind, tuple(bind(each, bound) for each in wanted.parameters))


def joined(left: Type, right: Type) -> Type:
    """Return the type of what may be either."""
    if left == right:
        return left
    if left.kind != right.kind or left.name != right.name:
        return ANY
    if left.kind == "string":
        both = left.values and right.values
        return enum_of(*left.values, *right.values) if both else STRING
    if len(left.parameters) != len(right.parameters):
        return ANY
    return Type(left.kind, tuple(map(joined, left.parameters, right.parameters)))


def comparable(left: Type, right: Type) -> bool:
    """Tell whether values of two types can ever be equal; empty lists of two types are."""
    if left.is_any or right.is_any or "null" in (left.kind, right.kind):
        return True
    if {left.kind, right.kind} <= NUMBERS or {left.kind, right.kind} <= {"object", "map"}:
        return True
    return left.kind == right.kind


def _read(words: Iterator[str]) -> Type:
    found, _ = _read_one(next(words), words)
    return found


def _read_one(name: str, words: Iterator[str]) -> tuple[Type, str]:
    """Return a type, and the sign behind it."""
    sign = next(words, "")
    if sign != "<":
        return Type(name), sign
    parameters: list[Type] = []
    while sign not in (">", ""):
        each, sign = _read_one(next(words), words)
        parameters.append(each)
    return Type(name, tuple(parameters)), next(words, "")
