"""The CEL rules of a definition, held against the parts of an object that they stand at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mlspec.canonical import canonical_json
from mlspec.cel import EvaluationError
from mlspec.manifests.definitions._cel import budget_of_object, evaluate, holds, program_of
from mlspec.manifests.definitions._cel_names import (
    escaped,
    fields_of,
    fields_of_entries,
)
from mlspec.manifests.definitions._cel_types import CelTypes
from mlspec.manifests.definitions._cel_values import CelValues
from mlspec.manifests.definitions._leaves import MISSING, UNCHECKED
from mlspec.manifests.definitions._patterns import UncheckedError
from mlspec.manifests.definitions._schema import children
from mlspec.manifests.definitions._words import Finding, place
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from mlspec.canonical import Json
    from mlspec.cel import Program
    from mlspec.diagnostics import Path
    from mlspec.manifests.definitions._schema import Node, Schema

__all__ = ["RuleBook"]

_MOST_KNOWN = 20_000
_LONGEST_MESSAGE = 500
_OF_A_CHANGE = re.compile(r"\boldSelf\b")
_STEP = re.compile(r"\.([A-Za-z_][\w-]*)|\[['\"]([^'\"]+)['\"]\]")


class _Outcome(NamedTuple):
    """What became of one rule: it is broken, or (with an error) was not evaluated."""

    rule: Node
    told: str
    error: UncheckedError | None = None


def ruled_nodes(schema: Schema) -> frozenset[int]:
    """Return the numbers of the nodes that have a rule, or a node with one below them."""
    found: set[int] = set()
    for number, node in enumerate(schema.nodes):  # children come before their parents
        if "rules" in node or any(each in found for each in children(node)):
            found.add(number)
    return frozenset(found)


class RuleBook:
    """The rules of one version of a kind, and what they said of values that were seen before."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.ruled = ruled_nodes(schema)
        self.known: dict[tuple[int, str, bytes], bool] = {}
        self._types = CelTypes(schema)
        self._programs: dict[tuple[int, str], Program | UncheckedError] = {}

    def program(self, number: int, rule: str) -> Program | UncheckedError:
        """Return a rule of a node ready to run, or why it can't be."""
        key = (number, rule)
        if key not in self._programs:
            self._programs[key] = program_of(rule, self._types.environment(number))
        return self._programs[key]

    def findings(self, value: Json, wrong: Collection[Path]) -> Iterator[Finding]:
        """Yield the rules that an object breaks, and those that could not be evaluated.

        `wrong` are the places that have another fault: what holds one is not judged, as its rules
        would say the same again or fail for that reason.
        """
        if self.schema.root in self.ruled:
            yield from _Judge(self, wrong).check(self.schema.root, value, ())


class _Judge:
    """Holds one object against the rules."""

    def __init__(self, book: RuleBook, wrong: Collection[Path]) -> None:
        self._book = book
        self._wrong = {each[:length] for each in wrong for length in range(len(each) + 1)}
        self._budget = budget_of_object()
        self._values = CelValues(book.schema)

    def check(self, number: int, value: Json, path: Path) -> Iterator[Finding]:
        node = self._book.schema.nodes[number]
        if "rules" in node and path not in self._wrong and value is not None:
            for outcome in self._outcomes(number, value):
                yield _finding(outcome, path)
        if isinstance(value, list):
            yield from self._below([node.get("items")] * len(value), enumerate(value), path)
        elif isinstance(value, dict):
            extra = node.get("additionalProperties")
            numbers = [node.get("properties", {}).get(key, extra) for key in value]
            yield from self._below(numbers, value.items(), path)

    def _below(
        self,
        numbers: Iterable[int | None],
        entries: Iterable[tuple[str | int, Json]],
        path: Path,
    ) -> Iterator[Finding]:
        for number, (step, each) in zip(numbers, entries, strict=True):
            if number is not None and number in self._book.ruled:
                yield from self.check(number, each, (*path, step))

    def _outcomes(self, number: int, value: Json) -> Iterator[_Outcome]:
        for rule in self._book.schema.nodes[number]["rules"]:
            if _OF_A_CHANGE.search(rule["rule"]):
                continue  # about a change of the object, of which there is none here
            try:
                is_kept = self._holds(number, rule["rule"], value)
            except UncheckedError as error:
                yield _Outcome(rule, error.reason, error)
                continue
            if not is_kept:
                yield _Outcome(rule, self._message(number, rule, value))

    def _holds(self, number: int, rule: str, value: Json) -> bool:
        """Most parts of an object stand in a thousand others, as far as a rule looks at them."""
        known = self._book.known
        key = (number, rule, canonical_json(_relevant(rule, value)))
        if key not in known:
            found = holds(self._book.program(number, rule), self._of(number, value), self._budget)
            if len(known) >= _MOST_KNOWN:
                known.clear()
            known[key] = found
        return known[key]

    def _of(self, number: int, value: Json) -> object:
        try:
            return self._values.of(number, value)
        except (EvaluationError, ValueError, OverflowError):
            raise UncheckedError("a text does not have the format of its field") from None

    def _message(self, number: int, rule: Node, value: Json) -> str:
        text = rule.get("message") or f"the rule `{rule['rule'].strip()}` does not hold"
        if "messageExpression" in rule:
            try:
                program = self._book.program(number, rule["messageExpression"])
                told = evaluate(program, self._of(number, value), self._budget)
            except UncheckedError:
                told = None
            text = told if isinstance(told, str) and told.strip() else text
        return printable(" ".join(str(text).split()))[:_LONGEST_MESSAGE]


def _hint(rule: Node) -> str | None:
    if not rule.get("message") and "messageExpression" not in rule:
        return None
    return f"the rule is `{printable(' '.join(rule['rule'].split()))[:_LONGEST_MESSAGE]}`"


def _relevant(rule: str, value: Json) -> Json:
    """Return the part of a value that the result of a rule follows from."""
    if isinstance(value, dict):
        return _kept(value, fields_of(rule))
    if isinstance(value, list):
        fields = fields_of_entries(rule)
        return [_kept(each, fields) for each in value]
    return value


def _kept(value: Json, fields: frozenset[str] | None) -> Json:
    if fields is None or not isinstance(value, dict):
        return value
    return {key: each for key, each in value.items() if escaped(key) in fields}


def _finding(outcome: _Outcome, path: Path) -> Finding:
    rule, error = outcome.rule, outcome.error
    if error is None:
        where = (*path, *_field_path(rule))
        message = f"{place(path)}: {outcome.told}"
        return Finding(where, "broken-definition-rule", message, _hint(rule))
    text = printable(" ".join(rule["rule"].split()))[:_LONGEST_MESSAGE]
    message = f"a rule of {place(path)} was not checked: {outcome.told}"
    name = MISSING if error.is_missing else UNCHECKED
    return Finding(path, name, message, f"the rule is `{text}`; the API server does check it")


def _field_path(rule: Node) -> Path:
    return tuple(first or second for first, second in _STEP.findall(rule.get("fieldPath", "")))
