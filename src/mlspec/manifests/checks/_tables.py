"""Tables of what the fields of an object may hold: pairs of a path and a rule, walked once.

A path has the keys of mappings, `[]` for each item of a list and `{}` for each value of a mapping:
`spec.containers[].imagePullPolicy`. A rule sees the value at its path, never one that is null.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from mlspec.manifests.checks._node import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path
    from mlspec.manifests._model import Manifest, Problem

__all__ = ["Branch", "FieldRule", "Table", "branch_of", "each", "judged", "under"]


class FieldRule(Protocol):
    """What a value may be; a value of another type than its field is left to the schema."""

    def judge(self, node: Node) -> Iterator[Problem]:
        """Yield what is wrong with a value."""
        ...


_ITEMS, _VALUES = "[]", "{}"

Table = tuple[tuple[str, FieldRule], ...]


def under(path: str, table: Table) -> Table:
    """Return a table for the value at a path: its rules apply below it."""
    return tuple((f"{path}.{below}" if below else path, rule) for below, rule in table)


def each(paths: str, rule: FieldRule) -> Table:
    """Return a table that applies one rule at several paths, which blanks part."""
    return tuple((path, rule) for path in paths.split())


@dataclass(frozen=True)
class Branch:
    """A table as a tree: the rules of one place, and the branches below it."""

    rules: list[FieldRule] = field(default_factory=list)
    below: dict[str, Branch] = field(default_factory=dict)


def branch_of(table: Table) -> Branch:
    """Return the tree of a table, so that only fields that are there cost anything."""
    root = Branch()
    for path, rule in table:
        place = root
        for step in _steps(path):
            place = place.below.setdefault(step, Branch())
        place.rules.append(rule)
    return root


def _steps(path: str) -> Iterator[str]:
    for step in path.split(".") if path else ():
        key = step.removesuffix(_ITEMS).removesuffix(_VALUES)
        if key:
            yield key
        if key != step:
            yield step[len(key) :]


def judged(branch: Branch, node: Node) -> Iterator[Problem]:
    """Yield what is wrong with a value and with all below it, as deep as the table goes."""
    return _judged(branch, node.manifest, node.path, node.value)


def _judged(branch: Branch, manifest: Manifest, path: Path, value: Json) -> Iterator[Problem]:
    """Most values have no rule of their own: a node is made only for those that do."""
    if branch.rules:
        node = Node(manifest, path, value)
        for rule in branch.rules:
            yield from rule.judge(node)
    if not branch.below:
        return
    if isinstance(value, dict):
        every = branch.below.get(_VALUES)
        for key, each in value.items():
            below = branch.below.get(key, every)
            if below is not None and each is not None:
                yield from _judged(below, manifest, (*path, key), each)
    elif isinstance(value, list) and _ITEMS in branch.below:
        for index, each in enumerate(value):
            yield from _judged(branch.below[_ITEMS], manifest, (*path, index), each)
