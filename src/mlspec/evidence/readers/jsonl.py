"""JSON lines: one object per line; a name that a line lacks is null there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence._frame import Frame, frame_of
from mlspec.evidence._reader import Reader, Wanted
from mlspec.evidence._rows import open_json_lines

if TYPE_CHECKING:
    from mlspec.evidence._file import FileContent
    from mlspec.evidence._reason import Reason

__all__ = ["READER"]


def _read(content: FileContent, wanted: Wanted) -> Frame | Reason:
    return frame_of(content, open_json_lines(content, wanted.columns))


READER = Reader(
    format="jsonl",
    summary="One JSON object per line.",
    gives="Frame",
    read=_read,
    suffixes=(".jsonl", ".ndjson"),
)
