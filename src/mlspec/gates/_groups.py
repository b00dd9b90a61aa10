"""Groups of rows by the values of columns: of the predictions, or of a source joined by key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Frame, Reason, join_frame, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.evidence import Rows
    from mlspec.gates._port import GateInputs
    from mlspec.stats import FloatVector

__all__ = ["MISSING", "Grouping", "group_frame", "grouping"]

MISSING = "(missing)"
"""The group of the rows that have no value: they are people too."""
BETWEEN = " & "


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
    values = [frame.texts(column) for column in columns]
    problem = next((each for each in values if isinstance(each, Reason)), None)
    if problem is not None:
        return problem
    cells = zip(*(each for each in values if not isinstance(each, Reason)), strict=True)
    labels = [BETWEEN.join(MISSING if each is None else each for each in row) for row in cells]
    names = tuple(sorted(set(labels)))
    places = {name: place for place, name in enumerate(names)}
    return Grouping(BETWEEN.join(columns), names, stats.vector([places[each] for each in labels]))
