"""By which column a table of a gate's own is joined with the predictions, where the gate says none.

The rows are those of the predictions, so that they are told apart by the same column:
`evaluation.key`. Tables of attacks, cases and labels have rows of their own, and their own key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.gates._inputs import EvaluationInputs
    from mlspec.gates._spec import GateSpecBase

__all__ = ["keyed"]

_JOINED = frozenset({"fairness", "human-review", "slices"})
"""Gates that join a table with the predictions."""
_KEY = "key"


def keyed(
    gate_specs: Sequence[GateSpecBase], inputs: EvaluationInputs | None
) -> list[GateSpecBase]:
    """Return the gates, with the key of the evaluation where they join and state no key."""
    if inputs is None:
        return list(gate_specs)
    return [_with(each, inputs.key) for each in gate_specs]


def _with(spec: GateSpecBase, key: str) -> GateSpecBase:
    if spec.gate_type not in _JOINED or _KEY in spec.model_fields_set:
        return spec
    return spec.model_copy(update={_KEY: key})
