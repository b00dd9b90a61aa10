"""What a `Model` has watched in production: one number, its limits, and who is told."""

from __future__ import annotations

from typing import Literal

from mlspec.kinds._rollout import METRIC_FORM, METRIC_NAME
from mlspec.schema import (
    Count,
    Direction,
    FieldClass,
    Identifier,
    Integer,
    Number,
    Share,
    SpecModel,
    Text,
    declare,
)

__all__ = ["Labels", "Monitor"]


class Labels(SpecModel):
    """The truth about answers, which comes later than they do, and not for all of them."""

    predictions: str = declare(
        "Counter of the answers that get a label in the end.",
        FieldClass.MONITORING,
        pattern=METRIC_NAME,
        form=METRIC_FORM,
        examples=["screen_answers_total"],
    )
    delay_minutes: Integer = declare(
        "Minutes from an answer to its label.", FieldClass.MONITORING, ge=0, le=525_600
    )
    minimum_coverage: Share = declare(
        "Share of the answers of that time that must have a label; below it the value is unknown.",
        FieldClass.MONITORING,
        Direction.HIGHER_IS_TIGHTER,
        default=0.9,
    )


class Monitor(SpecModel):
    """One thing that is watched, and who is told."""

    id: Identifier = declare("Name of the monitor.", FieldClass.MONITORING)
    dimension: Literal[
        "business-kpi",
        "concept-drift",
        "cost",
        "data-drift",
        "output-quality",
        "prediction-drift",
        "service",
    ] = declare("What it is about.", FieldClass.MONITORING)
    metric: str = declare(
        "The metric, by its Prometheus name.",
        FieldClass.MONITORING,
        pattern=METRIC_NAME,
        form=METRIC_FORM,
    )
    statistic: Literal[
        "increase",
        "maximum",
        "mean",
        "missing-share",
        "p95",
        "p99",
        "psi",
        "quotient",
        "rate",
        "share",
    ] = declare(
        "How samples become one number: `rate` per second and `increase` of a counter, `share` "
        "and `quotient` of two counters, `p95` and `p99` of a histogram, `mean` and `maximum` of "
        "a gauge, `psi` and `missing-share` of a counter of rows per bin of a feature.",
        FieldClass.MONITORING,
        default="mean",
    )
    total: str | None = declare(
        "For `share` and `quotient`: the counter that is divided by.",
        FieldClass.MONITORING,
        default=None,
        pattern=METRIC_NAME,
        form=METRIC_FORM,
    )
    feature: Text | None = declare(
        "For `psi` and `missing-share`: the column, which is the label `feature` of the counter.",
        FieldClass.MONITORING,
        default=None,
        examples=["capital-gain"],
    )
    profile: Identifier | None = declare(
        "For `psi`: the name in `evaluation.sources` of the profile (`mlspec gate profile`) that "
        "is the reference.",
        FieldClass.MONITORING,
        default=None,
    )
    labels: Labels | None = declare(
        "For a `share` or `quotient` of answers whose truth comes later: when, and of how many.",
        FieldClass.MONITORING,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
    )
    above: Number | None = declare(
        "Fires above this value.", FieldClass.MONITORING, Direction.LOWER_IS_TIGHTER, default=None
    )
    below: Number | None = declare(
        "Fires below this value.", FieldClass.MONITORING, Direction.HIGHER_IS_TIGHTER, default=None
    )
    usual: Number | None = declare(
        "The value on an ordinary day; with it false alerts are counted before there are any.",
        FieldClass.MONITORING,
        default=None,
    )
    deviation: Number | None = declare(
        "Standard deviation of the value of one window on ordinary days.",
        FieldClass.MONITORING,
        default=None,
        gt=0,
    )
    window_minutes: Integer = declare(
        "Minutes of samples that are looked at.", FieldClass.MONITORING, default=30, ge=1, le=44640
    )
    for_minutes: Count = declare(
        "Minutes the condition must hold before anybody is told.",
        FieldClass.MONITORING,
        Direction.LOWER_IS_TIGHTER,
        default=10,
    )
    severity: Literal["page", "ticket"] = declare(
        "Whether somebody is woken.",
        FieldClass.MONITORING,
        Direction.HIGHER_IS_TIGHTER,
        default="ticket",
        order=("ticket", "page"),
    )
    receiver: Identifier | None = declare(
        "The team that is told.",
        FieldClass.MONITORING,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
        ref="Team",
    )
    runbook: Text | None = declare("What to do then.", FieldClass.MONITORING, default=None)
