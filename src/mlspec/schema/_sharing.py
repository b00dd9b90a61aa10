"""Equal parts of a JSON Schema, written once: `definitions`, and `$ref` where they stood.

In: one schema without references, or with some to its own `definitions`. Out: a schema with the
same verdict on every document. A part moves with all that it says, its description included: what
stands beside a `$ref` counts for nothing in draft-07. Conditions stay where they are, so that a
variant is still found by its tag.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain, count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["REFERENCE", "share_parts"]

Node = dict[str, Any]

REFERENCE = "#/definitions/"
_LEAST_CHARACTERS = 160
"""A shorter part is easier to read where it stands, and hardly longer than the reference."""


def share_parts(schema: Node) -> Node:
    """Return a schema whose variants, and parts that occur more than once, are `definitions`.

    A variant is named after the value that asks for it, another part after the field that it is
    first met at, in the order of the document, with a number where that name is taken.
    """
    counts: Counter[str] = Counter()
    variants: set[str] = set()
    _count(schema, counts, variants)
    shared = {key for key, times in counts.items() if times > 1} | variants
    taken = set(schema.get("definitions", {}))
    moved = _Moved({key for key in shared if len(key) >= _LEAST_CHARACTERS}, taken)
    result = _with_parts(schema, "", moved.reference)
    found = result.pop("definitions", {}) | moved.definitions
    return {**result, "definitions": dict(sorted(found.items()))} if found else result


def _key(node: Node) -> str:
    return json.dumps(node, ensure_ascii=False)


def _count(node: Node, counts: Counter[str], variants: set[str]) -> None:
    """Count how many different parts hold each part: what is only in one other moves with it."""
    variants |= {_key(each["then"]) for each in node.get("allOf", [])}
    for _, part in _parts(node):
        counts[key := _key(part)] += 1
        if counts[key] == 1:
            _count(part, counts, variants)


@dataclass(frozen=True, slots=True)
class _Moved:
    """Parts that move: the text of each, the names that are taken, what has moved so far."""

    keys: set[str]
    taken: set[str]
    names: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, Node] = field(default_factory=dict)

    def reference(self, node: Node, name: str) -> Node:
        """Return a reference to a part that is shared, any other part with its own parts moved."""
        key = _key(node)
        if key not in self.keys:
            return _with_parts(node, name, self.reference)
        if key not in self.names:
            known = self.names[key] = self._free(name)
            self.definitions[known] = _with_parts(node, name, self.reference)
        return {"$ref": REFERENCE + self.names[key]}

    def _free(self, name: str) -> str:
        numbered = (f"{name}-{number}" for number in count(2))
        free = next(each for each in chain([name], numbered) if each not in self.taken)
        self.taken.add(free)
        return free


def _parts(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield the parts of a node that are schemas of their own, by the field they are about."""
    found: list[tuple[str, Node]] = []

    def seen(part: Node, name: str) -> Node:
        found.append((name, part))
        return part

    _with_parts(node, "", seen)
    yield from found


def _with_parts(node: Node, name: str, replace: Callable[[Node, str], Node]) -> Node:
    """Return a node whose parts are replaced."""
    replaced: dict[str, Callable[[Any], object]] = {
        "properties": lambda members: _each(members, replace),
        "definitions": lambda members: _each(members, _inside(replace)),
        "items": lambda part: replace(part, f"{name}-entry"),
        "additionalProperties": lambda part: (
            part if isinstance(part, bool) else replace(part, f"{name}-value")
        ),
        "allOf": lambda variants: [_variant(each, replace) for each in variants],
    }
    return {key: replaced[key](each) if key in replaced else each for key, each in node.items()}


def _each(parts: dict[str, Node], replace: Callable[[Node, str], Node]) -> dict[str, Node]:
    return {name: replace(part, name) for name, part in parts.items()}


def _inside(replace: Callable[[Node, str], Node]) -> Callable[[Node, str], Node]:
    """Leave a definition that has a name already, and replace the parts of it."""
    return lambda part, name: _with_parts(part, name, replace)


def _variant(node: Node, replace: Callable[[Node, str], Node]) -> Node:
    """Return a condition whose consequence is replaced, named after the value that asks for it."""
    then = node["then"]
    if "$ref" in then:
        return node
    [condition] = node["if"]["properties"].values()
    return {**node, "then": replace(then, str(condition["enum"][0]))}
