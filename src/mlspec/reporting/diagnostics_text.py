"""Diagnostics as text: place, message, the source line with carets, and the next step."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity, sort_diagnostics
from mlspec.reporting._cells import clean, counted
from mlspec.reporting.diagnostics_source import excerpt
from mlspec.rules import NOT_LOOKED_UP

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlspec.diagnostics import Diagnostic, Fix, Related, Span
    from mlspec.syntax import SourceText

__all__ = ["render_text"]

_BOLD, _BLUE, _END = "\x1b[1m", "\x1b[34m", "\x1b[0m"
_COLOURS = {
    Severity.ERROR: "\x1b[31m",
    Severity.WARNING: "\x1b[33m",
    Severity.NOTE: "\x1b[36m",
}
_LONGEST_REPLACEMENT = 60


def render_text(
    diagnostics: Iterable[Diagnostic], sources: Mapping[str, SourceText], *, colour: bool
) -> str:
    """Return the diagnostics by file and line, and how many there are.

    A place whose file is not among the sources is named without its line. What is known since the
    policy baseline is counted by rule, so that nothing new drowns in it.
    """
    found = sort_diagnostics(diagnostics)
    ordered = [each for each in found if not each.known]
    lines: list[str] = []
    for diagnostic in ordered:
        lines.extend(_lines(diagnostic, sources, colour=colour))
        lines.append("")
    lines.extend(_known([each for each in found if each.known]))
    lines.append(_summary(ordered))
    return "".join(f"{line}\n" for line in lines)


def _known(found: Sequence[Diagnostic]) -> Iterator[str]:
    """Yield how many findings of which rules the policy baseline has."""
    if found:
        rules = ", ".join(f"{rule} {many:,}" for rule, many in _by_rule(found))
        told = f"{counted(len(found), 'finding')} known since the baseline, accepted by nobody"
        yield f"{told}: {rules} ({NOT_LOOKED_UP})"


def _by_rule(found: Iterable[Diagnostic]) -> list[tuple[str, int]]:
    return sorted(Counter(each.code for each in found).items())


def _lines(
    diagnostic: Diagnostic, sources: Mapping[str, SourceText], *, colour: bool
) -> Iterator[str]:
    shade = _COLOURS[diagnostic.severity]
    severity = _paint(f"{diagnostic.severity}[{diagnostic.code}]", _BOLD + shade, colour=colour)
    name = clean(diagnostic.titled.removeprefix(diagnostic.code))
    what = f"{severity}{name}: {clean(diagnostic.message)}"
    width = _gutter_width(diagnostic)
    if diagnostic.span is None:
        yield what
    else:
        yield f"{_paint(_where(diagnostic.span), _BOLD, colour=colour)}: {what}"
        yield from _excerpt(diagnostic.span, sources, width, "^", shade, colour=colour)
    for each in diagnostic.related:
        yield from _related(each, sources, width, colour=colour)
    margin = " " * width
    if diagnostic.hint:
        yield f"{margin} {_paint('hint', _BOLD, colour=colour)}: {clean(diagnostic.hint)}"
    for fix in diagnostic.fixes:
        yield f"{margin} {_paint('fix', _BOLD, colour=colour)}: {_fix(fix)}"


def _related(
    related: Related, sources: Mapping[str, SourceText], width: int, *, colour: bool
) -> Iterator[str]:
    label = _paint("note", _BOLD, colour=colour)
    yield f"{' ' * width} {label}: {clean(related.message)} ({_where(related.span)})"
    yield from _excerpt(related.span, sources, width, "-", _BLUE, colour=colour)


def _excerpt(
    span: Span,
    sources: Mapping[str, SourceText],
    width: int,
    mark: str,
    shade: str,
    *,
    colour: bool,
) -> Iterator[str]:
    source = sources.get(span.file)
    if source is None or not 0 < span.start.line <= len(source.lines):
        return
    text, indent, length = excerpt(source.lines[span.start.line - 1], span)
    number = _paint(f"{span.start.line:>{width}} |", _BLUE, colour=colour)
    margin = _paint(f"{'':>{width}} |", _BLUE, colour=colour)
    yield f"{number} {text}".rstrip()
    yield f"{margin} {' ' * indent}{_paint(mark * length, shade, colour=colour)}"


def _gutter_width(diagnostic: Diagnostic) -> int:
    spans = [each.span for each in diagnostic.related]
    if diagnostic.span is not None:
        spans.append(diagnostic.span)
    return max((len(str(each.start.line)) for each in spans), default=1) + 1


def _fix(fix: Fix) -> str:
    title = clean(fix.title)
    if len(fix.edits) != 1 or len(fix.edits[0].replacement) > _LONGEST_REPLACEMENT:
        return title
    replacement = f"`{clean(fix.edits[0].replacement)}`"
    return title if replacement in (*title.split(), "``") else f"{title}: {replacement}"


def _where(span: Span) -> str:
    return f"{clean(span.file)}:{span.start.line}:{span.start.column}"


def _summary(diagnostics: Sequence[Diagnostic]) -> str:
    if not diagnostics:
        return "Found no problems"
    counts = [
        counted(number, severity.value)
        for severity in Severity
        if (number := sum(each.severity is severity for each in diagnostics))
    ]
    listed = " and ".join(filter(None, (", ".join(counts[:-1]), counts[-1])))
    files = len({each.span.file for each in diagnostics if each.span})
    return f"Found {listed} in {counted(files, 'file')}" if files else f"Found {listed}"


def _paint(text: str, shade: str, *, colour: bool) -> str:
    return f"{shade}{text}{_END}" if colour else text
