"""The parts of a `Model` that concern its life in production."""

from __future__ import annotations

from typing import Literal

from mlspec.kinds._accountability import Overseer
from mlspec.kinds._llm import LlmServing
from mlspec.kinds._rollout import METRIC_FORM, METRIC_NAME
from mlspec.schema import (
    Count,
    Date,
    Direction,
    FieldClass,
    Identifier,
    Integer,
    Items,
    Number,
    Share,
    SpecModel,
    Text,
    declare,
)

__all__ = [
    "QUANTITY",
    "QUANTITY_FORM",
    "Budget",
    "Consumer",
    "Oversight",
    "Replicas",
    "Resources",
    "Scaling",
    "Serving",
    "Trigger",
]

QUANTITY = r"^[0-9]{1,9}(\.[0-9]{1,3})?(m|k|Ki|M|Mi|G|Gi|T|Ti)?$"
QUANTITY_FORM = "a Kubernetes quantity such as `500m`, `2` or `1Gi`"
_URL_PATH = r"^/[A-Za-z0-9._~:/-]{0,199}$"
_URL_PATH_FORM = (
    "a path that starts with `/`, such as `/v1/predict` or `/v1/models/screen:predict`, of "
    "letters, digits, `-`, `.`, `_`, `~` and `:`"
)


class Consumer(SpecModel):
    """A system that relies on the answers."""

    system: Identifier = declare("Name of the system.", FieldClass.CONTRACT)
    team: Identifier = declare("The team that runs it.", FieldClass.CONTRACT, ref="Team")


class Resources(SpecModel):
    """What one replica gets; the same request and limit of memory."""

    cpu: str = declare(
        "CPU request.",
        FieldClass.SERVING,
        pattern=QUANTITY,
        form=QUANTITY_FORM,
        examples=["500m"],
    )
    memory: str = declare(
        "Memory request and limit.",
        FieldClass.SERVING,
        pattern=QUANTITY,
        form=QUANTITY_FORM,
        examples=["1Gi"],
    )
    gpu: Count = declare("Number of GPUs.", FieldClass.SERVING, default=0)


class Replicas(SpecModel):
    """Bounds of the number of replicas."""

    minimum: Count = declare(
        "Least number.", FieldClass.SERVING, Direction.HIGHER_IS_TIGHTER, default=1
    )
    maximum: Count = declare("Greatest number.", FieldClass.SERVING, default=1)


class Scaling(SpecModel):
    """When replicas are added."""

    cpu_utilisation: Share = declare(
        "Mean share of the CPU request to keep.", FieldClass.SERVING, default=0.7
    )
    requests_per_replica: Number | None = declare(
        "Requests per second that one replica takes; KEDA counts them, not an autoscaler on CPU.",
        FieldClass.SERVING,
        default=None,
        gt=0,
    )
    queue_metric: str | None = declare(
        "A gauge of waiting work, by its Prometheus name; KEDA adds replicas for it.",
        FieldClass.SERVING,
        default=None,
        pattern=METRIC_NAME,
        form=METRIC_FORM,
        examples=["screen_queue_length"],
    )
    queue_per_replica: Number | None = declare(
        "For `queueMetric`: how much of it one replica takes.",
        FieldClass.SERVING,
        default=None,
        gt=0,
    )


