"""Evaluating all gates of a model: the record that promotion rests on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mlspec.evidence import (
    DataUse,
    DataUses,
    EvidenceRecord,
    Reason,
    labels_digest,
    overall_verdict,
)
from mlspec.gates._decide import unmeasured
from mlspec.gates._digest import by_id, gates_digest
from mlspec.gates._first_release import with_first_release
from mlspec.gates._keyed import keyed
from mlspec.gates._load import Terms, load_inputs, say_nothing
from mlspec.gates._queries import questions
from mlspec.gates._registry import find_gate
from mlspec.gates._weight import as_stated, depends_on_time, governed, waivers_end

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from mlspec.evidence import ArtifactSignature, GateResult, Material
    from mlspec.gates._inputs import EvaluationInputs
    from mlspec.gates._load import Engine, Loaded
    from mlspec.gates._port import GateInputs
    from mlspec.gates._spec import GateSpecBase

__all__ = ["Binding", "bound", "evaluate_all", "evaluate_one", "refusals"]


@dataclass(frozen=True, slots=True)
class Binding:
    """What a record is about: the address of the model, the digest of its artifact.

    `as_of` is the moment of the run in UTC, by which evidence may be too old; `history` what
    earlier records tell of the use of data, None where there is none; `signed` whether the record
    is to be signed; `refusal` why no gate may be evaluated, whatever the files say.
    """

    subject: str
    digest: str
    tool_version: str
    as_of: str = ""
    history: tuple[DataUse, ...] | None = None
    signed: bool = False
    refusal: Reason | None = None
    engine: Engine = "auto"
    """What counts tables for drift gates; see `Terms`."""
    signatures: Mapping[str, ArtifactSignature | Reason] = field(default_factory=dict)
    """Who signed the file that a gate looks at, by the id of the gate."""
    materials: tuple[Material, ...] = ()
    """What was read for the signatures."""


def evaluate_all(
    gate_specs: Sequence[GateSpecBase],
    inputs: EvaluationInputs | None,
    root: Path,
    *,
    binding: Binding,
    tell: Callable[[str], None] = say_nothing,
) -> EvidenceRecord:
    """Evaluate the gates of one model and return the record, the same bytes for the same input.

    Args:
        gate_specs: the gates, those of gate sets included.
        inputs: which files to read; None makes every gate `not-evaluated`.
        root: the workspace; no file outside it is read.
        binding: what the record is about; without a digest nothing is evaluated.
        tell: is told what is read and evaluated next, for people who wait.

    Raises:
        MissingExtraError: a file is Parquet and pyarrow is not installed.
    """
    specs = keyed(gate_specs, inputs)
    loaded = _loaded(specs, inputs, root, binding, tell)
    read = bound(loaded.inputs, binding)
    results = _results(specs, read, binding, tell)
    ends = _ends(loaded, results)
    return EvidenceRecord(
        subject=binding.subject,
        subject_digest=binding.digest,
        gates_digest=gates_digest(gate_specs, inputs),
        tool_version=binding.tool_version,
        overall=overall_verdict(results),
        results=tuple(results),
        materials=(*loaded.materials, *binding.materials),
        as_of=binding.as_of if ends or depends_on_time(gate_specs, inputs) else "",
        valid_until=min(ends, default=""),
        uses=_uses(gate_specs, read),
        signed=binding.signed,
    )


def _results(
    gate_specs: Sequence[GateSpecBase],
    read: GateInputs,
    binding: Binding,
    tell: Callable[[str], None],
) -> list[GateResult]:
    refused = refusals(gate_specs, binding.digest, binding.refusal)
    results: list[GateResult] = []
    for spec in by_id(gate_specs):
        tell(f"{binding.subject}: {spec.id}")
        result = evaluate_one(spec, read, refused.get(spec.id))
        results.append(governed(spec, result, binding.as_of))
    return with_first_release(by_id(gate_specs), results)


def _loaded(
    gate_specs: Sequence[GateSpecBase],
    inputs: EvaluationInputs | None,
    root: Path,
    binding: Binding,
    tell: Callable[[str], None],
) -> Loaded:
    needs = [need for spec in gate_specs for need in find_gate(spec).reads(spec)]
    terms = Terms(binding.as_of, binding.engine, questions(gate_specs, inputs))
    return load_inputs(inputs, root, needs, terms=terms, tell=tell)


def _ends(loaded: Loaded, results: Sequence[GateResult]) -> list[str]:
    """Return the moments from which something has to be judged again."""
    clocks = [each.valid_until for each in results if each.valid_until]
    return [*loaded.ends, *clocks, *waivers_end(results)]


def bound(read: GateInputs, binding: Binding) -> GateInputs:
    """Return what was read with what is known besides the files that the spec names."""
    return replace(
        read,
        subject_digest=binding.digest,
        history=binding.history,
        signatures=binding.signatures,
    )


def _uses(gate_specs: Sequence[GateSpecBase], read: GateInputs) -> DataUses | None:
    """Return what the next run has to know of the use of data, where a gate asks for it."""
    if not any(find_gate(spec).reads_history for spec in gate_specs):
        return None
    rows, earlier = read.challenger, read.history
    data = rows if isinstance(rows, Reason) else labels_digest(rows)
    found = "" if isinstance(data, Reason) else data
    own = DataUse(found, read.subject_digest)
    return DataUses(found, earlier and tuple(each for each in earlier if each != own))


def evaluate_one(spec: GateSpecBase, inputs: GateInputs, refusal: Reason | None) -> GateResult:
    """Return the result of one gate; a refusal is not evaluated, whatever was read."""
    gate = find_gate(spec)
    if refusal is not None:
        metric: str | None = getattr(spec, "metric", None)
        return unmeasured(spec, gate.require(spec), refusal, metric=metric)
    return as_stated(spec, gate.evaluate(spec, inputs))


def refusals(
    gate_specs: Sequence[GateSpecBase], subject_digest: str, of_all: Reason | None = None
) -> dict[str, Reason]:
    """Return which gates are not evaluated, whatever the files say, and why."""
    if of_all is not None:
        return {spec.id: of_all for spec in gate_specs}
    repeated = Counter(spec.id for spec in gate_specs)
    found = {spec.id: _refusal(spec, subject_digest, repeated[spec.id]) for spec in gate_specs}
    return {gate: reason for gate, reason in found.items() if reason is not None}


def _refusal(spec: GateSpecBase, subject_digest: str, times: int) -> Reason | None:
    if not subject_digest:
        return Reason("subject-missing", "the artifact of the model has no digest")
    if times > 1:
        return Reason("duplicate-gate", f"two gates have the id `{spec.id}`")
    problem = next(iter(find_gate(spec).check(spec)), None)
    return None if problem is None else problem.reason
