"""A plan as one page of HTML that asks nothing of the network, for readers who install nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.planning import ChangeDirection
from mlspec.reporting import _plan_terms as whole
from mlspec.reporting._cells import clean, counted
from mlspec.reporting._plan_facts import (
    DIRECTIONS,
    LOOSENING,
    RULES,
    action_words,
    arrow,
    change_place,
    facts_of,
    known_of,
    levels_of,
    listed,
)
from mlspec.reporting._plan_order import by_risk, symbol_of
from mlspec.targets import template_renderer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlspec.planning import FieldChange, Operation, Plan
    from mlspec.reporting._plan_facts import Fact, Known
    from mlspec.reporting._plan_options import Options

__all__ = ["render_plan_html"]

_CHANGES = 200
_VALUE_CHARACTERS = 1_000


def render_plan_html(plan: Plan, options: Options) -> str:
    """Return a plan as a page of HTML, with its styles and without scripts."""
    ordered = by_risk(plan.operations)
    known = known_of(plan)
    return template_renderer()(
        "plan/plan.html.j2",
        {
            "generator": clean(plan.envelope.rendered_by),
            "environment": clean(plan.environment),
            "notices": [clean(each) for each in plan.envelope.notices],
            "heading": whole.heading(plan),
            "counts": whole.counts(plan) if plan.has_changes else whole.nothing_to_do(plan),
            "approvals_heading": whole.approvals_heading(plan),
            "approvals": _approvals(plan),
            "levels": levels_of(ordered),
            "unchanged": f"{plan.unchanged:,} unchanged" if plan.unchanged else "",
            "operations": [_operation(n, each, known) for n, each in enumerate(ordered, start=1)],
            "terms": _facts(whole.terms(plan)),
            "steps": _facts(whole.next_steps(plan, options.plan_file)) if plan.has_changes else [],
        },
    )


def _approvals(plan: Plan) -> list[Mapping[str, str]]:
    return [
        {
            "role": clean(each.role),
            "count": f"{each.count:,}",
            "strength": whole.strength_words(each),
            "because": whole.because(each),
        }
        for each in plan.required_approvals
    ]


def _operation(number: int, operation: Operation, known: Known) -> Mapping[str, object]:
    rest = len(operation.changes) - _CHANGES
    return {
        "anchor": f"change-{number}",
        "level": operation.risk.level.value,
        "symbol": symbol_of(operation),
        "address": clean(operation.address),
        "what": action_words(operation),
        "rules": listed([each.rule for each in operation.risk.reasons], RULES),
        "place": change_place(operation),
        "blocked": clean(operation.blocked.reason) if operation.blocked else "",
        "changes": [_change(each) for each in operation.changes[:_CHANGES]],
        "more": f"and {counted(rest, 'more field')}, see the plan file" if rest > 0 else "",
        "facts": _facts(facts_of(operation, known)),
    }


def _change(change: FieldChange) -> Mapping[str, str]:
    return {
        "class": clean(change.field_class),
        "path": clean(change.path),
        "arrow": arrow(change, _VALUE_CHARACTERS),
        "direction": DIRECTIONS[change.direction],
        "sign": _sign(change),
        "at": clean(change.at),
    }


def _sign(change: FieldChange) -> str:
    if change.direction in LOOSENING:
        return "loosened"
    return "tightened" if change.direction is ChangeDirection.TIGHTENED else "neutral"


def _facts(facts: Iterable[Fact]) -> list[Mapping[str, str]]:
    return [
        {"label": each.label, "text": each.text, "sign": "grave" if each.is_grave else "plain"}
        for each in facts
    ]
