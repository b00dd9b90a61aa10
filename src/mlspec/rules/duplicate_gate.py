"""Two gates of a model have the same `id`.

What it does
Checks that the ids of the gates of a model and of all its gate sets differ.

Why is this bad?
Evidence names a gate by its id. With two of one name, the verdict of one is taken for the other,
and a diff compares the wrong pair.

Bad
    kind: Model
    spec:
      gateSets: [classifier-floor]
      gates:
        - {id: accuracy-floor, type: metric-threshold, metric: accuracy, atLeast: 0.7}

Good
    kind: Model
    spec:
      gateSets: [classifier-floor]
      gates:
        - {id: accuracy-of-screen, type: metric-threshold, metric: accuracy, atLeast: 0.7}

References
- `mlspec gate run --help`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from mlspec.diagnostics import Related, Severity
from mlspec.rules._place import span_of
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.kinds.gate_set import GateSetSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


class _Gate(NamedTuple):
    """A gate of a model: the list it is in, where its id is written, what to change."""

    id: str
    origin: Path
    written: tuple[Resource, Path]
    place: Path


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each gate whose id a gate from elsewhere has already; linking sees to one list."""
    known: dict[str, _Gate] = {}
    for gate in _gates(resource, workspace):
        first = known.setdefault(gate.id, gate)
        if first.origin != gate.origin:
            yield Finding(
                resource,
                gate.place,
                f"two gates of the model are called `{gate.id}`",
                hint="rename one of them, or leave out the gate set",
                related=(Related(span_of(*first.written), "the other one"),),
            )


def _gates(resource: Resource, workspace: Workspace) -> Iterator[_Gate]:
    spec = model_of(resource)
    for index, reference in enumerate(spec.gate_sets):
        shared = workspace.find("GateSet", reference)
        if shared is not None:
            gates = cast("GateSetSpec", shared.spec).gates  # found by kind
            origin = ("spec", "gateSets", index)
            for place, gate in enumerate(gates):
                yield _Gate(gate.id, origin, (shared, ("spec", "gates", place, "id")), origin)
    for index, gate in enumerate(spec.gates):
        path = ("spec", "gates", index, "id")
        yield _Gate(gate.id, ("spec", "gates"), (resource, path), path)


RULE = Rule("MLS404", "duplicate-gate", Severity.ERROR, ("Model",), check)