class Serving(SpecModel):
    """How the model is served."""

    mode: Literal["batch", "online"] = declare(
        "How answers are made: by a server (`online`), or in batches, which a scheduler of yours "
        "runs: nothing is deployed for them.",
        FieldClass.SERVING,
    )
    backend: Literal["flagger", "gateway", "kserve", "plain", "rollouts"] | None = declare(
        "Who moves the traffic; absent means that of the workspace (`targets.backend`).",
        FieldClass.SERVING,
        default=None,
    )
    image: Text | None = declare(
        "Container image, pinned by digest.",
        FieldClass.ARTIFACT,
        default=None,
        examples=["registry.example.org/screen@sha256:..."],
    )
    runtime: Literal["mlserver", "onnxruntime", "triton"] | None = declare(
        "A known runtime instead of an image of your own.", FieldClass.SERVING, default=None
    )
    llm: LlmServing | None = declare(
        "A language model; KServe needs no image or runtime for it, a Gateway an image.",
        FieldClass.SERVING,
        default=None,
    )
    port: Integer = declare("Port of the server.", FieldClass.SERVING, default=8080, ge=1, le=65535)
    path: str = declare(
        "Path that answers requests; a language model has `/v1` unless another one is stated.",
        FieldClass.SERVING,
        default="/v1/predict",
        pattern=_URL_PATH,
        form=_URL_PATH_FORM,
    )
    health_path: str = declare(
        "Path that tells readiness; a language model has `/health` unless another one is stated.",
        FieldClass.SERVING,
        default="/healthz",
        pattern=_URL_PATH,
        form=_URL_PATH_FORM,
    )
    resources: Resources | None = declare(
        "What one replica gets.", FieldClass.SERVING, default=None
    )
    replicas: Replicas = declare("How many replicas.", FieldClass.SERVING, default=Replicas())
    scaling: Scaling | None = declare("When replicas are added.", FieldClass.SERVING, default=None)
    requests_per_second: Number | None = declare(
        "Traffic to expect.", FieldClass.SERVING, default=None, ge=0
    )
    p99_ms: Number | None = declare(
        "Objective: 99 % of answers take at most this long.",
        FieldClass.SERVING,
        Direction.LOWER_IS_TIGHTER,
        default=None,
        gt=0,
    )
    availability: Share | None = declare(
        "Objective: share of requests answered without error.",
        FieldClass.SERVING,
        Direction.HIGHER_IS_TIGHTER,
        default=None,
    )
    runbook: Text | None = declare(
        "What to do when an objective is missed, or a challenger fails; alerts carry it.",
        FieldClass.MONITORING,
        default=None,
        examples=["https://runbooks.example.org/screen"],
    )


class Trigger(SpecModel):
    """One thing that starts a retraining."""

    id: Identifier = declare("Name of the trigger.", FieldClass.RETRAINING)
    type: Literal["data-arrival", "metric", "monitor", "schedule"] = declare(
        "What starts it.", FieldClass.RETRAINING
    )
    monitor: Identifier | None = declare(
        "For `monitor` and `metric`: the monitor that fires.", FieldClass.RETRAINING, default=None
    )
    every_days: Integer | None = declare(
        "For `schedule`: days between two runs.", FieldClass.RETRAINING, default=None, ge=1, le=3660
    )
    minimum_rows: Count | None = declare(
        "For `data-arrival`: new rows to wait for.", FieldClass.RETRAINING, default=None
    )
    last_tested: Date | None = declare(
        "Day on which the path from trigger to registry was last rehearsed.",
        FieldClass.RETRAINING,
        default=None,
    )


class Oversight(SpecModel):
    """Which people can intervene, and how."""

    mode: Literal["human-on-the-loop", "human-in-the-loop"] = declare(
        "Whether a person looks before (in) or after (on) an answer takes effect.",
        FieldClass.OVERSIGHT,
        Direction.HIGHER_IS_TIGHTER,
        order=("human-on-the-loop", "human-in-the-loop"),
    )
    reviewers: Identifier = declare("The team that looks.", FieldClass.OVERSIGHT, ref="Team")
    intervention: Text = declare(
        "How an answer is overruled or the model is stopped.", FieldClass.OVERSIGHT
    )
    appeal: Text | None = declare(
        "Where a person affected can object.",
        FieldClass.OVERSIGHT,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
    )
    overseers: Items[Overseer] = declare(
        "The people who can intervene, by name.",
        FieldClass.OVERSIGHT,
        Direction.GROWTH_IS_TIGHTER,
        list_key="person",
        default=(),
    )


class Budget(SpecModel):
    """What the model may cost."""

    monthly: Number = declare(
        "Amount per month.", FieldClass.COST, Direction.LOWER_IS_TIGHTER, gt=0
    )
    currency: str = declare(
        "ISO 4217 code.",
        FieldClass.COST,
        pattern=r"^[A-Z]{3}$",
        form="a currency code of three capital letters, such as `EUR`",
        examples=["EUR"],
    )
    alert_share: Share = declare(
        "Share of the budget at which the owner is told.",
        FieldClass.COST,
        Direction.LOWER_IS_TIGHTER,
        default=0.8,
    )
    metric: str | None = declare(
        "A counter of what was spent, in the currency, by its Prometheus name; with it the owner "
        "is told at `alertShare`, and when a day spends too fast.",
        FieldClass.COST,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
        pattern=METRIC_NAME,
        form=METRIC_FORM,
        examples=["screen_cost_euros_total"],
    )
