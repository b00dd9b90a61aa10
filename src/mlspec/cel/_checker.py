"""Tree + environment -> types of all parts, and which variable and function each name means.

What can be known before an expression runs is found here: names, fields and functions that don't
exist, values that a field never has, comparisons that never hold, arguments that nothing takes.
All faults are told, not the first only; what follows from one is `dyn` and makes no others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlspec.cel import _check_forms as forms
from mlspec.cel import _check_names as names
from mlspec.cel._check_calls import call
from mlspec.cel._errors import Fault, place_of
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
    walk,
)
from mlspec.cel._scope import Checked, Scope
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.cel._environment import Environment
    from mlspec.cel._nodes import Node
    from mlspec.cel._scope import Visits

__all__ = ["Findings", "check"]


class Findings(NamedTuple):
    """What a check gives.

    `checked` is of use where there are no `faults`; `unguarded` are fields that may be absent and
    that the expression reads without asking `has`.
    """

    checked: Checked
    faults: tuple[Fault, ...]
    unguarded: tuple[Fault, ...]


def check(text: str, root: Node, environment: Environment) -> Findings:
    """Return what the names of an expression mean, and faults in the order of the text."""
    scope = Scope(text, environment, Checked(root), _VISITS)
    scope.visit(root)
    return Findings(scope.checked, _in_order(scope.faults), _in_order(_unguarded(scope, root)))


def _in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(set(faults), key=lambda each: (each.line, each.column, each.message)))


def _unguarded(scope: Scope, root: Node) -> Iterator[Fault]:
    asked = {
        f"{scope.written(each.operand)}.{each.field}"
        for each in walk(root)
        if isinstance(each, Has)
    }
    for node in scope.lacking:
        written = f"{scope.written(node.operand)}.{node.field}"
        if written not in asked:
            place = place_of(scope.text, node.start, node.end)
            message = f"`{written}` may be absent, and the expression has no value then"
            hint = f"ask `has({written})` first"
            yield Fault(printable(message), *place, printable(hint))


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
