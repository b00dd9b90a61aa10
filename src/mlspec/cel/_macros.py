"""Calls that are no functions: `has`, `all`, `cel.bind`, ... become nodes of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.cel._errors import FaultError
from mlspec.cel._nodes import Bind, Call, Comprehension, Has, Ident, ListOf, Select

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.cel._nodes import Node

__all__ = ["MACROS", "expanded"]

_TESTS = ("all", "exists", "exists_one", "existsOne")
_OF_SEVERAL = ("greatest", "least")
_KINDS = {"existsOne": "exists_one"}


def expanded(call: Call) -> Node:
    """Return the node of a macro, or the call itself where it is none.

    Raises:
        FaultError: an argument that names a variable is no name, or that of `has` no field.
    """
    if call.target is None:
        return _has(call) if call.function == "has" else call
    if call.function in _OF_SEVERAL and call.arguments:
        return _of_several(call, call.target)
    found = MACROS.get((call.function, len(call.arguments)))
    return found(call, call.target) if found else call


def _has(call: Call) -> Node:
    if len(call.arguments) != 1 or not isinstance(call.arguments[0], Select):
        message = "`has` takes one field, such as `has(spec.owner)`"
        raise FaultError(message, call.start, call.end)
    field = call.arguments[0]
    return Has(call.start, call.end, field.operand, field.field, field.is_optional)


def _one_variable(call: Call, target: Node) -> Node:
    """`over.kind(x, body)`, and `over.map(x, filter, body)`."""
    name = _name(call, 0)
    tests = call.arguments[1:-1]
    return _comprehension(call, target, (name,), tests)


def _two_variables(call: Call, target: Node) -> Node:
    """`over.kind(i, x, body)`, and `over.transformList(i, x, filter, body)`."""
    names = (_name(call, 0), _name(call, 1))
    if len(set(names)) == 1:
        raise FaultError(f"`{names[0]}` names both variables", call.start, call.end)
    return _comprehension(call, target, names, call.arguments[2:-1])


def _comprehension(
    call: Call, over: Node, names: tuple[str, ...], tests: tuple[Node, ...]
) -> Comprehension:
    kind = _KINDS.get(call.function, call.function)
    body = call.arguments[-1]
    test = tests[0] if tests else None
    return Comprehension(call.start, call.end, kind, over, names, body, test)


def _bind(call: Call, target: Node) -> Node:
    if not isinstance(target, Ident) or target.name != "cel":
        return call
    return Bind(call.start, call.end, "bind", _name(call, 0), call.arguments[1], call.arguments[2])


def _of_optional(call: Call, target: Node) -> Node:
    name = _name(call, 0)
    return Bind(call.start, call.end, call.function, name, target, call.arguments[1])


def _of_several(call: Call, target: Node) -> Node:
    """`math.greatest(a, b, c)` takes a list: numbers of several types, as many as there are."""
    if not isinstance(target, Ident) or target.name != "math" or len(call.arguments) == 1:
        return call
    first, *_, last = call.arguments
    values = ListOf(first.start, last.end, call.arguments)
    return Call(call.start, call.end, call.function, target, (values,))


def _name(call: Call, position: int) -> str:
    argument = call.arguments[position]
    if isinstance(argument, Ident) and not argument.is_absolute:
        return argument.name
    place = ("first", "second")[position]
    message = f"the {place} argument of `{call.function}` is the name of a variable"
    raise FaultError(message, argument.start, argument.end)


MACROS: dict[tuple[str, int], Callable[[Call, Node], Node]] = {
    **{(name, 2): _one_variable for name in (*_TESTS, "map", "filter")},
    ("map", 3): _one_variable,
    **{(name, 3): _two_variables for name in (*_TESTS, "transformList", "transformMap")},
    **{(name, 4): _two_variables for name in ("transformList", "transformMap")},
    ("transformMapEntry", 3): _two_variables,
    ("transformMapEntry", 4): _two_variables,
    ("bind", 3): _bind,
    ("optMap", 2): _of_optional,
    ("optFlatMap", 2): _of_optional,
}
"""By name and number of arguments."""
