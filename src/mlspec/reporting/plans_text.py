"""A plan as text for people. Meaning never depends on colour.

Text from specs can't move a terminal's cursor. The work grows with the plan, and no faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.planning import ChangeDirection
from mlspec.reporting import _plan_terms as whole
from mlspec.reporting._cells import Style, clean, table
from mlspec.reporting._plan_facts import (
    DIRECTIONS,
    LOOSENING,
    action_words,
    arrow,
    change_place,
    facts_of,
    known_of,
)
from mlspec.reporting._plan_order import BLOCKED, UNCHANGED, by_risk, symbol_of
from mlspec.reporting._text_lines import value_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.planning import FieldChange, Operation, Plan
    from mlspec.reporting._plan_facts import Fact, Known
    from mlspec.reporting._plan_options import Options

__all__ = ["render_plan_text"]

_STYLES = {
    "+": Style.GREEN,
    "~": Style.YELLOW,
    ">": Style.YELLOW,
    "-": Style.RED,
    "x": Style.RED,
    BLOCKED: Style.RED,
}
_INDENT = "    "
_CHANGES = 40


def render_plan_text(plan: Plan, options: Options) -> str:
    """Return a plan as text."""
    colour = options.colour
    lines = [*_notices(plan, colour=colour)]
    if not plan.has_changes:
        limits = _labelled(
            each for each in whole.terms(plan) if each.label in ("partial", "reverts")
        )
        return "\n".join([*lines, whole.nothing_to_do(plan), *limits]) + "\n"
    lines += [whole.heading(plan), *_operations(plan, colour=colour)]
    if plan.unchanged:
        lines.append(f"{UNCHANGED} {plan.unchanged:,} unchanged")
    lines += ["", whole.counts(plan), *_approvals(plan)]
    steps = [*whole.terms(plan), *whole.next_steps(plan, options.plan_file)]
    return "\n".join([*lines, *_labelled(steps)]) + "\n"


def _notices(plan: Plan, *, colour: bool) -> Iterator[str]:
    for notice in plan.envelope.notices:
        yield Style.RED.paint(f"{BLOCKED} {clean(notice)}", colour=colour)


def _operations(plan: Plan, *, colour: bool) -> Iterator[str]:
    ordered = by_risk(plan.operations)
    known = known_of(plan)
    rows = [
        (each.risk.level.value.upper(), clean(each.address), action_words(each), change_place(each))
        for each in ordered
    ]
    for operation, row in zip(ordered, table(rows), strict=True):
        symbol = symbol_of(operation)
        yield f"{_STYLES[symbol].paint(symbol, colour=colour)} {row}"
        yield from _details(operation, known, colour=colour)


def _details(operation: Operation, known: Known, *, colour: bool) -> Iterator[str]:
    if operation.blocked:
        reason = clean(operation.blocked.reason)
        yield _INDENT + Style.RED.paint(f"blocked: {reason}", colour=colour)
    yield from _changes(operation, colour=colour)
    facts = [*facts_of(operation, known)]
    for fact, row in zip(
        facts, table([(f"{each.label}:", each.text) for each in facts]), strict=True
    ):
        yield _INDENT + (Style.RED.paint(row, colour=colour) if fact.is_grave else row)


def _changes(operation: Operation, *, colour: bool) -> Iterator[str]:
    shown = operation.changes[:_CHANGES]
    for change, row in zip(shown, table([_change_row(each) for each in shown]), strict=True):
        style = _style(change)
        yield _INDENT + (style.paint(row, colour=colour) if style else row)
        yield from (f"{_INDENT * 2}{each}" for each in value_lines(change.old, change.new))
    rest = len(operation.changes) - len(shown)
    if rest > 0:
        yield f"{_INDENT}and {rest:,} more fields, see the plan file"


def _change_row(change: FieldChange) -> tuple[str, ...]:
    return (
        clean(change.field_class),
        clean(change.path),
        arrow(change),
        DIRECTIONS[change.direction],
        clean(change.at),
    )


def _style(change: FieldChange) -> Style | None:
    if change.direction in LOOSENING:
        return Style.RED
    return Style.GREEN if change.direction is ChangeDirection.TIGHTENED else None


def _approvals(plan: Plan) -> Iterator[str]:
    if told := whole.approvals_heading(plan):
        yield told
    rows = [
        (clean(each.role), f"x{each.count:,}", whole.strength_words(each), whole.because(each))
        for each in plan.required_approvals
    ]
    for row in table(rows):
        yield f"  {row}"


def _labelled(facts: Iterable[Fact]) -> Iterator[str]:
    for fact in facts:
        yield f"{fact.label.capitalize()}: {fact.text}"
