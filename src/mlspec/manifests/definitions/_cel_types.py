"""Types of CEL that follow from a schema: a rule that does not fit it is refused, as servers do.

https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-type-mapping
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from mlspec.cel import KUBERNETES, Environment, Fields, Type, list_of, map_of, object_of, type_from
from mlspec.manifests.definitions._cel_names import escaped

if TYPE_CHECKING:
    from mlspec.manifests.definitions._schema import Node, Schema

__all__ = ["UNTYPED", "CelTypes"]

_ANY, _TEXT = type_from("dyn"), type_from("string")
_LEAVES = {
    "boolean": type_from("bool"),
    "integer": type_from("int"),
    "number": type_from("double"),
    "string": _TEXT,
}
_FORMATS = {
    "byte": type_from("bytes"),
    "date": type_from("timestamp"),
    "date-time": type_from("timestamp"),
    "duration": type_from("duration"),
}
_OF_OBJECTS = {"apiVersion": _TEXT, "kind": _TEXT, "metadata": map_of(_TEXT, _TEXT)}
UNTYPED = Environment({"self": _ANY}, libraries=KUBERNETES)
"""Where no schema says what a value is."""


class CelTypes(Mapping[str, Fields]):
    """The objects of a schema by the numbers of their nodes, each made when it is asked for."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def environment(self, number: int) -> Environment:
        """Return what rules of a node may name."""
        return Environment({"self": self._type(number)}, self, KUBERNETES)

    def __getitem__(self, name: str) -> Fields:
        if not name.isdecimal():
            raise KeyError(name)
        number = int(name)
        node = self._schema.nodes[number]
        fields = {escaped(key): self._type(each) for key, each in node["properties"].items()}
        is_object = number == self._schema.root or "embedded" in node
        return Fields({**fields, **_OF_OBJECTS} if is_object else fields)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def _type(self, number: int | None) -> Type:
        if number is None:
            return _ANY
        node = self._schema.nodes[number]
        if node.get("type") == "object" or "properties" in node:
            return self._type_of_object(number, node)
        if node.get("type") == "array":
            return list_of(self._type(node.get("items")))
        return _type_of_leaf(node)

    def _type_of_object(self, number: int, node: Node) -> Type:
        if node.get("properties"):
            return object_of(str(number))
        if "additionalProperties" in node:
            return map_of(_TEXT, self._type(node["additionalProperties"]))
        return _ANY


def _type_of_leaf(node: Node) -> Type:
    kind = node.get("type")
    if "any" in node or "open" in node or kind not in _LEAVES:
        return _ANY
    return _FORMATS.get(node.get("format", ""), _TEXT) if kind == "string" else _LEAVES[kind]
