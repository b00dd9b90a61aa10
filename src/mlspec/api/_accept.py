"""A validator for exactly the JSON Schemas that mlspec publishes, which only says yes or no.

It takes 2 % of the time that importing pydantic takes, so one file can be accepted before that
import would have ended. It never explains: what it does not accept is bound, and told from there.
An unknown keyword accepts nothing. Property test: what this accepts, the binder accepts.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sized

__all__ = ["accepts", "linked"]

Node = dict[str, Any]


def accepts(schema: Node, value: object) -> bool:
    """Tell whether a value meets a schema."""
    return all(_CHECKS.get(key, _never)(limit, value, schema) for key, limit in schema.items())


def linked(schema: Node) -> Node:
    """Put the definition itself in the place of each `$ref` to it, and return the schema.

    Only where published schemas have references: at members, entries and variants.
    """
    definitions: dict[str, Node] = schema.pop("definitions", {})
    whole = {f"#/definitions/{name}": part for name, part in definitions.items()}
    waiting = [schema, *definitions.values()]
    while waiting:
        for holder, key in _parts(waiting.pop()):
            part = holder[key]
            if "$ref" in part:
                holder[key] = whole[part["$ref"]]
            else:
                waiting.append(part)
    return schema


def _parts(node: Node) -> Iterator[tuple[Node, str]]:
    """Yield where the parts of a node stand that are schemas of their own."""
    members = node.get("properties", {})
    yield from ((members, name) for name in members)
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), dict):  # else true, false or absent
            yield node, key
    yield from ((each, "then") for each in node.get("allOf", ()))


def _never(_limit: object, _value: object, _schema: Node) -> bool:
    return False


def _always(_limit: object, _value: object, _schema: Node) -> bool:
    return True


def _type(names: str | list[str], value: object, _schema: Node) -> bool:
    return any(_TYPES[each](value) for each in ([names] if isinstance(names, str) else names))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_integer(value: object) -> bool:
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


_TYPES: Mapping[str, Callable[[object], bool]] = {
    "array": lambda value: isinstance(value, list),
    "boolean": lambda value: isinstance(value, bool),
    "integer": _is_integer,
    "null": lambda value: value is None,
    "number": _is_number,
    "object": lambda value: isinstance(value, dict),
    "string": lambda value: isinstance(value, str),
}


def _enum(choices: list[object], value: object, _schema: Node) -> bool:
    return any(each == value and type(each) is type(value) for each in choices)


def _properties(properties: dict[str, Node], value: object, _schema: Node) -> bool:
    if not isinstance(value, dict):
        return True
    return all(
        key not in properties or accepts(properties[key], each) for key, each in value.items()
    )


def _property_names(part: Node, value: object, _schema: Node) -> bool:
    return not isinstance(value, dict) or all(accepts(part, key) for key in value)


def _additional(allowed: object, value: object, schema: Node) -> bool:
    if allowed is True or not isinstance(value, dict):
        return True
    rest = value.keys() - schema.get("properties", {}).keys()
    if not isinstance(allowed, dict):
        return not rest
    return all(accepts(allowed, value[key]) for key in rest)


def _items(part: Node, value: object, _schema: Node) -> bool:
    return not isinstance(value, list) or all(accepts(part, each) for each in value)


def _all_of(parts: list[Node], value: object, _schema: Node) -> bool:
    return all(accepts(part, value) for part in parts)


def _if(condition: Node, value: object, schema: Node) -> bool:
    return not accepts(condition, value) or accepts(schema["then"], value)


def _pattern(expression: str, value: object, _schema: Node) -> bool:
    return not isinstance(value, str) or _compiled(expression).search(value) is not None


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    """Compile a pattern of ECMA 262, where `$` is the end of the text and nothing else."""
    return re.compile(expression.replace("$", r"\Z"))


def _size(kind: type[Sized], *, least: bool) -> Callable[[int, Any, Node], bool]:
    def check(limit: int, value: object, _schema: Node) -> bool:
        if not isinstance(value, kind):
            return True
        return len(value) >= limit if least else len(value) <= limit

    return check


def _bound(holds: Callable[[Any, float], bool]) -> Callable[[float, Any, Node], bool]:
    return lambda limit, value, _schema: not _is_number(value) or holds(value, limit)


_CHECKS: dict[str, Callable[[Any, Any, Node], bool]] = {
    **dict.fromkeys(("$id", "$schema", "title", "description", "markdownDescription"), _always),
    **dict.fromkeys(("default", "examples", "patternErrorMessage", "x-mlspec"), _always),
    **dict.fromkeys(("then",), _always),  # judged with its `if`
    "additionalProperties": _additional,
    "allOf": _all_of,
    "enum": _enum,
    "exclusiveMaximum": _bound(lambda value, limit: value < limit),
    "exclusiveMinimum": _bound(lambda value, limit: value > limit),
    "if": _if,
    "items": _items,
    "maxItems": _size(list, least=False),
    "maxLength": _size(str, least=False),
    "maximum": _bound(lambda value, limit: value <= limit),
    "minItems": _size(list, least=True),
    "minLength": _size(str, least=True),
    "minProperties": _size(dict, least=True),
    "minimum": _bound(lambda value, limit: value >= limit),
    "pattern": _pattern,
    "properties": _properties,
    "propertyNames": _property_names,
    "required": lambda keys, value, _: not isinstance(value, dict) or all(k in value for k in keys),
    "type": _type,
}
