"""Which files the gates of a model are evaluated from, and which columns matter."""

from __future__ import annotations

from typing import Literal

from mlspec.schema import (
    Digest,
    Direction,
    FieldClass,
    Identifier,
    Integer,
    Items,
    Number,
    SpecModel,
    Text,
    declare,
)

__all__ = ["EvaluationInputs", "EvidenceSource", "unpinned"]


class EvidenceSource(SpecModel):
    """A file of evidence that gates name: latencies, eval results, scans, profiles ..."""

    name: Identifier = declare(
        "Name that gates use.", FieldClass.GATE, examples=["latency", "red-team"]
    )
    file: Text = declare(
        "Path of the file, relative to the workspace.",
        FieldClass.GATE,
        examples=["evaluation/latency.csv"],
    )
    format: Text | None = declare(
        "Format of the file; absent, its suffix says so. `mlspec explain formats` lists them.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
        examples=["promptfoo", "prometheus"],
    )
    digest: Digest | None = declare(
        "SHA-256 that the file must have.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
    )
    run: Text | None = declare(
        "Identifier of the run, where the file holds several.", FieldClass.GATE, default=None
    )
    maximum_age_days: Integer | None = declare(
        "Days after which the evidence is too old, counted from the moment the file states.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=None,
        ge=1,
        le=36_500,
    )


class EvaluationInputs(SpecModel):
    """Files that the gates are evaluated from. Paths are relative to the workspace.

    The suffix of a name decides how it is read: `.csv`, `.parquet`, `.json`.
    """

    predictions: Text | None = declare(
        "Predictions of this model (the challenger), one row per key; in a `.json` file, scores "
        "that an engine counted for `mlspec gate sql`.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
        examples=["evaluation/challenger.csv"],
    )
    predictions_digest: Digest | None = declare(
        "SHA-256 that the predictions file must have.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
    )
    champion: Text | None = declare(
        "Predictions of the model in production, on the same rows.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
    )
    champion_digest: Digest | None = declare(
        "SHA-256 that the champion's file must have.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
    )
    labels: Text | None = declare(
        "A file with the true labels, where the predictions file has none.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
        replacing=Direction.UNKNOWN,
    )
    labels_digest: Digest | None = declare(
        "SHA-256 that the labels file must have.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
        replacing=Direction.UNKNOWN,
    )
    metrics: Text | None = declare(
        "JSON with metrics that another tool computed, for gates with `source: metrics`.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
    )
    metrics_digest: Digest | None = declare(
        "SHA-256 that the metrics file must have.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
    )
    metrics_run: Text | None = declare(
        "Identifier of the run, where the metrics file holds several MLflow runs.",
        FieldClass.GATE,
        default=None,
    )
    key: Text = declare(
        "Column that identifies a row; files are joined by it.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="id",
    )
    label: Text = declare(
        "Column of the true label: 0 or 1, a class number, or the true value.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="label",
    )
    score: Text = declare(
        "Column of the score or probability of the positive class.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="score",
    )
    prediction: Text | None = declare(
        "Column of the predicted class or value; absent, a class follows from the score.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
    positive_threshold: Number | None = declare(
        "A score at or above this is a prediction of the positive class; absent, 0.5 among scores "
        "in 0..1. Other scores, such as logits, need it.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
        examples=[0.5],
    )
    perfect_outputs: Literal["accept", "refuse"] = declare(
        "Whether predicted classes count, or a score of two values, that are right on every row: "
        "as a rule they are the label under another name. Copies of numbers that tell each row, "
        "rounded ones too, never count.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default="refuse",
        order=("accept", "refuse"),
    )
    sources: Items[EvidenceSource] = declare(
        "Further files of evidence, which gates refer to by name.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        list_key="name",
        default=(),
    )


def unpinned(spec: EvaluationInputs) -> tuple[str, ...]:
    """Return which of the two files of a comparison are named without a digest.

    They have the same columns, keys and labels, so that nothing but a digest tells one from the
    other.
    """
    stated = {
        "predictions": (spec.predictions, spec.predictions_digest),
        "champion": (spec.champion, spec.champion_digest),
    }
    return tuple(name for name, (file, digest) in stated.items() if file and digest is None)
