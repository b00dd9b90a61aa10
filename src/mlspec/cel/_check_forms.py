"""Literals, lists, maps, conditions and macros."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.cel._errors import an
from mlspec.cel._types import (
    ANY,
    BOOL,
    BYTES,
    DOUBLE,
    INT,
    NULL,
    STRING,
    UINT,
    Type,
    joined,
    list_of,
    map_of,
    optional_of,
)
from mlspec.cel._values import Uint

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from mlspec.cel._nodes import (
        And,
        Bind,
        Comprehension,
        Conditional,
        ListOf,
        Literal,
        MapOf,
        Node,
        Or,
        Spread,
    )
    from mlspec.cel._scope import Scope

__all__ = ["bind", "comprehension", "conditional", "list_", "literal", "map_", "spread", "terms"]

_OF_LITERALS: dict[type, Type] = {
    bool: BOOL,
    int: INT,
    Uint: UINT,
    float: DOUBLE,
    str: STRING,
    bytes: BYTES,
    type(None): NULL,
}


def terms(scope: Scope, node: And | Or) -> Type:
    """Check that all terms of `&&` or `||` are conditions."""
    for each in node.terms:
        _condition(scope, each)
    return BOOL


def _condition(scope: Scope, node: Node) -> None:
    found = scope.visit(node)
    if found.kind not in ("bool", "dyn"):
        scope.refuse(node, f"a condition is true or false, not {an(found)}")


def conditional(scope: Scope, node: Conditional) -> Type:
    """Check that the test is a condition; the result is of the type of both branches, or any."""
    _condition(scope, node.test)
    return joined(scope.visit(node.then), scope.visit(node.otherwise))


def literal(scope: Scope, node: Literal) -> Type:
    """Return the type of a value that is written out."""
    return _OF_LITERALS[type(node.value)]


def spread(scope: Scope, node: Spread) -> Type:
    """Check that `?value` in a list is an optional."""
    return _inner(scope, node, scope.visit(node.value))


def _inner(scope: Scope, node: Node, found: Type) -> Type:
    """Return the type of what an optional holds."""
    if found.kind == "optional":
        return found.parameters[0]
    return ANY if found.is_any else scope.refuse(node, f"{an(found)} is no optional")


def list_(scope: Scope, node: ListOf) -> Type:
    """Return the type of a list; elements of several types make it one of `dyn`."""
    return list_of(_all_of([scope.visit(each) for each in node.elements]))


def map_(scope: Scope, node: MapOf) -> Type:
    """Check the keys of a map, and return its type."""
    keys = [scope.visit(each.key) for each in node.entries]
    values = [
        _inner(scope, each.value, scope.visit(each.value))
        if each.is_optional
        else scope.visit(each.value)
        for each in node.entries
    ]
    for entry, key in zip(node.entries, keys, strict=True):
        if key.kind not in ("bool", "int", "uint", "string", "dyn"):
            scope.refuse(entry.key, f"{an(key)} is no key of a map")
    return map_of(_all_of(keys), _all_of(values))


def _all_of(types: Collection[Type]) -> Type:
    found: Type | None = None
    for each in types:
        found = each if found is None else joined(found, each)
    return found or ANY


def comprehension(scope: Scope, node: Comprehension) -> Type:
    """Check a macro: what it goes through, its conditions, and what it makes."""
    over = scope.visit(node.over)
    key, element = _elements(scope, node.over, over)
    bound = (key, element) if len(node.variables) > 1 else (_single(over, key, element),)
    outer = len(scope.scopes)
    scope.scopes += zip(node.variables, bound, strict=True)
    if node.filter is not None:
        _condition(scope, node.filter)
    result = _RESULTS[node.kind](scope, node, key, bound[0])
    del scope.scopes[outer:]
    return result


def _elements(scope: Scope, node: Node, over: Type) -> tuple[Type, Type]:
    """Return the types of indexes and elements, or of keys and values."""
    if over.kind == "list":
        return INT, over.parameters[0]
    if over.kind == "map":
        return over.parameters[0], over.parameters[1]
    if over.kind == "object":
        return STRING, ANY
    if not over.is_any:
        scope.refuse(node, f"{an(over)} has no elements to go through")
    return ANY, ANY


def _tested(scope: Scope, node: Comprehension, key: Type, first: Type) -> Type:
    _condition(scope, node.body)
    return BOOL


def _filtered(scope: Scope, node: Comprehension, key: Type, first: Type) -> Type:
    _condition(scope, node.body)
    return list_of(first)


def _mapped(scope: Scope, node: Comprehension, key: Type, first: Type) -> Type:
    return list_of(scope.visit(node.body))


def _mapped_values(scope: Scope, node: Comprehension, key: Type, first: Type) -> Type:
    return map_of(key, scope.visit(node.body))


def _mapped_entries(scope: Scope, node: Comprehension, key: Type, first: Type) -> Type:
    found = scope.visit(node.body)
    if found.kind == "map":
        return found
    return map_of(ANY, ANY) if found.is_any else scope.refuse(node.body, "it is no map")


def bind(scope: Scope, node: Bind) -> Type:
    """Check `cel.bind`, `optMap` or `optFlatMap`."""
    value = scope.visit(node.value)
    held = value if node.kind == "bind" else _inner(scope, node.value, value)
    scope.scopes.append((node.name, held))
    body = scope.visit(node.body)
    scope.scopes.pop()
    return optional_of(body) if node.kind == "optMap" else body


def _single(over: Type, key: Type, element: Type) -> Type:
    """Return the type of the one variable: an element of a list, but a key of a map."""
    return element if over.kind in ("list", "dyn") else key


_RESULTS: dict[str, Callable[[Scope, Comprehension, Type, Type], Type]] = {
    "all": _tested,
    "exists": _tested,
    "exists_one": _tested,
    "filter": _filtered,
    "map": _mapped,
    "transformList": _mapped,
    "transformMap": _mapped_values,
    "transformMapEntry": _mapped_entries,
}
