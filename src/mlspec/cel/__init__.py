"""The expression language: CEL, read, checked against declared types, evaluated within a budget.

In: the text of an expression and an `Environment` (variables, objects with their fields,
functions). Out: a `Program`, or faults with their place; of a program, a value for some facts, or
an explanation. Must not: know specs or policies, read a clock, a file or the environment.
Modules are imported on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.lazy import importer

if TYPE_CHECKING:
    from mlspec.cel._branches import Branch, branches
    from mlspec.cel._budget import Budget
    from mlspec.cel._environment import KUBERNETES, STANDARD, Environment, Fields
    from mlspec.cel._errors import BudgetError, EvaluationError, Fault
    from mlspec.cel._inquiry import Account, Inquiry
    from mlspec.cel._json_schema import environment_of_schemas
    from mlspec.cel._manual import LibraryManual, library_manuals
    from mlspec.cel._mutations import Mutation, mutations
    from mlspec.cel._program import Explanation, Program, compile_expression, parse
    from mlspec.cel._trace import MISSING, Fact, Part
    from mlspec.cel._types import Type, enum_of, list_of, map_of, object_of, type_from
    from mlspec.cel._values import Duration, Maybe, Timestamp, TypeValue, Uint
    from mlspec.cel._worst import worst_steps
    from mlspec.cel.library.times import (
        duration_from,
        duration_text,
        timestamp_from,
        timestamp_text,
    )

__all__ = [
    "KUBERNETES",
    "MISSING",
    "STANDARD",
    "Account",
    "Branch",
    "Budget",
    "BudgetError",
    "Duration",
    "Environment",
    "EvaluationError",
    "Explanation",
    "Fact",
    "Fault",
    "Fields",
    "Inquiry",
    "LibraryManual",
    "Maybe",
    "Mutation",
    "Part",
    "Program",
    "Timestamp",
    "Type",
    "TypeValue",
    "Uint",
    "branches",
    "compile_expression",
    "duration_from",
    "duration_text",
    "enum_of",
    "environment_of_schemas",
    "library_manuals",
    "list_of",
    "map_of",
    "mutations",
    "object_of",
    "parse",
    "timestamp_from",
    "timestamp_text",
    "type_from",
    "worst_steps",
]

_HOMES = {
    **dict.fromkeys(("KUBERNETES", "STANDARD", "Environment", "Fields"), "_environment"),
    **dict.fromkeys(("Branch", "branches"), "_branches"),
    **dict.fromkeys(("Account", "Inquiry"), "_inquiry"),
    **dict.fromkeys(("BudgetError", "EvaluationError", "Fault"), "_errors"),
    **dict.fromkeys(("Explanation", "Program", "compile_expression", "parse"), "_program"),
    **dict.fromkeys(("LibraryManual", "library_manuals"), "_manual"),
    **dict.fromkeys(("Mutation", "mutations"), "_mutations"),
    **dict.fromkeys(("MISSING", "Fact", "Part"), "_trace"),
    **dict.fromkeys(("Type", "enum_of", "list_of", "map_of", "object_of", "type_from"), "_types"),
    **dict.fromkeys(("Duration", "Maybe", "Timestamp", "TypeValue", "Uint"), "_values"),
    **dict.fromkeys(
        ("duration_from", "duration_text", "timestamp_from", "timestamp_text"), "library.times"
    ),
    "Budget": "_budget",
    "environment_of_schemas": "_json_schema",
    "worst_steps": "_worst",
}
__getattr__ = importer(__name__, _HOMES)
