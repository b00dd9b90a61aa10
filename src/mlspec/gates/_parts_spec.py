"""What gates say that part the rows by columns: where the columns are, how small a part may be."""

from __future__ import annotations

from typing import Literal

from mlspec.schema import Direction, FieldClass, Identifier, SpecModel, Text, declare

__all__ = ["BETWEEN", "OfColumns", "SmallParts", "fewest_rows", "small_parts"]

SmallParts = Literal["report", "block"]
BETWEEN = " & "
"""What stands between the names of columns that part the rows together, and of their values."""


class OfColumns(SpecModel):
    """Where the columns are that part the rows."""

    source: Identifier | None = declare(
        "The source that has the columns, joined by key; absent, the predictions have them.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
        examples=["segments"],
    )
    key: Text = declare(
        "Column of the source that identifies a row; absent, that of `evaluation.key`.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="id",
    )


def fewest_rows(description: str, *, least: int, listed_by: str) -> int:
    """Declare the rows below which a part is small; 30, and at least what the method bears.

    More is tighter, unless the field `listed_by` leaves out what is small.
    """
    declared: int = declare(
        description,
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=30,
        ge=least,
        reversed_by=(listed_by, "report"),
    )
    return declared


def small_parts(description: str) -> SmallParts:
    """Declare what happens to a part that is small."""
    declared: SmallParts = declare(
        description,
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default="block",
        order=("report", "block"),
    )
    return declared
