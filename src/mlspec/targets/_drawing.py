"""Drawings in a page: SVG of shapes and text, refused when it could do anything else."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from mlspec.errors import OutputError

__all__ = ["quote_svg"]

_TAGS = frozenset({"svg", "g", "defs", "path", "use", "clippath", "rect", "text", "title"})
_ATTRIBUTES = frozenset(
    {"aria-labelledby", "clip-path", "d", "height", "href", "id", "role", "style", "transform"}
    | {"version", "viewbox", "width", "x", "y"}
)
_OUTSIDE = re.compile(r"url\((?!#)|@import|expression|\\", re.IGNORECASE)


def quote_svg(value: object) -> str:
    """Return a drawing as it is; empty text stays empty.

    Raises:
        OutputError: it is no drawing, or holds an element, attribute or address that shapes and
            text do not need, or is not closed.
    """
    text = str(value)
    if text:
        reader = _Reader()
        reader.feed(text)
        reader.close()
        reader.finish(text)
    return text


class _Reader(HTMLParser):
    """Reads a drawing as a browser would, and refuses what is not on the lists."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            raise OutputError(f"a drawing holds the element `{tag}`")
        for key, value in attrs:
            _check(key, value or "")

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            raise OutputError(f"a drawing closes `{tag}` where it is not open")

    def handle_comment(self, data: str) -> None:
        raise OutputError(f"a drawing holds a comment: {data[:40]}")

    def handle_decl(self, decl: str) -> None:
        raise OutputError(f"a drawing holds a declaration: {decl[:40]}")

    def handle_pi(self, data: str) -> None:
        raise OutputError(f"a drawing holds an instruction: {data[:40]}")

    def unknown_decl(self, data: str) -> None:
        raise OutputError(f"a drawing holds a declaration: {data[:40]}")

    def finish(self, text: str) -> None:
        """Refuse what is not one closed drawing."""
        whole = text.startswith("<svg") and text.endswith("</svg>")
        if self._open or not whole:
            raise OutputError("a drawing is not one closed `svg`")


def _check(key: str, value: str) -> None:
    if key not in _ATTRIBUTES or _OUTSIDE.search(value):
        raise OutputError(f"a drawing holds the attribute `{key}` with `{value[:40]}`")
    if key == "href" and not value.startswith("#"):
        raise OutputError("a drawing refers to something outside of itself")
