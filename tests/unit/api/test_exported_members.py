"""The names and numbers that other people's code and scripts rely on."""

from importlib import import_module

import pytest

from mlspec import api
from mlspec.errors import ExitCode

API = """
AddedDefinitions ApplyResult ApplySettings CompileReport DrillReport GatePlanReport GateReport
ManifestReport PlanOptions RolloutReport Session Supposed ValidationReport add_definitions apply
compare_environments compile_artifacts explain explanations export_state find_drift history init
list_definitions list_targets open_session plan plan_evaluation rehearse remove_definitions
run_gates simulate_rollout status validate verify verify_manifests
"""
FAMILIES = {
    "mlspec.diagnostics": "Diagnostic Fix Severity Span",
    "mlspec.gates": "Gate GateInputs GateSpecBase SpecProblem",
    "mlspec.kinds": "Kind Metadata",
    "mlspec.manifests": "Check Manifest ManifestSet Problem",
    "mlspec.registry": "Backend BackendType Transaction",
    "mlspec.rules": "Finding Rule",
    "mlspec.schema": "Direction FieldClass SpecModel declare",
    "mlspec.targets": "Renderer Target",
}


def test_exported_members():
    assert sorted(api.__all__) == sorted(API.split())


@pytest.mark.parametrize("name", api.__all__)
def test_what_is_exported_exists_and_is_documented(name):
    assert getattr(api, name).__doc__


def test_no_module_hides_a_function_of_its_name():
    for name in api.__all__:
        with pytest.raises(ModuleNotFoundError):
            import_module(f"mlspec.api.{name}")


def test_what_is_not_exported_does_not_exist():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = api.nonsense


@pytest.mark.parametrize("module", FAMILIES)
def test_what_extensions_import_is_exported(module):
    assert set(FAMILIES[module].split()) <= set(import_module(module).__all__)


def test_exit_codes():
    assert {each.name.lower(): each.value for each in ExitCode} == {
        "ok": 0,
        "internal": 1,
        "changes_pending": 2,
        "drift": 3,
        "spec_invalid": 4,
        "policy_denied": 5,
        "evidence_missing": 6,
        "gate_failed": 7,
        "gate_inconclusive": 8,
        "gate_not_evaluated": 9,
        "stale": 10,
        "locked": 11,
        "tampered": 12,
        "foreign_plan": 13,
        "partly_applied": 23,
        "usage": 64,
        "unavailable": 69,
        "interrupted": 130,
    }
