"""Functions: what a library declares of each, and how a call finds the one for its values.

A declaration is written as `(string).startsWith(string) -> bool` (a method) or `size(string) ->
int` (a function), with the Python function that does it. Which one of several is meant is decided
by the checker for what it can see, and for each call by the classes of the values: values have
the last word, since facts may not be what a schema says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from mlspec.cel._errors import EvaluationError
from mlspec.cel._types import bind, fits, type_from
from mlspec.cel._values import (
    Duration,
    Maybe,
    Timestamp,
    TypeValue,
    Uint,
    base_class,
    known_classes,
    name_of_type,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mlspec.cel._types import Type

__all__ = ["Function", "Overload", "functions_of"]

_DECLARATION = re.compile(
    r"(?:\((?P<target>[^()]+)\)\.)?(?P<name>[\w.!<>=+*/%-]+)"
    r"\((?P<given>[^()]*)\) -> (?P<result>.+)"
)
_SPLIT = re.compile(r",\s*(?![^<]*>)")
_CLASSES: dict[str, type] = {
    "bool": bool,
    "int": int,
    "uint": Uint,
    "double": float,
    "string": str,
    "bytes": bytes,
    "null": type(None),
    "list": list,
    "map": dict,
    "object": dict,
    "timestamp": Timestamp,
    "duration": Duration,
    "type": TypeValue,
    "optional": Maybe,
}


@dataclass(frozen=True, slots=True)
class Overload:
    """One declaration: the types it takes (that of a method's target first), and what it gives."""

    parameters: tuple[Type, ...]
    result: Type
    run: Callable[..., object]

    def result_for(self, given: Sequence[Type]) -> Type | None:
        """Return the type of the result for some arguments; None: it does not take them."""
        if len(given) != len(self.parameters):
            return None
        bound: dict[str, Type] = {}
        if not all(map(lambda wanted, each: fits(wanted, each, bound), self.parameters, given)):
            return None
        return bind(self.result, bound)


@dataclass(slots=True)
class Function:
    """All declarations of one name, of methods or of functions."""

    name: str
    is_method: bool
    overloads: list[Overload] = field(default_factory=list)
    table: dict[tuple[type, ...], Callable[..., object]] = field(default_factory=dict)

    def add(self, overload: Overload, classes: Mapping[str, type]) -> None:
        """Add a declaration; of two for the same classes of values, the first one is called."""
        self.overloads.append(overload)
        everything = known_classes()
        kinds = (classes.get(each.kind) for each in overload.parameters)
        for key in product(*((each,) if each else everything for each in kinds)):
            self.table.setdefault(key, overload.run)

    def find(self, values: Sequence[object]) -> Callable[..., object]:
        """Return what to call for some values whose classes are not in the table as they are.

        Raises:
            EvaluationError: no declaration takes them.
        """
        found = self.table.get(tuple(base_class(each) for each in values))
        if found is None:
            raise EvaluationError(self.refusal([name_of_type(each) for each in values]))
        return found

    def refusal(self, names: Sequence[str]) -> str:
        """Return the message for values or arguments of types that nothing takes."""
        if self.name[0] in "_!-" and not self.name[-1].isalnum():
            signs = self.name.strip("_").replace("_", "")
            return f"`{signs}` does not go with {' and '.join(names)}"
        if self.is_method:
            return f"`{self.name}` of {names[0]} does not take ({', '.join(names[1:])})"
        return f"`{self.name}` does not take ({', '.join(names)})"


def functions_of(
    libraries: Iterable[Mapping[str, Callable[..., object]]], classes: Mapping[str, type]
) -> dict[tuple[str, bool], Function]:
    """Return all functions of some libraries, by name and whether they are methods.

    `classes` are those of the types that libraries add.
    """
    found: dict[tuple[str, bool], Function] = {}
    every = {**_CLASSES, **classes}
    for library in libraries:
        for declaration, run in library.items():
            name, is_method, overload = _declared(declaration, run)
            function = found.setdefault((name, is_method), Function(name, is_method))
            function.add(overload, every)
    return found


def _declared(declaration: str, run: Callable[..., object]) -> tuple[str, bool, Overload]:
    match = _DECLARATION.fullmatch(declaration)
    if match is None:
        raise ValueError(f"not a declaration: {declaration}")
    given = _SPLIT.split(match["given"]) if match["given"] else []
    target = [match["target"]] if match["target"] else []
    parameters = tuple(type_from(each) for each in (*target, *given))
    return match["name"], bool(target), Overload(parameters, type_from(match["result"]), run)
