"""The budget of the evaluation that runs, for functions that make something large.

Functions of libraries are plain functions of values; passing a budget through all of them would
cost every call what a few need. A context variable holds it per thread and task.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlspec.cel._budget import Budget

__all__ = ["RUNNING", "charge"]

RUNNING: ContextVar[Budget] = ContextVar("budget")


def charge(steps: int) -> None:
    """Take steps from the budget of the evaluation that runs.

    Raises:
        BudgetError: there are not as many left.
    """
    if steps:
        RUNNING.get().take(steps)
