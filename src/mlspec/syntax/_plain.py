"""The data of files that hold nothing to report, for whoever asks for no more.

Neither diagnostics nor places: so this imports little beside the YAML parser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, cast

from mlspec.syntax._clean import compose_clean
from mlspec.syntax._events import RereadError, has_parser
from mlspec.syntax._limits import Limits
from mlspec.syntax._prescan import read_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.canonical import Json
    from mlspec.syntax._report import Report
    from mlspec.syntax._source import SourceText

__all__ = ["plain_data"]


class _ReportedError(Exception):
    """There is something to report."""


class _Refusal:
    """Stands for a report of which anything at all is wanted but its absence."""

    is_full = False

    def __init__(self, content: bytes) -> None:
        self.content = content

    def span(self, *_places: object) -> None:
        return None

    related = span

    def add(self, *_arguments: object, **_keywords: object) -> NoReturn:
        raise _ReportedError


def plain_data(read: Callable[[int], bytes]) -> list[Json] | None:
    """Return the data of the documents that `read` gives the bytes of; None: look closer."""
    limits = Limits()
    content = _Refusal(read(limits.file_bytes + 1))
    try:
        # the prescan asks for the content of the one, and reports to the other
        text = read_text(cast("SourceText", content), limits, cast("Report", content))
        found = text and compose_clean(text, limits, native=has_parser())
    except (_ReportedError, RereadError):
        return None
    return [data for _, data, *_ in found] if found else None
