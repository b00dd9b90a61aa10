"""The one canonical writer of YAML: what it writes, every reader reads alike.

YAML 1.1 (PyYAML), YAML 1.2 and Go's readers (kubectl, Prometheus) resolve plain scalars
differently, so only text that none of them can take for anything else is written plain:
letters first, harmless characters after, and no word that any reader reserves. All other text
is double-quoted JSON. No aliases, no tags, no wrapping, LF; keys stay in the caller's order.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mlspec.canonical import Json

__all__ = ["emit_documents", "emit_members", "emit_scalar"]

# a colon must not end the text or stand before a space, a hash must not stand after one
_PLAIN = re.compile(
    r"[A-Za-z/](?:[\w./@+()=,;$%^~<>-]++|:(?=[^\s:])| (?=[A-Za-z0-9(_/.+]))*+", re.ASCII
)
_RESERVED = frozenset(
    ("y", "n", "yes", "no", "on", "off", "true", "false", "null", "nil", "none", "nan", "inf")
)
_LONGEST_RESERVED = 5
# what JSON leaves as it is, and YAML readers, terminals or editors do not
_SPECIAL = (
    "\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff"
)
_ESCAPED = re.compile(f"[{_SPECIAL}]")
_NOT_LITERAL = re.compile(f"[\x00-\x09\x0b-\x1f{_SPECIAL}]")
_LONGEST_KEY = 500  # readers refuse an implicit key beyond 1,024 characters
_CACHED_LENGTH = 160
_CACHED_TEXTS = 4096
_quote = json.encoder.encode_basestring


class _NoLineError(Exception):
    """A text is no key, or no value, that stands on one line with the other."""


class _Lines(dict[str, str]):
    """Texts as they are written, remembered: keys come again and again, names within a file."""

    def __missing__(self, text: str) -> str:
        written = _new_text(text)
        if "\n" in text or len(written) > _LONGEST_KEY:
            raise _NoLineError
        if len(text) <= _CACHED_LENGTH:
            if len(self) >= _CACHED_TEXTS:
                self.clear()  # the names of files before this one don't come again
            self[str(text)] = written
        return written


_LINES = _Lines()


def emit_scalar(value: Json) -> str:
    """Return one value on one line, as it may stand after `key: ` and `- `.

    Raises:
        ValueError: the value is not a finite number.
        TypeError: the value is no JSON scalar.
    """
    if isinstance(value, str):
        return _text(value)
    write = _WRITERS.get(value.__class__)
    if write is not None:
        return write(value)
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _float(value)
    raise TypeError(f"{type(value).__name__} is no JSON scalar")


def emit_documents(values: Iterable[Json], *, header: str | None = None) -> str:
    """Return a stream of documents with `---` between them, after the header as a comment."""
    lines = [] if header is None else [_comment(line) for line in header.split("\n")]
    for index, value in enumerate(values):
        if index:
            lines.append("---")
        if value and isinstance(value, dict):
            _mapping(value, lines, "", "")
        elif value and isinstance(value, list):
            _sequence(value, lines, "", "")
        else:
            lines.append(_leaf(value))
    lines.append("")
    return "\n".join(lines)


def emit_members(value: dict[str, Json], *, indent: str) -> str:
    """Return the members of a mapping after an indent, as a document has them deep within.

    It ends without a line break. The caller lays out what stands around it.
    """
    lines: list[str] = []
    _mapping(value, lines, indent, indent)
    return "\n".join(lines)


def _mapping(value: dict[str, Json], lines: list[str], indent: str, lead: str) -> None:
    line = _LINES
    deeper = indent + "  "
    for key, each in value.items():
        try:  # what stands below a key catches its own: only the key and a text beside it can fail
            if each.__class__ is str:
                lines.append(f"{lead}{line[key]}: {line[each]}")
            else:
                _member(f"{lead}{line[key]}:", each, lines, deeper)
        except _NoLineError:
            _entry(key, each, lines, indent, lead)
        lead = indent


def _entry(key: str, value: Json, lines: list[str], indent: str, lead: str) -> None:
    """Write a member that does not stand on one line, in the place that `lead` begins."""
    name = _text(key)
    if len(name) > _LONGEST_KEY:
        lines.append(f"{lead}? {name}")
        _member(f"{indent}:", value, lines, indent + "  ")
    else:
        _member(f"{lead}{name}:", value, lines, indent + "  ")


def _member(head: str, value: Json, lines: list[str], indent: str) -> None:
    """Write what stands after a key: a leaf beside it, the rest below it."""
    if value and isinstance(value, dict):
        lines.append(head)
        _mapping(value, lines, indent, indent)
    elif value and isinstance(value, list):
        lines.append(head)
        _sequence(value, lines, indent, indent)
    else:
        _leaf_line(head, value, lines, indent)


def _sequence(value: list[Json], lines: list[str], indent: str, lead: str) -> None:
    deeper = indent + "  "
    for each in value:
        if each and isinstance(each, dict):
            _mapping(each, lines, deeper, lead + "- ")
        elif each and isinstance(each, list):
            _sequence(each, lines, deeper, f"{lead}- ")
        else:
            _leaf_line(f"{lead}-", each, lines, deeper)
        lead = indent


def _leaf_line(head: str, value: Json, lines: list[str], indent: str) -> None:
    """Write a leaf after its key or dash; long text of several lines as a block literal."""
    write = _WRITERS.get(value.__class__)
    if write is not None:
        lines.append(f"{head} {write(value)}")
        return
    if not isinstance(value, str) or not _is_literal(value):
        lines.append(f"{head} {_leaf(value)}")
        return
    keep = value.endswith("\n")
    lines.append(f"{head} |" if keep else f"{head} |-")
    body = value[:-1] if keep else value
    lines.extend([indent + line if line else "" for line in body.split("\n")])


def _leaf(value: Json) -> str:
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, list):
        return "[]"
    return emit_scalar(value)


def _text(text: str) -> str:
    try:
        return _LINES[text]
    except _NoLineError:
        return _new_text(text)


def _new_text(text: str) -> str:
    if _PLAIN.fullmatch(text) and not _is_reserved(text):
        return text
    quoted = _quote(text)
    return _ESCAPED.sub(_escape, quoted) if not text.isascii() or "\x7f" in text else quoted


def _is_reserved(text: str) -> bool:
    return len(text) <= _LONGEST_RESERVED and text.lower() in _RESERVED


def _is_literal(text: str) -> bool:
    """Tell whether a block literal says the text for sure, without an indentation indicator."""
    return (
        "\n" in text
        and text[0] not in " \n"
        and " \n" not in text
        and not text.endswith(("\n\n", " "))
        and _NOT_LITERAL.search(text) is None
    )


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"


def _float(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a finite number")
    text = float.__repr__(value)
    mantissa, exponent, power = text.partition("e")
    if exponent and "." not in mantissa:  # YAML 1.1 wants a dot in a number with an exponent
        return f"{mantissa}.0e{power}"
    return text


def _comment(line: str) -> str:
    safe = _NOT_LITERAL.sub(_escape, line)
    return f"# {safe}".rstrip(" ")


# by exact class, and no strings: those may become literals
_WRITERS: dict[type, Callable[[Any], str]] = {
    int: int.__repr__,
    float: _float,
    bool: ("false", "true").__getitem__,
    type(None): lambda _: "null",
}
