"""Schemas in their compact form: a table of nodes that name each other by number.

A definition of Kubernetes repeats the schema of a pod dozens of times; equal parts become one node
here, so that megabytes of YAML become kilobytes that load at once. A node holds the keywords of a
structural schema, and numbers of nodes where that has schemas. Children come before their parents,
so a table cannot be circular, whoever wrote it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CHILDREN", "CHILD_LISTS", "CHILD_MAPS", "Node", "Schema", "children"]

Node = dict[str, Any]
"""Keywords of one schema: those of JSON Schema, and ours in place of `x-kubernetes-*`:

* `open`: unknown fields are kept (preserve-unknown-fields), in objects without a schema too;
* `any`: a whole number or text (int-or-string); `embedded`: an object with its own metadata;
* `list`: `set` or `map`, with `keys`; `rules`: CEL rules; `default`: what is filled in.
"""

CHILDREN = ("additionalProperties", "items", "not")
CHILD_LISTS = ("allOf", "anyOf", "oneOf")
CHILD_MAPS = ("properties",)


@dataclass(frozen=True)
class Schema:
    """A root and the nodes below it."""

    nodes: tuple[Node, ...]
    root: int


def children(node: Node) -> Iterator[int]:
    """Yield the numbers of the nodes that a node names."""
    for key in CHILDREN:
        if key in node:
            yield node[key]
    for key in CHILD_LISTS:
        yield from node.get(key, ())
    for key in CHILD_MAPS:
        yield from node.get(key, {}).values()
