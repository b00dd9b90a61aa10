"""Names, fields and elements: whether they exist, and their types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.cel._errors import an
from mlspec.cel._nodes import Literal, Select
from mlspec.cel._scope import listed, meant
from mlspec.cel._types import ANY, BOOL, NUMBERS, comparable, optional_of

if TYPE_CHECKING:
    from mlspec.cel._environment import Fields
    from mlspec.cel._nodes import Has, Ident, Index
    from mlspec.cel._scope import Scope
    from mlspec.cel._types import Type

__all__ = ["has", "ident", "index", "select"]


def ident(scope: Scope, node: Ident) -> Type:
    """Check a name: a variable of a macro, of the environment, or a type."""
    found = None if node.is_absolute else scope.local(node.name)
    found = found or scope.global_(node)
    if found is not None:
        return found
    names = [*(each for each, _ in scope.scopes), *scope.environment.variables]
    hint = meant(node.name, names) or f"known are {listed(names)}"
    return scope.refuse(node, f"there is no variable `{node.name}`", hint)


def select(scope: Scope, node: Select) -> Type:
    """Check a field, or a variable whose name has dots."""
    found = None if node.is_optional else scope.global_(node)
    if found is not None:
        return found
    operand = scope.visit(node.operand)
    is_optional = operand.kind == "optional"
    inner = operand.parameters[0] if is_optional else operand
    before = len(scope.lacking)
    result = _field_of(scope, node, inner)
    if not node.is_optional and not is_optional:
        return result
    del scope.lacking[before:]  # what may be absent is allowed for
    return optional_of(result)


def has(scope: Scope, node: Has) -> Type:
    """Check that what is asked for could be there."""
    operand = scope.visit(node.operand)
    inner = operand.parameters[0] if operand.kind == "optional" else operand
    _field_of(scope, node, inner)
    return BOOL


def _field_of(scope: Scope, node: Select | Has, operand: Type) -> Type:
    if operand.is_any:
        return ANY
    if operand.kind == "map":
        return operand.parameters[1]
    fields = scope.environment.objects.get(operand.name)
    if operand.kind != "object" or fields is None:
        written = scope.written(node.operand)
        return scope.refuse(node, f"`{written}` is {an(operand)} and has no fields")
    if node.field in fields.may_lack and isinstance(node, Select):
        scope.lacking.append(node)
    return _declared(scope, node, fields)


def _declared(scope: Scope, node: Select | Has, fields: Fields) -> Type:
    """Return the type of a field of an object that is declared."""
    if node.field in fields.types or fields.is_open:
        return fields.types.get(node.field, ANY)
    message = f"`{scope.written(node.operand)}` has no field `{node.field}`"
    hint = meant(node.field, fields.types) or f"it has {listed(fields.types)}"
    at = scope.text.rfind(node.field, node.start, node.end)
    return scope.refuse(node, message, hint, at=at)


def index(scope: Scope, node: Index) -> Type:
    """Check that a value has elements, and that these are found by such an index."""
    operand, index = scope.visit(node.operand), scope.visit(node.index)
    is_optional = operand.kind == "optional"
    inner = operand.parameters[0] if is_optional else operand
    result = _element(scope, node, inner, index)
    return optional_of(result) if node.is_optional or is_optional else result


def _element(scope: Scope, node: Index, operand: Type, index: Type) -> Type:
    if operand.is_any:
        return ANY
    if operand.kind == "object" and index.kind in ("string", "dyn"):
        return _element_of_object(scope, node, operand)
    if operand.kind == "list" and (index.is_any or index.kind in NUMBERS):
        return operand.parameters[0]
    if operand.kind == "map" and comparable(operand.parameters[0], index):
        return operand.parameters[1]
    return scope.refuse(node, f"{an(operand)} is not indexed by {an(index)}")


def _element_of_object(scope: Scope, node: Index, operand: Type) -> Type:
    name = node.index.value if isinstance(node.index, Literal) else None
    if not isinstance(name, str):
        return ANY
    return _field_of(scope, Select(node.start, node.end, node.operand, name), operand)
