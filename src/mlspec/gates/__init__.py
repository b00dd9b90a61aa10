"""Gates: conditions for promotion, evaluated from predictions and metrics.

Comes in: gate specs, and the files they name. Goes out: an evidence record with one verdict per
gate. One module is one gate; it defines `GATE`. Importing this package imports no
numpy, and modules only on first use: specs are checked without evaluating anything.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from mlspec.lazy import importer

if TYPE_CHECKING:
    from mlspec.gates._aim import MetricDirection, metric_direction
    from mlspec.gates._asked import bins_profile, query_request
    from mlspec.gates._curves import Curves, curves_of, load_curves
    from mlspec.gates._digest import gates_digest
    from mlspec.gates._evaluate import Binding, evaluate_all
    from mlspec.gates._feature_names import feature_names
    from mlspec.gates._inputs import EvaluationInputs, EvidenceSource, unpinned
    from mlspec.gates._load import Engine
    from mlspec.gates._manual import GateManual, common_fields, gate_manuals
    from mlspec.gates._metrics import METRICS, Metric, MetricName
    from mlspec.gates._plan import PlannedGate, PlannedRead, plan_gates
    from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
    from mlspec.gates._power import Assumed, RowsNeeded
    from mlspec.gates._queries import NeededQuery, needed_queries
    from mlspec.gates._reasons import reasons
    from mlspec.gates._recorded import spec_difference
    from mlspec.gates._reference import reference_of
    from mlspec.gates._registry import (
        find_gate,
        gate_spec_type,
        is_plugged_in,
        load_gates,
        problems,
    )
    from mlspec.gates._security_spec import Security
    from mlspec.gates._spec import GateSpecBase, GateWaiver

    GateSpec = GateSpecBase

__all__ = [
    "METRICS",
    "Assumed",
    "Binding",
    "Curves",
    "Engine",
    "EvaluationInputs",
    "EvidenceSource",
    "Gate",
    "GateInputs",
    "GateManual",
    "GateSpec",
    "GateSpecBase",
    "GateWaiver",
    "Metric",
    "MetricDirection",
    "MetricName",
    "Need",
    "NeededQuery",
    "PlannedGate",
    "PlannedRead",
    "RowsNeeded",
    "Security",
    "SpecProblem",
    "bins_profile",
    "common_fields",
    "curves_of",
    "evaluate_all",
    "feature_names",
    "find_gate",
    "gate_manuals",
    "gate_spec_type",
    "gates_digest",
    "is_plugged_in",
    "load_curves",
    "load_gates",
    "metric_direction",
    "needed_queries",
    "plan_gates",
    "problems",
    "query_request",
    "reasons",
    "reference_of",
    "spec_difference",
    "unpinned",
]

_HOMES = {
    "_aim": "MetricDirection metric_direction",
    "_asked": "bins_profile query_request",
    "_curves": "Curves curves_of load_curves",
    "_digest": "gates_digest",
    "_evaluate": "Binding evaluate_all",
    "_feature_names": "feature_names",
    "_inputs": "EvaluationInputs EvidenceSource unpinned",
    "_load": "Engine",
    "_manual": "GateManual common_fields gate_manuals",
    "_metrics": "METRICS Metric MetricName",
    "_plan": "PlannedGate PlannedRead plan_gates",
    "_port": "Gate GateInputs Need SpecProblem",
    "_power": "Assumed RowsNeeded",
    "_queries": "NeededQuery needed_queries",
    "_reasons": "reasons",
    "_recorded": "spec_difference",
    "_reference": "reference_of",
    "_registry": "find_gate gate_spec_type is_plugged_in load_gates problems",
    "_security_spec": "Security",
    "_spec": "GateSpecBase GateWaiver",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

_find = importer(__name__, _HOME_OF)


def __getattr__(name: str) -> object:
    """Import what is first asked for; `GateSpec` is built then, from all gates there are."""
    if name == "GateSpec":
        built: object = import_module(f"{__name__}._registry").gate_spec_type()
        return globals().setdefault(name, built)
    return _find(name)
