"""What is judged on the bytes and the text of a file, before any YAML is parsed.

In: bytes. Out: the text with LF line ends and without a byte order mark; None when the file is
refused as a whole.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlspec.diagnostics import Related
    from mlspec.syntax._limits import Limits
    from mlspec.syntax._report import Place, Report
    from mlspec.syntax._source import SourceText

__all__ = ["place_of", "read_text"]

_PRINTABLE_ASCII = bytes([9, 10, 13, *range(0x20, 0x7F)])
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]"
)
_BIDIRECTIONAL = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONFLICT = re.compile(r"^(?:<{7}|>{7}|\|{7})(?= |$).*$", re.MULTILINE)
_DIRECTIVE = re.compile(r"^%(?!YAML 1\.[12] *(?:#.*)?$).*$", re.MULTILINE)
_HALF_EMPTY_PAIR = re.compile(rb"\0[^\0]|[^\0]\0")
_LFS = b"version https://git-lfs.github.com/spec/"
_OTHER_ENCODINGS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_CONTROL_NAMES = {
    "\x00": "NUL",
    "\x1b": "escape",
    "\ufeff": "a byte order mark",
    "\x85": "next line",
    "\u2028": "line separator",
    "\u2029": "paragraph separator",
}
_KIB = 1024


def read_text(source: SourceText, limits: Limits, report: Report) -> str | None:
    """Return the text to parse, or None after reporting why there is none."""
    content = source.content
    if len(content) > limits.file_bytes:
        _report_size(len(content), limits, report)
        return None
    text = _decode(content, report)
    if text is None or _has_controls(content, text, report):
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if ("<<<<<<<" in text or ">>>>>>>" in text) and _has_conflicts(text, report):
        return None
    if "%" in text and _has_directives(text, report):
        return None
    return text


def place_of(text: str, index: int) -> Place:
    """Return line and column of a character."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def _report_size(size: int, limits: Limits, report: Report) -> None:
    message = f"this file has {_amount(size)}; a spec has at most {_amount(limits.file_bytes)}"
    hint = "move data and long texts into files of their own and refer to them"
    report.add("MLS011", message, report.span((1, 1)), hint=hint)


def _amount(size: int) -> str:
    for unit, name in ((_KIB * _KIB, "MiB"), (_KIB, "KiB")):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size} bytes"


def _decode(content: bytes, report: Report) -> str | None:
    if content.startswith(_LFS):
        message = "this is a Git LFS pointer; the spec itself was not downloaded"
        hint = "run `git lfs pull`, or keep specs out of LFS in `.gitattributes`"
        report.add("MLS042", message, report.span((1, 1), (1, len(_LFS) + 3)), hint=hint)
        return None
    encoding = _other_encoding(content)
    if encoding:
        message = f"this file is {encoding}; specs are UTF-8"
        report.add("MLS030", message, report.span((1, 1)), hint="save it as UTF-8")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _report_byte(content, error, report)
        return None


def _other_encoding(content: bytes) -> str | None:
    for mark, name in _OTHER_ENCODINGS:
        if content.startswith(mark):
            return name
    looks_paired = _HALF_EMPTY_PAIR.match(content) is not None
    start = content[:64]
    return "UTF-16" if looks_paired and start.count(0) * 3 >= len(start) else None


def _report_byte(content: bytes, error: UnicodeDecodeError, report: Report) -> None:
    start = len(content) - len(error.object) + error.start  # the codec cuts the byte order mark
    before = content[:start].decode("utf-8-sig", "replace")
    place = _place_in(before, len(before))
    byte = content[start]
    message = f"byte 0x{byte:02x} is not UTF-8"
    hint = "save the file as UTF-8"
    if chr(byte).isprintable():
        hint += f"; in Latin-1 this byte is `{chr(byte)}`"
    report.add("MLS030", message, report.span(place), hint=hint)


def _has_controls(content: bytes, text: str, report: Report) -> bool:
    if content.isascii():
        if not content.translate(None, _PRINTABLE_ASCII):
            return False
    else:
        _warn_of_turns(text, report)
    found = False
    for match in _CONTROL.finditer(text):
        found = True
        if report.is_full:
            break
        _report_control(text, match, report)
    return found


def _report_control(text: str, match: re.Match[str], report: Report) -> None:
    character = match.group()
    name = _CONTROL_NAMES.get(character, "a control character")
    message = f"U+{ord(character):04X} ({name}) stands in the text"
    hint = f"remove it; if it is meant, write `\\u{ord(character):04x}` in double quotes"
    if character in "\x00\ufeff\ufffe\uffff":
        hint = "remove it"
    report.add("MLS031", message, report.span(_place_in(text, match.start())), hint=hint)


def _place_in(text: str, index: int) -> Place:
    before = text[:index].replace("\r\n", "\n").replace("\r", "\n")
    return place_of(before, len(before))


def _warn_of_turns(text: str, report: Report) -> None:
    match = _BIDIRECTIONAL.search(text)
    if match is None:
        return
    code = ord(match.group())
    message = f"U+{code:04X} turns the direction of the text around for people, not for mlspec"
    more = len(_BIDIRECTIONAL.findall(text)) - 1
    hint = f"remove it, or write `\\u{code:04x}` in double quotes where everybody sees it"
    hint += f"; the file has {more} more" if more else ""
    report.add("MLS032", message, report.span(_place_in(text, match.start())), hint=hint)


def _has_conflicts(text: str, report: Report) -> bool:
    found = False
    for match in _CONFLICT.finditer(text):
        if report.is_full:
            return True
        if match.group().startswith("<") or not found:
            _report_conflict(text, match, report)
        found = True
    return found


def _report_conflict(text: str, match: re.Match[str], report: Report) -> None:
    line, column = place_of(text, match.start())
    span = report.span((line, column), (line, column + len(match.group())))
    related: tuple[Related, ...] = ()
    end = re.compile(r"^>{7}.*$", re.MULTILINE).search(text, match.end())
    if end:
        last = place_of(text, end.start())
        related = (report.related("the conflict ends here", last, (last[0], 8)),)
    message = "a merge conflict was not resolved"
    hint = "keep one side, remove the marker lines, then `git add` the file"
    report.add("MLS040", message, span, hint=hint, related=related)


def _has_directives(text: str, report: Report) -> bool:
    match = _DIRECTIVE.search(text)
    if match is None:
        return False
    line, column = place_of(text, match.start())
    message = f"`{match.group()[:40].split(' ')[0]}` is a directive, and specs take none"
    hint = "remove the line; `%YAML 1.2` is the only one that is accepted"
    span = report.span((line, column), (line, column + len(match.group())))
    report.add("MLS021", message, span, hint=hint)
    return True
