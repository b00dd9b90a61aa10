"""What an expression may name: variables with their types, the fields of objects, functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from mlspec.cel._functions import functions_of
from mlspec.cel._values import TypeValue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.cel._functions import Function
    from mlspec.cel._types import Type

__all__ = ["KUBERNETES", "STANDARD", "Environment", "Fields"]

STANDARD = (
    "operators",
    "conversions",
    "strings",
    "regex",
    "times",
    "lists",
    "maths",
    "network",
    "optionals",
)
"""Modules of `library`: the specification, and the extensions of cel-go."""
KUBERNETES = ("go_times", *STANDARD, "named_formats", "quantities", "urls", "versions")
"""What rules of CustomResourceDefinitions may call; of two declarations the first one counts."""

_TYPE_NAMES = (
    *("bool", "bytes", "double", "int", "list", "map", "null_type", "optional_type", "string"),
    *("type", "uint", "google.protobuf.Duration", "google.protobuf.Timestamp"),
    *("net.CIDR", "net.IP"),
)
TYPES = {name: TypeValue(name) for name in _TYPE_NAMES}
"""Types that an expression may name as values, as in `type(x) == int`."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one kind of object.

    `may_lack` names those that an object may be without; where `is_open`, there may be others,
    of any type.
    """

    types: Mapping[str, Type]
    may_lack: frozenset[str] = frozenset()
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Environment:
    """Variables by name (which may have dots), objects by name, and the libraries to call."""

    variables: Mapping[str, Type]
    objects: Mapping[str, Fields] = field(default_factory=dict)
    libraries: tuple[str, ...] = STANDARD

    @property
    def functions(self) -> Mapping[tuple[str, bool], Function]:
        """Return all functions, by name and whether they are methods."""
        return _functions(self.libraries)


@lru_cache(maxsize=8)
def _functions(libraries: tuple[str, ...]) -> Mapping[tuple[str, bool], Function]:
    modules = [import_module(f"mlspec.cel.library.{name}") for name in libraries]
    classes = {
        name: found for each in modules for name, found in getattr(each, "CLASSES", {}).items()
    }
    return functions_of([each.FUNCTIONS for each in modules], classes)
