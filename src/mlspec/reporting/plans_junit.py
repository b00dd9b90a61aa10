"""A plan as JUnit XML, for CI that shows nothing but tests.

An operation is a test that fails while it is blocked; an approval that is needed is one that fails
until it is given, which a plan alone never shows.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from mlspec.reporting._cells import clean
from mlspec.reporting._plan_facts import (
    DIRECTIONS,
    action_words,
    arrow,
    facts_of,
    known_evidence,
)
from mlspec.reporting._plan_order import by_risk
from mlspec.reporting._plan_terms import because, strength_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.planning import Operation, Plan, Requirement
    from mlspec.reporting._plan_facts import Known
    from mlspec.reporting._plan_options import Options

__all__ = ["render_plan_junit"]


def render_plan_junit(plan: Plan, options: Options) -> str:
    """Return a plan as JUnit XML: a suite of operations, and one of the approvals it needs."""
    ordered = by_risk(plan.operations)
    known = known_evidence(plan.evidence, ordered)
    environment = clean(plan.environment)
    operations = [_operation(each, known, environment) for each in ordered]
    approvals = [_approval(each, environment) for each in plan.required_approvals]
    failures = len(plan.blocked) + len(approvals)
    totals = {"tests": len(operations) + len(approvals), "failures": failures}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites{_attributes({'name': f'mlspec plan {environment}', **totals})}>",
        *_suite("operations", operations, len(plan.blocked)),
        *_suite("approvals", approvals, len(approvals)),
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def _suite(name: str, cases: list[str], failures: int) -> Iterator[str]:
    totals = {"name": name, "tests": len(cases), "failures": failures, "errors": 0, "skipped": 0}
    yield f"<testsuite{_attributes(totals)}>"
    yield from cases
    yield "</testsuite>"


def _operation(operation: Operation, known: Known, environment: str) -> str:
    head = {
        "classname": f"mlspec.plan.{environment}",
        "name": f"{clean(operation.address)} {action_words(operation)}",
        "time": 0,
    }
    told = f"<system-out>{escape(_told(operation, known))}</system-out>"
    failure = ""
    if operation.blocked:
        reason = clean(operation.blocked.reason)
        failure = _failure(f"blocked-{operation.blocked.code.value}", reason)
    return f"<testcase{_attributes(head)}>{failure}{told}</testcase>"


def _approval(requirement: Requirement, environment: str) -> str:
    role = clean(requirement.role)
    head = {"classname": f"mlspec.approvals.{environment}", "name": role, "time": 0}
    needed = f"{requirement.count:,} approved as {role}, {strength_words(requirement)}"
    failure = _failure("approval-missing", f"needs {needed}: {because(requirement)}")
    return f"<testcase{_attributes(head)}>{failure}</testcase>"


def _told(operation: Operation, known: Known) -> str:
    changes = (
        f"{clean(each.path)}: {arrow(each)} {DIRECTIONS[each.direction]}".rstrip()
        for each in operation.changes
    )
    facts = (f"{each.label}: {each.text}" for each in facts_of(operation, known))
    lines = [f"risk: {operation.risk.level.value}", *changes, *facts]
    return "\n".join([*lines, *([f"at {clean(operation.at)}"] if operation.at else [])])


def _failure(kind: str, message: str) -> str:
    return f"<failure{_attributes({'type': kind, 'message': message})}>{escape(message)}</failure>"


def _attributes(values: Mapping[str, object]) -> str:
    return "".join(f' {name}="{escape(str(value))}"' for name, value in values.items())
