"""What is wrong with an expression (a value), and why an evaluation gave no result (raised).

A result that is no result must not be taken for one: an error object would count as true, so
evaluation raises. `BudgetError` is never absorbed by `&&` and `||`, as other errors are.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BudgetError", "EvaluationError", "Fault", "FaultError", "an", "place_of"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an expression, found before it runs.

    `line` and `column` count from 1, columns in characters; `end_column` is that behind the last
    character where the part ends on the same line, and else the one behind `column`. `needs` is
    the extra to install, if that is all that is wrong.
    """

    message: str
    line: int
    column: int
    end_column: int
    hint: str | None = None
    needs: str | None = None

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.line}:{self.column}: {self.message}{hint}"


class FaultError(Exception):
    """Ends the reading of an expression at the first thing that can't be read."""

    def __init__(self, message: str, start: int, end: int, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.hint = hint

    def fault(self, text: str) -> Fault:
        """Return the fault at its place in the text."""
        return Fault(self.message, *place_of(text, self.start, self.end), self.hint)


class EvaluationError(Exception):
    """An expression has no value for these facts; `line` and `column` say which part of it."""

    def __init__(self, message: str, at: int = -1) -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        self.line = 0
        self.column = 0

    def locate(self, at: int) -> None:
        """Keep the place of the innermost part that failed."""
        if self.at < 0:
            self.at = at

    def count_lines(self, text: str) -> None:
        """Set `line` and `column` from the text of the expression."""
        self.line, self.column, _ = place_of(text, max(self.at, 0), max(self.at, 0))


class BudgetError(EvaluationError):
    """An evaluation was stopped because it took all the steps that it may take."""


def place_of(text: str, start: int, end: int) -> tuple[int, int, int]:
    """Return line, column and end column of a part of a text."""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    last = end if line_end < 0 or end <= line_end else start + 1
    line = text.count("\n", 0, start) + 1
    return line, start - line_start + 1, max(last, start + 1) - line_start + 1


def an(kind: object) -> str:
    """Return the name of a type with its article, such as `an int`, `a uint`."""
    word = str(kind)
    return f"{'an' if word[:1] in ('a', 'e', 'i', 'o') else 'a'} {word}"
