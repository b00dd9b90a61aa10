"""Values as CEL sees them: what a field is follows from its schema, not from its text.

https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-type-mapping: a number is a double
though it is written `1`, names of fields are escaped, fields without a schema are not visible.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from mlspec.cel import duration_from, timestamp_from
from mlspec.manifests.definitions._cel_names import escaped

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.canonical import Json
    from mlspec.manifests.definitions._schema import Node, Schema

__all__ = ["CelValues"]

_OF_EVERY_OBJECT = ("apiVersion", "kind")
_TEXTS: dict[str, Callable[[str], object]] = {
    "byte": base64.b64decode,
    "date": timestamp_from,
    "date-time": timestamp_from,
    "duration": duration_from,
}


class CelValues:
    """Turns the parts of one object into values of CEL, each once."""

    def __init__(self, schema: Schema) -> None:
        self._nodes = schema.nodes
        self._root = schema.root
        self._known: dict[tuple[int, int], object] = {}

    def of(self, number: int, value: Json) -> object:
        """Return a value that stands where the schema with this number applies.

        Raises:
            EvaluationError, ValueError: a text is no time, duration or base64, which its format
                promises.
        """
        if not isinstance(value, dict | list):
            return self._leaf(self._nodes[number], value)
        key = (number, id(value))
        if key not in self._known:
            self._known[key] = self._collection(number, value)
        return self._known[key]

    def _collection(self, number: int, value: dict[str, Json] | list[Json]) -> object:
        node = self._nodes[number]
        if isinstance(value, list):
            below = node.get("items")
            return [each if below is None else self.of(below, each) for each in value]
        if node.get("properties") is None and "additionalProperties" not in node:
            return value
        is_object = number == self._root or "embedded" in node
        found: dict[str, object] = {}
        for key, each in value.items():
            found |= self._entry(node, key, each, is_object=is_object)
        return found

    def _entry(self, node: Node, key: str, value: Json, *, is_object: bool) -> dict[str, object]:
        below = node.get("properties", {}).get(key)
        extra = node.get("additionalProperties")
        if below is not None:
            return {escaped(key): self.of(below, value)}
        if extra is not None:
            return {key: self.of(extra, value)}
        return _of_object(key, value) if is_object else {}

    def _leaf(self, node: Node, value: Json) -> object:
        if isinstance(value, str) and "any" not in node and node.get("format") in _TEXTS:
            return _TEXTS[node["format"]](value)
        if node.get("type") == "number" and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if node.get("type") == "integer" and isinstance(value, float):
            return int(value)
        return value


def _of_object(key: str, value: Json) -> dict[str, object]:
    """Of the metadata of an object, rules see the name only."""
    if key in _OF_EVERY_OBJECT:
        return {key: value}
    if key == "metadata" and isinstance(value, dict):
        names = {name: each for name, each in value.items() if name in ("generateName", "name")}
        return {key: names}
    return {}
