"""Bytes of a file to documents and diagnostics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.syntax._document import Document
from mlspec.syntax._limits import Limits

if TYPE_CHECKING:
    from mlspec.diagnostics import Diagnostic
    from mlspec.syntax._source import SourceText

__all__ = ["Parsed", "has_libyaml", "parse"]

_DEFAULT = Limits()


@dataclass(frozen=True, slots=True)
class Parsed:
    """The documents of one file and what is wrong with its syntax.

    A document with a problem that leaves a value (a duplicate key, a merge key) is among the
    documents, so that one run can tell everything; one that cannot be read is not.
    """

    documents: tuple[Document, ...]
    diagnostics: tuple[Diagnostic, ...]


def parse(source: SourceText, limits: Limits = _DEFAULT, *, native: bool | None = None) -> Parsed:
    """Return the documents of a file; any bytes give an answer, none an exception.

    `native` chooses between libyaml and its Python twin (tests do); the answer is the same.
    """
    from mlspec.syntax._compose import compose_data

    values, diagnostics = compose_data(source, limits, native=native)
    documents = tuple(
        Document(source, index, data, place, limits, lines) for index, data, place, lines in values
    )
    return Parsed(documents, diagnostics)


def has_libyaml() -> bool:
    """Tell whether libyaml reads the specs; without it the answers are the same, but slower."""
    from mlspec.syntax._events import has_parser

    return has_parser()
