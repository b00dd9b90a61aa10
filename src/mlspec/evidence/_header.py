"""The names of the columns of a table, without its rows."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["HEADED", "column_names"]

HEADED = frozenset({"csv", "parquet"})
"""Formats whose names of columns are read without the rows."""

_MOST_BYTES = 1 << 20


def column_names(path: Path, kind: str) -> tuple[str, ...]:
    """Return the names of the columns of a CSV or Parquet file; none where it is not sound.

    Of CSV, the first MiB is read, in which the header has to end.

    Raises:
        MissingExtraError: the file is Parquet, and pyarrow is not installed.
        OSError: the file can't be read.
    """
    if kind == "parquet":
        from mlspec.evidence._parquet import parquet_names

        return parquet_names(path)
    with path.open("rb") as stream:
        text = stream.read(_MOST_BYTES).decode("utf-8-sig", errors="replace")
    try:
        return tuple(next(csv.reader(io.StringIO(text, newline=""), strict=True), ()))
    except csv.Error:
        return ()
