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

from typing import TYPE_CHECKING

from mlspec.diagnostics import Related, Severity
from mlspec.rules._place import span_of
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import placed_gates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each gate whose id a gate of another list has; linking sees to a single list."""
    known: dict[str, tuple[Resource, Path, Path]] = {}
    for gate, owner, path, origin in placed_gates(resource, workspace):
        first, first_path, first_origin = known.setdefault(gate.id, (owner, path, origin))
        if first_origin != origin:
            yield Finding(
                resource,
                (*path, "id") if owner is resource else origin,
                f"two gates of the model are called `{gate.id}`",
                hint="rename one of them, or leave out the gate set",
                related=(Related(span_of(first, (*first_path, "id")), "the other one"),),
            )


RULE = Rule("MLS404", "duplicate-gate", Severity.ERROR, ("Model",), check)
