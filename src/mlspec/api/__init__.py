"""The use cases: the public Python API, and all that the command line calls.

Only this package, registry backends and writers touch disk, network, clock or environment.
Modules are imported on first use, so that a command pays for nothing but itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.lazy import importer

if TYPE_CHECKING:
    from mlspec.api.build import CompileReport, compile_artifacts
    from mlspec.api.change import PlanOptions, plan
    from mlspec.api.check import ValidationReport, validate
    from mlspec.api.compare import compare_environments
    from mlspec.api.crds import (
        AddedDefinitions,
        add_definitions,
        list_definitions,
        remove_definitions,
    )
    from mlspec.api.drill import DrillReport, rehearse
    from mlspec.api.execute import ApplyResult, ApplySettings, apply
    from mlspec.api.inspect import history, status, verify
    from mlspec.api.judge import GateReport, run_gates
    from mlspec.api.manifests import ManifestReport, verify_manifests
    from mlspec.api.plan_gates import GatePlanReport, plan_evaluation
    from mlspec.api.reference import explain, explanations
    from mlspec.api.session import Session, open_session
    from mlspec.api.simulate import RolloutReport, Supposed, simulate_rollout
    from mlspec.api.start import init
    from mlspec.api.state import export_state, find_drift
    from mlspec.api.targets import list_targets

__all__ = [
    "AddedDefinitions",
    "ApplyResult",
    "ApplySettings",
    "CompileReport",
    "DrillReport",
    "GatePlanReport",
    "GateReport",
    "ManifestReport",
    "PlanOptions",
    "RolloutReport",
    "Session",
    "Supposed",
    "ValidationReport",
    "add_definitions",
    "apply",
    "compare_environments",
    "compile_artifacts",
    "explain",
    "explanations",
    "export_state",
    "find_drift",
    "history",
    "init",
    "list_definitions",
    "list_targets",
    "open_session",
    "plan",
    "plan_evaluation",
    "rehearse",
    "remove_definitions",
    "run_gates",
    "simulate_rollout",
    "status",
    "validate",
    "verify",
    "verify_manifests",
]

_MODULES = {
    "AddedDefinitions": "crds",
    "ApplyResult": "execute",
    "ApplySettings": "execute",
    "CompileReport": "build",
    "DrillReport": "drill",
    "GatePlanReport": "plan_gates",
    "GateReport": "judge",
    "ManifestReport": "manifests",
    "PlanOptions": "change",
    "RolloutReport": "simulate",
    "Session": "session",
    "Supposed": "simulate",
    "ValidationReport": "check",
    "add_definitions": "crds",
    "apply": "execute",
    "compare_environments": "compare",
    "compile_artifacts": "build",
    "explain": "reference",
    "explanations": "reference",
    "export_state": "state",
    "find_drift": "state",
    "history": "inspect",
    "init": "start",
    "list_definitions": "crds",
    "list_targets": "targets",
    "open_session": "session",
    "plan": "change",
    "plan_evaluation": "plan_gates",
    "rehearse": "drill",
    "remove_definitions": "crds",
    "run_gates": "judge",
    "simulate_rollout": "simulate",
    "status": "inspect",
    "validate": "check",
    "verify": "inspect",
    "verify_manifests": "manifests",
}

__getattr__ = importer(__name__, _MODULES)
