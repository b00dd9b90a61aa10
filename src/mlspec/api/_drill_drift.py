"""Synthetic drift: real rows, moved in a stated way, and the gate that must see it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from shutil import copyfile
from typing import TYPE_CHECKING

from mlspec import __version__, stats
from mlspec.api._drill_moves import Column, Drift, moved, write_columns
from mlspec.evidence import (
    DrillLink,
    DrillStatus,
    Frame,
    Profile,
    Reason,
    Verdict,
    Wanted,
    locate,
    read_file,
    reader_of,
)
from mlspec.gates import Binding, evaluate_all, find_gate
from mlspec.targets import Measured

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mlspec.evidence import GateResult
    from mlspec.gates import EvaluationInputs, EvidenceSource, GateSpecBase

__all__ = ["Injected", "drift_gate", "inject"]

_GATE_TYPE = "data-drift"
_SPARE_BITS = 11
"""A seed of 53 bits is the same number in every reader of JSON."""
_CLEAN, _DRIFTED = "clean.csv", "drifted.csv"


@dataclass(frozen=True, slots=True)
class Injected:
    """What became of the rows: the link, the seed, and the distances where they were measured."""

    link: DrillLink
    seed: int = 0
    measured: Measured | None = None


@dataclass(frozen=True, slots=True)
class _Rows:
    """The columns that a gate compares, by name, as they are."""

    columns: Mapping[str, Column]
    digest: str
    reference: Path


def drift_gate(gates: Sequence[GateSpecBase]) -> GateSpecBase | None:
    """Return the gate that has to see drift: the first of its type in order of id."""
    found = [each for each in gates if each.gate_type == _GATE_TYPE]
    return min(found, key=lambda each: each.id, default=None)


def inject(
    gate: GateSpecBase | None,
    inputs: EvaluationInputs | None,
    root: Path,
    scratch: Path,
    drift: Drift,
    strength: float,
) -> Injected:
    """Judge rows as they are and moved, both written anew to `scratch`; nothing else is written.

    `strength` is the number of standard deviations of a shift, what a scale adds to one, and the
    share of rows that go missing or change their category.
    """
    if gate is None or inputs is None:
        step = "add a gate `type: data-drift` with its sources to `evaluation`"
        return _missing("no gate compares the inputs with those of the training", step)
    sources = {each.name: each for each in inputs.sources}
    reads = find_gate(gate).reads(gate)
    reference, current = (sources.get(each.source) for each in reads[:2])
    if reference is None or current is None:
        return _missing(f"`{gate.id}` reads a source that `evaluation` lacks", "add the source")
    rows = _rows(root, gate, reference, current)
    if isinstance(rows, Reason):
        return Injected(_link(DrillStatus.NOT_PROVEN, f"`{gate.id}`: {rows.sentence}", "mend it"))
    drawn = stats.seed_from([rows.digest], f"drill/{gate.id}/{drift}/{strength!r}")
    seed = drawn >> _SPARE_BITS
    write_columns(scratch / _CLEAN, rows.columns)
    write_columns(scratch / _DRIFTED, moved(rows.columns, drift, strength, seed))
    copied = f"reference{PurePosixPath(reference.file).suffix}"
    copyfile(rows.reference, scratch / copied)
    judge = _Judge(gate, inputs, reference, current, copied, scratch)
    return _concluded(gate, judge.verdict(_CLEAN), judge.verdict(_DRIFTED), drift, strength, seed)


def _concluded(
    gate: GateSpecBase,
    clean: GateResult,
    drifted: GateResult,
    drift: Drift,
    strength: float,
    seed: int,
) -> Injected:
    told = (
        f"`{gate.id}` says {clean.verdict.value} on the rows as they are, {drifted.verdict.value} "
        f"after {drift.value} of strength {strength:g}"
    )
    if clean.verdict is Verdict.PASS and drifted.verdict is Verdict.FAIL:
        return Injected(_link(DrillStatus.PROVEN, told), seed, _measured(clean, drifted))
    if clean.verdict is not Verdict.PASS:
        step = f"the data already drifts, or can't be judged: {clean.reason or 'see gate run'}"
        return Injected(_link(DrillStatus.NOT_PROVEN, told, step), seed)
    if drifted.verdict is Verdict.PASS:
        step = "lower the limit of the gate, or drill with a greater `--strength`"
        return Injected(_link(DrillStatus.FAILED, told, step), seed)
    return Injected(_link(DrillStatus.NOT_PROVEN, told, drifted.reason or "see gate run"), seed)


def _measured(clean: GateResult, drifted: GateResult) -> Measured | None:
    """Return the largest distance of a feature, in the digits that an alert shows."""
    largest = [
        max((each.estimate for each in result.parts if each.estimate is not None), default=None)
        for result in (drifted, clean)
    ]
    after, before = largest
    if after is None or before is None or drifted.metric != "psi":
        return None
    return Measured(float(f"{after:.3g}"), float(f"{before:.3g}"))


@dataclass(frozen=True, slots=True)
class _Judge:
    gate: GateSpecBase
    inputs: EvaluationInputs
    reference: EvidenceSource
    current: EvidenceSource
    copied: str
    scratch: Path

    def verdict(self, file: str) -> GateResult:
        """Return what the gate says of a file in the scratch folder."""
        fresh = {"digest": None, "maximum_age_days": None}
        compared = self.current.model_copy(update={**fresh, "file": file, "format": "csv"})
        with_reference = self.reference.model_copy(update={**fresh, "file": self.copied})
        sources = (with_reference, compared)
        update = dict.fromkeys(("predictions", "champion", "labels", "metrics"))
        inputs = self.inputs.model_copy(update={**update, "sources": sources})
        binding = Binding("drill", "sha256:" + "0" * 64, __version__)
        record = evaluate_all([self.gate], inputs, self.scratch, binding=binding)
        return record.results[0]


def _rows(
    root: Path, gate: GateSpecBase, reference: EvidenceSource, current: EvidenceSource
) -> _Rows | Reason:
    known = _read(root, reference, ())
    if isinstance(known, Reason):
        return known
    table = _read(root, current, ())
    if not isinstance(table, Frame):
        sentence = f"{current.file} holds no rows that could be moved"
        return table if isinstance(table, Reason) else Reason("source-of-another-kind", sentence)
    names = _features(gate, known)
    frame = _read(root, current, names)
    if not isinstance(frame, Frame):
        return frame if isinstance(frame, Reason) else Reason("unreadable-file", "no rows")
    columns: dict[str, Column] = {}
    for name in names:
        column = _column(frame, name, known)
        if isinstance(column, Reason):
            return column
        columns[name] = column
    place = locate(root, reference.file)
    if isinstance(place, Reason):
        return place
    return _Rows(columns, frame.material.digest, place)


def _features(gate: GateSpecBase, reference: Profile | Frame) -> tuple[str, ...]:
    """Return the features that the gate compares, sorted: those named, or all of the reference."""
    need = find_gate(gate).reads(gate)[0]
    found = set(need.columns)
    if need.whole:
        found |= set(_names(reference)) - set(need.without)
    return tuple(sorted(found))


def _names(reference: Profile | Frame) -> tuple[str, ...]:
    if isinstance(reference, Profile):
        return tuple(each.name for each in reference.features)
    return reference.names


def _column(frame: Frame, name: str, reference: Profile | Frame) -> Column | Reason:
    known = reference.feature(name) if isinstance(reference, Profile) else None
    if known is None or known.is_numeric:
        numbers = frame.measured(name)
        if not isinstance(numbers, Reason):
            return Column(numbers=tuple(numbers.tolist()))
        if known is not None:
            return numbers
    texts = frame.texts(name)
    return texts if isinstance(texts, Reason) else Column(texts=texts)


def _read(root: Path, source: EvidenceSource, columns: tuple[str, ...]) -> Profile | Frame | Reason:
    content = read_file(root, source.file, name=source.name)
    if isinstance(content, Reason):
        return content
    reader = reader_of(source.format, content.suffix)
    if reader is None:
        return Reason("unreadable-file", f"nothing reads {source.file}")
    found = reader.read(content, Wanted(columns, source.run))
    if isinstance(found, Profile | Frame | Reason):
        return found
    return Reason("source-of-another-kind", f"{source.file} is neither table nor profile")


def _missing(told: str, step: str) -> Injected:
    return Injected(_link(DrillStatus.MISSING, told, step))


def _link(status: DrillStatus, told: str, step: str = "") -> DrillLink:
    return DrillLink("drift", status, told, step)
