"""`Model`: what a model is for, who answers for it, and how it reaches and stays in production.

Example
    apiVersion: mlspec.dev/v1
    kind: Model
    metadata: {name: churn, version: v1, owner: growth}
    spec:
      purpose: Estimates which customers will leave, so that sales can call them.
      task: binary-classification
      artifact:
        uri: s3://lake/models/churn-v1.onnx
        format: onnx
        digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
      data: {training: [customers-2024@v1]}
      output:
        version: v1
        fields: [{name: score, type: float, minimum: 0, maximum: 1}]
      risk:
        tier: minimal
        domain: marketing
        affectsPeople: false
        automatedDecision: false
        sensitiveData: false
      gateSets: [better-than-chance@v1]
"""

from __future__ import annotations

from typing import Any, Literal

from mlspec.gates import EvaluationInputs, GateSpec
from mlspec.kinds._accountability import (
    Component,
    Lineage,
    Logging,
    Owners,
    PostMarket,
    Review,
    Transparency,
)
from mlspec.kinds._mlflow import Registration
from mlspec.kinds._model_parts import (
    Budget,
    Consumer,
    Oversight,
    Replicas,
    Resources,
    Scaling,
    Serving,
    Trigger,
)
from mlspec.kinds._monitor import Labels, Monitor
from mlspec.kinds._output import Output, OutputField
from mlspec.kinds._port import Kind
from mlspec.kinds._risk import Risk
from mlspec.kinds._rollout import Champion, Rollout
from mlspec.kinds._training import Training
from mlspec.schema import (
    Digest,
    Direction,
    FieldClass,
    Items,
    Reference,
    SpecModel,
    Text,
    Version,
    declare,
)

__all__ = [
    "KIND",
    "Artifact",
    "Budget",
    "Champion",
    "Consumer",
    "Data",
    "FeatureUse",
    "Labels",
    "ModelSpec",
    "Monitor",
    "Output",
    "OutputField",
    "Oversight",
    "Release",
    "Replicas",
    "Resources",
    "Risk",
    "Scaling",
    "Serving",
    "Training",
    "Trigger",
]


class Artifact(SpecModel):
    """The bytes of the model."""

    uri: Text = declare("Where they lie.", FieldClass.ARTIFACT, examples=["models/churn.onnx"])
    format: Literal["joblib", "lightgbm", "onnx", "pickle", "safetensors", "skops", "xgboost"] = (
        declare("How they are stored.", FieldClass.ARTIFACT)
    )
    digest: Digest | None = declare(
        "SHA-256 of the bytes; it names the model that evidence and approvals are about.",
        FieldClass.ARTIFACT,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
    )


class Data(SpecModel):
    """The data sets behind the model."""

    training: Items[Reference] = declare(
        "Data it was trained on.", FieldClass.DATA, ref="Dataset", min_length=1
    )
    evaluation: Items[Reference] = declare(
        "Data it was evaluated on.", FieldClass.DATA, ref="Dataset", default=()
    )


class FeatureUse(SpecModel):
    """Features the model reads from one view."""

    view: Reference = declare(
        "The feature view, pinned to a version.", FieldClass.FEATURE, ref="FeatureView"
    )
    columns: Items[Text] = declare(
        "The features it reads; absent means all.", FieldClass.FEATURE, default=()
    )


class Release(SpecModel):
    """Another version of the model than that of the spec, for environments that have it still.

    The rule of merging is that of overrides: mappings key by key, lists whole, `null` takes away.
    """

    version: Version = declare("Version of the release.", FieldClass.ARTIFACT, examples=["v2"])
    spec: dict[str, Any] = declare(
        "What of the spec is otherwise in this version: its artifact, its predictions.",
        FieldClass.ARTIFACT,
        min_length=1,
        examples=[{"artifact": {"uri": "models/churn-v2.onnx"}}],
    )


