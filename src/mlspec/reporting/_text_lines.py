"""How a long text changed, piece by piece: lines, and within them sentences.

What both have at the beginning and at the end is left out, and so is what is too much: a text from
a spec may have any length.
"""

from __future__ import annotations

import json
import re
from difflib import SequenceMatcher
from itertools import takewhile
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from mlspec.reporting._cells import clean
from mlspec.syntax import emit_documents

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.canonical import Json

__all__ = ["text_lines", "value_lines"]

_SHORT: Final = 120
_WIDTH: Final = 100
_PIECES: Final = 400
_LINES: Final = 24
_LINES_OF_PARTS: Final = 120
_LEAST: Final = 36
"""A shorter value is shown whole where it is named."""
_SENTENCE: Final = re.compile(r"(?<=[.!?]) ")


def text_lines(old: Json, new: Json) -> list[str]:
    """Return lines that begin with `- ` and `+ `; none unless both are text and one is long.

    A text is long with more than 120 characters or more than one line. At most 24 lines.
    """
    if not (isinstance(old, str) and isinstance(new, str) and (_is_long(old) or _is_long(new))):
        return []
    before, after = _apart(old.split("\n"), new.split("\n"))
    found = [*_differences(_pieces(before), _pieces(after))]
    return _bounded(found, _LINES)


def value_lines(old: Json, new: Json) -> list[str]:
    """Return `text_lines`; of mappings and lists that come, go or change their lines as YAML.

    Those are at most 120 lines; what is short needs none.
    """
    given = [each for each in (old, new) if each is not None]
    if len(given) == 1 and isinstance(given[0], str) and "\n" in given[0].strip("\n"):
        lines = given[0].rstrip("\n").split("\n")
        sides = ([], _pieces(lines)) if old is None else (_pieces(lines), [])
        return _bounded([*_differences(*sides)], _LINES_OF_PARTS)
    is_made_of_parts = all(isinstance(each, dict | list) for each in given)
    if not is_made_of_parts or all(len(json.dumps(each)) <= _LEAST for each in given):
        return text_lines(old, new)
    before, after = _apart(_as_yaml(old), _as_yaml(new))
    cut = max(0, len(before) - _PIECES) + max(0, len(after) - _PIECES)
    return _bounded([*_differences(before, after)], _LINES_OF_PARTS, cut)


def _bounded(lines: list[str], most: int, cut: int = 0) -> list[str]:
    """Return the first lines, and how many more there are; `cut` were left out already."""
    rest = max(0, len(lines) - most) + cut
    return [*lines[:most], f"and {rest:,} more lines"] if rest else lines


def _as_yaml(value: Json) -> list[str]:
    return [] if value is None else [*map(clean, emit_documents([value]).splitlines())]


def _is_long(text: str) -> bool:
    return len(text) > _SHORT or "\n" in text.strip("\n")


def _apart(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """Return both without the lines that they begin with and end with alike."""
    head = _alike(old, new)
    old, new = old[head:], new[head:]
    tail = _alike(old[::-1], new[::-1])
    return old[: len(old) - tail], new[: len(new) - tail]


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _pieces(lines: Sequence[str]) -> list[str]:
    """Return sentences, each on lines of its own; what is past the first 400 is one piece."""
    sentences = [each for line in lines for each in _SENTENCE.split(line)]
    first = [x for each in sentences[:_PIECES] for x in _wrapped(each)]
    left = len(sentences) - _PIECES
    return [*first, f"({left:,} more sentences)"] if left > 0 else first


def _wrapped(sentence: str) -> list[str]:
    shown = clean(sentence[: _WIDTH * _LINES])
    return wrap(shown, _WIDTH, break_on_hyphens=False, drop_whitespace=False) or [""]


def _differences(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    matcher = SequenceMatcher(None, old[:_PIECES], new[:_PIECES], autojunk=False)
    for what, start, end, new_start, new_end in matcher.get_opcodes():
        if what != "equal":
            yield from (f"- {each}".rstrip() for each in old[start:end])
            yield from (f"+ {each}".rstrip() for each in new[new_start:new_end])
