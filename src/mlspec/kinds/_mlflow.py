"""What specs say of an MLflow server: the registry of a workspace, the name of a model there."""

from __future__ import annotations

from typing import Literal

from mlspec.schema import Direction, FieldClass, Integer, SpecModel, Text, declare

__all__ = ["MlflowEnvironment", "MlflowRegistry", "PromptRegistration", "Registration"]

_URI = r"^https?://[^ /@?#]+(/[^ ?#@]*)?$"
_URI_FORM = "an address such as `https://mlflow.example.com`, without a user or a query"


class MlflowRegistry(SpecModel):
    """An MLflow server that models are registered at, and where the records beside it are."""

    uri: str | None = declare(
        "Address of the server; absent means what `MLFLOW_REGISTRY_URI` or `MLFLOW_TRACKING_URI` "
        "names. Credentials are sent only where one of them names the same server.",
        FieldClass.POLICY,
        default=None,
        pattern=_URI,
        form=_URI_FORM,
        examples=["https://mlflow.example.com"],
    )
    records: Literal["embedded", "git"] = declare(
        "Backend that keeps the records, such as approvals and events: the server has no place.",
        FieldClass.POLICY,
        default="embedded",
    )
    name_prefix: str = declare(
        "How the names of registered models begin, where several workspaces share a server.",
        FieldClass.POLICY,
        default="",
        pattern=r"^[A-Za-z0-9_.-]{0,64}$",
        form="at most 64 letters, digits, `_`, `.` or `-`",
        examples=["growth-"],
    )
    oldest_server: Integer = declare(
        "Generation of the oldest server that prompts go to: 2 keeps 5,000 characters of each, 3 "
        "keeps 100,000.",
        FieldClass.POLICY,
        default=2,
        ge=2,
        le=3,
    )

    def options(self) -> dict[str, str]:
        """Return what the backend has to know."""
        return {"uri": self.uri or "", "prefix": self.name_prefix}


class MlflowEnvironment(SpecModel):
    """What an environment is at an MLflow server."""

    uri: str | None = declare(
        "Address of its own server; absent means `registry.mlflow.uri`.",
        FieldClass.POLICY,
        default=None,
        pattern=_URI,
        form=_URI_FORM,
    )
    alias: str | None = declare(
        "Alias that leads to the version of this environment; absent means its name.",
        FieldClass.POLICY,
        default=None,
        examples=["champion"],
    )

    def options(self) -> dict[str, str]:
        """Return what the backend has to know of this environment alone."""
        told = {"uri": self.uri, "alias": self.alias}
        return {key: value for key, value in told.items() if value}


class Registration(SpecModel):
    """What a model is called in a registry of models, and where its artifact lies for it."""

    name: Text | None = declare(
        "Name there; absent means that of the model.",
        FieldClass.ARTIFACT,
        default=None,
        examples=["Churn (EU)"],
    )
    id: Integer | None = declare(
        "When the server made it, in milliseconds since 1970: it is this one that is taken over.",
        FieldClass.ARTIFACT,
        Direction.NONE,
        default=None,
        ge=1,
    )
    source: Text | None = declare(
        "Where serving reads the artifact; absent means `artifact.uri`.",
        FieldClass.ARTIFACT,
        default=None,
        examples=["s3://models/churn.onnx"],
    )


class PromptRegistration(SpecModel):
    """What a prompt is called in a registry of prompts."""

    name: Text | None = declare(
        "Name there; absent means that of the prompt.",
        FieldClass.ARTIFACT,
        default=None,
        examples=["support.answer"],
    )
    id: Integer | None = declare(
        "When the server made it, in milliseconds since 1970: it is this one that is taken over.",
        FieldClass.ARTIFACT,
        Direction.NONE,
        default=None,
        ge=1,
    )
