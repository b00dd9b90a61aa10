"""The order and the signs that all reports of a plan share: gravest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.planning import Action, Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.planning import Operation

__all__ = ["BLOCKED", "SYMBOLS", "UNCHANGED", "by_risk", "symbol_of"]

SYMBOLS = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.RENAME: ">",
    Action.RETIRE: "-",
    Action.DELETE: "x",
    Action.ADOPT: "+",
    Action.FORGET: "-",
}
BLOCKED = "!"
UNCHANGED = "="
_RANKS = {level: level.rank for level in Level}


def by_risk(operations: Iterable[Operation]) -> list[Operation]:
    """Return what is blocked first, then the highest level, then the address."""
    return sorted(
        operations,
        key=lambda each: (each.blocked is None, -_RANKS[each.risk.level], each.address),
    )


def symbol_of(operation: Operation) -> str:
    """Return the sign of what happens to an object, or that nothing can."""
    return BLOCKED if operation.blocked else SYMBOLS[operation.action]
