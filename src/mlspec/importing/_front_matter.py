"""The YAML at the head of a Markdown file, wherever people have put it.

The Hub reads what stands between two lines `---`, the first of which only blanks come before.
What stands further down it does not read: such a block is taken as a guess, where it has keys that
cards have and is no example inside of a code block.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from mlspec.importing._model import Certainty, Lost
from mlspec.importing._written import problems, written
from mlspec.printable import printable
from mlspec.syntax import SourceText, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.importing._written import Written

__all__ = ["FrontMatter", "NoFrontMatterError", "front_matter"]

_OPEN = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*---[ \t]*(?=[\r\n]|\Z)")
_FENCE = re.compile(rb"(?:\A|(?<=[\r\n]))---[ \t]*(?=[\r\n]|\Z)")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_CODE = re.compile(rb"^[ \t]*(?:```|~~~)", re.MULTILINE)
_KNOWN = re.compile(
    rb"^(?:base_model|datasets|language|library_name|license|metrics|model-index|pipeline_tag|tags)"
    rb"[ \t]*:",
    re.MULTILINE,
)


class NoFrontMatterError(Exception):
    """There is none that can be read; says why and in which line."""

    def __init__(self, why: str, line: int = 1) -> None:
        super().__init__(why)
        self.why = why
        self.line = line


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A mapping, how sure it is that it is that of the card, and what of it can't be read."""

    root: Written
    certainty: Certainty
    lost: tuple[Lost, ...]


def front_matter(file: str, content: bytes) -> FrontMatter:
    """Return the front matter of a file; lines are those of the whole file.

    Raises:
        NoFrontMatterError: there is none, it is not closed, or it is no mapping.
    """
    start, end, certainty = _block(content)
    lines = len(_LINE_END.findall(content, 0, start))
    source = SourceText(file, b"\n" * lines + content[start:end])
    parsed = parse(source)
    wrong = [*problems(parsed)]
    if not parsed.documents or not isinstance(parsed.documents[0].data, dict):
        line, why = wrong[0] if wrong else (lines + 1, "its front matter is no mapping")
        raise NoFrontMatterError(why, line)
    lost = [Lost(f"{printable(file)}:{line}", why) for line, why in wrong]
    if certainty is Certainty.GUESSED:
        why = "this front matter stands after other text, where the Hub does not read it"
        lost.append(Lost(f"{printable(file)}:{lines + 1}", why))
    return FrontMatter(written(parsed.documents[0]), certainty, tuple(lost))


def _block(content: bytes) -> tuple[int, int, Certainty]:
    """Return where the front matter starts and ends."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NoFrontMatterError("this file is UTF-16, and cards are UTF-8")
    if (opened := _OPEN.match(content)) is not None:
        closed = _FENCE.search(content, opened.end())
        if closed is None:
            raise NoFrontMatterError("its front matter is not closed by a line `---`")
        return opened.end(), closed.start(), Certainty.MAPPED
    for start, end in _further_down(content):
        return start, end, Certainty.GUESSED
    raise NoFrontMatterError("it has no front matter, so nothing of it says what model it is")


def _further_down(content: bytes) -> Iterator[tuple[int, int]]:
    fences = ((each.start(), each.end()) for each in _FENCE.finditer(content))
    codes = [each.start() for each in _CODE.finditer(content)]
    inside = 0
    for (_, start), (end, _) in pairwise(fences):
        while inside < len(codes) and codes[inside] < start:
            inside += 1
        if inside % 2 == 0 and _KNOWN.search(content, start, end):
            yield start, end
