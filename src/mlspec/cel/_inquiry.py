"""Many expressions about the same facts: what several of them ask is evaluated once.

Rules of a law share most of their conditions: on a market of the Union, and of high risk, and ...
So the conditions that `&&` joins are answered one by one, and an answer is kept by the text of the
condition. Values, errors, facts and steps are those that `Program` gives.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from mlspec.cel._budget import Budget
from mlspec.cel._errors import BudgetError, EvaluationError
from mlspec.cel._frame import Frame, no_condition
from mlspec.cel._program import TOO_DEEP
from mlspec.cel._trace import MOST_FACTS, Fact, Trace, deepest
from mlspec.cel.library._charge import RUNNING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.cel._program import Program, Term
    from mlspec.cel._trace import FactPath

__all__ = ["Account", "Inquiry"]


class Account(NamedTuple):
    """What an expression gave, or the error in place of it, and the facts that were read."""

    value: object
    facts: tuple[Fact, ...]


class _Answer(NamedTuple):
    """What a condition gave, and the steps of its macros; `at` counts from where it starts."""

    value: object
    failed: str | None
    at: int
    steps: int


class Inquiry:
    """Expressions of one environment, asked about the same facts.

    `facts` are the values of variables by name, and must not change.
    """

    __slots__ = ("_answers", "_facts_read", "_seen", "facts")

    def __init__(self, facts: Mapping[str, object]) -> None:
        self.facts = facts
        self._answers: dict[str, _Answer] = {}
        self._seen: dict[str, Mapping[FactPath, object]] = {}
        self._facts_read: dict[str, tuple[Fact, ...]] = {}

    def evaluate(self, program: Program, budget: Budget) -> object:
        """Return the value of an expression, as `Program.evaluate` does.

        What was asked before takes the same steps as if it were asked again.

        Raises:
            EvaluationError: there is no value; `line` and `column` are set.
            BudgetError: the steps ran out (one of `EvaluationError`).
        """
        try:
            budget.take(program.cost)
            return self._joined(program, budget)
        except EvaluationError as error:
            error.count_lines(program.text)
            raise

    def explain(self, program: Program, budget: Budget) -> Account:
        """Return the value, or the error, with the facts of `Program.explain`, in their order."""
        left = budget.left
        try:
            value = self.evaluate(program, budget)
        except BudgetError:
            budget.left = left
            found = program.explain(self.facts, budget)
            return Account(found.value, found.facts)
        except EvaluationError as error:
            value = error
        return Account(value, self._read(program))

    def _joined(self, program: Program, budget: Budget) -> object:
        """Return what conditions give together: false decides, and absorbs the error of others."""
        failed: tuple[_Answer, Term] | None = None
        for term in program.terms:
            answer = self._answer(term, budget)
            if answer.value is False:
                return False
            if answer.value is not True and failed is None:
                failed = answer, term
        if failed is None:
            return True
        answer, term = failed
        if len(program.terms) == 1 and answer.failed is None:
            return answer.value
        raise _error(answer, term)

    def _answer(self, term: Term, budget: Budget) -> _Answer:
        known = self._answers.get(term.text)
        if known is None:
            known = self._answers[term.text] = self._asked(term, budget)
        elif known.steps:
            budget.take(known.steps)
        return known

    def _asked(self, term: Term, budget: Budget) -> _Answer:
        """Evaluate a condition; what ends before its time has given no answer."""
        left, token = budget.left, RUNNING.set(budget)
        try:
            value = term.plain.run(Frame(self.facts, budget, term.plain.size))
            return _Answer(value, None, -1, left - budget.left)
        except BudgetError:
            raise
        except EvaluationError as error:
            at = error.at - term.start if error.at >= 0 else -1
            return _Answer(None, error.message, at, left - budget.left)
        except RecursionError:
            raise EvaluationError(TOO_DEEP.message) from None
        finally:
            RUNNING.reset(token)

    def _read(self, program: Program) -> tuple[Fact, ...]:
        """Return the facts that were read until a condition decided."""
        if program.text not in self._facts_read:
            self._facts_read[program.text] = tuple(deepest(self._gathered(program)))
        return self._facts_read[program.text]

    def _gathered(self, program: Program) -> Mapping[FactPath, object]:
        found: dict[FactPath, object] = {}
        for term in program.terms:
            for path, value in self._watched(term).items():
                if path in found or len(found) < MOST_FACTS:
                    found[path] = value
            answer = self._answers.get(term.text)
            if answer is None or answer.value is False:
                break
        return found

    def _watched(self, term: Term) -> Mapping[FactPath, object]:
        """Return the facts that a condition reads."""
        if term.text not in self._seen:
            self._seen[term.text] = self._trace(term)
        return self._seen[term.text]

    def _trace(self, term: Term) -> Mapping[FactPath, object]:
        answer = self._answers.get(term.text)
        budget = Budget(answer.steps if answer else 0)
        token, found = RUNNING.set(budget), {}
        with suppress(EvaluationError, RecursionError):
            trace = Trace(term.watched, term.variables)
            found = trace.facts
            term.watched.run(Frame(self.facts, budget, term.watched.size, trace))
        RUNNING.reset(token)
        return found


def _error(answer: _Answer, term: Term) -> EvaluationError:
    """Return why there is no value: of several conditions, each has to be true or false."""
    if answer.failed is None:
        return EvaluationError(no_condition(answer.value), term.start)
    return EvaluationError(answer.failed, answer.at + term.start if answer.at >= 0 else -1)
