"""What names the gates of a model as they are stated.

Plans and the status of evidence ask for it, so that nothing is loaded here which evaluates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import digest_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.canonical import Json
    from mlspec.gates._inputs import EvaluationInputs
    from mlspec.gates._spec import GateSpecBase

__all__ = ["by_id", "gates_digest"]

_YOUNGER = {"perfectOutputs": "refuse"}
"""Fields of `evaluation` that came later, with their defaults."""


def gates_digest(gate_specs: Sequence[GateSpecBase], inputs: EvaluationInputs | None) -> str:
    """Return the digest of everything that a spec says about its gates, defaults included.

    The order of the gates does not matter. Fields that are younger than the first records count
    where they are stated, so that a new version of mlspec makes no record stale.
    """
    gates = [spec.model_dump(mode="json", by_alias=True) for spec in by_id(gate_specs)]
    read = None if inputs is None else _stated(inputs)
    return digest_value({"gates": gates, "inputs": read})


def _stated(inputs: EvaluationInputs) -> dict[str, Json]:
    dumped: dict[str, Json] = inputs.model_dump(mode="json", by_alias=True)
    return {name: value for name, value in dumped.items() if _YOUNGER.get(name) != value}


def by_id(gate_specs: Sequence[GateSpecBase]) -> list[GateSpecBase]:
    """Return the gates in the order in which records tell them."""
    return sorted(gate_specs, key=lambda spec: (spec.id, spec.gate_type))
