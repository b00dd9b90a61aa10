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
            inside = _place_of(gate, name)
            place = (*path, *inside)
            close = did_you_mean(name, [*known, *_words_of(gate, inside)])
            yield Finding(
                resource,
                place if owner is resource else origin,
                f"gate `{gate.id}` reads the source `{name}`, which `evaluation` does not name",
                hint=_hint(name, known, close),
                related=()
                if owner is resource
                else (Related(span_of(owner, place), "the gate reads it here"),),
                fixes=replacing(resource, place, close) if close and owner is resource else (),
            )


def _sources(gate: GateSpecBase) -> Iterator[str]:
    for need in find_gate(gate).reads(gate):
        if need.source not in FILES_OF_EVALUATION and not need.may_be_absent:
            yield need.source


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
    for key, field in fields_of(type(part)).items():
        value = getattr(part, field.name)
        if value == name and key != "id":
            return (key,)
        if isinstance(value, tuple) and name in value:
            return (key, value.index(name))
        if isinstance(value, BaseModel) and (below := _place_of(value, name)):
            return (key, *below)
    return ()


RULE = Rule("MLS409", "unknown-source", Severity.ERROR, ("Model",), check)
