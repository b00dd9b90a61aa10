"""Expressions of a pack: compiled once for each kind of resource that they look at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.cel import (
    MISSING,
    Duration,
    EvaluationError,
    Program,
    Timestamp,
    compile_expression,
    duration_text,
    timestamp_text,
)
from mlspec.cel import Fault as Misspelling
from mlspec.policy._report import report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.cel import Budget, Environment
    from mlspec.diagnostics import Diagnostic, Span

__all__ = ["Faulty", "Sentence", "as_json", "condition", "sentence"]

_HOLE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_ABSENT = "⟨missing⟩"
_LONGEST = 200


class Faulty(Exception):  # noqa: N818  (what a pack says wrong is data, told and not raised further)
    """Expressions that can't be used, with what is to be told of them."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__()
        self.diagnostics = diagnostics


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text with values in it."""

    parts: tuple[str | Program, ...]

    def filled(self, facts: Mapping[str, object], budget: Budget) -> str:
        """Return the text for some facts; a value that is not there is said to be missing."""
        return "".join(
            each if isinstance(each, str) else _shown(each, facts, budget) for each in self.parts
        )


def condition(text: str, environment: Environment, span: Span) -> Program:
    """Return the program of `when` or `require`.

    Raises:
        Faulty: it can't be read, names what does not exist, or gives no truth value.
    """
    program = _program(text, environment, span)
    if program.type.kind not in ("bool", "dyn"):
        told = f"the expression gives `{program.type}`, but a condition is true or false"
        raise Faulty((report("no-condition", told, span, "compare it with something"),))
    return program


def sentence(text: str, environment: Environment, span: Span) -> Sentence:
    """Return a text whose `{{ expression }}` are programs.

    Raises:
        Faulty: one of them can't be used.
    """
    return Sentence(tuple(_parts(text, environment, span)))


def _parts(text: str, environment: Environment, span: Span) -> Iterator[str | Program]:
    end = 0
    for hole in _HOLE.finditer(text):
        if hole.start() > end:
            yield text[end : hole.start()]
        yield _program(hole.group(1).strip(), environment, span)
        end = hole.end()
    if end < len(text):
        yield text[end:]


def _program(text: str, environment: Environment, span: Span) -> Program:
    found = compile_expression(text, environment)
    if isinstance(found, Program):
        return found
    raise Faulty(tuple(_told(text, each, span) for each in found))


def _told(text: str, fault: Misspelling, span: Span) -> Diagnostic:
    lines = text.split("\n")
    line = lines[fault.line - 1] if fault.line <= len(lines) else ""
    about = line[fault.column - 1 : fault.end_column - 1] or line
    message = f"{fault.message} (at `{about[:_LONGEST]}`)"
    name = "unreadable-pack" if fault.needs else "misspelt-expression"
    return report(name, message, span, fault.hint)


def as_json(value: object) -> Json:
    """Return a value of an expression as JSON; moments and spans as texts."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [as_json(each) for each in value]
    if isinstance(value, dict):
        return {str(key): as_json(each) for key, each in value.items()}
    return _moment(value)


def _moment(value: object) -> str:
    """Return a moment or a span as CEL writes it, and anything else as it is printed."""
    if isinstance(value, Timestamp):
        return timestamp_text(value)
    return duration_text(value) if isinstance(value, Duration) else str(value)


def _shown(program: Program, facts: Mapping[str, object], budget: Budget) -> str:
    try:
        value = program.evaluate(facts, budget)
    except EvaluationError:
        return _ABSENT
    return _text(value)


def _text(value: object) -> str:
    if value is MISSING or value is None:
        return _ABSENT
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value)) or "none"
    return _moment(value)
