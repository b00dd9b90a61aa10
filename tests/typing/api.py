"""Uses of the public API as other people's code would have them; checked, never run."""

from __future__ import annotations

from pathlib import Path
from typing import assert_type

from mlspec import api
from mlspec.cel import (
    Budget,
    Environment,
    Explanation,
    Fact,
    Fault,
    Program,
    Type,
    compile_expression,
    type_from,
)
from mlspec.diagnostics import Diagnostic, Severity
from mlspec.errors import ExitCode
from mlspec.planning import ApplyResult, AuditView, HistoryView, Plan, StatusView
from mlspec.planning.compare import ComparedView
from mlspec.planning.drift import DriftView
from mlspec.targets import Listing
from mlspec.workspace import Workspace

WORKSPACE = Path("specs")

report = api.validate([WORKSPACE], strict=True)
assert_type(report, api.ValidationReport)
assert_type(report.is_invalid, bool)
assert_type(report.diagnostics, tuple[Diagnostic, ...])
assert_type([each.severity for each in report.diagnostics], list[Severity])

session = api.open_session(WORKSPACE)
assert_type(session.sound(), Workspace)
assert_type(session.environment("prod"), Workspace)

plan = api.plan(WORKSPACE, "prod")
api.plan(WORKSPACE, "prod", api.PlanOptions(targets=("model/churn",), as_of="now"))
assert_type(api.compare_environments("staging", "prod", WORKSPACE), ComparedView)
assert_type(api.find_drift(WORKSPACE, "prod", ["team/*"]), DriftView)
assert_type(api.export_state(None, WORKSPACE, "prod"), str)
assert_type(api.list_targets(), Listing)
assert_type(plan, Plan)
assert_type(plan.digest, str)
settings = api.ApplySettings(actor="ana")
assert_type(api.apply(Path("plan.json"), WORKSPACE, settings), ApplyResult)

judged = api.run_gates(["churn"], WORKSPACE)
assert_type(judged.exit_code, ExitCode)
planned = api.plan_evaluation(["churn"], WORKSPACE, "prod")
assert_type(planned, api.GatePlanReport)
assert_type(planned.exit_code, ExitCode)
rollout = api.simulate_rollout("churn", WORKSPACE, "prod", api.Supposed(error_rate=0.01))
assert_type(rollout, api.RolloutReport)
assert_type(rollout.odds.bad_promoted, float)

compiled = api.compile_artifacts(WORKSPACE, "prod", targets=["kubernetes"], check=True)
assert_type(compiled.is_clean, bool)

assert_type(api.status(None, WORKSPACE, "prod"), StatusView)
assert_type(api.history("model/churn", WORKSPACE, "prod"), HistoryView)
assert_type(api.verify(WORKSPACE, "prod"), AuditView)
assert_type(api.explain("MLS301").summary, str)

expression = compile_expression("a > 1", Environment({"a": type_from("int")}))
if isinstance(expression, Program):
    assert_type(expression.evaluate({"a": 2}, Budget(1_000)), object)
    assert_type(expression.explain({"a": 2}), Explanation)
    assert_type(expression.explain({"a": 2}).facts, tuple[Fact, ...])
    assert_type(expression.type, Type)
    assert_type(expression.unguarded, tuple[Fault, ...])
else:
    assert_type(expression, tuple[Fault, ...])
