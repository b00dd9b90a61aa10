"""Values as CEL sees them: what a field is follows from its schema, not from its text.

https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-type-mapping: a number is a double
though it is written `1`, names of fields are escaped, fields without a schema are not visible.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from celpy import celtypes

from mlspec.manifests.definitions._cel_names import escaped

if TYPE_CHECKING:
    from collections.abc import Callable

    from celpy.celtypes import Value

    from mlspec.canonical import Json
    from mlspec.manifests.definitions._schema import Node, Schema

__all__ = ["CelValues"]

_OF_EVERY_OBJECT = ("apiVersion", "kind")
_TEXTS: dict[str, Callable[[str], Value]] = {
    "byte": lambda text: celtypes.BytesType(base64.b64decode(text)),
    "date": lambda text: celtypes.TimestampType(f"{text}T00:00:00Z"),
    "date-time": celtypes.TimestampType,
    "duration": celtypes.DurationType,
}


class CelValues:
    """Turns the parts of one object into values of CEL, each once."""

    def __init__(self, schema: Schema) -> None:
        self._nodes = schema.nodes
        self._root = schema.root
        self._known: dict[tuple[int, int], Value] = {}

    def of(self, number: int, value: Json) -> Value:
        """Return a value that stands where the schema with this number applies.

        Raises:
            ValueError: a text is no time, duration or base64, which its format promises.
        """
        if not isinstance(value, dict | list):
            return self._leaf(self._nodes[number], value)
        key = (number, id(value))
        if key not in self._known:
            self._known[key] = self._collection(number, value)
        return self._known[key]

    def _collection(self, number: int, value: dict[str, Json] | list[Json]) -> Value:
        node = self._nodes[number]
        if isinstance(value, list):
            below = node.get("items")
            return celtypes.ListType(
                [_untyped(each) if below is None else self.of(below, each) for each in value]
            )
        if node.get("properties") is None and "additionalProperties" not in node:
            return _untyped(value)
        is_object = number == self._root or "embedded" in node
        found: dict[Value, Value] = {}
        for key, each in value.items():
            found |= self._entry(node, key, each, is_object=is_object)
        return celtypes.MapType(found)

    def _entry(self, node: Node, key: str, value: Json, *, is_object: bool) -> dict[Value, Value]:
        below = node.get("properties", {}).get(key)
        extra = node.get("additionalProperties")
        if below is not None:
            return {celtypes.StringType(escaped(key)): self.of(below, value)}
        if extra is not None:
            return {celtypes.StringType(key): self.of(extra, value)}
        return _of_object(key, value) if is_object else {}

    def _leaf(self, node: Node, value: Json) -> Value:
        if isinstance(value, str) and "any" not in node and node.get("format") in _TEXTS:
            return _TEXTS[node["format"]](value)
        if node.get("type") == "number" and isinstance(value, int) and not isinstance(value, bool):
            return celtypes.DoubleType(value)
        if node.get("type") == "integer" and isinstance(value, float):
            return celtypes.IntType(int(value))
        return _untyped(value)


def _of_object(key: str, value: Json) -> dict[Value, Value]:
    """Of the metadata of an object, rules see the name only."""
    if key in _OF_EVERY_OBJECT:
        return {celtypes.StringType(key): _untyped(value)}
    if key == "metadata" and isinstance(value, dict):
        names = {name: each for name, each in value.items() if name in ("generateName", "name")}
        return {celtypes.StringType(key): _untyped(names)}
    return {}


def _untyped(value: Json) -> Value:
    if isinstance(value, dict):
        return celtypes.MapType(
            {celtypes.StringType(key): _untyped(each) for key, each in value.items()}
        )
    if isinstance(value, list):
        return celtypes.ListType([_untyped(each) for each in value])
    if isinstance(value, str):
        return celtypes.StringType(value)
    if isinstance(value, bool):
        return celtypes.BoolType(value)
    if isinstance(value, int):
        return celtypes.IntType(value)
    return None if value is None else celtypes.DoubleType(value)