class ModelSpec(SpecModel):
    """A model in production, or on its way there."""

    purpose: Text = declare("What the model decides or predicts, and for whom.", FieldClass.DATA)
    task: Literal[
        "binary-classification", "multiclass-classification", "ranking", "regression", "text"
    ] = declare("What sort of answer it gives.", FieldClass.CONTRACT)
    limitations: Items[Text] = declare(
        "What it must not be used for, one sentence each.", FieldClass.DATA, default=()
    )
    artifact: Artifact = declare("The bytes of the model.", FieldClass.ARTIFACT)
    registry: Registration | None = declare(
        "What it is called in a registry of models.", FieldClass.ARTIFACT, default=None
    )
    data: Data = declare("The data behind it.", FieldClass.DATA)
    features: Items[FeatureUse] = declare(
        "The features it reads.", FieldClass.FEATURE, list_key="view", default=()
    )
    output: Output = declare("The contract with consumers.", FieldClass.CONTRACT)
    risk: Risk = declare("The declared tier and the facts it rests on.", FieldClass.TIER)
    gate_sets: Items[Reference] = declare(
        "Shared gates that apply.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        ref="GateSet",
        default=(),
    )
    gates: Items[GateSpec] = declare(
        "Gates of this model alone.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        list_key="id",
        default=(),
    )
    evaluation: EvaluationInputs | None = declare(
        "Files that the gates are evaluated from.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
    )
    serving: Serving | None = declare("How it is served.", FieldClass.SERVING, default=None)
    champion: Champion | None = declare(
        "What serves today, and stays up beside this version while traffic moves; absent for a "
        "first release.",
        FieldClass.ROLLOUT,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
    )
    rollout_policy: Reference | None = declare(
        "A shared rollout.", FieldClass.ROLLOUT, ref="RolloutPolicy", default=None
    )
    rollout: Rollout | None = declare(
        "How traffic moves to a new version.", FieldClass.ROLLOUT, default=None
    )
    monitoring: Items[Monitor] = declare(
        "What is watched in production.",
        FieldClass.MONITORING,
        Direction.GROWTH_IS_TIGHTER,
        list_key="id",
        default=(),
    )
    retraining: Items[Trigger] = declare(
        "What starts a retraining.",
        FieldClass.RETRAINING,
        Direction.GROWTH_IS_TIGHTER,
        list_key="id",
        default=(),
    )
    training: Training | None = declare(
        "What trains it again when a trigger fires.", FieldClass.RETRAINING, default=None
    )
    oversight: Oversight | None = declare(
        "Which people can intervene, and how.",
        FieldClass.OVERSIGHT,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
    )
    budget: Budget | None = declare(
        "What it may cost.", FieldClass.COST, Direction.GROWTH_IS_TIGHTER, default=None
    )
    owners: Owners | None = declare(
        "People who answer for it, by name.",
        FieldClass.OWNER,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
    )
    lineage: Lineage | None = declare(
        "What the artifact was made from.",
        FieldClass.ARTIFACT,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
    )
    components: Items[Component] = declare(
        "Parts by others.",
        FieldClass.ARTIFACT,
        Direction.GROWTH_IS_TIGHTER,
        list_key="name",
        default=(),
    )
    logging: Logging | None = declare(
        "What is recorded of every answer.",
        FieldClass.MONITORING,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
    )
    transparency: Transparency | None = declare(
        "What people are told.", FieldClass.CONTRACT, Direction.GROWTH_IS_TIGHTER, default=None
    )
    post_market: PostMarket | None = declare(
        "What happens after the release.",
        FieldClass.MONITORING,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
    )
    review: Review | None = declare(
        "When it is validated again.",
        FieldClass.POLICY,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
    )
    releases: Items[Release] = declare(
        "Versions beside that of the spec. `releases` of an environment chooses one by a line; "
        "where none is chosen, the version of the spec holds.",
        FieldClass.ARTIFACT,
        list_key="version",
        default=(),
    )


KIND = Kind("Model", ModelSpec, "A model: purpose, owner, risk, gates, rollout, monitoring.")
