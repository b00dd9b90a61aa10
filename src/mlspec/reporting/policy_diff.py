"""What changes from one state of a pack to another, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json, pretty_json
from mlspec.reporting._cells import clean, clipped, counted, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.policy import OutcomeChange, Pack, PackDifference, RuleChange

__all__ = ["render_difference", "render_difference_json"]

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
_WIDEST = 400


def render_difference(found: PackDifference) -> str:
    """Return rules that come, go and change, and the outcomes that follow, as text."""
    before, after = found.before, found.after
    lines = [f"{_named(before)} -> {_named(after)}", ""]
    lines += [line for each in found.rules for line in _rule(each)]
    lines += [] if found.rules else ["  no rule differs"]
    lines += ["", *_outcomes(found)]
    return "\n".join(lines) + "\n"


def _named(pack: Pack) -> str:
    return f"{clean(pack.name)} {clean(pack.version)} ({pack.digest[:19]})"


def _rule(change: RuleChange) -> Iterator[str]:
    yield f"  {_SIGNS[change.change]} {change.rule} {clean(change.title)}"
    for each in change.fields:
        yield f"      {each.field}: {_value(each.before)} -> {_value(each.after)}"


def _value(value: Json) -> str:
    if value is None:
        return "not stated"
    return clipped(clean(canonical_json(value).decode()), _WIDEST)


def _outcomes(found: PackDifference) -> Iterator[str]:
    if found.outcomes is None:
        yield "The pack is not bound here, so nothing can be said about models."
        return
    if not found.outcomes:
        yield "Nothing changes for the resources of this workspace."
        return
    rows = [
        (
            each.address,
            each.rule,
            f"{each.before or 'no rule'} -> {each.after or 'no rule'}",
            _stopping(each),
        )
        for each in found.outcomes
    ]
    stops = sum(each.stops for each in found.outcomes)
    lifts = sum(each.lifts for each in found.outcomes)
    yield from (f"  {line}" for line in table(rows))
    yield ""
    yield (
        f"{counted(len(rows), 'outcome')} would change, {stops} of them would stop a plan,"
        f" {lifts} would stop one no more"
    )


def _stopping(change: OutcomeChange) -> str:
    if change.lifts:
        return "stops a plan no more"
    return "stops a plan now" if change.stops else ""


def render_difference_json(found: PackDifference) -> str:
    """Return the differences of two states of a pack as JSON (`mlspec.policy-diff/1.0`)."""
    outcomes: Json = None
    if found.outcomes is not None:
        outcomes = [
            {
                "address": each.address,
                "rule": each.rule,
                "before": each.before or None,
                "after": each.after or None,
                "stops": each.stops,
                "lifts": each.lifts,
            }
            for each in found.outcomes
        ]
    return pretty_json(
        {
            "format": "mlspec.policy-diff/1.0",
            "before": _pack(found.before),
            "after": _pack(found.after),
            "rules": [_changed(each) for each in found.rules],
            "outcomes": outcomes,
        }
    )


def _changed(change: RuleChange) -> Json:
    fields: list[Json] = [
        {"field": each.field, "before": each.before, "after": each.after} for each in change.fields
    ]
    return {
        "rule": change.rule,
        "title": change.title,
        "change": change.change,
        "fields": fields,
    }


def _pack(pack: Pack) -> Json:
    return {"name": pack.name, "version": pack.version, "digest": pack.digest}
