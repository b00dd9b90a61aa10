"""A gate reads a source of evidence that the model does not name.

What it does
Checks that every source which a gate names is one of `evaluation.sources`. A model without
`evaluation` is told by `gate-without-inputs`.

Why is this bad?
The gate stays not evaluated, and only a pass passes. Mostly the name is misspelt, on one of the two
sides.

What to do
Write the name as the other side has it, or add the file to `evaluation.sources`.

Bad
    kind: Model
    spec:
      evaluation:
        sources: [{name: load-test, file: evaluation/load.csv}]
      gates:
        - {id: recall-floor, type: metric-threshold, metric: recall, atLeast: 0.8}
        - {id: fast, type: latency, source: laod-test, p99Ms: 50}

Good
    kind: Model
    spec:
      evaluation:
        sources: [{name: load-test, file: evaluation/load.csv}]
      gates:
        - {id: recall-floor, type: metric-threshold, metric: recall, atLeast: 0.8}
        - {id: fast, type: latency, source: load-test, p99Ms: 50}

References
- `mlspec explain gates`: which sources a gate reads
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import BaseModel

from mlspec.diagnostics import Related, Severity, did_you_mean
from mlspec.gates import find_gate
from mlspec.rules._fix import replacing
from mlspec.rules._place import span_of
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import FILES_OF_EVALUATION, model_of, placed_gates
from mlspec.schema import fields_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.gates import GateSpecBase
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each source that a gate reads and that the model does not name."""
    inputs = model_of(resource).evaluation
    if inputs is None:
        return
    known = [each.name for each in inputs.sources]
    for gate, owner, path, origin in placed_gates(resource, workspace):
        for name in sorted({*_sources(gate)} - {*known}):
            found = _finding(resource, gate, name, path, known)
            yield found if owner is resource else _shared(found, owner, origin)


def _finding(
    resource: Resource, gate: GateSpecBase, name: str, path: Path, known: list[str]
) -> Finding:
    inside = _place_of(gate, name)
    place = (*path, *inside)
    close = did_you_mean(name, [*known, *_words_of(gate, inside)])
    return Finding(
        resource,
        place,
        f"gate `{gate.id}` reads the source `{name}`, which `evaluation` does not name",
        hint=_hint(name, known, close),
        fixes=replacing(resource, place, close) if close else (),
    )


def _shared(found: Finding, owner: Resource, origin: Path) -> Finding:
    """Return what is found in a gate set at the reference of the model that uses it."""
    here = Related(span_of(owner, found.path), "the gate reads it here")
    return replace(found, path=origin, related=(here,), fixes=())


def _sources(gate: GateSpecBase) -> Iterator[str]:
    needed = (each.source for each in find_gate(gate).reads(gate) if not each.may_be_absent)
    return (each for each in needed if each not in FILES_OF_EVALUATION)


def _hint(name: str, known: list[str], close: str | None) -> str:
    if close:
        return f"did you mean `{close}`?"
    listed = f"; it has {', '.join(f'`{each}`' for each in known)}" if known else ""
    return f"add `- {{name: {name}, file: ...}}` to `evaluation.sources`{listed}"


def _words_of(gate: GateSpecBase, place: Path) -> tuple[str, ...]:
    """Return what else may stand there, such as `metrics` and `predictions`."""
    traits = fields_of(type(gate))[str(place[0])].traits if place else None
    return traits.order if traits else ()


def _place_of(part: BaseModel, name: str) -> Path:
    """Return where a gate names a source; () where it does so by a default."""
    fields = fields_of(type(part)).items()
    values = ((key, getattr(part, each.name)) for key, each in fields if key != "id")
    found = ((key, _inside(value, name)) for key, value in values)
    return next(((key, *below) for key, below in found if below is not None), ())


def _inside(value: object, name: str) -> Path | None:
    """Return where in the value of a field a name stands; None where it does not."""
    if isinstance(value, BaseModel):
        return _place_of(value, name) or None
    if isinstance(value, tuple) and name in value:
        return (value.index(name),)
    return () if value == name else None


RULE = Rule("MLS409", "unknown-source", Severity.ERROR, ("Model",), check)
