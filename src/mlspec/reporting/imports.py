"""An import as text and as JSON: what was written, what is a guess, what is not known."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from mlspec.canonical import pretty_json
from mlspec.importing import Certainty, Outcome
from mlspec.reporting._cells import Style, clean, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.importing import Imported, Report

__all__ = ["render_import", "render_import_json"]

_WORDS: Final = {
    Outcome.ADDED: "new",
    Outcome.UPDATED: "updated",
    Outcome.UNCHANGED: "unchanged",
    Outcome.JOINED: "joined to a model of another system, by its bytes or by the name that it says",
    Outcome.MANAGED: "managed by a spec, left alone",
    Outcome.LEFT_OUT: "left out: their files were taken away",
    Outcome.SHARES_FILE: "not updated: their files hold other documents, too",
}
_SHOWN: Final = 10


def render_import(report: Report, *, colour: bool, has_report: bool = False) -> str:
    """Return how many models became what, what somebody has to look at, and the next step.

    `has_report` says that all of it was written to a file, too.
    """
    more = "see the report" if has_report else "`--report FILE` tells all"
    return "\n".join(_lines(report, more, colour=colour)) + "\n"


def _lines(report: Report, more: str, *, colour: bool) -> Iterator[str]:
    yield from _found(report)
    yield from _unsure(report, more)
    yield from _shown("conflicts, where what stands in the file was kept", _conflicts(report), more)
    alike = (f"{e.address}: is it {e.suggestion}?" for e in report.models if e.suggestion)
    yield from _shown("of a like name, and not joined", alike, more)
    undecided = (f"{clean(each.source)}: {clean(each.why)}" for each in report.undecided)
    yield from _shown("of which model services are", undecided, more)
    lost = (f"{clean(each.source)}: {clean(each.why)}" for each in report.lost)
    yield from _shown("has no place in a spec of a model", lost, more)
    unread = (f"{clean(each.source)}: {clean(each.why)}" for each in report.unread)
    yield from _shown("could not be read", unread, more)
    yield from _shown("not there any more, their files stay", iter(report.vanished), more)
    for file in report.examples:
        yield f"`{file}` is the example of `mlspec init`, and no model of yours: take it away"
    yield ""
    if report.count(Outcome.ADDED) + report.count(Outcome.UPDATED):
        told = "Next: mlspec validate; commit the specs and .mlspec/imports; mlspec plan"
        yield Style.GREEN.paint(told, colour=colour)
    else:
        yield "Nothing was written."


def _found(report: Report) -> Iterator[str]:
    """Yield how many models became what, or what was looked for."""
    yield f"{counted(len(report.models), 'model')} of {report.system}"
    if not report.models:
        where = f" in `{clean(report.where)}`" if report.where else ""
        yield f"Looked for{where}: {report.looked_for}"
    for outcome, word in _WORDS.items():
        if number := report.count(outcome):
            yield f"  {number:>7,} {word}"


def _unsure(report: Report, more: str) -> Iterator[str]:
    guesses = sum(
        fact.certainty is Certainty.GUESSED
        for each in report.models
        for fact in each.found.facts.values()
    )
    lost = sum(len(each.found.lost) for each in report.models)
    missing = Counter(field for each in report.models for field in each.unknown)
    if guesses:
        yield f"{counted(guesses, 'value')} guessed: look at them"
    if lost:
        yield f"{counted(lost, 'value')} lost or undecided: {more}"
    if missing:
        told = ", ".join(f"{field} ({number:,})" for field, number in missing.most_common(_SHOWN))
        yield f"unknown: {told}"


def _conflicts(report: Report) -> Iterator[str]:
    for each in report.models:
        for conflict in each.conflicts:
            ours, theirs = (clean(text.strip()) for text in (conflict.ours, conflict.theirs))
            yield f"{each.file}: kept `{ours}`, the source says `{theirs}`"


def _shown(title: str, entries: Iterator[str], more: str) -> Iterator[str]:
    found = list(entries)
    if not found:
        return
    yield f"{title} ({len(found):,}):"
    yield from (f"  {each}" for each in found[:_SHOWN])
    if len(found) > _SHOWN:
        yield f"  and {len(found) - _SHOWN:,} more: {more}"


def render_import_json(report: Report) -> str:
    """Return an import as JSON (`mlspec.import/1.1`)."""
    document: dict[str, Json] = {
        "format": "mlspec.import/1.1",
        "system": report.system,
        "counts": {each.value: report.count(each) for each in Outcome},
        "models": [_model(each) for each in report.models],
        "lost": [{"source": each.source, "why": each.why} for each in report.lost],
        "undecided": [{"source": each.source, "why": each.why} for each in report.undecided],
        "unread": [{"source": each.source, "why": each.why} for each in report.unread],
        "vanished": list(report.vanished),
        "examples": list(report.examples),
    }
    return pretty_json(document)


def _model(each: Imported) -> dict[str, Json]:
    found = each.found
    return {
        "name": found.name,
        "location": found.location,
        "address": each.address,
        "file": each.file,
        "outcome": each.outcome.value,
        "values": [
            {
                "field": field,
                "value": fact.value,
                "source": fact.source,
                "certainty": fact.certainty.value,
            }
            for field, fact in sorted(found.facts.items())
        ],
        "unknown": list(each.unknown),
        "lost": [{"source": lost.source, "why": lost.why} for lost in found.lost],
        "suggestion": each.suggestion,
        "conflicts": [{"kept": c.ours, "source": c.theirs} for c in each.conflicts],
    }
