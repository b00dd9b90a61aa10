"""A drawing for the middle of a page: no names that clash, nothing that acts or loads."""

from __future__ import annotations

import re
from html import escape

__all__ = ["INK", "inline_svg"]

INK = "#012345"
"""Drawn with, and replaced by the colour of the text around the picture."""

_LEFT_OUT = re.compile(r"<metadata>.*?</metadata>|<style [^>]*>.*?</style>|<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_NAMES = re.compile(r'(\bid="|\bhref="#|url\(#)')
_SPACES = re.compile(r' xmlns(:xlink)?="[^"]*"')


def inline_svg(drawing: str, name: str, title: str) -> str:
    """Return a drawing of matplotlib for the middle of a page of HTML.

    Identifiers get the prefix `name`, the ink becomes the colour of the text, `title` is read out
    by screen readers. matplotlib escapes `<` and `>` in texts and attributes, so that what looks
    like a tag is one.
    """
    body = _LEFT_OUT.sub("", drawing[drawing.index("<svg") :])
    inside = _TAG.sub(lambda tag: _renamed(tag[0], name), body)
    start, _, rest = inside.partition(">")
    label = f'<title id="{name}-title">{escape(title)}</title>'
    return f'{start} role="img" aria-labelledby="{name}-title">{label}{rest}'.strip()


def _renamed(tag: str, name: str) -> str:
    plain = _SPACES.sub("", tag).replace("xlink:href=", "href=").replace(INK, "currentColor")
    return _NAMES.sub(rf"\g<1>{name}-", plain)
