"""`ObservedModel`: a model that is live, and that mlspec documents but does not manage.

What is not known is written as the word `unknown`, so that a reader sees what nobody could say.

Example
    apiVersion: mlspec.dev/v1
    kind: ObservedModel
    metadata: {name: churn-eu}
    spec:
      lifecycle: observed
      origins:
        - {id: mlflow, system: mlflow, location: 'https://mlflow.example.org', name: Churn EU}
      owner: unknown
      purpose: unknown
      task: unknown
      tier: unknown
      version: "3"
      artifact: {uri: unknown, format: unknown, digest: unknown}
      licence: unknown
"""

from __future__ import annotations

from typing import Final, Literal

from mlspec.kinds._port import Kind
from mlspec.schema import Count, FieldClass, Identifier, Items, SpecModel, Text, declare

__all__ = [
    "KIND",
    "UNKNOWN",
    "ObservedArtifact",
    "ObservedMetric",
    "ObservedModelSpec",
    "ObservedOrigin",
    "ObservedServing",
]

UNKNOWN: Final = "unknown"
"""What stands for a value that nobody could tell."""

_DIGEST = r"^(unknown|sha256:[0-9a-f]{64})$"
_DIGEST_FORM = "`sha256:` and 64 hexadecimal digits, or `unknown`"


class ObservedOrigin(SpecModel):
    """Where the model was found."""

    id: Identifier = declare("Name of this finding.", FieldClass.COSMETIC, examples=["mlflow"])
    system: Literal[
        "argo-rollouts", "databricks-bundle", "feast", "hf-card", "kserve", "mlflow"
    ] = declare("What kind of system it is.", FieldClass.COSMETIC)
    location: Text = declare(
        "Where: the address of a server without credentials, or a file and a place in it.",
        FieldClass.COSMETIC,
    )
    name: Text = declare("What the model is called there, letter by letter.", FieldClass.COSMETIC)
    created: Count | None = declare(
        "When it was created there, in milliseconds since 1970: a name that was given again to "
        "another model is told from this one by it.",
        FieldClass.COSMETIC,
        default=None,
    )


class ObservedArtifact(SpecModel):
    """The bytes of the model, as far as they are known."""

    uri: Text = declare("Where they lie, or `unknown`.", FieldClass.ARTIFACT)
    format: Text = declare("How they are stored, or `unknown`.", FieldClass.ARTIFACT)
    digest: str = declare(
        "SHA-256 of the bytes, or `unknown`.",
        FieldClass.ARTIFACT,
        pattern=_DIGEST,
        form=_DIGEST_FORM,
    )


class ObservedServing(SpecModel):
    """What answers requests."""

    id: Identifier = declare("Name of this place.", FieldClass.COSMETIC)
    platform: Text = declare(
        "What runs it.", FieldClass.SERVING, examples=["kserve", "hosted-api", "unknown"]
    )
    namespace: Text = declare("Where in the cluster, or `unknown`.", FieldClass.SERVING)
    name: Text = declare("What it is called there.", FieldClass.SERVING)
    image: Text = declare("The image that runs, or `unknown`.", FieldClass.SERVING)


class ObservedMetric(SpecModel):
    """A number that somebody reported, as it was written: it is no evidence."""

    id: Identifier = declare("Name of this number.", FieldClass.COSMETIC)
    name: Text = declare("The metric.", FieldClass.COSMETIC)
    value: Text = declare("Its value, letter by letter.", FieldClass.COSMETIC)
    dataset: Text = declare("What it was measured on, or `unknown`.", FieldClass.COSMETIC)
    remark: Text | None = declare(
        "What is odd about it, such as a percentage.", FieldClass.COSMETIC, default=None
    )


class ObservedModelSpec(SpecModel):
    """A model that others put there; `mlspec adopt` makes a managed one of it."""

    lifecycle: Literal["observed"] = declare(
        "mlspec looks at the model and changes nothing of it.", FieldClass.COSMETIC
    )
    origins: Items[ObservedOrigin] = declare(
        "Where it was found.", FieldClass.COSMETIC, list_key="id", min_length=1
    )
    owner: Text = declare(
        "Who answers for it, as it is written there, or `unknown`.", FieldClass.OWNER
    )
    purpose: Text = declare(
        "What the model decides or predicts, and for whom, or `unknown`.", FieldClass.DATA
    )
    task: Literal[
        "binary-classification",
        "multiclass-classification",
        "ranking",
        "regression",
        "text",
        "unknown",
    ] = declare("What sort of answer it gives.", FieldClass.CONTRACT)
    tier: Literal["minimal", "limited", "high", "unknown"] = declare(
        "Its risk tier, as far as somebody has said it.", FieldClass.TIER
    )
    version: Text = declare("The version that is live, or `unknown`.", FieldClass.ARTIFACT)
    aliases: dict[str, Text] = declare(
        "Which version each alias points to.", FieldClass.ARTIFACT, default={}
    )
    artifact: ObservedArtifact = declare("The bytes of the model.", FieldClass.ARTIFACT)
    provider: Text | None = declare(
        "Who runs it, for a model behind the interface of somebody else.",
        FieldClass.ARTIFACT,
        default=None,
    )
    serving: Items[ObservedServing] = declare(
        "What answers requests.", FieldClass.SERVING, list_key="id", default=()
    )
    data: Items[Text] = declare("The data sets behind it, by name.", FieldClass.DATA, default=())
    features: Items[Text] = declare("The features it reads.", FieldClass.FEATURE, default=())
    metrics: Items[ObservedMetric] = declare(
        "Numbers that somebody reported.", FieldClass.COSMETIC, list_key="id", default=()
    )
    licence: Text = declare("Its licence, or `unknown`.", FieldClass.ARTIFACT)
    tags: dict[str, str] = declare("What else was written there.", FieldClass.COSMETIC, default={})


KIND = Kind(
    "ObservedModel",
    ObservedModelSpec,
    "A model that is live, and that mlspec documents but does not manage.",
    owned=False,
    recorded=False,
)
