"""A plan as JUnit XML, for CI that shows nothing but tests.

An operation is a test that fails while it is blocked; an approval that is needed is one that fails
until it is given, which a plan alone never shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.reporting._cells import clean
from mlspec.reporting._junit import Problem, TestCase, TestSuite, render_junit
from mlspec.reporting._plan_facts import (
    DIRECTIONS,
    action_words,
    arrow,
    facts_of,
    known_of,
)
from mlspec.reporting._plan_order import by_risk
from mlspec.reporting._plan_terms import because, strength_words

if TYPE_CHECKING:
    from mlspec.planning import Operation, Plan, Requirement
    from mlspec.reporting._plan_facts import Known
    from mlspec.reporting._plan_options import Options

__all__ = ["render_plan_junit"]


def render_plan_junit(plan: Plan, options: Options) -> str:
    """Return a plan as JUnit XML: a suite of operations, and one of the approvals it needs."""
    ordered = by_risk(plan.operations)
    known = known_of(plan)
    environment = clean(plan.environment)
    operations = [_operation(each, known, environment) for each in ordered]
    approvals = [_approval(each, environment) for each in plan.required_approvals]
    suites = (TestSuite("operations", operations), TestSuite("approvals", approvals))
    return render_junit(f"mlspec plan {environment}", suites)


def _operation(operation: Operation, known: Known, environment: str) -> TestCase:
    name = f"{clean(operation.address)} {action_words(operation)}"
    problem = None
    if operation.blocked:
        code = f"blocked-{operation.blocked.code.value}"
        problem = Problem(code, clean(operation.blocked.reason))
    return TestCase(f"mlspec.plan.{environment}", name, problem, _told(operation, known))


def _approval(requirement: Requirement, environment: str) -> TestCase:
    role = clean(requirement.role)
    needed = f"{requirement.count:,} approved as {role}, {strength_words(requirement)}"
    problem = Problem("approval-missing", f"needs {needed}: {because(requirement)}")
    return TestCase(f"mlspec.approvals.{environment}", role, problem)


def _told(operation: Operation, known: Known) -> str:
    changes = (
        f"{clean(each.path)}: {arrow(each)} {DIRECTIONS[each.direction]}".rstrip()
        for each in operation.changes
    )
    facts = (f"{each.label}: {each.text}" for each in facts_of(operation, known))
    lines = [f"risk: {operation.risk.level.value}", *changes, *facts]
    return "\n".join([*lines, *([f"at {clean(operation.at)}"] if operation.at else [])])
