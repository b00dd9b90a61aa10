"""Gates: conditions for promotion, evaluated from predictions and metrics.

Comes in: gate specs, and the files they name. Goes out: an evidence record with one verdict per
gate. One module is one gate; it defines `GATE`. Importing this package imports no numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.gates._evaluate import evaluate_all, gates_digest
from mlspec.gates._inputs import EvaluationInputs
from mlspec.gates._metrics import METRICS, Metric, MetricName
from mlspec.gates._port import Gate, GateInputs, SpecProblem
from mlspec.gates._reasons import explain_reason, reasons
from mlspec.gates._registry import gate_spec_type, load_gates, problems
from mlspec.gates._spec import GateSpecBase

if TYPE_CHECKING:
    GateSpec = GateSpecBase

__all__ = [
    "METRICS",
    "EvaluationInputs",
    "Gate",
    "GateInputs",
    "GateSpec",
    "GateSpecBase",
    "Metric",
    "MetricName",
    "SpecProblem",
    "evaluate_all",
    "explain_reason",
    "gate_spec_type",
    "gates_digest",
    "load_gates",
    "problems",
    "reasons",
]


def __getattr__(name: str) -> object:
    """Build `GateSpec` when it is first asked for: by then, every gate module can import this."""
    if name == "GateSpec":
        return globals().setdefault(name, gate_spec_type())
    raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
