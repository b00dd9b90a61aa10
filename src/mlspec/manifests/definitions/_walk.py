"""Hold a value against a schema, and say everything that is wrong with it.

One pass of our own instead of a general validator: it knows the keywords of structural schemas
only, names every fault for people, and never gives two faults for one cause (a value of the wrong
type is not looked into). It is held to a general validator by a property test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json
from mlspec.manifests.definitions._leaves import UNJUDGED, leaf_findings, type_finding
from mlspec.manifests.definitions._metadata import object_metadata
from mlspec.manifests.definitions._words import Finding, listed, place, shown, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path
    from mlspec.manifests.definitions._schema import Node, Schema

__all__ = ["findings"]

_OF_OBJECTS = ("apiVersion", "kind", "metadata")


def findings(schema: Schema, value: Json, path: Path = ()) -> Iterator[Finding]:
    """Yield what is wrong with a value, in order of place in the schema."""
    return _Walk(schema).check(schema.nodes[schema.root], value, path, is_root=True)


class _Walk:
    """The walk through one value; the schema of every part is in its table."""

    def __init__(self, schema: Schema) -> None:
        self._nodes = schema.nodes

    def check(
        self, node: Node, value: Json, path: Path, *, prunes: bool = True, is_root: bool = False
    ) -> Iterator[Finding]:
        wrong = type_finding(node, value, path)
        if wrong is not None:
            yield wrong
            return
        if value is None:
            return
        yield from leaf_findings(node, value, path)
        if isinstance(value, list):
            yield from self._list(node, value, path, prunes=prunes)
        elif isinstance(value, dict):
            yield from self._object(node, value, path, prunes=prunes, is_root=is_root)
        yield from self._alternatives(node, value, path)

    def _list(
        self, node: Node, value: list[Json], path: Path, *, prunes: bool
    ) -> Iterator[Finding]:
        yield from _repeated(node, value, path)
        if "items" in node:
            below = self._nodes[node["items"]]
            for index, each in enumerate(value):
                yield from self.check(below, each, (*path, index), prunes=prunes)

    def _object(
        self, node: Node, value: dict[str, Json], path: Path, *, prunes: bool, is_root: bool
    ) -> Iterator[Finding]:
        properties: dict[str, int] = node.get("properties", {})
        yield from _missing(node, value, path)
        is_closed = prunes and "open" not in node and node.get("type") == "object"
        extra = node.get("additionalProperties")
        for key, each in value.items():
            number = properties.get(key, extra)
            if is_root and key in _OF_OBJECTS:
                yield from self._of_root(properties, key, each, (*path, key))
            elif number is not None:
                yield from self.check(self._nodes[number], each, (*path, key), prunes=prunes)
            elif "embedded" in node and key in _OF_OBJECTS:
                yield from self._of_embedded(key, each, (*path, key))
            elif is_closed:
                yield _unknown(properties, key, path)

    def _of_root(
        self, properties: dict[str, int], key: str, value: Json, path: Path
    ) -> Iterator[Finding]:
        """Metadata has the shape of that of all objects, and the rules of its schema on top."""
        if key == "metadata" and key in properties:
            yield from self.check(self._nodes[properties[key]], value, path, prunes=False)

    def _of_embedded(self, key: str, value: Json, path: Path) -> Iterator[Finding]:
        schema = object_metadata()
        node = schema.nodes[schema.root] if key == "metadata" else {"type": "string"}
        yield from _Walk(schema).check(node, value, path)

    def _alternatives(self, node: Node, value: Json, path: Path) -> Iterator[Finding]:
        for number in node.get("allOf", ()):
            yield from self.check(self._nodes[number], value, path, prunes=False)
        for key in ("anyOf", "oneOf"):
            if key in node:
                yield from self._choices(node[key], value, path, is_single=key == "oneOf")
        if "not" in node and self._failure(node["not"], value, path) is None:
            yield _forbidden(self._nodes[node["not"]], path)

    def _choices(
        self, numbers: list[int], value: Json, path: Path, *, is_single: bool
    ) -> Iterator[Finding]:
        failures = [self._failure(number, value, path) for number in numbers]
        if all(failures):
            yield _unmatched(failures, path)
        elif is_single and failures.count(None) > 1:
            yield _several([self._nodes[number].get("required", []) for number in numbers], path)

    def _failure(self, number: int, value: Json, path: Path) -> Finding | None:
        """Return the first fault that an alternative finds; None where it fits."""
        found = self.check(self._nodes[number], value, path, prunes=False)
        return next((each for each in found if each.name not in UNJUDGED), None)


def _missing(node: Node, value: dict[str, Json], path: Path) -> Iterator[Finding]:
    for key in node.get("required", ()):
        if key not in value:
            message = f"{place((*path, key))} is missing"
            yield Finding(path, "missing-manifest-field", message, "add it: the field is required")


def _unknown(properties: dict[str, int], key: str, path: Path) -> Finding:
    message = f"`{shown(key)[1:-1]}` is no field of {place(path)}"
    hint = suggestion(key, sorted(properties), "it has")
    return Finding((*path, key), "unknown-manifest-field", message, hint)


def _repeated(node: Node, value: list[Json], path: Path) -> Iterator[Finding]:
    """Entries of a set are compared whole, those of a map by its keys, as the API server does."""
    kind = node.get("list") or ("set" if node.get("uniqueItems") else None)
    if kind is None:
        return
    seen: set[bytes] = set()
    for index, each in enumerate(value):
        if kind == "map" and not isinstance(each, dict):
            continue
        key = _identity(each, node["keys"]) if kind == "map" else each
        written = canonical_json(key)
        if written in seen:
            message = f"an earlier entry of {place(path)} is {shown(key)}, too"
            own = f" {listed(node['keys'])}" if kind == "map" else ""
            hint = f"every entry needs its own{own}"
            yield Finding((*path, index), "repeated-list-key", message, hint)
        seen.add(written)


def _identity(entry: Json, keys: list[str]) -> Json:
    return {name: entry.get(name) for name in keys} if isinstance(entry, dict) else None


def _unmatched(failures: list[Finding | None], path: Path) -> Finding:
    reasons = list(dict.fromkeys(each.message for each in failures if each is not None))
    if all(each is not None and each.name == "missing-manifest-field" for each in failures):
        needed = " or ".join(each.removesuffix(" is missing") for each in reasons)
        message = f"{place(path)} needs {needed}"
        return Finding(path, "unmatched-alternative", message, "add one of them")
    message = f"{place(path)} fits none of its {len(failures)} alternatives"
    return Finding(path, "unmatched-alternative", message, "; or ".join(reasons[:4]))


def _several(needs: list[list[str]], path: Path) -> Finding:
    fields = [field for each in needs for field in each]
    message = f"{place(path)} fits more than one of its alternatives"
    hint = f"give exactly one of {listed(fields)}" if fields else "keep what belongs to one"
    return Finding(path, "unmatched-alternative", message, hint)


def _forbidden(node: Node, path: Path) -> Finding:
    fields = node.get("required", [])
    message = f"{place(path)} is what its definition forbids"
    hint = f"{listed(fields)} can't stand together" if len(fields) > 1 else None
    return Finding(path, "unmatched-alternative", message, hint)
