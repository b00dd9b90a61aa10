"""Parquet: the wanted columns only, through pyarrow, which is an extra."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence._frame import Frame, frame_of
from mlspec.evidence._parquet import open_parquet
from mlspec.evidence._reader import Reader, Wanted

if TYPE_CHECKING:
    from mlspec.evidence._file import FileContent
    from mlspec.evidence._reason import Reason

__all__ = ["READER"]


def _read(content: FileContent, wanted: Wanted) -> Frame | Reason:
    return frame_of(content, open_parquet(content, wanted.columns))


READER = Reader(
    format="parquet",
    summary="Parquet; needs the extra `parquet`.",
    gives="Frame",
    read=_read,
    suffixes=(".parquet",),
)
