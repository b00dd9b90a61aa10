"""What gates will be evaluated from, what is missing, and how many rows they need: no verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.evidence import Frame, Reason, Rows, Verdict, close_file, shown
from mlspec.gates._evaluate import bound, evaluate_one, refusals
from mlspec.gates._first_release import asks_for_first_release
from mlspec.gates._keyed import keyed
from mlspec.gates._load import Terms, load_inputs, say_nothing
from mlspec.gates._power import Assumed
from mlspec.gates._queries import questions
from mlspec.gates._registry import find_gate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from mlspec.evidence import GateResult, Source
    from mlspec.gates._evaluate import Binding
    from mlspec.gates._inputs import EvaluationInputs
    from mlspec.gates._port import GateInputs, Need
    from mlspec.gates._power import RowsNeeded
    from mlspec.gates._spec import GateSpecBase

__all__ = ["PlannedGate", "PlannedRead", "plan_gates"]


@dataclass(frozen=True, slots=True)
class PlannedRead:
    """Something that a gate reads: where it is to come from, and why it is not there.

    `file` is empty where the spec names none. Without a `problem`, it was read.
    """

    source: str
    file: str
    columns: tuple[str, ...] = ()
    problem: Reason | None = None


@dataclass(frozen=True, slots=True)
class PlannedGate:
    """A gate before its verdict.

    `problem` is why it can't be evaluated although what it reads is there, or for what is wrong
    with its spec. `power` is empty for gates that decide on any number of rows. `is_excused` tells
    that only the champion is missing, and that a required floor stands in for it.
    """

    gate: str
    gate_type: str
    require: str
    is_required: bool
    decide: str
    reads: tuple[PlannedRead, ...]
    problem: Reason | None = None
    power: tuple[RowsNeeded, ...] = ()
    is_excused: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether the gate can be evaluated, or need not be."""
        if self.is_excused:
            return True
        return self.problem is None and all(each.problem is None for each in self.reads)


def plan_gates(
    gate_specs: Sequence[GateSpecBase],
    inputs: EvaluationInputs | None,
    root: Path,
    *,
    binding: Binding,
    assumed: Assumed | None = None,
    tell: Callable[[str], None] = say_nothing,
) -> tuple[PlannedGate, ...]:
    """Return what each gate of a model will do, in the order that the spec lists them.

    Files are read as an evaluation reads them, and what it would call not evaluated is missing.

    Raises:
        MissingExtraError: a file is Parquet and pyarrow is not installed.
    """
    gate_specs = keyed(gate_specs, inputs)
    needs = [find_gate(spec).reads(spec) for spec in gate_specs]
    every = [need for each in needs for need in each]
    terms = Terms(binding.as_of, questions=questions(gate_specs, inputs))
    loaded = load_inputs(inputs, root, every, terms=terms, tell=tell).inputs
    read = bound(loaded, binding)
    refused = refusals(gate_specs, binding.digest, binding.refusal)
    has_floor = any(spec.required and find_gate(spec).is_floor(spec) for spec in gate_specs)
    planner = _Planner(inputs, read, assumed or Assumed(), has_floor, root)
    return tuple(
        planner.planned(spec, each, refused.get(spec.id))
        for spec, each in zip(gate_specs, needs, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Planner:
    stated: EvaluationInputs | None
    read: GateInputs
    assumed: Assumed
    has_floor: bool
    root: Path

    def planned(
        self, spec: GateSpecBase, needs: Sequence[Need], refusal: Reason | None
    ) -> PlannedGate:
        gate = find_gate(spec)
        reads = tuple(self._read(each) for each in needs)
        result = evaluate_one(spec, self.read, refusal)
        power = gate.power if refusal is None else None
        return PlannedGate(
            gate=spec.id,
            gate_type=spec.gate_type,
            require=gate.require(spec),
            is_required=spec.required,
            decide=spec.decide,
            reads=reads,
            problem=refusal or _rest(result, reads),
            power=() if power is None else tuple(power(spec, result, self.assumed)),
            is_excused=self.has_floor and asks_for_first_release(spec, result),
        )

    def _read(self, need: Need) -> PlannedRead:
        problem = next(self._problems(need), None)
        return PlannedRead(need.source, self._file(need.source), need.columns, problem)

    def _file(self, source: str) -> str:
        if self.stated is None:
            return ""
        if source in {"predictions", "champion", "metrics"}:
            return getattr(self.stated, source) or ""
        return next((each.file for each in self.stated.sources if each.name == source), "")

    def _problems(self, need: Need) -> Iterator[Reason]:
        found = self._found(need.source)
        if isinstance(found, Reason):
            yield self._with_close(found, need.source)
        elif isinstance(found, Rows):
            yield from _unusable(found)
        frame = found.frame if isinstance(found, Rows) else found
        if isinstance(frame, Frame):
            yield from _missing_columns(frame, need.columns)

    def _with_close(self, found: Reason, source: str) -> Reason:
        """Return why a file is not there, with the one that may be meant."""
        close = close_file(self.root, self._file(source)) if found.code == "missing-file" else None
        if close is None:
            return found
        return Reason(found.code, f"{found.sentence}; did you mean {shown(close)}?")

    def _found(self, source: str) -> Rows | Source | Reason:
        read = self.read
        known = {
            "predictions": read.challenger,
            "champion": read.champion,
            "metrics": read.metrics,
        }
        if source in known:
            return known[source]
        return read.sources.get(source) or Reason(
            "source-missing", f"`evaluation.sources` has no `{source}`"
        )


def _unusable(rows: Rows) -> Iterator[Reason]:
    """Yield why a file of predictions has no output at all; which one is read, the gate knows."""
    if rows.predictions is None and isinstance(rows.scores, Reason):
        yield rows.scores


def _missing_columns(frame: Frame, columns: Sequence[str]) -> Iterator[Reason]:
    for column in columns:
        if column not in frame.names:
            cells = frame.texts(column)
            yield cells if isinstance(cells, Reason) else Reason("missing-column", column)


def _rest(result: GateResult, reads: Sequence[PlannedRead]) -> Reason | None:
    """Return why the gate is not evaluated, where what it reads does not say so already."""
    if result.verdict is not Verdict.NOT_EVALUATED or any(each.problem for each in reads):
        return None
    return Reason(result.reason_code, result.reason)
