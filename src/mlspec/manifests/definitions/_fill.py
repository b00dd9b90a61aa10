"""Defaults: an object as the API server would store it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json
    from mlspec.manifests.definitions._schema import Node, Schema

__all__ = ["defaulted"]


def defaulted(schema: Schema, value: Mapping[str, Json]) -> dict[str, Json]:
    """Return a copy of an object with every default of its definition filled in.

    The status is left alone: the server drops what a client says about it. A null where the
    definition has a default and no null is replaced, as the server does.
    """
    filled = {key: _copied(each) for key, each in value.items()}
    root = schema.nodes[schema.root]
    properties = {key: each for key, each in root.get("properties", {}).items() if key != "status"}
    _fill(schema, {**root, "properties": properties}, filled)
    return filled


def _fill(schema: Schema, node: Node, value: Json) -> None:
    if isinstance(value, list) and "items" in node:
        below = schema.nodes[node["items"]]
        for each in value:
            _fill(schema, below, each)
    elif isinstance(value, dict):
        _fill_object(schema, node, value)


def _fill_object(schema: Schema, node: Node, value: dict[str, Json]) -> None:
    properties = node.get("properties", {})
    for name, number in properties.items():
        below = schema.nodes[number]
        if "default" in below and _is_absent(value, name, below):
            value[name] = _copied(below["default"])
        if name in value:
            _fill(schema, below, value[name])
    if "additionalProperties" in node:
        below = schema.nodes[node["additionalProperties"]]
        for name in value.keys() - properties.keys():
            _fill(schema, below, value[name])


def _is_absent(value: dict[str, Json], name: str, node: Node) -> bool:
    return name not in value or (value[name] is None and not node.get("nullable"))


def _copied(value: Json) -> Json:
    """Copy a value; unlike `deepcopy`, parts that stood twice become two."""
    if isinstance(value, dict):
        return {key: _copied(each) for key, each in value.items()}
    return [_copied(each) for each in value] if isinstance(value, list) else value
