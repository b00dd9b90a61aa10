"""The rules that tables of core kinds are made of: words, bounds, forms, and what lists hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.manifests.checks._field_codes import (
    CHOICE,
    CONTRADICTION,
    FORM,
    MISPLACED,
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
    from mlspec.manifests.checks._tables import FieldRule

__all__ = [
    "Alone",
    "Below",
    "Between",
    "Each",
    "Formed",
    "Keys",
    "Most",
    "Nowhere",
    "Unique",
    "Words",
    "formed_or_empty",
    "words",
]


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
            message = f"`{node.field}` has no choice `{node.shown}`"
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
            message = f"`{node.field}` is {node.shown}"
            yield node.problem(self.code, message, f"write {self.least} {to}")


@dataclass(frozen=True, slots=True)
class Formed:
    """A value of a form, by its name in `FORMS`."""

    form: str
    code: Code = FORM
    or_empty: bool = False
    """Whether an empty text says what an absent one says, as the server has it."""

    def judge(self, node: Node) -> Iterator[Problem]:
        """Yield a value that is not of the form."""
        form = FORMS[self.form]
        if not (form.is_met(node.value) or (self.or_empty and node.value == "")):
            message = f"`{node.field}` is {form.what}, which `{node.shown}` is not"
            yield node.problem(self.code, message, form.hint)


def formed_or_empty(form: str) -> Formed:
    """Return the rule for a text of a form that may also be empty."""
    return Formed(form, or_empty=True)


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
class Most:
    """A list of at most some items."""

    count: int

    def judge(self, node: Node) -> Iterator[Problem]:
        """Yield a list that is longer."""
        if isinstance(node.value, list) and len(node.value) > self.count:
            message = f"`{node.field}` has {len(node.value)} entries"
            yield node.problem(NUMBER, message, f"keep at most {self.count}")


@dataclass(frozen=True, slots=True)
class Below:
    """A rule for the values of some keys that hold dots, as the keys of labels do."""

    keys: tuple[str, ...]
    rule: FieldRule

    def judge(self, node: Node) -> Iterator[Problem]:
        """Yield what the rule finds at each of the keys."""
        for key in node.set_keys(*self.keys):
            yield from self.rule.judge(node[key])


@dataclass(frozen=True, slots=True)
class Each:
    """A rule for every item of a list."""

    rule: FieldRule

    def judge(self, node: Node) -> Iterator[Problem]:
        """Yield what the rule finds in any of them."""
        for item in node.each():
            yield from self.rule.judge(item)


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
                yield item.problem(REPEATED, f"{told} stands twice in `{node.field}`", "remove one")
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
            yield node.problem(self.code, f"`{node.field}` {self.why}", "remove it")
