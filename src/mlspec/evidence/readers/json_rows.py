"""Rows in one JSON document: a list of objects, as pandas writes with `orient="records"`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence._frame import Frame, frame_of
from mlspec.evidence._reader import Reader, Wanted
from mlspec.evidence._rows import open_json_rows

if TYPE_CHECKING:
    from mlspec.evidence._file import FileContent
    from mlspec.evidence._reason import Reason

__all__ = ["READER"]


def _read(content: FileContent, wanted: Wanted) -> Frame | Reason:
    return frame_of(content, open_json_rows(content, wanted.columns))


READER = Reader(
    format="json-rows",
    summary="A JSON list of objects, one per row.",
    gives="Frame",
    read=_read,
)
