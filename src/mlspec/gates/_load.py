"""From the files that a model names to what its gates read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from mlspec.evidence import (
    FileContent,
    Layout,
    Material,
    Metrics,
    PredictionTable,
    Reason,
    Rows,
    Source,
    Wanted,
    join_champion,
    join_labels,
    read_file,
    read_metrics,
    read_predictions,
    reader_of,
    shown,
)
from mlspec.gates._port import GateInputs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from mlspec.gates._inputs import EvaluationInputs, EvidenceSource
    from mlspec.gates._port import Need

__all__ = ["load_inputs"]


def load_inputs(
    spec: EvaluationInputs | None, root: Path, needs: Iterable[Need] = (), *, as_of: str = ""
) -> tuple[GateInputs, tuple[Material, ...]]:
    """Read every file that the spec names, once; return what gates read, and the materials.

    A file that could be read is a material even when it turned out to be of no use. `needs` say
    which columns are kept; `as_of` is the moment by which evidence may be too old.
    """
    if spec is None:
        missing = Reason("inputs-missing", "the model has no `evaluation`")
        return GateInputs(missing, missing, missing), ()
    reading = _Reading(spec, root, _columns(needs), as_of)
    challenger = reading.table("predictions", spec.predictions, spec.predictions_digest)
    rows = reading.rows(challenger)
    inputs = GateInputs(
        challenger=rows,
        champion=reading.champion(challenger, rows),
        metrics=reading.metrics(),
        positive_threshold=spec.positive_threshold,
        sources={each.name: reading.source(each) for each in spec.sources},
        as_of=as_of,
    )
    return inputs, tuple(reading.materials[name] for name in sorted(reading.materials))


def _columns(needs: Iterable[Need]) -> dict[str, tuple[str, ...]]:
    """Return the columns that are read of each source."""
    found: dict[str, set[str]] = {}
    for each in needs:
        found.setdefault(each.source, set()).update(each.columns)
    return {name: tuple(sorted(columns)) for name, columns in found.items()}


@dataclass(frozen=True, slots=True)
class _Reading:
    spec: EvaluationInputs
    root: Path
    columns: dict[str, tuple[str, ...]]
    as_of: str
    materials: dict[str, Material] = field(default_factory=dict)

    def rows(self, challenger: PredictionTable | Reason) -> Rows | Reason:
        if isinstance(challenger, Reason):
            return challenger
        if self.spec.labels is None:
            return join_labels(challenger)
        labels = self.table("labels", self.spec.labels, self.spec.labels_digest)
        return labels if isinstance(labels, Reason) else join_labels(challenger, labels)

    def champion(self, challenger: PredictionTable | Reason, rows: Rows | Reason) -> Rows | Reason:
        if self.spec.champion is None:
            return Reason("champion-missing", "`evaluation.champion` names no file")
        champion = self.table("champion", self.spec.champion, self.spec.champion_digest)
        if isinstance(champion, Reason):
            return champion
        if isinstance(challenger, Reason):
            return challenger
        if champion.material.digest == challenger.material.digest:
            return Reason("same-file", "champion and challenger are the same file")
        return rows if isinstance(rows, Reason) else join_champion(champion, challenger, rows)

    def metrics(self) -> Metrics | Reason:
        content = self._content("metrics", self.spec.metrics, self.spec.metrics_digest)
        if isinstance(content, Reason):
            return content
        return read_metrics(content, run=self.spec.metrics_run)

    def table(self, name: str, file: str | None, digest: str | None) -> PredictionTable | Reason:
        content = self._content(name, file, digest)
        if isinstance(content, Reason):
            return content
        table = read_predictions(content, self._layout(name))
        if not isinstance(table, Reason):
            self.materials[name] = table.material
        return table

    def source(self, stated: EvidenceSource) -> Source | Reason:
        """Read a named source with the reader of its format."""
        content = self._content(stated.name, stated.file, stated.digest)
        if isinstance(content, Reason):
            return content
        reader = reader_of(stated.format, content.suffix)
        if reader is None:
            sentence = f"{shown(stated.file)}: no reader knows the format or the suffix"
            return Reason("unknown-format", sentence)
        wanted = Wanted(self.columns.get(stated.name, ()), stated.run)
        source = reader.read(content, wanted)
        if isinstance(source, Reason):
            return source
        self.materials[stated.name] = source.material
        return _too_old(stated, source, self.as_of) or source

    def _layout(self, name: str) -> Layout:
        spec, extra = self.spec, self.columns.get(name, ())
        return Layout(spec.key, spec.label, spec.score, spec.prediction, extra)

    def _content(self, name: str, file: str | None, digest: str | None) -> FileContent | Reason:
        if file is None:
            return Reason("inputs-missing", f"`evaluation.{name}` names no file")
        content = read_file(self.root, file, name=name)
        if isinstance(content, Reason):
            return content
        self.materials[name] = content.material()
        if digest is not None and content.digest != digest:
            sentence = f"the {name} file has the digest {content.digest}, not {digest}"
            return Reason("digest-mismatch", sentence)
        return content


def _too_old(stated: EvidenceSource, source: Source, as_of: str) -> Reason | None:
    """Return the reason that evidence may not be used any more; its age has to be known."""
    if stated.maximum_age_days is None:
        return None
    collected = source.provenance.collected_at
    if not collected:
        sentence = f"{shown(stated.file)} does not say when its values were measured"
        return Reason("age-unknown", sentence)
    age = _days(collected, as_of)
    if age is None or age < 0:
        sentence = f"{shown(stated.file)} says {shown(collected)}, which is no moment in the past"
        return Reason("age-unknown", sentence)
    if age <= stated.maximum_age_days:
        return None
    sentence = f"{shown(stated.file)} is {age:.1f} days old, at most {stated.maximum_age_days}"
    return Reason("too-old", sentence)


def _days(earlier: str, later: str) -> float | None:
    """Return the days from one moment to another, None where one is not readable as UTC."""
    try:
        return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds() / (
            86_400
        )
    except (TypeError, ValueError):
        return None
