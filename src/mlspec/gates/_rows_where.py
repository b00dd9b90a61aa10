"""Which rows of a table, or which series, a gate is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence import Reason, shown
from mlspec.schema import Direction, FieldClass, SpecModel, Text, declare

if TYPE_CHECKING:
    from mlspec.evidence import Frame
    from mlspec.stats import FloatVector

__all__ = ["RowFilter", "non_negative", "numbers_where", "texts_where"]


_LARGEST = 1e15


class RowFilter(SpecModel):
    """Rows whose cell in a column equals a value; of a query, series with that label."""

    column: Text = declare(
        "Column of the table, or label of the series.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        examples=["role"],
    )
    equals: Text = declare(
        "The value that the cell or the label has, as text.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        examples=["challenger"],
    )


def numbers_where(frame: Frame, column: str, where: RowFilter | None) -> FloatVector | Reason:
    """Return the numbers of a column, of all rows or of those that a filter selects.

    A number that is missing or not finite is a reason, in a row that is not selected as well.
    """
    values = frame.numbers(column)
    if where is None or isinstance(values, Reason):
        return values
    places = _places(frame, where)
    return places if isinstance(places, Reason) else values[places]


def texts_where(frame: Frame, column: str, where: RowFilter | None) -> list[str] | Reason:
    """Return the text of a column, "" where a cell is empty, of the rows that are selected."""
    cells = frame.texts(column)
    if isinstance(cells, Reason):
        return cells
    places = range(frame.rows) if where is None else _places(frame, where)
    return places if isinstance(places, Reason) else [cells[place] or "" for place in places]


def _places(frame: Frame, where: RowFilter) -> list[int] | Reason:
    cells = frame.texts(where.column)
    if isinstance(cells, Reason):
        return cells
    chosen = [place for place, cell in enumerate(cells) if cell == where.equals]
    if chosen:
        return chosen
    sentence = f"no row has {shown(where.equals)} in the column {shown(where.column)}"
    return frame.reason(Reason("no-rows-selected", sentence))


def non_negative(what: str, values: FloatVector) -> FloatVector | Reason:
    """Return the values unless one is below 0, or larger than anything that is counted or timed."""
    if not bool((values >= 0).all()):
        return Reason("negative-value", f"{shown(what)} has the value {float(values.min()):g}")
    if bool((values > _LARGEST).any()):
        return Reason("value-too-large", f"{shown(what)} has the value {float(values.max()):g}")
    return values
