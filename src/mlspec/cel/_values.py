"""Values of the language. Facts as JSON gives them are values already: nothing is converted.

| type      | Python               | type      | Python      |
| --------- | -------------------- | --------- | ----------- |
| int       | int (64 bits)        | list      | list        |
| uint      | `Uint`               | map       | dict        |
| double    | float                | timestamp | `Timestamp` |
| string    | str                  | duration  | `Duration`  |
| bytes     | bytes                | type      | `TypeValue` |
| bool      | bool                 | optional  | `Maybe`     |
| null_type | None                 |           |             |

Python takes `True` and `1` for the same key of a dict; maps that an expression makes hold keys
of type bool as `TRUE` and `FALSE` (`to_key`, `from_key`).
"""

from __future__ import annotations

from dataclasses import dataclass

from mlspec.cel._errors import EvaluationError

__all__ = [
    "INT_MAX",
    "INT_MIN",
    "NONE",
    "UINT_MAX",
    "Duration",
    "Maybe",
    "Timestamp",
    "TypeValue",
    "Uint",
    "base_class",
    "from_key",
    "known_classes",
    "name_of_type",
    "new_key",
    "register",
    "to_key",
]

INT_MIN = -(2**63)
INT_MAX = 2**63 - 1
UINT_MAX = 2**64 - 1


class Uint(int):
    """A whole number of 64 bits without a sign."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, order=True)
class Timestamp:
    """A moment, in nanoseconds since 1970-01-01T00:00:00Z."""

    ns: int


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A time span, in nanoseconds."""

    ns: int


@dataclass(frozen=True, slots=True)
class TypeValue:
    """A type as a value: what `type(x)` gives."""

    name: str


@dataclass(frozen=True, slots=True)
class Maybe:
    """A value that may be absent."""

    value: object
    has_value: bool = True


NONE = Maybe(None, has_value=False)


@dataclass(frozen=True, slots=True)
class _BoolKey:
    value: bool


TRUE, FALSE = _BoolKey(value=True), _BoolKey(value=False)

_NAMES: dict[type, str] = {
    bool: "bool",
    int: "int",
    Uint: "uint",
    float: "double",
    str: "string",
    bytes: "bytes",
    list: "list",
    dict: "map",
    type(None): "null_type",
    Timestamp: "google.protobuf.Timestamp",
    Duration: "google.protobuf.Duration",
    TypeValue: "type",
    Maybe: "optional_type",
}


_KEYS: frozenset[type] = frozenset((int, Uint, str, float))
"""Doubles find whole numbers that equal them, but make no keys (`new_key`)."""
_NEW_KEYS: frozenset[type] = frozenset((int, Uint, str, bool))


def register(python: type, name: str) -> None:
    """Make a class of a library a type of the language."""
    _NAMES[python] = name


def known_classes() -> tuple[type, ...]:
    """Return the classes that values have."""
    return tuple(_NAMES)


def base_class(value: object) -> type:
    """Return the class a value counts as: that of the language which its own one derives from.

    Raises:
        EvaluationError: it is no value of the language.
    """
    found = type(value)
    if found in _NAMES:
        return found
    for each in found.__mro__:
        if each in _NAMES:
            return each
    raise EvaluationError(f"a value of Python's `{found.__name__}` has no type here")


def name_of_type(value: object) -> str:
    """Return the name of the type of a value."""
    return _NAMES[base_class(value)]


def to_key(value: object) -> object:
    """Return a value as the key of a dict.

    Raises:
        EvaluationError: values of its type are no keys.
    """
    found = base_class(value)
    if found is bool:
        return TRUE if value else FALSE
    if found in _KEYS:
        return value
    raise EvaluationError(f"{_NAMES[found]} is no type of keys")


def from_key(key: object) -> object:
    """Return the value that a key of a dict stands for."""
    return key.value if isinstance(key, _BoolKey) else key


def new_key(value: object) -> object:
    """Return a value as a key of a map that is made.

    Raises:
        EvaluationError: values of its type are no keys of maps.
    """
    if base_class(value) not in _NEW_KEYS:
        raise EvaluationError(f"{name_of_type(value)} is no type of keys")
    return to_key(value)
