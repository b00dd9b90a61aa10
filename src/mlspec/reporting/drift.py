"""Drift as text and as JSON: what was recorded against what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.ledger import UNREADABLE_BODY
from mlspec.planning.drift import DriftCode, Owner, SubjectKind
from mlspec.reporting._cells import Style, clean, counted, table
from mlspec.reporting._text_lines import text_lines
from mlspec.reporting._values import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.planning.drift import Drift, DriftField, DriftView

__all__ = ["render_drift", "render_drift_json"]

_SYMBOLS = {
    DriftCode.CHANGED: "~",
    DriftCode.GONE: "-",
    DriftCode.UNDOCUMENTED: "+",
    DriftCode.UNREADABLE: "!",
}
_WORDS = {
    DriftCode.CHANGED: "changed outside of mlspec",
    DriftCode.GONE: "recorded, but not there any more",
    DriftCode.UNDOCUMENTED: "there, but nothing recorded wrote it",
    DriftCode.UNREADABLE: UNREADABLE_BODY,
}
_OWNERS = {Owner.MLSPEC: "set by its spec", Owner.EXTERNAL: "set by others"}
_FIELDS = 40


def render_drift(view: DriftView, *, colour: bool) -> str:
    """Return what drifted, subject by subject, with the recorded and the live value."""
    notices = [Style.RED.paint(f"! {clean(each)}", colour=colour) for each in view.notices]
    return "\n".join([*notices, *_told(view, colour=colour)]) + "\n"


def _told(view: DriftView, *, colour: bool) -> Iterator[str]:
    environment = clean(view.environment)
    ignored = f" ({counted(view.ignored, 'difference')} ignored)" if view.ignored else ""
    if not view.lineage:
        yield f"There is no registry yet for {environment}: nothing was applied."
    elif not view.drifts:
        told = f"No drift: {environment} is as it was recorded at serial {view.serial}{ignored}."
        yield Style.GREEN.paint(told, colour=colour)
    else:
        yield f"Drift of {environment} from what was recorded at serial {view.serial}"
        for each in view.drifts:
            yield from _lines(each, colour=colour)
        yield ""
        yield from _next(view, ignored)


def render_drift_json(view: DriftView) -> str:
    """Return what drifted as JSON (`mlspec.drift/1.0`)."""
    return pretty_json(
        {
            "format": "mlspec.drift/1.0",
            "env": view.environment,
            "lineage": view.lineage,
            "serial": view.serial,
            "notices": list(view.notices),
            "ignored": view.ignored,
            "drifts": [_json(each) for each in view.drifts],
        }
    )


def _lines(each: Drift, *, colour: bool) -> Iterator[str]:
    symbol = Style.RED.paint(_SYMBOLS[each.code], colour=colour)
    kind = "" if each.subject_kind is SubjectKind.OBJECT else f"{each.subject_kind.value} "
    by = f"; last written by run {clean(each.run)} at {clean(each.at)}" if each.run else ""
    yield f"{symbol} {kind}{clean(each.subject)}: {_WORDS[each.code]}{by}"
    shown = each.fields[:_FIELDS]
    rows = [
        (clean(field.path), f"{written(field.recorded)} -> {written(field.live)}", _owner(field))
        for field in shown
    ]
    for field, row in zip(shown, table(rows), strict=True):
        yield f"    {row}"
        yield from (f"        {line}" for line in text_lines(field.recorded, field.live))
    rest = len(each.fields) - len(shown)
    if rest > 0:
        yield f"    and {rest:,} more fields, see `--format json`"


def _owner(field: DriftField) -> str:
    return f"({_OWNERS[field.owner]})"


def _next(view: DriftView, ignored: str) -> Iterator[str]:
    environment = clean(view.environment)
    kinds = {each.subject_kind for each in view.drifts}
    yield f"{counted(len(view.drifts), 'subject')} drifted{ignored}"
    if SubjectKind.OBJECT in kinds:
        yield f"What can be brought back: mlspec state rebuild --check --env {environment}"
    if SubjectKind.BRANCH in kinds:
        yield "A branch is published again by the next apply"


def _json(each: Drift) -> Json:
    return {
        "subject": each.subject,
        "kind": each.subject_kind.value,
        "code": each.code.value,
        "run": each.run,
        "at": each.at,
        "fields": [
            {
                "path": field.path,
                "recorded": field.recorded,
                "live": field.live,
                "owner": field.owner.value,
            }
            for field in each.fields
        ],
    }
