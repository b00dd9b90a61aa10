"""From the files that a model names to what its gates read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
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
    unknown_format,
)
from mlspec.gates._port import GateInputs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from mlspec.gates._inputs import EvaluationInputs, EvidenceSource
    from mlspec.gates._port import Need

__all__ = ["Loaded", "load_inputs"]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What gates read, the files it comes from, and the moments at which some grow too old."""

    inputs: GateInputs
    materials: tuple[Material, ...] = ()
    ends: tuple[str, ...] = ()


def load_inputs(
    spec: EvaluationInputs | None, root: Path, needs: Iterable[Need] = (), *, as_of: str = ""
) -> Loaded:
    """Read every file that the spec names, once.

    A file that could be read is a material even when it turned out to be of no use. `needs` say
    which columns are kept; `as_of` is the moment by which evidence may be too old.
    """
    if spec is None:
        missing = Reason("inputs-missing", "the model has no `evaluation`")
        return Loaded(GateInputs(missing, missing, missing))
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
    materials = tuple(reading.materials[name] for name in sorted(reading.materials))
    return Loaded(inputs, materials, tuple(sorted(reading.ends)))


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
    ends: list[str] = field(default_factory=list)

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
            return unknown_format(content, stated.format)
        wanted = Wanted(self.columns.get(stated.name, ()), stated.run)
        source = reader.read(content, wanted)
        if isinstance(source, Reason):
            return source
        self.materials[stated.name] = source.material
        if stated.maximum_age_days is None:
            return source
        end = _end(stated.file, source.provenance.collected_at, stated.maximum_age_days)
        if isinstance(end, Reason):
            return end
        self.ends.append(end)
        return _too_old(stated, end, self.as_of) or source

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


def _end(file: str, collected: str, days: int) -> str | Reason:
    """Return the last moment at which values measured then may be used."""
    try:
        moment = datetime.fromisoformat(collected).astimezone(UTC)
    except ValueError:
        sentence = f"{shown(file)} does not say when its values were measured"
        return Reason("age-unknown", sentence)
    return (moment + timedelta(days=days)).isoformat(timespec="seconds")


def _too_old(stated: EvidenceSource, end: str, as_of: str) -> Reason | None:
    if as_of and as_of <= end:
        return None
    sentence = f"{shown(stated.file)} may be used for {stated.maximum_age_days} days, until {end}"
    return Reason("too-old", sentence)
