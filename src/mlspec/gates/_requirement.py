"""What gates ask of a metric: a bound, or a difference to the champion. For several gates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mlspec.evidence import Reason
from mlspec.gates._metrics import METRICS
from mlspec.gates._port import Need, SpecProblem
from mlspec.gates._spec import GateSpecBase
from mlspec.schema import Direction, FieldClass, Number, SpecModel, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.gates._metrics import Metric

__all__ = [
    "Mode",
    "OfBaseline",
    "OfMargin",
    "OfQuantile",
    "check_margins",
    "check_quantile",
    "check_range",
    "check_reach",
    "ends_of",
    "in_words",
    "margin_limit",
    "out_of_reach",
]

Mode = Literal["non-inferiority", "superiority"]


class OfQuantile(SpecModel):
    """The quantile that a pinball loss needs."""

    quantile: Number | None = declare(
        "For `pinball`: the quantile that the predictions are meant to be, between 0 and 1.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
        examples=[0.9],
        gt=0,
        lt=1,
    )


class OfMargin(SpecModel):
    """By how much a model may be worse than the champion, or has to be better."""

    margin: Number | None = declare(
        "Non-inferiority: the loss that is still acceptable, in units of the metric.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=None,
        ge=0,
    )
    minimum_gain: Number | None = declare(
        "Superiority: the gain that must be exceeded, in units of the metric; absent means 0.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=None,
        ge=0,
    )


class OfBaseline(GateSpecBase):
    """A gate that may compare with a champion: what holds while there is none."""

    on_missing_baseline: Literal["first-release", "block"] = declare(
        "What happens while `evaluation.champion` names no file: the gate blocks, or a first "
        "release goes through where a required floor passes. The gate stays not evaluated.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default="block",
        order=("first-release", "block"),
    )

    @property
    def champion(self) -> Need:
        """The champion's predictions, as something that the gate reads."""
        return Need("champion", may_be_absent=self.on_missing_baseline == "first-release")


def in_words(metric: str, quantile: float | None) -> str:
    """Return the metric as text: `roc-auc`, or `pinball of 0.9`."""
    return metric if quantile is None else f"{metric} of {quantile:.15g}"


def check_quantile(metric: str, quantile: float | None) -> Iterator[SpecProblem]:
    """Yield that a quantile is missing, or has no effect."""
    if metric == "pinball" and quantile is None:
        yield SpecProblem(
            (),
            Reason("quantile-missing", "`pinball` needs the `quantile` that is predicted"),
            hint="state it, such as `quantile: 0.9`",
        )
    if metric != "pinball" and quantile is not None:
        sentence = f"`quantile` has no effect on `{metric}`"
        yield SpecProblem(("quantile",), Reason("quantile-unused", sentence))


def check_range(
    known: Metric, at_least: float | None, at_most: float | None
) -> Iterator[SpecProblem]:
    """Yield the bounds that lie outside the values that a metric can take."""
    if at_least is not None and not known.lowest < at_least <= known.highest:
        yield _out_of_range(known, "atLeast", at_least)
    if at_most is not None and not known.lowest <= at_most < known.highest:
        yield _out_of_range(known, "atMost", at_most)


def check_reach(
    spec: GateSpecBase, *, at_least: float | None = None, at_most: float | None = None
) -> Iterator[SpecProblem]:
    """Yield a bound at an end of what is measured: no confidence bound ever gets there.

    `at_least` is the highest value that there is, `at_most` the lowest. The interval of a share
    keeps away from 1, however many rows are right: a gate that asks for it on the bound can fail,
    and never pass.
    """
    if spec.decide != "bound":
        return
    for field, name, end in (("atLeast", "at_least", at_least), ("atMost", "at_most", at_most)):
        if end is not None and getattr(spec, name) == end:
            yield out_of_reach(field, end)


def out_of_reach(field: str, end: float) -> SpecProblem:
    """Return that no data lead to a bound at the end of what is measured."""
    sentence = (
        f"`{field}` is {end:g}, which the interval never reaches, whatever the data: the gate "
        "could not pass"
    )
    hint = "state a bound that an interval can meet, or `decide: point`"
    return SpecProblem((field,), Reason("bound-unreachable", sentence), hint=hint)


def ends_of(metric: str) -> dict[str, float]:
    """Return the ends of the range of a metric, as `check_reach` takes them."""
    return {"at_least": METRICS[metric].highest, "at_most": METRICS[metric].lowest}


def _out_of_range(metric: Metric, field: str, bound: float) -> SpecProblem:
    sentence = (
        f"`{field}` is {bound:g}, but `{metric.name}` lies between {metric.lowest:g} "
        f"and {metric.highest:g}: the gate would say nothing about the model"
    )
    return SpecProblem((field,), Reason("bound-out-of-range", sentence))


def margin_limit(metric: str, mode: Mode, margin: float | None, gain: float | None) -> float:
    """Return what the difference must exceed (or stay below, where lower is better)."""
    least = (gain or 0.0) if mode == "superiority" else -(margin or 0.0)
    return (least if METRICS[metric].higher_is_better else -least) + 0.0


def check_margins(
    metric: str, mode: Mode, margin: float | None, gain: float | None
) -> Iterator[SpecProblem]:
    """Yield what is wrong with the margin of a comparison."""
    if mode == "superiority":
        yield from _unused(mode, "margin", margin)
        yield from _too_wide(metric, "minimumGain", gain)
        return
    if margin is None:
        yield SpecProblem(
            (),
            Reason("margin-missing", "non-inferiority needs a `margin`"),
            hint="state the loss that is still acceptable, in units of the metric",
        )
    yield from _unused(mode, "minimumGain", gain)
    yield from _too_wide(metric, "margin", margin)


def _unused(mode: str, field: str, value: float | None) -> Iterator[SpecProblem]:
    if value is not None:
        yield SpecProblem(
            (field,), Reason("margin-unused", f"`{field}` has no effect in the mode `{mode}`")
        )


def _too_wide(metric: str, field: str, value: float | None) -> Iterator[SpecProblem]:
    width = METRICS[metric].highest - METRICS[metric].lowest
    if value is not None and value >= width:
        sentence = f"`{field}` is {value:g}, but two models differ by {width:g} at most"
        yield SpecProblem((field,), Reason("margin-too-wide", sentence))
