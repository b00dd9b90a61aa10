"""What specs say of SageMaker's model registry. A preview: see its page of the documentation."""

from __future__ import annotations

from typing import Any, Final, Literal

from mlspec.schema import FieldClass, SpecModel, declare

__all__ = ["SagemakerEnvironment", "SagemakerRegistry"]

_REGION: Final[dict[str, Any]] = {
    "pattern": r"^[a-z]{2,4}(-[a-z]{2,12}){1,3}-[0-9]{1,2}$",
    "form": "a region of AWS such as `eu-central-1`",
    "examples": ["eu-central-1"],
}
_PREFIX: Final[dict[str, Any]] = {
    "pattern": r"^([a-zA-Z0-9][a-zA-Z0-9-]{0,39})?$",
    "form": "at most 40 letters, digits or `-`, no `-` at the beginning",
    "examples": ["growth-staging-"],
}


class SagemakerRegistry(SpecModel):
    """Where model package groups are, and where the records beside them are (preview)."""

    region: str | None = declare(
        "Region of AWS; absent means that of the environment, such as `AWS_REGION`.",
        FieldClass.POLICY,
        default=None,
        **_REGION,
    )
    records: Literal["embedded", "git"] = declare(
        "Backend that keeps the records, such as approvals and events: AWS has no place.",
        FieldClass.POLICY,
        default="embedded",
    )
    name_prefix: str = declare(
        "How the names of model package groups begin.", FieldClass.POLICY, default="", **_PREFIX
    )

    def options(self) -> dict[str, str]:
        """Return what the backend has to know."""
        return {"region": self.region or "", "prefix": self.name_prefix}


class SagemakerEnvironment(SpecModel):
    """What an environment is at SageMaker, where no two of them can share a group (preview)."""

    region: str | None = declare(
        "Its own region; absent means `registry.sagemaker.region`.",
        FieldClass.POLICY,
        default=None,
        **_REGION,
    )
    name_prefix: str | None = declare(
        "How the names of its groups begin; absent means `registry.sagemaker.namePrefix`.",
        FieldClass.POLICY,
        default=None,
        **_PREFIX,
    )

    def options(self) -> dict[str, str]:
        """Return what the backend has to know of this environment alone."""
        told = {"region": self.region, "prefix": self.name_prefix}
        return {key: value for key, value in told.items() if value is not None}
