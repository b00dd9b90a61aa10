r"""What kubectl reads and specs may not hold: pairs of surrogates in JSON, and tags of YAML.

JSON writes a character beyond the first 65,536 as two escapes (`\ud83d\ude00`), which is no YAML:
they are read as two characters of the private area, as wide as what is written, so that every
position stays, and made one again in the data. A half without its other half stays a problem.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.manifests._scalars import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.canonical import Json
    from mlspec.diagnostics import Diagnostic, Path
    from mlspec.syntax import Document, SourceText

__all__ = ["is_plain_tag", "joined", "tagged", "without_pairs"]

_PAIR = re.compile(
    rb"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
)
_HALVES = re.compile("([\ue000-\ue3ff])([\ue400-\ue7ff])")
_PRIVATE = re.compile(rb"\xee[\x80-\x9f]|\\u[eE][0-7]")
"""What could be taken for such a pair: then nothing is replaced, and the problem stays."""

_HIGH, _LOW, _PLACE = 0xD800, 0xDC00, 0xE000
_HALF_BITS = 10
_TAG = "yaml-tag"
_TYPED = ("!!int", "!!float", "!!bool", "!!null")
_PLAIN = (*_TYPED, "!!str", "!!map", "!!seq")
_EMPTY = ("", "~", "null", "Null", "NULL")
_BOOLEANS: dict[str, Json] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def without_pairs(source: SourceText) -> SourceText:
    """Return JSON whose pairs of surrogates the parser can read; any other text as it is."""
    content = source.content
    is_json = source.file.endswith(".json") or content.lstrip()[:1] in (b"{", b"[")
    if not is_json or b"\\u" not in content or _PRIVATE.search(content):
        return source
    return replace(source, content=_PAIR.sub(_hidden, content))


def _hidden(found: re.Match[bytes]) -> bytes:
    high, low = (int(found[group], 16) for group in (2, 3))
    second = _PLACE + (1 << _HALF_BITS) + low - _LOW
    return b"%b\\u%04x\\u%04x" % (found[1], _PLACE + high - _HIGH, second)


def joined(data: Json) -> Json:
    """Return data in which each hidden pair is the character that it stands for."""
    if isinstance(data, str):
        return _HALVES.sub(_character, data)
    if isinstance(data, dict):
        return {_HALVES.sub(_character, key): joined(value) for key, value in data.items()}
    if isinstance(data, list):
        return [joined(each) for each in data]
    return data


def _character(found: re.Match[str]) -> str:
    high = ord(found[1]) - _PLACE
    low = ord(found[2]) - _PLACE - (1 << _HALF_BITS)
    return chr((1 << 16) + (high << _HALF_BITS) + low)


def is_plain_tag(diagnostic: Diagnostic) -> bool:
    """Tell whether a problem is a tag that says what a value is anyway, such as `!!str`."""
    return diagnostic.name == _TAG and _tag_of(diagnostic) in _PLAIN


def _tag_of(diagnostic: Diagnostic) -> str:
    return diagnostic.message.split("`")[1] if "`" in diagnostic.message else ""


def tagged(document: Document, problems: Iterable[Diagnostic]) -> Document:
    """Return a document with the values that its tags ask for; text has been read as text."""
    asked = {
        (each.span.start.line, each.span.start.column): _tag_of(each)
        for each in problems
        if each.span is not None and is_plain_tag(each) and _tag_of(each) in _TYPED
    }
    return replace(document, data=_typed(document, document.data, (), asked)) if asked else document


def _typed(document: Document, value: Json, path: Path, asked: dict[tuple[int, int], str]) -> Json:
    if isinstance(value, dict):
        return {key: _typed(document, each, (*path, key), asked) for key, each in value.items()}
    if isinstance(value, list):
        return [_typed(document, each, (*path, index), asked) for index, each in enumerate(value)]
    if not isinstance(value, str):
        return value
    start = document.span(path).start
    return _resolved(value) if (start.line, start.column) in asked else value


def _resolved(text: str) -> Json:
    if text in _EMPTY:
        return None
    return _BOOLEANS[text] if text in _BOOLEANS else resolve(text)
