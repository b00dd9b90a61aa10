"""What a spec says about a rate over the cases of an evaluation suite."""

from __future__ import annotations

from typing import Literal

from mlspec.gates._judge_labels import JudgeLabels
from mlspec.gates._spec import GateSpecBase
from mlspec.schema import Count, Direction, FieldClass, Identifier, Number, Share, Text, declare

__all__ = ["LlmQuality", "QualityJudge"]


class QualityJudge(JudgeLabels):
    """The judge behind a score: the gate trusts it as far as it agrees with people."""

    is_stochastic: bool = declare(
        "Whether the judge may answer otherwise when asked again: every case is then judged twice.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=True,
    )


class LlmQuality(GateSpecBase):
    """A floor or a ceiling for a rate over all cases of an evaluation suite."""

    type: Literal["llm-quality"] = declare("Type of the gate.", FieldClass.GATE, Direction.UNKNOWN)
    source: Identifier = declare(
        "Name of the source: a report of cases, or a table with one row per case.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        examples=["eval-suite"],
    )
    score: Text | None = declare(
        "Name of the score, or its column; absent, a case counts where all its assertions passed.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
        examples=["groundedness"],
    )
    score_at_least: Number | None = declare(
        "A case counts where its score is at least this.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
    score_at_most: Number | None = declare(
        "A case counts where its score is at most this.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
    at_least: Share | None = declare(
        "The rate must not be lower.", FieldClass.GATE, Direction.HIGHER_IS_TIGHTER, default=None
    )
    at_most: Share | None = declare(
        "The rate must not be higher.", FieldClass.GATE, Direction.LOWER_IS_TIGHTER, default=None
    )
    maximum_error_rate: Share = declare(
        "The largest share of results without an answer.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=0.05,
    )
    minimum_epochs: Count = declare(
        "Times that every case has to be run.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=1,
    )
    planned_results: Count = declare(
        "Results that there should be, repetitions included; a report may state more itself.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=0,
    )
    key: Text = declare(
        "Column that identifies a case, where the source is a table.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="id",
    )
    cluster: Text | None = declare(
        "Column of what cases have in common (a document, a conversation): they are not "
        "independent then.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
    epoch: Text | None = declare(
        "Column that counts the repetitions of a case, where the source is a table.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
    judge: QualityJudge | None = declare(
        "The judge that gave the score, and labels of people to hold it against.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
    )
    rate: Literal["observed", "corrected"] = declare(
        "Decide on the rate as found, or as corrected for the errors of the judge.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="observed",
    )
