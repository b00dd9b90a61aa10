"""What SageMaker's registry holds, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mlspec.sagemaker.tags import unpacked

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ALIAS", "APPROVED", "Group", "Package", "milliseconds"]

ALIAS: Final = "approved"
"""The only alias that there is: it leads to the newest version that is approved."""
APPROVED: Final = "Approved"


@dataclass(frozen=True, slots=True)
class Package:
    """One version of a group: a model package. `tags` are its customer metadata properties."""

    name: str
    number: str
    created_ms: int
    source: str
    image: str
    arn: str
    approval: str
    tags: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_answer(cls, told: Mapping[str, object]) -> Package:
        """Return a version as `DescribeModelPackage` tells it; "" for what it does not."""
        container = _container(told)
        properties = told.get("CustomerMetadataProperties")
        known = properties if isinstance(properties, dict) else {}
        return cls(
            name=_text(told, "ModelPackageGroupName"),
            number=_text(told, "ModelPackageVersion"),
            created_ms=milliseconds(told.get("CreationTime")),
            source=_text(container, "ModelDataUrl"),
            image=_text(container, "Image"),
            arn=_text(told, "ModelPackageArn"),
            approval=_text(told, "ModelApprovalStatus"),
            tags=unpacked(known),
        )


@dataclass(frozen=True, slots=True)
class Group:
    """One model package group, with the version that traffic follows, if there is one.

    It has no description: one can be given when a group is made, and never changed.
    """

    name: str
    created_ms: int
    arn: str
    tags: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    latest: tuple[Package, ...] = ()

    @property
    def description(self) -> str:
        """Nothing: see the class."""
        return ""

    @property
    def is_prompt(self) -> bool:
        """No group is a prompt."""
        return False


def milliseconds(moment: object) -> int:
    """Return a moment of an answer in ms since 1970; 0 where there is none."""
    from datetime import datetime

    return round(moment.timestamp() * 1000) if isinstance(moment, datetime) else 0


def _container(told: Mapping[str, object]) -> Mapping[str, object]:
    """Return the first container of a version: those behind it are parts of one pipeline."""
    inference = told.get("InferenceSpecification")
    listed = inference.get("Containers") if isinstance(inference, dict) else None
    first = listed[0] if isinstance(listed, list) and listed else None
    return first if isinstance(first, dict) else {}


def _text(told: Mapping[str, object], key: str) -> str:
    value = told.get(key)
    return "" if value is None else str(value)
