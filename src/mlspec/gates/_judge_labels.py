"""What a spec says about the verdicts of a judge beside those of people."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from mlspec.evidence import Reason, ReasonWords
from mlspec.gates._port import Need, SpecProblem
from mlspec.schema import Direction, FieldClass, Identifier, Number, SpecModel, Text, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["JUDGE_REASONS", "JudgeLabels", "judge_need", "judge_problems"]

JUDGE_REASONS = MappingProxyType(
    {
        "judge-is-human": ReasonWords(
            "Judge and people are the same column, so the judge would agree with itself.",
            "Name two columns: `judge` for the verdict of the model that judges, `human` for "
            "that of people.",
        ),
        "judge-not-verdict": ReasonWords(
            "The columns hold scores, not verdicts or grades, which agree only by accident.",
            "State `judgeAtLeast`: from which score on the judge says yes. Whole numbers are "
            "grades, and need none.",
        ),
        "judge-silent": ReasonWords(
            "On a case that a person labelled, the judge gave no verdict. Leaving the case out "
            "would make the judge look better than it is.",
            "Run the judge again on the cases that are named, and write its verdict.",
        ),
        "nothing-measured": ReasonWords(
            "The file has cases or rows, but none with an answer: no assertion, no score, no "
            "label, no value of the feature; or it tells of 0 rows.",
            "Add assertions or scores to the cases (or labels of people), and run them again; "
            "look at why nobody recorded the feature, or counted the rows.",
        ),
    }
)


class JudgeLabels(SpecModel):
    """Verdicts of a judge beside those of people, in one table."""

    source: Identifier = declare(
        "Name of the source: a table with one row per case.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        examples=["human-labels"],
    )
    key: Text = declare(
        "Column that identifies a case.", FieldClass.GATE, Direction.UNKNOWN, default="id"
    )
    judge: Text = declare(
        "Column of the judge's verdict or score.", FieldClass.GATE, Direction.UNKNOWN
    )
    human: Text = declare(
        "Column of the verdict of people; empty where nobody labelled the case.",
        FieldClass.GATE,
        Direction.UNKNOWN,
    )
    judge_at_least: Number | None = declare(
        "The judge says yes where its score is at least this; absent, its column holds verdicts.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
    weighting: Literal["none", "linear", "quadratic"] = declare(
        "How a disagreement counts: fully, or on an ordinal scale by its distance or the square.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="none",
    )
    at_least: Number = declare(
        "The lowest acceptable Cohen's kappa.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=0.6,
        gt=0,
        le=1,
    )


def judge_need(spec: JudgeLabels) -> Need:
    """Return the source that holds the verdicts of both."""
    return Need(spec.source, "Frame", tuple(sorted({spec.key, spec.judge, spec.human})))


def judge_problems(spec: JudgeLabels, path: tuple[str, ...] = ()) -> Iterator[SpecProblem]:
    """Yield what keeps a judge from being compared with people."""
    if spec.judge == spec.human:
        sentence = f"`judge` and `human` both name the column `{spec.judge}`"
        yield SpecProblem((*path, "human"), Reason("judge-is-human", sentence))
