"""The tree of an expression. Each node knows where it stands: `start` and `end` in the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "And",
    "Bind",
    "Call",
    "Comprehension",
    "Conditional",
    "Entry",
    "Has",
    "Ident",
    "Index",
    "ListOf",
    "Literal",
    "MapOf",
    "Node",
    "Or",
    "Select",
    "Spread",
    "children",
    "depth_of",
    "walk",
]


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A part of an expression."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Literal(Node):
    """A value that is written out."""

    value: object


@dataclass(frozen=True, slots=True, eq=False)
class Ident(Node):
    """A name; with a dot before it, never that of a variable of a macro."""

    name: str
    is_absolute: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Select(Node):
    """`operand.field`, or `operand.?field`."""

    operand: Node
    field: str
    is_optional: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Has(Node):
    """`has(operand.field)`; `is_optional`: of `operand.?field`."""

    operand: Node
    field: str
    is_optional: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Index(Node):
    """`operand[index]`, or `operand[?index]`."""

    operand: Node
    index: Node
    is_optional: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Call(Node):
    """A call of a function, of a method of `target`, or an operator (`_+_`)."""

    function: str
    target: Node | None
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class And(Node):
    """Terms that all have to hold."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Or(Node):
    """Terms of which one has to hold."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Conditional(Node):
    """`test ? then : otherwise`."""

    test: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True, eq=False)
class Spread(Node):
    """An element `?value` of a list: there if the optional has a value."""

    value: Node


@dataclass(frozen=True, slots=True, eq=False)
class ListOf(Node):
    """`[a, ?b]`."""

    elements: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """`key: value` of a map, or `?key: value`."""

    key: Node
    value: Node
    is_optional: bool


@dataclass(frozen=True, slots=True, eq=False)
class MapOf(Node):
    """`{key: value}`."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Comprehension(Node):
    """A macro that goes through a list or map: `kind` is its name.

    One variable is the element or key, two are index and element or key and value. `filter` is
    the condition of `map`, `transformList`, ... and `body` what is made of each.
    """

    kind: str
    over: Node
    variables: tuple[str, ...]
    body: Node
    filter: Node | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Bind(Node):
    """`cel.bind(name, value, body)`; of `optMap` and `optFlatMap`, which ask for a value first."""

    kind: str
    name: str
    value: Node
    body: Node


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes right below one, in the order of the text."""
    parts = _PARTS.get(type(node))
    return parts(node) if parts else ()


def _of_call(node: Call) -> tuple[Node, ...]:
    return (node.target, *node.arguments) if node.target else node.arguments


def _of_map(node: MapOf) -> tuple[Node, ...]:
    return tuple(each for entry in node.entries for each in (entry.key, entry.value))


def _of_comprehension(node: Comprehension) -> tuple[Node, ...]:
    return (node.over, node.body) if node.filter is None else (node.over, node.filter, node.body)


_PARTS: dict[type, Callable[..., tuple[Node, ...]]] = {
    And: lambda node: node.terms,
    Bind: lambda node: (node.value, node.body),
    Call: _of_call,
    Comprehension: _of_comprehension,
    Conditional: lambda node: (node.test, node.then, node.otherwise),
    Has: lambda node: (node.operand,),
    Index: lambda node: (node.operand, node.index),
    ListOf: lambda node: node.elements,
    MapOf: _of_map,
    Or: lambda node: node.terms,
    Select: lambda node: (node.operand,),
    Spread: lambda node: (node.value,),
}


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        yield each
        waiting.extend(reversed(children(each)))


def depth_of(node: Node) -> int:
    """Return how many nodes stand on the longest way down."""
    deepest = 0
    waiting = [(node, 1)]
    while waiting:
        each, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((below, depth + 1) for below in children(each))
    return deepest
