"""Source texts and the documents composed from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from mlspec.canonical import digest_bytes

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.diagnostics import Path, Span

__all__ = ["Document", "SourceText"]


@dataclass(frozen=True)
class SourceText:
    """The content of one file; `file` is its path relative to the workspace, with `/`."""

    file: str
    content: bytes

    @cached_property
    def digest(self) -> str:
        """The `sha256:` digest of the bytes."""
        return digest_bytes(self.content)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines without their ends, for showing; undecodable bytes become U+FFFD."""
        return tuple(self.content.decode("utf-8-sig", "replace").splitlines())


@dataclass(frozen=True)
class Document:
    """One YAML document: plain JSON-like data, and where each value stands.

    Positions are composed again from the source on the first question and then kept: only
    documents that somebody asks about pay for them.
    """

    source: SourceText
    index: int
    data: Json

    def span(self, path: Path) -> Span:
        """Return the span of the value at `path`, or of the nearest ancestor that exists."""
        return self._marks.span(path)

    def key_span(self, path: Path) -> Span:
        """Return the span of the key that ends `path`; of the value where there is no key."""
        return self._marks.key_span(path)

    @cached_property
    def _marks(self) -> Marks:
        from mlspec.syntax._parse import compose_marks  # noqa: PLC0415  (parse builds documents)

        return compose_marks(self.source, self.index)
