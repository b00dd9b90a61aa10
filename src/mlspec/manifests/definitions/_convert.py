"""An OpenAPI schema, as a CustomResourceDefinition has it, to nodes.

Formats are left out: the API server ignores those it doesn't know. What stands inside `allOf`,
`anyOf`, `oneOf` and `not` judges values only; it names no fields and fills nothing in. Whatever the
schema holds, the answer is sound nodes or a `ConversionError`: definitions come from strangers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlspec.canonical import canonical_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.manifests.definitions._schema import Node

__all__ = ["ConversionError", "Converter", "is_sound"]

_MOST_SCHEMAS = 400_000
_DEEPEST = 150
_MOST_RULES = 2_000
_LONGEST_RULE = 20_000
_LONGEST_PATTERN = 4_000
_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_CEL_FORMATS = ("byte", "date", "date-time", "duration")


_SWITCHES = (
    ("int-or-string", "any"),
    ("embedded-resource", "embedded"),
    ("preserve-unknown-fields", "open"),
)
"""Extensions of Kubernetes that are on or off, and how nodes say it."""


class ConversionError(ValueError):
    """The schema can't be used; the message says why, for people."""


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_rule(value: object) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("rule"), str)
        and all(isinstance(each, str) and len(each) <= _LONGEST_RULE for each in value.values())
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_truth(value: object) -> bool:
    return isinstance(value, bool)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_pattern(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_PATTERN


_KEPT: dict[str, Callable[[object], bool]] = {
    "enum": lambda value: isinstance(value, list),
    "exclusiveMaximum": _is_truth,
    "exclusiveMinimum": _is_truth,
    "format": _CEL_FORMATS.__contains__,
    "maxItems": _is_count,
    "maxLength": _is_count,
    "maxProperties": _is_count,
    "maximum": _is_number,
    "minItems": _is_count,
    "minLength": _is_count,
    "minProperties": _is_count,
    "minimum": _is_number,
    "multipleOf": lambda value: _is_number(value) and bool(value),
    "nullable": _is_truth,
    "pattern": _is_pattern,
    "required": _are_texts,
    "type": _TYPES.__contains__,
    "uniqueItems": _is_truth,
}
_INT_OR_STRING = [{"type": "integer"}, {"type": "string"}]
"""What definitions repeat beside `x-kubernetes-int-or-string`."""
_OURS: dict[str, Callable[[object], bool]] = {
    **dict.fromkeys(("additionalProperties", "items", "not"), _is_count),
    **dict.fromkeys(("allOf", "anyOf", "oneOf"), lambda value: isinstance(value, list)),
    **dict.fromkeys(("any", "embedded", "open"), _is_truth),
    "default": lambda _: True,
    "keys": _are_texts,
    "list": ("map", "set").__contains__,
    "properties": lambda value: isinstance(value, dict),
    "rules": lambda value: isinstance(value, list) and all(map(_is_rule, value)),
}
_WRONG_IS_FATAL = ("pattern", "type", "required")


def is_sound(node: Node) -> bool:
    """Tell whether each keyword of a node holds what it can hold, numbers of nodes apart."""
    if node.get("list") == "map" and "keys" not in node:
        return False
    known = _KEPT | _OURS
    return all(key in known and _holds(known[key], value) for key, value in node.items())


def _holds(is_right: Callable[[object], bool], value: object) -> bool:
    try:
        return is_right(value)
    except TypeError:  # what can't be a key can't be one of a few words
        return False


class Converter:
    """Collects the nodes of one definition; equal ones once."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._numbers: dict[bytes, int] = {}
        self._schemas_left = _MOST_SCHEMAS
        self._rules_left = _MOST_RULES

    def convert(self, schema: object, depth: int = 0, *, judges: bool = False) -> int:
        """Return the number of a schema; `judges`: it stands where only values are judged.

        Raises:
            ConversionError: it is no schema, or larger than any that a cluster holds.
        """
        if not isinstance(schema, dict):
            raise ConversionError("a schema is not a mapping")
        self._schemas_left -= 1
        if depth > _DEEPEST or self._schemas_left < 0:
            raise ConversionError("the schema is larger or deeper than any that is taken")
        node = self._own(schema, judges=judges)
        node |= self._below(schema, depth + 1, judges=judges)
        return self.number(node)

    def number(self, node: Node) -> int:
        """Return the number of a node, which may be known."""
        key = canonical_json(node)
        if key not in self._numbers:
            self._numbers[key] = len(self.nodes)
            self.nodes.append(node)
        return self._numbers[key]

    def _own(self, schema: dict[str, Any], *, judges: bool) -> Node:
        node: Node = {}
        for key, is_right in _KEPT.items():
            if key not in schema or schema[key] is False:
                continue
            if _holds(is_right, schema[key]):
                node[key] = schema[key]
            elif key in _WRONG_IS_FATAL:
                raise ConversionError(f"`{key}` of a schema holds what it can't hold")
        if judges:
            return node
        if "default" in schema:
            node["default"] = schema["default"]
        node |= self._extensions(schema)
        if "any" in node:
            node.pop("type", None)
        return node

    def _extensions(self, schema: dict[str, Any]) -> Node:
        node: Node = {
            word: True for key, word in _SWITCHES if schema.get(f"x-kubernetes-{key}") is True
        }
        kind = schema.get("x-kubernetes-list-type")
        keys = schema.get("x-kubernetes-list-map-keys")
        if kind == "set" or (kind == "map" and _are_texts(keys)):
            node |= {"list": kind} | ({"keys": keys} if kind == "map" else {})
        rules = schema.get("x-kubernetes-validations")
        if isinstance(rules, list) and rules:
            node["rules"] = [self._rule(each) for each in rules]
        return node

    def _rule(self, rule: object) -> Node:
        self._rules_left -= 1
        kept = ("fieldPath", "message", "messageExpression", "rule")
        found = {key: rule[key] for key in kept if key in rule} if isinstance(rule, dict) else {}
        if not _is_rule(found) or self._rules_left < 0:
            raise ConversionError("it has too many rules, or one that is too long or no text")
        return found

    def _below(self, schema: dict[str, Any], depth: int, *, judges: bool) -> Node:
        node: Node = {}
        properties = schema.get("properties")
        if isinstance(properties, dict):
            node["properties"] = {
                str(name): self.convert(properties[name], depth, judges=judges)
                for name in sorted(properties, key=str)
            }
        extra = schema.get("additionalProperties")
        if isinstance(extra, dict):
            node["additionalProperties"] = self.convert(extra, depth, judges=judges)
        elif extra is True:
            node["open"] = True
        if isinstance(schema.get("items"), dict):
            node["items"] = self.convert(schema["items"], depth, judges=judges)
        return node | self._alternatives(schema, depth)

    def _alternatives(self, schema: dict[str, Any], depth: int) -> Node:
        node: Node = {
            key: [self.convert(each, depth, judges=True) for each in schema[key]]
            for key in ("allOf", "anyOf", "oneOf")
            if isinstance(schema.get(key), list) and schema[key] and schema[key] != _INT_OR_STRING
        }
        if isinstance(schema.get("not"), dict):
            node["not"] = self.convert(schema["not"], depth, judges=True)
        return node
