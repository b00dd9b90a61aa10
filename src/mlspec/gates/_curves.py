"""What a picture of a two-class model shows, as numbers; none of it decides anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Reason
from mlspec.gates._load import load_inputs

if TYPE_CHECKING:
    from pathlib import Path

    from mlspec.evidence import Rows
    from mlspec.gates._inputs import EvaluationInputs
    from mlspec.stats import Auc, FloatVector, ReliabilityBin, RocPoint, ScoreBin

__all__ = ["LEVEL", "Curves", "curves_of", "load_curves"]

LEVEL = 0.9
"""Two-sided level of all intervals: the bounds that a gate decides on by default."""


@dataclass(frozen=True, slots=True)
class Curves:
    """Points of the curves of one model, at most 40 each, and the area with its interval.

    `reliability` is empty where scores are no probabilities.
    """

    rows: int
    positives: int
    area: Auc
    roc: tuple[RocPoint, ...]
    scores: tuple[ScoreBin, ...]
    reliability: tuple[ReliabilityBin, ...]


def load_curves(inputs: EvaluationInputs | None, root: Path) -> Curves | Reason:
    """Read the predictions and labels of a model, nothing else, and return its curves."""
    if inputs is not None:
        nothing_else = {"champion": None, "metrics": None, "sources": ()}
        inputs = inputs.model_copy(update=nothing_else)
    return curves_of(load_inputs(inputs, root).inputs.challenger)


def curves_of(rows: Rows | Reason) -> Curves | Reason:
    """Return the curves of a model with two classes and scores, or why there are none."""
    if isinstance(rows, Reason):
        return rows
    labels, scores = rows.labels, rows.scores
    if isinstance(labels, Reason):
        return labels
    if isinstance(scores, Reason):
        return scores
    if not stats.is_binary(labels):
        return Reason("label-not-binary", "curves are about two classes: labels 0 and 1")
    if not 0 < float(labels.sum()) < labels.size:
        return Reason("one-class", "all labels are of one class")
    return _curves(labels, scores)


def _curves(labels: FloatVector, scores: FloatVector) -> Curves:
    return Curves(
        rows=int(labels.size),
        positives=int(labels.sum()),
        area=stats.delong(labels, scores, level=LEVEL),
        roc=stats.roc_points(labels, scores, level=LEVEL),
        scores=stats.score_bins(labels, scores),
        reliability=_reliability(labels, scores),
    )


def _reliability(labels: FloatVector, scores: FloatVector) -> tuple[ReliabilityBin, ...]:
    if float(scores.min()) < 0 or float(scores.max()) > 1:
        return ()
    edges = stats.equal_mass_edges(scores)
    return stats.reliability(labels, scores, edges, level=LEVEL)
