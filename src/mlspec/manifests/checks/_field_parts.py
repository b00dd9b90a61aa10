"""The rules about parts of a mapping: which exclude, need, or belong to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from mlspec.manifests.checks._field_codes import CONTRADICTION, MISPLACED, MISSING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.manifests._model import Problem
    from mlspec.manifests.checks._node import Node
    from mlspec.manifests.checks._tables import FieldRule

__all__ = ["Condition", "Filled", "OneOf", "Only", "Parts", "SomeOf", "Stated", "When", "With"]

_NOTHING: tuple[Json, ...] = (None, "", [], {})
"""What Kubernetes takes for absent."""

_UNSET: tuple[Json, ...] = (None, "", [])
"""The same for alternatives: `emptyDir: {}` chooses one."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """Exactly one of some keys; with `is_optional`, one or none.

    An empty mapping is set, as in `emptyDir: {}`; an empty list or text is not.
    """

    keys: tuple[str, ...]
    is_optional: bool = False

    def judge(self, node: Node) -> Iterator[Problem]:
        """Yield a mapping with several of the keys, or none."""
        if not isinstance(node.value, dict):
            return
        stated = [
            key for key, value in node.value.items() if key in self.keys and value not in _UNSET
        ]
        if len(stated) > 1:
            message = f"{' and '.join(f'`{each}`' for each in stated)} exclude each other"
            yield node[stated[1]].problem(CONTRADICTION, message, "keep one of them")
        elif not stated and not self.is_optional:
            some = f"one of {', '.join(self.keys)}" if len(self.keys) > 1 else f"`{self.keys[0]}`"
            yield node.problem(CONTRADICTION, f"this needs {some}", "add it")


@dataclass(frozen=True, slots=True)
class SomeOf:
    """At least one of some keys has something under it."""

    keys: tuple[str, ...]

    def judge(self, node: Node) -> Iterator[Problem]:
        """Yield a mapping with none of them."""
        if isinstance(node.value, dict) and all(node.get(key) in _NOTHING for key in self.keys):
            some = " or ".join(f"`{each}`" for each in self.keys)
            yield node.problem(MISSING, f"this needs {some}", "add one of them")


@dataclass(frozen=True, slots=True)
class Filled:
    """Keys that are not empty; schemas say that they are there."""

    keys: tuple[str, ...]

    def judge(self, node: Node) -> Iterator[Problem]:
        """Yield the keys with nothing in them."""
        for key in node.set_keys(*self.keys):
            if node.get(key) in _NOTHING:
                yield node[key].problem(MISSING, f"`{key}` is empty", "fill it in")


class Condition(Protocol):
    """When a part is needed."""

    @property
    def reason(self) -> str:
        """Return the condition in words."""
        ...

    def holds(self, node: Node) -> bool:
        """Tell whether it holds for a mapping."""
        ...


@dataclass(frozen=True, slots=True)
class With:
    """The condition that another key is set."""

    other: str

    @property
    def reason(self) -> str:
        """Return the condition in words."""
        return f"`{self.other}` is set"

    def holds(self, node: Node) -> bool:
        """Tell whether the other key has something under it."""
        return node.get(self.other) not in _NOTHING


@dataclass(frozen=True, slots=True)
class Only:
    """Keys that may be set only beside another key with one of some values.

    `default` is what the other key is where nothing is stated.
    """

    keys: tuple[str, ...]
    other: str
    values: tuple[Json, ...]
    default: Json = None

    def judge(self, node: Node) -> Iterator[Problem]:
        """Yield the keys that are set where they may not be."""
        if isinstance(node.value, dict) and not self.holds(node):
            for key in (each for each in self.keys if node.get(each) not in _NOTHING):
                hint = "remove it, or change the other one"
                message = f"`{key}` can't be set unless {self.reason}"
                yield node[key].problem(MISPLACED, message, hint)

    def holds(self, node: Node) -> bool:
        """Tell whether the other key has one of the values."""
        stated = node.get(self.other)
        return (self.default if stated in (None, "") else stated) in self.values

    @property
    def reason(self) -> str:
        """Return the condition in words."""
        shown = (str(each).lower() if isinstance(each, bool) else each for each in self.values)
        return f"`{self.other}` is {' or '.join(f'`{each}`' for each in shown)}"


@dataclass(frozen=True, slots=True)
class Parts:
    """Keys with something under them: neither null nor empty; where `when` holds, if given."""

    keys: tuple[str, ...]
    when: Condition | None = None

    def judge(self, node: Node) -> Iterator[Problem]:
        """Yield the keys that are missing or empty."""
        if not isinstance(node.value, dict) or (self.when and not self.when.holds(node)):
            return
        for key in self.keys:
            if lack := self._lack(node.get(key)):
                reason = f" where {self.when.reason}" if self.when else ""
                yield node[key].problem(MISSING, f"`{key}` is {lack}{reason}", "add it")

    def _lack(self, value: Json) -> str:
        """Return what a value lacks, in words; nothing where it will do."""
        return "missing or empty" if value in _NOTHING else ""


@dataclass(frozen=True, slots=True)
class Stated(Parts):
    """Keys that are there, if only as an empty mapping; where `when` holds, if given."""

    def _lack(self, value: Json) -> str:
        return "missing" if value is None else ""


@dataclass(frozen=True, slots=True)
class When:
    """A rule for the value of a key, only where a condition holds beside it."""

    condition: Condition
    key: str
    rule: FieldRule

    def judge(self, node: Node) -> Iterator[Problem]:
        """Yield what the rule finds, if the condition holds."""
        if node.get(self.key) is not None and self.condition.holds(node):
            yield from self.rule.judge(node[self.key])
