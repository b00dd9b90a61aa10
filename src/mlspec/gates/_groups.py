"""Groups of rows by the values of columns: of the predictions, or of a source joined by key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Frame, Reason, join_frame, shown
from mlspec.gates._parts_spec import BETWEEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.evidence import Rows
    from mlspec.gates._port import GateInputs
    from mlspec.stats import FloatVector

__all__ = ["MISSING", "Grouping", "group_frame", "grouping"]

MISSING = "(missing)"
"""The group of the rows that have no value: they are people too."""


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """Rows parted by one column, or by several at once.

    `codes` holds, per row, the place of its group in `names`, which are sorted.
    """

    title: str
    names: tuple[str, ...]
    codes: FloatVector


def group_frame(
    inputs: GateInputs, rows: Rows, source: str | None, key: str, columns: Sequence[str]
) -> Frame | Reason:
    """Return a table with the columns, its rows in the order of the predictions."""
    if source is not None:
        found = inputs.source(source, Frame)
        return found if isinstance(found, Reason) else join_frame(rows.keys, found, key, columns)
    if rows.frame is not None:
        return rows.frame
    return Reason("missing-column", f"the predictions have no column {shown(columns[0])}")


def grouping(frame: Frame, columns: Sequence[str]) -> Grouping | Reason:
    """Return the groups by one column, or by the combinations of several that occur."""
    cells = _cells(frame, columns)
    if isinstance(cells, Reason):
        return cells
    rows = list(zip(*cells, strict=True))
    kinds = sorted(set(rows), key=lambda each: (BETWEEN.join(each), each))
    places = {kind: place for place, kind in enumerate(kinds)}
    names = tuple(BETWEEN.join(each) for each in kinds)
    return Grouping(BETWEEN.join(columns), names, stats.vector([places[each] for each in rows]))


def _cells(frame: Frame, columns: Sequence[str]) -> list[list[str]] | Reason:
    """Return the text of each column, with a name for what is missing."""
    found: list[list[str]] = []
    for column in columns:
        texts = frame.texts(column)
        if isinstance(texts, Reason):
            return texts
        found.append([MISSING if each is None else each for each in texts])
    return found
