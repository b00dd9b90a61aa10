"""Definitions as files: compact, the same bytes everywhere, and not trusted when they are read.

One JSON object with a line for each node, so that a change of a definition is a readable diff. A
file may come from a pull request of a stranger: numbers must point at earlier nodes, keywords must
hold what they can hold.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mlspec.canonical import canonical_json
from mlspec.manifests.definitions._convert import is_sound
from mlspec.manifests.definitions._crd import sound_names
from mlspec.manifests.definitions._definition import Definition
from mlspec.manifests.definitions._schema import CHILD_LISTS, CHILD_MAPS, CHILDREN

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["FORMAT", "definition_from_text", "definition_to_text"]

FORMAT = "mlspec.definition/1.0"
_TEXTS = ("digest", "group", "kind", "plural", "scope")
_MOST_NODES = 400_000


def definition_to_text(definition: Definition) -> str:
    """Return the file of a definition."""
    head: dict[str, Any] = {key: getattr(definition, key) for key in _TEXTS}
    head |= {"format": FORMAT, "versions": dict(definition.versions)}
    lines = [canonical_json(each).decode() for each in definition.nodes]
    start = canonical_json(head).decode().removesuffix("}")
    return f'{start},"nodes":[\n' + ",\n".join(lines) + "\n]}\n"


def definition_from_text(text: str) -> Definition:
    """Return the definition of a file.

    Raises:
        ValueError: it is none, or not sound.
    """
    data = _object_of(text)
    nodes, versions = data.get("nodes"), data.get("versions")
    if not isinstance(nodes, list) or len(nodes) > _MOST_NODES or not isinstance(versions, dict):
        raise ValueError("it lacks nodes or versions")
    _require_sound(nodes)
    if not all(_points_below(each, len(nodes)) for each in versions.values()):
        raise ValueError("a version has no node")
    words = {key: data.get(key) for key in _TEXTS}
    if not sound_names(words, versions):
        raise ValueError("a name in it is missing or malformed")
    return Definition(
        **{key: str(each) for key, each in words.items()}, versions=versions, nodes=tuple(nodes)
    )


def _object_of(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError(f"it is not of the format `{FORMAT}`")
    return data


def _require_sound(nodes: list[Any]) -> None:
    for number, node in enumerate(nodes):
        if not isinstance(node, dict) or not is_sound(node):
            raise ValueError(f"node {number} is malformed")
        if not all(_points_below(each, number) for each in _numbers(node)):
            raise ValueError(f"node {number} does not point at earlier nodes")


def _numbers(node: dict[str, Any]) -> Iterable[object]:
    for key in CHILDREN:
        if key in node:
            yield node[key]
    for key in (*CHILD_LISTS, *CHILD_MAPS):
        below = node.get(key, ())
        yield from below.values() if isinstance(below, dict) else below


def _points_below(value: object, number: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < number
