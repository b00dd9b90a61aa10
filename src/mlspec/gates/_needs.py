"""What gates read of each source together, and the champion that an engine counted beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeGuard

from mlspec.evidence import PredictionTable, Reason, Rows, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.gates._port import Need

__all__ = ["beside", "columns_of", "counted_of", "is_answer"]


def columns_of(needs: Iterable[Need]) -> dict[str, tuple[str, ...]]:
    """Return the columns that are read of each source."""
    found: dict[str, set[str]] = {}
    for each in needs:
        found.setdefault(each.source, set()).update(each.columns)
    return {name: tuple(sorted(columns)) for name, columns in found.items()}


def counted_of(needs: Iterable[Need]) -> dict[str, Need]:
    """Return what is counted of each source; the bins of a reference are always its own."""
    found: dict[str, Need] = {}
    for each in sorted((need for need in needs if need.gives == "Profile"), key=_reference_last):
        before = found.get(each.source, each)
        columns = tuple(sorted({*before.columns, *each.columns}))
        whole = before.whole or each.whole
        found[each.source] = replace(each, columns=columns, whole=whole)
    return found


def _reference_last(need: Need) -> bool:
    return need.like is None


def is_answer(table: PredictionTable | Reason) -> TypeGuard[PredictionTable]:
    """Tell whether an engine counted the rows of a table."""
    return not isinstance(table, Reason) and table.asked is not None


def beside(counted: PredictionTable, rows: Rows) -> Rows | Reason:
    """Return the champion's rows, which an engine counted beside those of the model."""
    if counted.champion is None:
        file = shown(counted.material.file)
        sentence = f"{file} counts one model: ask again with `gate sql --table champion=NAME`"
        return Reason("champion-missing", sentence)
    scores, classes = counted.champion
    return replace(rows, scores=scores, predictions=classes, frame=None)
