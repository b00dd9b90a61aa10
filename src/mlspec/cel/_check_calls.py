"""Calls and comparisons: whether there is such a function, and whether it takes its arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.cel._errors import EvaluationError, an
from mlspec.cel._nodes import ListOf, Literal
from mlspec.cel._scope import dotted, listed, meant
from mlspec.cel._types import ANY, BOOL, comparable
from mlspec.cel.library.regex import PATTERN_FUNCTIONS, compiled, is_installed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.cel._functions import Function
    from mlspec.cel._nodes import Call, Node
    from mlspec.cel._scope import Scope
    from mlspec.cel._types import Type

__all__ = ["call"]

_ORDERS = frozenset(("_<_", "_<=_", "_>_", "_>=_"))
_MACROS = (
    *("all", "exists", "existsOne", "exists_one", "filter", "has", "map", "optFlatMap", "optMap"),
    *("transformList", "transformMap", "transformMapEntry"),
)


def call(scope: Scope, node: Call) -> Type:
    """Check an operator, a function or a method, and return the type of what it gives."""
    if node.function in _OPERATORS:
        return _OPERATORS[node.function](scope, node)
    function, parts = _function(scope, node)
    given = [scope.visit(each) for each in parts]
    if function is None:
        return ANY
    scope.checked.functions[node] = function
    if function.name in PATTERN_FUNCTIONS and not is_installed():
        return scope.lacks(node, f"`{function.name}` needs RE2, which is not installed", "k8s")
    if function.name in PATTERN_FUNCTIONS:
        _refuse_pattern(scope, parts)
    if function.name in _ORDERS:
        _refuse_order(scope, parts, given)
    return _result(scope, node, function, given)


def _refuse_pattern(scope: Scope, parts: Sequence[Node]) -> None:
    """Refuse a pattern that is written out and that RE2 refuses: it would fail on every text."""
    for part in parts[1:]:
        if isinstance(part, Literal) and isinstance(part.value, str):
            try:
                compiled(part.value)
            except EvaluationError as error:
                scope.refuse(part, str(error), "write one that RE2 knows: it has no look-around")


def _refuse_order(scope: Scope, parts: Sequence[Node], given: Sequence[Type]) -> None:
    """Refuse to order values of a closed set: they would be in the order of the alphabet."""
    for part, kind in zip(parts, given, strict=True):
        if kind.values:
            message = f"`{scope.written(part)}` is one of a closed set, which has no order"
            scope.refuse(part, message, "compare by `==` or `in`")


def _result(scope: Scope, node: Call, function: Function, given: Sequence[Type]) -> Type:
    results = [each.result_for(given) for each in function.overloads]
    taken = [each for each in results if each is not None]
    if not taken:
        return scope.refuse(node, function.refusal([str(each) for each in given]))
    is_sure = len(set(taken)) == 1 or all(each.is_known for each in given)
    return taken[0] if is_sure else ANY


def _function(scope: Scope, node: Call) -> tuple[Function | None, Sequence[Node]]:
    """Return the function that a call means, and what it is given."""
    functions = scope.environment.functions
    if node.target is None:
        if (node.function, False) not in functions:
            _refuse_unknown(scope, node, is_method=False)
        return functions.get((node.function, False)), node.arguments
    prefix = None if scope.starts_local(node.target) else dotted(node.target)
    namespaced = functions.get((f"{prefix}.{node.function}", False)) if prefix else None
    if namespaced and prefix not in scope.environment.variables:
        scope.checked.namespaced.add(node)
        return namespaced, node.arguments
    if (node.function, True) not in functions:
        _refuse_unknown(scope, node, is_method=True)
    return functions.get((node.function, True)), (node.target, *node.arguments)


def _refuse_unknown(scope: Scope, node: Call, *, is_method: bool) -> None:
    names = [name for name, kind in scope.environment.functions if kind == is_method]
    word = "method" if is_method else "function"
    at = -1
    if node.target is not None:
        at = scope.text.find(node.function, node.target.end)
    hint = meant(node.function, [*names, *_MACROS])
    scope.refuse(node, f"there is no {word} `{node.function}`", hint, at=at)


def equality(scope: Scope, node: Call) -> Type:
    """Check `==` or `!=`: whether the two can ever be equal."""
    left, right = node.arguments
    _compare(scope, node, left, scope.visit(left), right, scope.visit(right))
    return BOOL


def membership(scope: Scope, node: Call) -> Type:
    """Check `in`: whether there is anything to be in, and whether it can hold such values."""
    element, over = node.arguments
    given, within = scope.visit(element), scope.visit(over)
    if within.kind not in ("list", "map", "object", "dyn"):
        scope.refuse(node, f"`in` takes a list or a map, not {an(within)}")
    elif within.parameters and not comparable(given, within.parameters[0]):
        scope.refuse(node, f"{an(within)} never has {an(given)}")
    if within.kind == "list" and within.parameters:
        _allowed(scope, within.parameters[0], over, element)
    for each in over.elements if isinstance(over, ListOf) else ():
        _allowed(scope, given, element, each)
    return BOOL


def _compare(scope: Scope, node: Call, left: Node, one: Type, right: Node, other: Type) -> None:
    if not comparable(one, other):
        scope.refuse(node, f"{an(one)} and {an(other)} are never equal")
    _allowed(scope, one, left, right)
    _allowed(scope, other, right, left)


def _allowed(scope: Scope, wanted: Type, place: Node, given: Node) -> None:
    """Refuse a literal that a closed set of values does not have."""
    if not wanted.values or not isinstance(given, Literal):
        return
    value = given.value
    if isinstance(value, str) and value not in wanted.values:
        message = f"`{scope.written(place)}` is never {scope.written(given)}"
        hint = meant(value, wanted.values) or f"it is one of {listed(wanted.values)}"
        scope.refuse(given, message, hint)


_OPERATORS = {"_==_": equality, "_!=_": equality, "_in_": membership}
