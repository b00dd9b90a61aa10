"""Comma-separated text, read strictly: UTF-8, one header line, every line as long as it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence._csv import open_csv
from mlspec.evidence._frame import Frame, frame_of
from mlspec.evidence._reader import Reader, Wanted

if TYPE_CHECKING:
    from mlspec.evidence._file import FileContent
    from mlspec.evidence._reason import Reason

__all__ = ["READER"]


def _read(content: FileContent, wanted: Wanted) -> Frame | Reason:
    return frame_of(content, open_csv(content, wanted.columns))


READER = Reader(
    format="csv",
    summary="Comma-separated text with one header line.",
    gives="Frame",
    read=_read,
    suffixes=(".csv",),
)
