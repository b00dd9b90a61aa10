"""Comments that suppress findings: `# mlspec: ignore[missing-owner] the reason`.

A comment behind a value concerns its own line; one that stands alone concerns the next line that
is no comment. A reason is required, and a comment that suppresses nothing is reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.diagnostics import Code, Diagnostic, Position, Severity, Span, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.rules._port import Rule
    from mlspec.syntax import SourceText

__all__ = ["SUPPRESSION_CODES", "Suppressions", "read_suppressions"]

_COMMENT = re.compile(r"(?:^|(?<=\s))#\s*mlspec:\s*ignore\b(?:\[([^\]]*)\])?(.*)")
_WITH_REASON = (
    "retraining:\n"
    "  # mlspec: ignore[calendar-only-retraining] the source is published once a year\n"
    "  - {id: yearly, type: schedule, everyDays: 365, lastTested: 2026-01-15}\n"
)
_REASONLESS = Code(
    "MLS391",
    "suppression-without-reason",
    Severity.ERROR,
    "a comment suppresses a rule without saying why, so it has no effect",
    "Whoever reads the spec next can't tell an exception that was thought through from a finding "
    "that was in the way.",
    _WITH_REASON.replace(" the source is published once a year", ""),
    _WITH_REASON,
)
_UNKNOWN = Code(
    "MLS392",
    "unknown-suppression",
    Severity.ERROR,
    "a comment suppresses a rule that does not exist, or that no comment can suppress",
    "The comment promises an exception that nobody grants. Rules that protect people are not "
    "suppressed by whoever writes the spec that they judge.",
    _WITH_REASON.replace("calendar-only-", "calendar-"),
    _WITH_REASON,
)
_UNUSED = Code(
    "MLS393",
    "unused-suppression",
    Severity.WARNING,
    "a comment suppresses a rule that finds nothing there",
    "Left in place, it would hide the next fault of that kind on the same line.",
    _WITH_REASON.replace("on: schedule, everyDays: 365", "on: metric"),
    _WITH_REASON.replace("on: schedule, everyDays: 365", "on: metric").replace(
        "  # mlspec: ignore[calendar-only-retraining] the source is published once a year\n", ""
    ),
)

SUPPRESSION_CODES: tuple[Code, ...] = (_REASONLESS, _UNKNOWN, _UNUSED)
"""What can be wrong with a comment that suppresses."""


@dataclass(frozen=True, slots=True)
class _Suppression:
    """One rule that one comment suppresses on the line `line`."""

    file: str
    line: int
    code: str
    name: str
    span: Span


@dataclass(slots=True)
class Suppressions:
    """All suppressions of a workspace, what is wrong with them, and which were of use."""

    faults: list[Diagnostic] = field(default_factory=list)
    _by_place: dict[tuple[str, int, str], _Suppression] = field(default_factory=dict)
    _used: set[tuple[str, int, str]] = field(default_factory=set)

    def add(self, suppression: _Suppression) -> None:
        """Take one more; the first of two alike counts."""
        place = (suppression.file, suppression.line, suppression.code)
        self._by_place.setdefault(place, suppression)

    def remove(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Return the diagnostics that no comment suppresses."""
        if not self._by_place:
            return list(diagnostics)
        return [each for each in diagnostics if not self._suppresses(each)]

    def has_unused(self) -> bool:
        """Tell whether a comment has suppressed nothing so far."""
        return len(self._used) < len(self._by_place)

    def unused(self) -> list[Diagnostic]:
        """Return one diagnostic per suppression that was of no use."""
        return [
            _fault(
                _UNUSED,
                each.span,
                f"nothing here is suppressed by `ignore[{each.name}]`",
                "remove the comment",
            )
            for place, each in self._by_place.items()
            if place not in self._used
        ]

    def _suppresses(self, diagnostic: Diagnostic) -> bool:
        if diagnostic.span is None:
            return False
        place = (diagnostic.span.file, diagnostic.span.start.line, diagnostic.code)
        if place not in self._by_place:
            return False
        self._used.add(place)
        return True


def read_suppressions(sources: Mapping[str, SourceText], rules: Iterable[Rule]) -> Suppressions:
    """Return the suppressions of all files; a file that never says `mlspec:` is not looked into."""
    found = Suppressions()
    words: dict[str, Rule] = {}
    for file, source in sources.items():
        if b"mlspec:" not in source.content:
            continue
        words = words or _rules_by_word(rules)
        for comment in _comments(file, source.lines):
            _read(comment, words, found)
    return found


@dataclass(frozen=True, slots=True)
class _Comment:
    """A suppressing comment: the line it concerns, its words and its reason."""

    line: int
    words: tuple[str, ...]
    reason: str
    span: Span


def _rules_by_word(rules: Iterable[Rule]) -> dict[str, Rule]:
    return {word: rule for rule in rules for word in (rule.code, rule.name)}


def _listed(text: str) -> tuple[str, ...]:
    return tuple(word for each in text.split(",") if (word := each.strip()))


def _comments(file: str, lines: tuple[str, ...]) -> Iterator[_Comment]:
    for index, line in enumerate(lines):
        match = _COMMENT.search(line) if "mlspec:" in line else None
        if match is None:
            continue
        start = Position(index + 1, match.start() + 1)
        end = Position(index + 1, len(line.rstrip()) + 1)
        words = _listed(match[1] or "")
        stands_alone = not line[: match.start()].strip()
        concerned = _next_line(lines, index) if stands_alone else index
        yield _Comment(concerned + 1, words, match[2], Span(file, start, end))


def _next_line(lines: tuple[str, ...], index: int) -> int:
    following = index + 1
    while following < len(lines) and lines[following].lstrip().startswith("#"):
        following += 1
    return following


def _read(comment: _Comment, words: Mapping[str, Rule], found: Suppressions) -> None:
    if not comment.words:
        message = "the comment does not say which rule it suppresses"
        hint = "name it in brackets, as in `ignore[missing-owner]`, followed by the reason"
        found.faults.append(_fault(_UNKNOWN, comment.span, message, hint))
    elif not re.search(r"\w", comment.reason):
        message = f"`ignore[{', '.join(comment.words)}]` gives no reason, so it has no effect"
        hint = "write the reason behind the bracket"
        found.faults.append(_fault(_REASONLESS, comment.span, message, hint))
    else:
        for word in comment.words:
            _read_word(word, comment, words, found)


def _read_word(
    word: str, comment: _Comment, words: Mapping[str, Rule], found: Suppressions
) -> None:
    rule = words.get(word)
    if rule is None:
        close = did_you_mean(word, words)
        hint = f"did you mean `{close}`?" if close else "`mlspec explain` lists all rules"
        message = f"there is no rule `{word[:80]}`"
        found.faults.append(_fault(_UNKNOWN, comment.span, message, hint))
    elif not rule.suppressible:
        message = f"`{rule.name}` can't be suppressed by a comment in the spec that it judges"
        hint = "change the spec; whoever writes a spec can't also excuse it from this rule"
        found.faults.append(_fault(_UNKNOWN, comment.span, message, hint))
    else:
        file = comment.span.file
        found.add(_Suppression(file, comment.line, rule.code, word, comment.span))


def _fault(code: Code, span: Span, message: str, hint: str) -> Diagnostic:
    return Diagnostic(code.code, code.name, code.severity, message, span, hint=hint)
