"""Tree + environment -> types of all parts, and which variable and function each name means.

What can be known before an expression runs is found here: names, fields and functions that don't
exist, values that a field never has, comparisons that never hold, arguments that nothing takes.
All faults are told, not the first only; what follows from one is `dyn` and makes no others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.cel import _check_forms as forms
from mlspec.cel import _check_names as names
from mlspec.cel._check_calls import call
from mlspec.cel._nodes import (
    And,
    Bind,
    Call,
    Comprehension,
    Conditional,
    Has,
    Ident,
    Index,
    ListOf,
    Literal,
    MapOf,
    Or,
    Select,
    Spread,
)
from mlspec.cel._scope import Checked, Scope

if TYPE_CHECKING:
    from mlspec.cel._environment import Environment
    from mlspec.cel._errors import Fault
    from mlspec.cel._nodes import Node
    from mlspec.cel._scope import Visits

__all__ = ["check"]


def check(text: str, root: Node, environment: Environment) -> tuple[Checked, tuple[Fault, ...]]:
    """Return what the names of an expression mean, and all faults in the order of the text."""
    scope = Scope(text, environment, Checked(root), _VISITS)
    scope.visit(root)
    faults = sorted(set(scope.faults), key=lambda each: (each.line, each.column, each.message))
    return scope.checked, tuple(faults)


_VISITS: Visits = {
    And: forms.terms,
    Bind: forms.bind,
    Call: call,
    Comprehension: forms.comprehension,
    Conditional: forms.conditional,
    Has: names.has,
    Ident: names.ident,
    Index: names.index,
    ListOf: forms.list_,
    Literal: forms.literal,
    MapOf: forms.map_,
    Or: forms.terms,
    Select: names.select,
    Spread: forms.spread,
}
