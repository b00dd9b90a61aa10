"""Errors of the YAML parser in our words, at the place where the mistake was made.

The parser notices a mistake where it cannot go on: at the end of the file for an open bracket.
What the reader of the message has to change is usually earlier.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.syntax._events import MarkedYAMLError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.diagnostics import Related
    from mlspec.syntax._events import Mark
    from mlspec.syntax._nodes import NodeComposer
    from mlspec.syntax._report import Report

__all__ = ["report_read_error"]

_WORD = re.compile(r"[\w.@/-]+")
_BEYOND_UNICODE = re.compile(r"\\U(?!000|0010)[0-9a-fA-F]{8}")
_KEY_START = re.compile(r"\s*(?:- +)*[\w\"'.-]+$")
_TEMPLATE = re.compile(r"\$?\{\{|\{%")
_ENDS = ("<stream end>", "<document start>", "<document end>", "<block end>")
_CLOSERS = {"[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class _Point:
    """A place that the parser did not mark."""

    index: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class _Failure:
    """What the parser said, and the text around it."""

    context: str
    problem: str
    mark: Mark
    context_mark: Mark | None
    composer: NodeComposer
    report: Report

    def line(self, mark: Mark) -> str:
        """Return the line of a mark."""
        text = self.composer.text
        start = text.rfind("\n", 0, mark.index) + 1
        end = text.find("\n", mark.index)
        return text[start : end if end >= 0 else len(text)]

    def add(
        self,
        code: str,
        message: str,
        mark: Mark | None = None,
        *,
        hint: str | None = None,
        related: tuple[Related, ...] = (),
        length: int | None = None,
    ) -> bool:
        """Report at a mark, over the word there unless a length is given; always true."""
        mark = mark or self.mark
        line, column = self.composer.problems.place(mark)
        if length is None:
            word = _WORD.match(self.line(mark), mark.column)
            length = len(word.group()) if word else 1
        span = self.report.span((line, column), (line, column + length))
        self.report.add(code, message, span, hint=hint, related=related)
        return True

    def related(self, message: str, mark: Mark) -> tuple[Related, ...]:
        """Return a second place."""
        return (self.report.related(message, self.composer.problems.place(mark)),)


def report_read_error(error: Exception, composer: NodeComposer, report: Report) -> int:
    """Report an error of the parser; return the index where it could not go on."""
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return _report_escape(composer, report)
    said = error.context or "", error.problem or ""
    failure = _Failure(*said, error.problem_mark, error.context_mark, composer, report)
    if not composer.problems.saw_template:
        any(attempt(failure) for attempt in _ATTEMPTS)
    return failure.mark.index


def _report_escape(composer: NodeComposer, report: Report) -> int:
    """Report an escape beyond Unicode, which PyYAML answers with a bare ValueError."""
    text = composer.text
    match = _BEYOND_UNICODE.search(text, composer.reached)
    index = match.start() if match else composer.reached
    line = text.count("\n", 0, index)
    column = index - (text.rfind("\n", 0, index) + 1)
    start = (composer.problems.lines_before + line + 1, column + 1)
    span = report.span(start, (start[0], start[1] + 10))
    hint = "the last character of Unicode is `\\U0010ffff`"
    report.add("MLS009", "this escape names no character", span, hint=hint)
    return index


def _template(failure: _Failure) -> bool:
    marks = [failure.mark, *([failure.context_mark] if failure.context_mark else [])]
    for mark in (*failure.composer.openers, *marks):
        match = _TEMPLATE.search(failure.line(mark))
        if match:
            place = _Point(mark.index - mark.column + match.start(), mark.line, match.start())
            message = "a template expression stands here that was not rendered"
            hint = "render the template first, or quote the value when the expression is meant"
            return failure.add("MLS041", message, place, hint=hint, length=len(match.group()))
    return False


def _tab(failure: _Failure) -> bool:
    line, column = failure.line(failure.mark), failure.mark.column
    if line[column : column + 1] != "\t":
        return False
    length = len(line[column:]) - len(line[column:].lstrip("\t"))
    where = "indents this line" if not line[:column].strip(" ") else "stands between words"
    more = _lines_with_tabs(failure.composer.text) - 1
    hint = "use spaces"
    if more > 0:
        hint += f"; {more} more lines of this file have tabs"
    message = f"a tab {where}, and YAML wants spaces"
    return failure.add("MLS003", message, hint=hint, length=length)


def _lines_with_tabs(text: str) -> int:
    return sum("\t" in line for line in text.split("\n"))


def _quote(failure: _Failure) -> bool:
    if failure.context == "while scanning a quoted scalar" and failure.context_mark:
        return _open_quote(failure, failure.context_mark)
    quoted = failure.composer.quoted
    if quoted is None or quoted[1].line != failure.mark.line:
        return False
    start, end = quoted
    if failure.composer.text[end.index : failure.mark.index].strip(" "):
        return False
    return _closed_quote(failure, start, end)


def _open_quote(failure: _Failure, mark: Mark) -> bool:
    quote = failure.line(mark)[mark.column]
    message = f"this `{quote}` is never closed"
    return failure.add("MLS005", message, mark, hint=f"add the closing `{quote}`", length=1)


def _closed_quote(failure: _Failure, start: Mark, end: Mark) -> bool:
    quote = failure.line(start)[start.column]
    if start.line != end.line:
        message = (
            f"the text that this `{quote}` opens goes on for {end.line - start.line + 1} lines"
        )
        hint = f"the closing `{quote}` is missing on its first line"
        related = failure.related("it ends here, at the next quote", failure.mark)
        return failure.add("MLS005", message, start, hint=hint, related=related, length=1)
    message = f"text goes on after the closing `{quote}`"
    hint = (
        "write `''` for a quote inside of single quotes"
        if quote == "'"
        else ('write `\\"` for a quote inside of double quotes')
    )
    return failure.add("MLS005", message, hint=hint)


def _bracket(failure: _Failure) -> bool:
    if not failure.composer.openers:
        return False
    opener = failure.composer.openers[-1]
    bracket = failure.line(opener)[opener.column]
    closer = _CLOSERS.get(bracket, "]")
    at_end = any(end in failure.problem for end in _ENDS)
    below = failure.mark.line > opener.line
    outdented = below and _indent(failure.line(failure.mark)) <= _indent(failure.line(opener))
    if at_end or outdented:
        message = f"this `{bracket}` is never closed"
        return failure.add("MLS004", message, opener, hint=f"add the closing `{closer}`", length=1)
    return _in_brackets(failure, opener, bracket, closer)


def _in_brackets(failure: _Failure, opener: Mark, bracket: str, closer: str) -> bool:
    related = failure.related(f"the `{bracket}` opens here", opener)
    if "expected the node content" in failure.problem:
        message, hint = "a value is missing here", "remove the extra comma or write the value"
    else:
        message = f"a `,` or the closing `{closer}` is missing before this"
        hint = "separate the values by commas; quote text that holds `:`, `?`, `,` or brackets"
    return failure.add("MLS001", message, hint=hint, related=related)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _colon(failure: _Failure) -> bool:
    if failure.problem == "could not find expected ':'" and failure.context_mark:
        return _missing_colon(failure, failure.context_mark)
    if failure.problem != "mapping values are not allowed here":
        return False
    before = failure.line(failure.mark)[: failure.mark.column]
    if _KEY_START.match(before) and failure.mark.line > 0:
        return _key_of_value(failure, _indent(before))
    message = "a second `: ` stands in this line, and the value has no quotes"
    return failure.add("MLS007", message, hint="put the whole value in double quotes", length=1)


def _key_of_value(failure: _Failure, indent: int) -> bool:
    above = _line_above(failure)
    if above is not None and above.column == indent:
        return _missing_colon(failure, above)
    start = _Point(failure.mark.index, failure.mark.line, indent)
    message = "this line is indented like a part of the value before it"
    return failure.add("MLS006", message, start, hint="align it with the keys it belongs to")


def _missing_colon(failure: _Failure, mark: Mark) -> bool:
    spaced = ":" not in failure.line(mark)
    hint = "write `key: value`" if spaced else "write a space after the colon"
    return failure.add("MLS022", "this line is no `key: value`", mark, hint=hint)


def _line_above(failure: _Failure) -> _Point | None:
    """Return where the text of the line above starts."""
    text = failure.composer.text
    stop = failure.mark.index - failure.mark.column - 1
    start = text.rfind("\n", 0, max(stop, 0)) + 1
    indent = _indent(text[start:stop])
    return _Point(start + indent, failure.mark.line - 1, indent) if stop > start + indent else None


def _indentation(failure: _Failure) -> bool:
    blocks = ("expected <block end>", "expected '<document start>'", "are not allowed here")
    if not any(each in failure.problem for each in blocks):
        return False
    if failure.line(failure.mark)[failure.mark.column : failure.mark.column + 1] == ":":
        message = "a key is missing before this colon"
        return failure.add("MLS019", message, hint="write `key: value`")
    return _not_aligned(failure)


def _not_aligned(failure: _Failure) -> bool:
    related: tuple[Related, ...] = ()
    if failure.context_mark is not None:
        related = failure.related("it should line up with this", failure.context_mark)
    message = "this does not line up with the lines before it"
    hint = "give all keys of a mapping, and all `-` of a list, the same indentation"
    if "'<scalar>'" in failure.problem or "<document start>" in failure.problem:
        hint += "; quote text that goes on after a value"
    return failure.add("MLS006", message, hint=hint, related=related)


def _reserved(failure: _Failure) -> bool:
    if "cannot start any token" in failure.problem:
        mark = failure.mark
    elif failure.context in ("while scanning an anchor", "while scanning an alias"):
        mark = failure.context_mark or failure.mark
    else:
        return False
    character = failure.line(mark)[mark.column : mark.column + 1]
    message = f"a value without quotes cannot start with `{character}`"
    return failure.add("MLS008", message, mark, hint="put it in quotes", length=1)


def _escape(failure: _Failure) -> bool:
    if failure.context != "while scanning a double-quoted scalar":
        return False
    before = failure.line(failure.mark)[: failure.mark.column]
    column = max(before.rfind("\\"), 0)
    back = failure.mark.column - column
    start = _Point(failure.mark.index - back, failure.mark.line, column)
    message = "this backslash starts no escape that YAML knows"
    hint = "write `\\\\` for a backslash, or use single quotes, which know no escapes"
    return failure.add("MLS009", message, start, hint=hint, length=back + 1)


def _tag(failure: _Failure) -> bool:
    words = ("scanning a tag", "parsing a tag", "undefined tag handle", "but found '<tag>'")
    if not any(each in failure.context + failure.problem for each in words):
        return False
    message = "`!` starts a tag, and specs are plain data"
    mark = failure.mark if "found" in failure.problem else failure.context_mark or failure.mark
    return failure.add("MLS020", message, mark, hint="quote the value or remove the tag", length=1)


def _directive(failure: _Failure) -> bool:
    if "directive" not in failure.context + failure.problem:
        return False
    message = "this directive cannot stand here"
    hint = "one `%YAML 1.2` line before the first `---` is accepted"
    return failure.add("MLS021", message, hint=hint, length=1)


def _block_header(failure: _Failure) -> bool:
    if failure.context != "while scanning a block scalar":
        return False
    message = "only `|`, `>`, `-`, `+`, an indentation from 1 to 9 and a comment may stand here"
    return failure.add("MLS001", message, hint="start the text on the next line, indented")


def _anything(failure: _Failure) -> bool:
    character = failure.line(failure.mark)[failure.mark.column : failure.mark.column + 1]
    if "expected the node content" in failure.problem and character in tuple(",]}"):
        message = f"a value without quotes cannot start with `{character}`"
        hint = "remove it, or put the value in quotes"
        return failure.add("MLS001", message, hint=hint, length=1)
    message = "this cannot be read as YAML"
    hint = "check the quotes, brackets and indentation before this place"
    return failure.add("MLS001", message, hint=hint)


_ATTEMPTS: tuple[Callable[[_Failure], bool], ...] = (
    _template,
    _tab,
    _quote,
    _escape,
    _reserved,
    _tag,
    _directive,
    _block_header,
    _bracket,
    _colon,
    _indentation,
    _anything,
)
