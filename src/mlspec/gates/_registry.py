"""Finding gates, and the one type that a list of gates in a spec has."""

from __future__ import annotations

import operator
from functools import cache, reduce
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from mlspec.errors import UsageError
from mlspec.extensions import Extension, find
from mlspec.gates._port import Gate, SpecProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.gates._spec import GateSpecBase

__all__ = ["find_gate", "gate_spec_type", "is_plugged_in", "load_gates", "problems"]


@cache
def load_gates() -> Mapping[str, Gate[Any]]:
    """Return every discovered gate by its type, in order of type.

    Raises:
        UsageError: a gate module does not import or defines no `GATE`, or two share a type.
    """
    gates: dict[str, Gate[Any]] = {}
    for extension in find("mlspec.gates", "mlspec.gates"):
        gate = _gate(extension)
        if gate.type in gates:
            raise UsageError(f"two gates have the type `{gate.type}`")
        gates[gate.type] = gate
    return MappingProxyType(dict(sorted(gates.items())))


@cache
def _plugged_in() -> frozenset[str]:
    """Return the types of the gates that other packages bring along."""
    found = find("mlspec.gates", "mlspec.gates")
    ours = "mlspec.gates."
    return frozenset(_gate(each).type for each in found if not each.module.startswith(ours))


def is_plugged_in(spec: GateSpecBase) -> bool:
    """Tell whether the gate of a spec comes from another package."""
    return spec.gate_type in _plugged_in()


def _gate(extension: Extension) -> Gate[Any]:
    gate = extension.load("GATE").GATE
    if not isinstance(gate, Gate):
        raise UsageError(f"`GATE` of the extension `{extension.module}` is not a gate")
    return gate


def find_gate(spec: GateSpecBase) -> Gate[Any]:
    """Return the gate that evaluates a spec."""
    return load_gates()[spec.gate_type]


def problems(spec: GateSpecBase) -> tuple[SpecProblem, ...]:
    """Return what is wrong with a gate spec beyond its shape; empty when it may pass."""
    gate = find_gate(spec)
    return (*gate.check(spec), *gate.hopeless(spec))


def gate_spec_type() -> Any:  # noqa: ANN401  (a type made of the discovered gates)
    """Return the union of all gate specs, told apart by `type`."""
    specs = [gate.spec for gate in load_gates().values()]
    union = reduce(operator.or_, specs)
    return Annotated[union, Field(discriminator="type")] if len(specs) > 1 else union
