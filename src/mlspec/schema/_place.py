"""Where the values of a document stand: what binding needs to know to point at them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from mlspec.diagnostics import Path, Span
    from mlspec.syntax import Document, SourceText

__all__ = ["DocumentPlace", "Place", "written_text"]


class Place(Protocol):
    """Answers where the value or key at a path is written, and with which characters."""

    def span(self, path: Path) -> Span:
        """Return the span of the value, or of the nearest ancestor that exists."""

    def key_span(self, path: Path) -> Span:
        """Return the span of the key that ends the path."""

    def text(self, span: Span) -> str:
        """Return the characters of a span that lies on one line, otherwise an empty text."""


@dataclass(frozen=True, slots=True)
class DocumentPlace:
    """The places of a document as it was written."""

    document: Document

    def span(self, path: Path) -> Span:
        """Return the span of the value, or of the nearest ancestor that exists."""
        return self.document.span(path)

    def key_span(self, path: Path) -> Span:
        """Return the span of the key that ends the path."""
        return self.document.key_span(path)

    def text(self, span: Span) -> str:
        """Return the characters of a span that lies on one line, otherwise an empty text."""
        return written_text(self.document.source, span)


def written_text(source: SourceText, span: Span) -> str:
    """Return the characters of a span of `source`; empty when it covers several lines."""
    if span.file != source.file or span.start.line != span.end.line:
        return ""
    if not 1 <= span.start.line <= len(source.lines):
        return ""
    return source.lines[span.start.line - 1][span.start.column - 1 : span.end.column - 1]
