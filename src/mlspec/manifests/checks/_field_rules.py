"""The rules that tables of core kinds are made of: words, bounds, forms, alternatives, parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from mlspec.manifests.checks._field_codes import (
    CHOICE,
    CONTRADICTION,
    FORM,
    MISPLACED,
    MISSING,
    NUMBER,
    REPEATED,
)
from mlspec.manifests.checks._forms import FORMS
from mlspec.manifests.checks._suggestion import meant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.diagnostics import Code
    from mlspec.manifests._model import Problem
    from mlspec.manifests.checks._node import Node

__all__ = [
    "Alone",
    "Below",
    "Between",
    "Filled",
    "Formed",
    "Keys",
    "Most",
    "Nowhere",
    "OneOf",
    "Only",
    "Parts",
    "SomeOf",
    "Unique",
    "With",
    "Words",
    "words",
]

_NOTHING: tuple[Json, ...] = (None, "", [], {})
"""What Kubernetes takes for absent."""

_UNSET: tuple[Json, ...] = (None, "", [])
"""The same for alternatives: `emptyDir: {}` chooses one."""


@dataclass(frozen=True, slots=True)
class Words:
    """One of some words, capitals included; an empty text is the default of the field."""

    allowed: tuple[str, ...]
    code: Code = CHOICE

    def judge(self, node: Node) -> Iterator[Problem]:
        """Yield a word that is none of them."""
        if node.text and node.text not in self.allowed:
            listed = ", ".join(each for each in self.allowed if each)
            hint = meant(node.text, self.allowed, f"use one of {listed}")
            message = f"`{_last(node)}` has no choice `{node.shown}`"
            yield node.problem(self.code, message, hint)


def words(text: str, code: Code = CHOICE) -> Words:
    """Return the choice of some words, which blanks part."""
    return Words(tuple(text.split()), code)


@dataclass(frozen=True, slots=True)
class Between:
    """A whole number within bounds, both included."""

    least: int = 0
    most: int | None = None
    code: Code = NUMBER

    def judge(self, node: Node) -> Iterator[Problem]:
        """Yield a number outside of the bounds."""
        number = node.whole
        if number is None:
            return
        if number < self.least or (self.most is not None and number > self.most):
            to = "or more" if self.most is None else f"to {self.most}"
            message = f"`{_last(node)}` is {node.shown}"
            yield node.problem(self.code, message, f"write {self.least} {to}")


@dataclass(frozen=True, slots=True)
class Formed:
    """A value of a form, by its name in `FORMS`."""

    form: str
    code: Code = FORM

    def judge(self, node: Node) -> Iterator[Problem]:
        """Yield a value that is not of the form."""
        form = FORMS[self.form]
        if not form.is_met(node.value):
            message = f"`{_last(node)}` is {form.what}, which `{node.shown}` is not"
            yield node.problem(self.code, message, form.hint)


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of a mapping that are of a form."""

    form: str

    def judge(self, node: Node) -> Iterator[Problem]:
        """Yield the values whose keys are not of the form."""
        form = FORMS[self.form]
        for key, value in node.entries():
            if not form.is_met(key):
                yield value.problem(FORM, f"`{key[:60]}` is not {form.what}", form.hint)


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


@dataclass(frozen=True, slots=True)
class Most:
    """A list of at most some items."""

    count: int

    def judge(self, node: Node) -> Iterator[Problem]:
        """Yield a list that is longer."""
        if isinstance(node.value, list) and len(node.value) > self.count:
            message = f"`{_last(node)}` has {len(node.value)} entries"
            yield node.problem(NUMBER, message, f"keep at most {self.count}")


@dataclass(frozen=True, slots=True)
class Below:
    """A rule for the values of some keys that hold dots, as the keys of labels do."""

    keys: tuple[str, ...]
    rule: Words

    def judge(self, node: Node) -> Iterator[Problem]:
        """Yield what the rule finds at each of the keys."""
        for key in node.set_keys(*self.keys):
            yield from self.rule.judge(node[key])


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
class Parts:
    """Keys with something under them: neither null nor empty; where `when` holds, if given."""

    keys: tuple[str, ...]
    when: Condition | None = None

    def judge(self, node: Node) -> Iterator[Problem]:
        """Yield the keys that are missing or empty."""
        if not isinstance(node.value, dict) or (self.when and not self.when.holds(node)):
            return
        for key in self.keys:
            if node.get(key) in _NOTHING:
                reason = f" where {self.when.reason}" if self.when else ""
                yield node[key].problem(MISSING, f"`{key}` is missing or empty{reason}", "add it")


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
class Alone:
    """A value that stands alone in its list."""

    value: str

    def judge(self, node: Node) -> Iterator[Problem]:
        """Yield the list where it holds the value and others."""
        if isinstance(node.value, list) and self.value in node.value and len(node.value) > 1:
            message = f"`{self.value}` excludes all others"
            yield node.problem(CONTRADICTION, message, "keep it alone, or remove it")


@dataclass(frozen=True, slots=True)
class Unique:
    """Items of a list that differ in some keys, or as texts; defaults stand for what is absent."""

    keys: tuple[str, ...] = ()
    defaults: dict[str, Json] = field(default_factory=dict, hash=False)

    def judge(self, node: Node) -> Iterator[Problem]:
        """Yield each item that says what an earlier one said."""
        seen: set[tuple[str, ...]] = set()
        for item in node.each():
            values = self._values(item)
            if values is None:
                continue
            if values in seen:
                told = " and ".join(f"`{each}`" for each in values)
                yield item.problem(
                    REPEATED, f"{told} stands twice in `{_last(node)}`", "remove one"
                )
            seen.add(values)

    def _values(self, item: Node) -> tuple[str, ...] | None:
        """Return what must differ; None where the first key is not there."""
        if not self.keys:
            return (item.text,) if item.text else None
        nodes = [item[key] for key in self.keys]
        if not nodes[0].is_set:
            return None
        return tuple(
            str(self.defaults.get(key, "") if each.value is None else each.value)[:253]
            for key, each in zip(self.keys, nodes, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Nowhere:
    """A field that may not be written here, and why."""

    why: str
    code: Code = MISPLACED

    def judge(self, node: Node) -> Iterator[Problem]:
        """Yield the field, unless it is empty."""
        if node.value not in ("", [], {}, 0, False):
            yield node.problem(self.code, f"`{_last(node)}` {self.why}", "remove it")


def _last(node: Node) -> str:
    """Return the name of the field; items of lists have that of their list."""
    names = [each for each in node.path if isinstance(each, str)]
    return names[-1][:60] if names else node.manifest.kind
