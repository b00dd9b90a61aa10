"""Plain scalars as the readers of Kubernetes take them: YAML 1.1 with Go's numbers.

mlspec reads YAML 1.2, where `on` is text and `010` is ten. kubectl reads `true` and eight: what a
cluster is given is checked as the cluster reads it. Rules: `resolve` of go-yaml version 2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.diagnostics import Path, Span
    from mlspec.syntax import Document, SourceText

__all__ = ["Reading", "may_differ", "read_as_kubernetes", "resolve"]

_TRUE = ("y", "Y", "yes", "Yes", "YES", "on", "On", "ON")
_FALSE = ("n", "N", "no", "No", "NO", "off", "Off", "OFF")
_WORDS: dict[str, bool] = {**dict.fromkeys(_TRUE, True), **dict.fromkeys(_FALSE, False)}
_INTEGERS = (
    (re.compile(r"[-+]?0[bB][01]+"), 2),
    (re.compile(r"[-+]?0[xX][0-9a-fA-F]+"), 16),
    (re.compile(r"[-+]?0[oO]?[0-7]+"), 8),
    (re.compile(r"[-+]?(?:0|[1-9][0-9]*)"), 10),
)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_LONGEST = 40
_SIGNS_AND_DIGITS = frozenset("+-.0123456789")
_WORD = "[yYnN]|[yY]es|YES|[nN]o|NO|[oO]n|ON|[oO]ff|OFF"
_DIGITS = "[-+]?0[0-9bBoOxX_][0-9a-fA-F_]*|[-+]?[0-9][0-9_.eE+-]*_[0-9_.eE+-]*"
# a cheap look at the whole text: most files hold nothing that is read in two ways
_SUSPECT = re.compile(rf"(?:^|[\s\[{{,:?-])(?:{_WORD}|{_DIGITS})(?=\s|[,\]}}:]|$)", re.MULTILINE)


@dataclass
class Reading:
    """A document as Kubernetes reads it, and the places of text that became a boolean."""

    data: Json
    surprises: list[tuple[Span, str, bool]] = field(default_factory=list)


def read_as_kubernetes(document: Document) -> Reading:
    """Return what kubectl makes of a document."""
    reading = Reading(None)
    reading.data = _converted(document, document.data, (), reading)
    return reading


def may_differ(source: SourceText) -> bool:
    """Tell whether a file may hold words that are read in two ways; most hold none."""
    return _SUSPECT.search(source.content.decode("utf-8", "replace")) is not None


def resolve(text: str) -> Json:
    """Return what go-yaml makes of a plain scalar that is text or an integer to YAML 1.2."""
    if text in _WORDS:
        return _WORDS[text]
    plain = text.replace("_", "")
    if text[:1] not in _SIGNS_AND_DIGITS or len(text) > _LONGEST:
        return text
    for pattern, base in _INTEGERS:
        if pattern.fullmatch(plain):
            sign = -1 if plain.startswith("-") else 1
            digits = re.sub(r"^0[bBoOxX]", "", plain.lstrip("+-"))
            return sign * int(digits, base)
    return float(plain) if _FLOAT.fullmatch(plain) else text


def _converted(document: Document, value: Json, path: Path, reading: Reading) -> Json:
    if isinstance(value, dict):
        return {
            _key(document, key, (*path, key), reading): _converted(
                document, each, (*path, key), reading
            )
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [
            _converted(document, each, (*path, index), reading) for index, each in enumerate(value)
        ]
    if isinstance(value, str | int) and not isinstance(value, bool) and _may_differ(value):
        return _leaf(document, value, path, reading)
    return value


def _may_differ(value: str | int) -> bool:
    if isinstance(value, int) or value in _WORDS:
        return True
    return value[:1] in _SIGNS_AND_DIGITS and _SUSPECT.fullmatch(value) is not None


def _leaf(document: Document, value: str | int, path: Path, reading: Reading) -> Json:
    span = document.span(path)
    written = _written(document, span)
    if written is None or (isinstance(value, str) and written != value):
        return value
    found = resolve(written)
    if isinstance(found, bool):
        reading.surprises.append((span, written, found))
    return found


def _key(document: Document, key: str, path: Path, reading: Reading) -> str:
    if key not in _WORDS:
        return key
    span = document.key_span(path)
    if _written(document, span) != key:
        return key
    reading.surprises.append((span, key, _WORDS[key]))
    return str(_WORDS[key]).lower()


def _written(document: Document, span: Span) -> str | None:
    """Return the text of a span of one line, as the file has it; None where it has several."""
    lines = document.source.lines
    if span.start.line != span.end.line or span.start.line > len(lines):
        return None
    return lines[span.start.line - 1][span.start.column - 1 : span.end.column - 1]
