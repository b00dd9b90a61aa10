"""Whom an operation concerns besides the resource that it writes: its blast radius."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.planning._model import Operation
    from mlspec.planning.desired import Desired

__all__ = ["affected_models"]

_MODEL = "Model"
_JUDGED_BY = frozenset({"GateSet"})  # a model has to prove what these say, as its own gates


def affected_models(operation: Operation, desired: Mapping[str, Desired]) -> tuple[str, ...]:
    """Return the models whose evidence an operation on another resource puts in question.

    Those are the models that refer to a changed gate set, in order of address.
    """
    if operation.kind not in _JUDGED_BY:
        return ()
    return tuple(
        address
        for address in sorted(desired)
        if desired[address].kind == _MODEL and operation.address in desired[address].references
    )
