"""From the files that a model names to what its gates read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.evidence import (
    FileContent,
    Layout,
    Material,
    Metrics,
    PredictionTable,
    Reason,
    Rows,
    join_champion,
    join_labels,
    read_file,
    read_metrics,
    read_predictions,
)
from mlspec.gates._port import GateInputs

if TYPE_CHECKING:
    from pathlib import Path

    from mlspec.gates._inputs import EvaluationInputs

__all__ = ["load_inputs"]


def load_inputs(
    spec: EvaluationInputs | None, root: Path
) -> tuple[GateInputs, tuple[Material, ...]]:
    """Read every file that the spec names, once; return what gates read, and the materials.

    A file that could be read is a material even when it turned out to be of no use.
    """
    if spec is None:
        missing = Reason("inputs-missing", "the model has no `evaluation`")
        return GateInputs(missing, missing, missing), ()
    reading = _Reading(spec, root)
    challenger = reading.table("predictions", spec.predictions, spec.predictions_digest)
    rows = reading.rows(challenger)
    inputs = GateInputs(
        challenger=rows,
        champion=reading.champion(challenger, rows),
        metrics=reading.metrics(),
        positive_threshold=spec.positive_threshold,
    )
    return inputs, tuple(reading.materials[name] for name in sorted(reading.materials))


@dataclass(frozen=True, slots=True)
class _Reading:
    spec: EvaluationInputs
    root: Path
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
        table = read_predictions(content, self._layout)
        if not isinstance(table, Reason):
            self.materials[name] = table.material
        return table

    @property
    def _layout(self) -> Layout:
        spec = self.spec
        return Layout(spec.key, spec.label, spec.score, spec.prediction)

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
