"""Rollout strategies: how traffic moves from the champion to the challenger."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from mlspec.schema import (
    Count,
    Direction,
    FieldClass,
    Identifier,
    Items,
    Number,
    Refused,
    Share,
    SpecModel,
    Text,
    declare,
)

__all__ = [
    "Analysis",
    "BlueGreen",
    "Canary",
    "CanaryStep",
    "Champion",
    "Rollout",
    "Shadow",
    "Split",
]

METRIC_NAME = r"^[a-zA-Z_:][a-zA-Z0-9_:]{0,199}$"
METRIC_FORM = (
    "a Prometheus name: letters, digits, `_` and `:`, not starting with a digit, such as "
    "`http_requests_total`"
)


class Champion(SpecModel):
    """What serves today and keeps serving until the challenger is promoted."""

    image: Text | None = declare(
        "Container image, pinned by digest; absent where a known runtime serves it.",
        FieldClass.ROLLOUT,
        default=None,
    )
    version: Text = declare("Version of the model it serves.", FieldClass.ROLLOUT)
    uri: Text | None = declare(
        "Where its bytes lie, for servers that load them (KServe).",
        FieldClass.ROLLOUT,
        default=None,
        examples=["s3://models/screen/12"],
    )


class Analysis(SpecModel):
    """A condition that the challenger must hold while it receives traffic."""

    id: Identifier = declare("Name of the condition.", FieldClass.ROLLOUT)
    metric: Literal["error-share", "latency-p99-ms", "latency-p95-ms"] | None = declare(
        "A metric every served model has.", FieldClass.ROLLOUT, default=None
    )
    query_metric: str | None = declare(
        "A gauge of your own, by its Prometheus name.",
        FieldClass.ROLLOUT,
        default=None,
        pattern=METRIC_NAME,
        form=METRIC_FORM,
    )
    at_most: Number | None = declare(
        "Upper limit.", FieldClass.ROLLOUT, Direction.LOWER_IS_TIGHTER, default=None
    )
    at_least: Number | None = declare(
        "Lower limit.", FieldClass.ROLLOUT, Direction.HIGHER_IS_TIGHTER, default=None
    )
    minimum_requests: Count = declare(
        "Requests to see before the condition says anything.",
        FieldClass.ROLLOUT,
        Direction.HIGHER_IS_TIGHTER,
        default=100,
    )


class CanaryStep(SpecModel):
    """A share of traffic, held for a time."""

    share: Share = declare(
        "Share of traffic the challenger receives.",
        FieldClass.ROLLOUT,
        Direction.LOWER_IS_TIGHTER,
        examples=[0.05],
    )
    hold_minutes: Count = declare(
        "Minutes before the next step.", FieldClass.ROLLOUT, Direction.HIGHER_IS_TIGHTER
    )


def _analysis(description: str) -> Any:  # noqa: ANN401  (as `declare`)
    return declare(
        description,
        FieldClass.ROLLOUT,
        Direction.GROWTH_IS_TIGHTER,
        default=(),
        list_key="id",
    )


class Canary(SpecModel):
    """Traffic moves in steps, each judged by the analysis."""

    strategy: Literal["canary"] = declare("The strategy.", FieldClass.ROLLOUT)
    steps: Items[CanaryStep] = declare("The steps, in order.", FieldClass.ROLLOUT, min_length=1)
    analysis: Items[Analysis] = _analysis("Conditions judged at every step.")
    abort_on_failure: bool = declare(
        "Go back to the champion when a condition fails.",
        FieldClass.ROLLOUT,
        Direction.HIGHER_IS_TIGHTER,
        default=True,
    )


class Shadow(SpecModel):
    """The challenger receives a copy of traffic; its answers are thrown away."""

    strategy: Literal["shadow"] = declare("The strategy.", FieldClass.ROLLOUT)
    share: Share = declare("Share of requests that is copied.", FieldClass.ROLLOUT)
    hold_minutes: Count = declare(
        "Minutes of shadowing before promotion.", FieldClass.ROLLOUT, Direction.HIGHER_IS_TIGHTER
    )
    analysis: Items[Analysis] = _analysis("Conditions judged on the copied traffic.")


class BlueGreen(SpecModel):
    """All traffic moves at once, after a look at the idle colour."""

    strategy: Literal["blue-green"] = declare("The strategy.", FieldClass.ROLLOUT)
    preview_minutes: Count = declare(
        "Minutes the challenger is up without traffic.",
        FieldClass.ROLLOUT,
        Direction.HIGHER_IS_TIGHTER,
    )
    keep_minutes: Count = declare(
        "Minutes the champion stays up after the switch.",
        FieldClass.ROLLOUT,
        Direction.HIGHER_IS_TIGHTER,
        default=60,
    )
    analysis: Items[Analysis] = _analysis("Conditions judged after the switch.")


class Split(SpecModel):
    """An experiment: two versions side by side, to learn which is better."""

    strategy: Literal["a-b"] = declare("The strategy.", FieldClass.ROLLOUT)
    share: Share = declare(
        "Share of traffic of arm B.", FieldClass.ROLLOUT, Direction.LOWER_IS_TIGHTER
    )
    header: str | None = declare(
        "A request header with the value `b` always goes to arm B.",
        FieldClass.ROLLOUT,
        default=None,
        pattern=r"^[A-Za-z0-9-]{1,64}$",
        form="a header name of letters, digits and hyphens, such as `X-Experiment`",
    )
    outcome: str = declare(
        "The metric that decides, by its Prometheus name.",
        FieldClass.ROLLOUT,
        pattern=METRIC_NAME,
        form=METRIC_FORM,
    )
    duration_days: Count = declare("Days the experiment runs.", FieldClass.ROLLOUT)
    minimum_samples: Count = declare(
        "Requests per arm before anything is concluded.",
        FieldClass.ROLLOUT,
        Direction.HIGHER_IS_TIGHTER,
    )
    analysis: Items[Analysis] = _analysis("Guardrails: a failure ends the experiment.")


_BANDIT = (
    "no Kubernetes traffic backend runs bandits by itself; use `a-b` to learn which version is "
    "better, or `canary` to move traffic in judged steps"
)
_ALL_AT_ONCE = (
    "it replaces the champion without comparing anything; use `canary` to move traffic in judged "
    "steps, or `blue-green` to switch at once and keep the way back"
)

Rollout = Annotated[
    Canary | Shadow | BlueGreen | Split,
    Field(discriminator="strategy"),
    Refused(
        (
            ("all-at-once", _ALL_AT_ONCE),
            ("bandit", _BANDIT),
            ("multi-armed-bandit", _BANDIT),
            ("recreate", _ALL_AT_ONCE),
            ("rolling", _ALL_AT_ONCE),
        )
    ),
]
