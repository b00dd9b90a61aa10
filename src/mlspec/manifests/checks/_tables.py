"""Tables of what the fields of an object may hold: pairs of a path and a rule, walked once.

A path has the keys of mappings, `[]` for each item of a list and `{}` for each value of a mapping:
`spec.containers[].imagePullPolicy`. A rule sees the value at its path, never one that is null.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["Branch", "FieldRule", "Table", "branch_of", "each", "judged", "under"]


class FieldRule(Protocol):
    """What a value may be; a value of another type than its field is left to the schema."""

    def judge(self, node: Node) -> Iterator[Problem]:
        """Yield what is wrong with a value."""
        ...


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
        key = step.removesuffix("[]").removesuffix("{}")
        if key:
            yield key
        if key != step:
            yield step[len(key) :]


def judged(branch: Branch, node: Node) -> Iterator[Problem]:
    """Yield what is wrong with a value and with all below it, as deep as the table goes."""
    for rule in branch.rules:
        yield from rule.judge(node)
    if isinstance(node.value, dict):
        every = branch.below.get("{}")
        for key, value in node.value.items():
            below = branch.below.get(key, every)
            if below is not None and value is not None:
                yield from judged(below, node[key])
    elif isinstance(node.value, list) and "[]" in branch.below:
        for item in node.each():
            yield from judged(branch.below["[]"], item)
