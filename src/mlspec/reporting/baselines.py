"""A policy baseline as text and as JSON: what came, what went, and what can't be in it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.policy import BaselineMode
from mlspec.reporting._cells import clean, counted
from mlspec.workspace import BASELINE_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.canonical import Json
    from mlspec.diagnostics import Diagnostic
    from mlspec.kinds.policy_baseline import BaselineEntry
    from mlspec.policy import BaselineDone

__all__ = ["render_baseline", "render_baseline_json"]

_ADDING = (BaselineMode.WRITE, BaselineMode.EXTEND)


def render_baseline(done: BaselineDone) -> str:
    """Return what came of it by rule, every entry that goes, and what is left out with why."""
    return "".join(f"{line}\n" for line in _lines(done))


def _lines(done: BaselineDone) -> Iterator[str]:
    if done.mode in _ADDING:
        yield f"{counted(len(done.added), 'finding')} added to `{BASELINE_FILE}`"
        yield from _by_rule(done.added)
    else:
        word = "taken out of" if done.mode is BaselineMode.UPDATE else "gone, and still in"
        if done.removed:
            yield f"{counted(len(done.removed), 'finding')} {word} `{BASELINE_FILE}`"
        else:
            yield f"every finding in `{BASELINE_FILE}` is still there"
        yield from (f"  {_entry(each)}" for each in done.removed)
    if done.left_out:
        yield f"{counted(len(done.left_out), 'finding')} left out:"
        yield from (f"  {_left_out(left, why)}" for left, why in done.left_out)
    yield f"{counted(len(done.entries), 'finding')} known since the baseline, accepted by nobody."
    if next_step := _next(done):
        yield next_step


def _by_rule(entries: Iterable[BaselineEntry]) -> Iterator[str]:
    counts = Counter(each.rule for each in entries)
    yield from (f"  {rule}  {many:,}" for rule, many in sorted(counts.items()))


def _entry(entry: BaselineEntry) -> str:
    where = f" in {', '.join(map(clean, entry.environments))}" if entry.environments else ""
    return f"{clean(entry.rule)}  {clean(entry.resource)}{where}  ({clean(entry.reason)})"


def _left_out(left: Diagnostic, why: str) -> str:
    span = left.span
    place = f"{clean(span.file)}:{span.start.line}:{span.start.column}: " if span else ""
    return f"{place}{left.severity}[{left.code}] {clean(left.message)} ({why})"


def _next(done: BaselineDone) -> str:
    if done.is_idle:
        return "next: `mlspec policy baseline --update`"
    is_other = bool(done.added) or (done.mode is BaselineMode.UPDATE and bool(done.removed))
    return "next: commit it; `mlspec plan` says who has to agree" if is_other else ""


def render_baseline_json(done: BaselineDone) -> str:
    """Return what came of it as JSON (`mlspec.policy-baseline/1.0`)."""
    document: dict[str, Json] = {
        "format": "mlspec.policy-baseline/1.0",
        "mode": done.mode.value,
        "file": BASELINE_FILE,
        "entries": len(done.entries),
        "added": [_as_json(each) for each in done.added],
        "removed": [_as_json(each) for each in done.removed],
        "leftOut": [
            {
                "code": left.code,
                "severity": left.severity.value,
                "message": left.message,
                "file": left.span.file if left.span else None,
                "line": left.span.start.line if left.span else None,
                "why": why,
            }
            for left, why in done.left_out
        ],
    }
    return pretty_json(document)


def _as_json(entry: BaselineEntry) -> Json:
    return {
        "fingerprint": entry.fingerprint,
        "rule": entry.rule,
        "resource": entry.resource,
        "environments": [*entry.environments],
        "severity": entry.severity,
        "reason": entry.reason,
        "recorded": entry.recorded,
        "until": entry.until,
    }
