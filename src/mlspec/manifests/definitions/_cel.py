"""CEL rules of definitions: compiled once, run within the steps that one object may take.

What can't be read or evaluated here, or would take too long, is reported as not checked; none of
these counts as good.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.cel import Budget, BudgetError, EvaluationError, Program, compile_expression
from mlspec.manifests.definitions._patterns import UncheckedError

if TYPE_CHECKING:
    from mlspec.cel import Environment

__all__ = ["budget_of_object", "evaluate", "holds", "program_of"]

_MOST_STEPS = 3_000_000
"""About a second for one object."""


def budget_of_object() -> Budget:
    """Return the steps that the rules of one object may take together."""
    return Budget(_MOST_STEPS)


def evaluate(rule: Program | UncheckedError, value: object, budget: Budget) -> object:
    """Return what a rule makes of a value of CEL, called `self`.

    Raises:
        UncheckedError: the rule can't be read or evaluated, or takes too long.
    """
    if isinstance(rule, UncheckedError):
        raise rule
    try:
        return rule.evaluate({"self": value}, budget)
    except BudgetError:
        raise UncheckedError("evaluating it would take too long") from None
    except EvaluationError as error:
        raise UncheckedError(f"it can't be evaluated here: {error.message}") from error


def holds(rule: Program | UncheckedError, value: object, budget: Budget) -> bool:
    """Tell whether a rule holds for a value.

    Raises:
        UncheckedError: as for `evaluate`, or it is no rule: its result is not true or false.
    """
    result = evaluate(rule, value, budget)
    if not isinstance(result, bool):
        raise UncheckedError("it gives neither true nor false")
    return result


def program_of(rule: str, environment: Environment) -> Program | UncheckedError:
    """Return a rule ready to run, or why it can't be."""
    found = compile_expression(rule, environment)
    if isinstance(found, Program):
        return found
    needed = next((each for each in found if each.needs), None)
    if needed is not None:
        reason = f"rules with patterns need the extra `{needed.needs}`"
        return UncheckedError(reason, is_missing=True)
    return UncheckedError(f"it can't be read here: {found[0].message}")
