"""A plan as Markdown for a pull request: one sticky comment per environment.

The first line is a marker to find the comment by. Whatever the size of the plan, the text stays
below the limit: approvals are said in full, operations by risk as far as there is room for them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from mlspec.errors import UsageError
from mlspec.planning import Level
from mlspec.reporting import _plan_terms as whole
from mlspec.reporting._cells import clipped, counted
from mlspec.reporting._markdown import Room, code, code_in_html, row, size_of, strong, words
from mlspec.reporting._plan_facts import (
    DIRECTIONS,
    Fact,
    action_words,
    arrow,
    change_place,
    facts_of,
    known_of,
    levels_of,
)
from mlspec.reporting._plan_order import by_risk, symbol_of
from mlspec.reporting._text_lines import value_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mlspec.planning import FieldChange, Operation, Plan
    from mlspec.reporting._plan_facts import Known
    from mlspec.reporting._plan_options import Options

__all__ = ["render_plan_markdown"]

_LEAST_BYTES = 12_000
_REMARKS = 400  # bytes kept for the lines that say what was left out
_TABLE_SHARE = 0.6
_NAMES_SHARE = 0.5
_CHANGES = 20
_WHY_CHARACTERS = 120
_MORE = "see the plan file"
_TICKS = re.compile("`+")


def render_plan_markdown(plan: Plan, options: Options) -> str:
    """Return a plan as Markdown of at most `max_bytes` bytes.

    Raises:
        UsageError: the limit leaves no room for what may not be left out.
    """
    limit = options.max_bytes
    if limit < _LEAST_BYTES:
        raise UsageError(
            f"{limit:,} bytes are too few for a plan", hint=f"allow at least {_LEAST_BYTES:,}"
        )
    top, end = [*_top(plan, limit)], [*_end(plan, options)]
    room = Room(limit - size_of([*top, *end]) - _REMARKS)
    return "\n".join([*top, *_operations(plan, room), *end]) + "\n"


def _top(plan: Plan, limit: int) -> Iterator[str]:
    """Yield what is never left out: the marker, warnings, counts and approvals."""
    yield f"<!-- mlspec:plan env={quote(plan.environment[:100], safe='')} -->"
    yield f"## {words(whole.heading(plan))}"
    yield ""
    yield from _cut(
        [f"> {strong(each)}\n" for each in plan.envelope.notices], limit // 10, "notice"
    )
    yield words(whole.counts(plan) if plan.has_changes else whole.nothing_to_do(plan))
    yield ""
    yield from _approvals(plan, limit // 4)


def _approvals(plan: Plan, limit: int) -> Iterator[str]:
    if told := whole.approvals_heading(plan):
        yield f"### {words(told)}"
        yield ""
    if not plan.required_approvals:
        return
    rows = [
        row(
            code(each.role),
            f"{each.count:,}",
            whole.strength_words(each),
            words(whole.because(each)),
        )
        for each in plan.required_approvals
    ]
    if size_of(rows) > limit:  # who has to approve matters more than why
        rows = [
            row(code(each.role), f"{each.count:,}", whole.strength_words(each), _MORE)
            for each in plan.required_approvals
        ]
    yield row("Role", "People", "Strength", "Because")
    yield row("---", "---:", "---", "---")
    yield from _cut(rows, limit, "approval")
    yield ""


def _operations(plan: Plan, room: Room) -> Iterator[str]:
    if not plan.operations:
        return
    ordered = by_risk(plan.operations)
    known = known_of(plan)
    table = room.fill(map(_row, ordered), _TABLE_SHARE)
    rest = ordered[len(table) :]
    names = [*_critical_names(rest, room)]
    details = room.fill(_details(each, known) for each in ordered)
    yield f"### {levels_of(ordered)}"
    yield ""
    yield row("Risk", "", "Address", "What", "Why")
    yield row("---", "---", "---", "---", "---")
    yield from [*table, ""]
    if rest:
        yield f"… and {counted(len(rest), 'more change')}, {_MORE}\n"
    yield from [*names, *details]
    untold = len(ordered) - len(details)
    if untold:
        yield f"… and details of {counted(untold, 'more change')}, {_MORE}\n"


def _critical_names(rest: Sequence[Operation], room: Room) -> Iterator[str]:
    """Yield the addresses of critical operations that the table has no room for."""
    critical = [each.address for each in rest if each.risk.level is Level.CRITICAL]
    names = room.fill((f"{code(each)}," for each in critical), _NAMES_SHARE)
    if names:
        yield "Critical, too:"
        yield from names
    if critical:
        yield f"in all {counted(len(critical), 'more critical change')}\n"


def _row(operation: Operation) -> str:
    reasons = operation.risk.reasons
    why = clipped(reasons[0].because, _WHY_CHARACTERS) if reasons else ""
    return row(
        f"**{operation.risk.level.value.upper()}**",
        f"`{symbol_of(operation)}`",
        code(operation.address),
        words(action_words(operation) + (", blocked" if operation.blocked else "")),
        words(why),
    )


def _details(operation: Operation, known: Known) -> str:
    """Return a block that folds, open where it is grave; empty lines part Markdown from HTML."""
    level, address = operation.risk.level.value.upper(), code_in_html(operation.address)
    opened = "details open" if operation.risk.level.rank >= Level.HIGH.rank else "details"
    lines = [f"<{opened}><summary><b>{level}</b> {address} {operation.action.value}</summary>", ""]
    if operation.blocked:
        lines += [f"**Blocked**: {words(operation.blocked.reason)}", ""]
    lines += [_text(change_place(operation)), ""]
    lines += _changes(operation.changes)
    lines += [*_list(facts_of(operation, known)), ""]
    return "\n".join([*lines, "</details>", ""])


def _changes(changes: Sequence[FieldChange]) -> Iterator[str]:
    if not changes:
        return
    yield row("Class", "Field", "Change", "", "Where")
    yield row("---", "---", "---", "---", "---")
    for each in changes[:_CHANGES]:
        told = words(DIRECTIONS[each.direction])
        where = code(each.at) if each.at else ""
        yield row(words(each.field_class), code(each.path), code(arrow(each)), told, where)
    yield ""
    for each in changes[:_CHANGES]:
        yield from _text_change(each)
    rest = len(changes) - _CHANGES
    if rest > 0:
        yield f"and {counted(rest, 'more field')}, {_MORE}\n"


def _text_change(change: FieldChange) -> Iterator[str]:
    """Yield how a long text changed, in a block that no text in it can end."""
    lines = value_lines(change.old, change.new)
    if lines:
        longest = max(map(len, _TICKS.findall("\n".join(lines))), default=0)
        fence = "`" * max(3, longest + 1)
        yield from (f"{code(change.path)}:", "", f"{fence}diff", *lines, fence, "")


def _list(facts: Iterable[Fact]) -> Iterator[str]:
    for fact in facts:
        yield f"- {strong(fact.label)}: {_text(fact.text)}"


def _text(text: str) -> str:
    """Return a sentence as words; a single word, such as a digest or a place, as code."""
    return words(text) if " " in text else code(text)


def _end(plan: Plan, options: Options) -> Iterator[str]:
    if not plan.has_changes:
        return
    limit = options.max_bytes // 10
    yield from _cut([*_list(whole.terms(plan))], limit, "line")
    steps = [
        f"- **{each.label}**: {words(each.text) if each.is_grave else code(each.text)}"
        for each in whole.next_steps(plan, options.plan_file)
    ]
    yield from _cut(steps, limit, "step")


def _cut(lines: Sequence[str], limit: int, noun: str) -> Iterator[str]:
    """Yield the lines that fit into so many bytes, and how many do not."""
    shown = Room(limit).fill(lines)
    yield from shown
    rest = len(lines) - len(shown)
    if rest:
        yield f"… and {counted(rest, f'more {noun}')}, {_MORE}\n"
