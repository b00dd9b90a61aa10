"""JSON Schema (draft-07) of a spec model, in the form that editors do well with.

In: a spec model. Out: one plain schema without references. Unions told apart by a key become
`if`/`then` on that key, because editors report the first branch of a `oneOf` even when another
one was meant. What a field declares is kept under `x-mlspec`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlspec.schema._words import FORMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.schema._model import SpecModel

__all__ = ["json_schema"]

Node = dict[str, Any]

_RENAMED = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
}
_ORDER = (
    "description",
    "markdownDescription",
    "type",
    "enum",
    "default",
    "examples",
    "pattern",
    "patternErrorMessage",
)
_PARTS = "#/$defs/"
_DIRECTIONS = {
    "higherIsTighter": "higher is tighter",
    "lowerIsTighter": "lower is tighter",
    "growthIsTighter": "more is tighter",
    "growthIsLooser": "more is looser",
    "unknown": "a change may loosen",
}


def json_schema(model: type[SpecModel]) -> Node:
    """Return the schema of a model: inlined, closed, described at every node."""
    raw = model.model_json_schema(by_alias=True, mode="validation")
    return _convert(raw, raw.get("$defs", {}), ())


def _convert(raw: Mapping[str, Any], parts: Mapping[str, Any], inside: tuple[str, ...]) -> Node:
    node = {key: each for key, each in raw.items() if key not in {"title", "$defs"}}
    if (name := str(node.pop("$ref", "")).removeprefix(_PARTS)) and name not in inside:
        return _described(_convert({**parts[name], **node}, parts, (*inside, name)))
    if "anyOf" in node:
        node = _nullable(node, parts, inside)
    if "discriminator" in node:
        node = _conditional(node, parts, inside)
    return _described(_with_children(_renamed(node), parts, inside))


def _renamed(node: Node) -> Node:
    if "const" in node:
        node["enum"] = [node.pop("const")]
    return {_RENAMED.get(key, key): each for key, each in node.items()}


def _with_children(node: Node, parts: Mapping[str, Any], inside: tuple[str, ...]) -> Node:
    if (patterns := node.pop("patternProperties", None)) is not None:
        [(pattern, node["additionalProperties"])] = patterns.items()
        node["propertyNames"] = {"pattern": pattern}
    if "properties" in node:
        members = node["properties"].items()
        node["properties"] = {name: _convert(each, parts, inside) for name, each in members}
    for key in ("items", "additionalProperties", "propertyNames"):
        if isinstance(node.get(key), dict):
            node[key] = _convert(node[key], parts, inside)
    return node


def _nullable(node: Node, parts: Mapping[str, Any], inside: tuple[str, ...]) -> Node:
    """Merge `anyOf: [X, null]` into X, so that its keywords stand at the node itself."""
    members = [each for each in node["anyOf"] if each.get("type") != "null"]
    rest = {key: each for key, each in node.items() if key != "anyOf"}
    if len(members) != 1:
        return {**rest, "anyOf": [_convert(each, parts, inside) for each in node["anyOf"]]}
    return _with_null({**_convert(members[0], parts, inside), **rest})


def _with_null(node: Node) -> Node:
    if "type" in node:
        node["type"] = [node["type"], "null"]
    if "enum" in node:
        node["enum"] = [*node["enum"], None]
    return node


def _conditional(node: Node, parts: Mapping[str, Any], inside: tuple[str, ...]) -> Node:
    """Turn a tagged `oneOf` into one condition for each value of the tag."""
    chooser = node.pop("discriminator")
    key, mapping = chooser["propertyName"], chooser["mapping"]
    node.pop("oneOf")
    variants = {tag: _convert({"$ref": mapping[tag]}, parts, inside) for tag in sorted(mapping)}
    choice = dict(next(iter(variants.values()))["properties"][key])
    choice["enum"] = list(variants)
    return {
        **node,
        "type": "object",
        "properties": {key: choice},
        "required": [key],
        "allOf": [
            {
                "if": {"properties": {key: {"enum": [tag]}}, "required": [key]},
                # no type here: the node itself has one, which may allow null as well
                "then": {name: each for name, each in variant.items() if name != "type"},
            }
            for tag, variant in variants.items()
        ],
    }


def _described(node: Node) -> Node:
    """Add what editors show: the description as Markdown, the form of a text in words."""
    if "description" in node:
        node["description"] = " ".join(node["description"].split())
        node["markdownDescription"] = _markdown(node)
    if "pattern" in node and (form := _form(node)):
        node["patternErrorMessage"] = f"must be {form}"
    head = {key: node[key] for key in _ORDER if key in node}
    return head | {key: each for key, each in node.items() if key not in head}


def _form(node: Node) -> str | None:
    traits = node.get("x-mlspec", {})
    return FORMS.get(node["pattern"]) or traits.get("form")


def _markdown(node: Node) -> str:
    traits = node.get("x-mlspec")
    if not traits:
        return str(node["description"])
    facts = [str(traits["class"])]
    facts += [_DIRECTIONS[traits["direction"]]] if traits["direction"] in _DIRECTIONS else []
    named = " or ".join(f"`{traits[key]}`" for key in ("ref", "orRef") if key in traits)
    facts += [f"names a {named}"] if named else []
    return f"{node['description']}\n\n*{' · '.join(facts)}*"
