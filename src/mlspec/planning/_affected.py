"""Whom an operation concerns besides the resource that it writes: its blast radius."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.planning._model import Operation
    from mlspec.planning.desired import Desired

__all__ = ["affected_models"]

_MODEL = "Model"
_JUDGED_BY = frozenset({"GateSet"})  # a model has to prove what these say, as its own gates


def affected_models(
    operations: Iterable[Operation], desired: Mapping[str, Desired]
) -> dict[str, tuple[str, ...]]:
    """Return, by address of the operation, the models whose evidence it puts in question.

    Those are the models that refer to a changed gate set, in order of address. The specs are
    walked once, however many gate sets change.
    """
    found: dict[str, list[str]] = {
        each.address: [] for each in operations if each.kind in _JUDGED_BY
    }
    for address in sorted(_models(desired)) if found else ():
        for referred in found.keys() & desired[address].references:
            found[referred].append(address)
    return {address: tuple(models) for address, models in found.items()}


def _models(desired: Mapping[str, Desired]) -> Iterator[str]:
    return (address for address, each in desired.items() if each.kind == _MODEL)
