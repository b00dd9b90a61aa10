"""The parts of a `Model` that say who answers for it, and what they keep."""

from __future__ import annotations

from typing import Literal

from mlspec.kinds._papers import Paper
from mlspec.schema import (
    Count,
    Date,
    Digest,
    Direction,
    FieldClass,
    Identifier,
    Items,
    SpecModel,
    Text,
    declare,
)

__all__ = [
    "Component",
    "Compute",
    "Lineage",
    "Logging",
    "Overseer",
    "Owners",
    "PostMarket",
    "Review",
    "Transparency",
]

_MORE, _UP = Direction.GROWTH_IS_TIGHTER, Direction.HIGHER_IS_TIGHTER


class Owners(SpecModel):
    """People by name; `metadata.owner` is their team."""

    accountable: Text = declare(
        "Who answers for the model.", FieldClass.OWNER, examples=["head.credit@example.org"]
    )
    deputy: Text | None = declare("Who stands in.", FieldClass.OWNER, _MORE, default=None)
    technical: Text = declare("Who builds it.", FieldClass.OWNER)
    validator: Text | None = declare(
        "Who validates it, and does not build it.", FieldClass.OWNER, _MORE, default=None
    )


class Compute(SpecModel):
    """What training and testing took. Nothing is estimated for who leaves it out."""

    hardware: Text = declare(
        "The machines.", FieldClass.ARTIFACT, examples=["8 GPU of one class, one node"]
    )
    hours: float | None = declare(
        "Hours of all accelerators, or of all machines without.",
        FieldClass.ARTIFACT,
        default=None,
        gt=0,
    )
    operations: float | None = declare(
        "Floating-point operations of all training.",
        FieldClass.ARTIFACT,
        default=None,
        gt=0,
    )
    energy_kwh: float | None = declare(
        "Energy of all training, in kWh, measured or by the supplier's numbers.",
        FieldClass.ARTIFACT,
        default=None,
        gt=0,
    )


class Lineage(SpecModel):
    """What the artifact was made from."""

    repository: Text = declare("Where the code lies.", FieldClass.ARTIFACT)
    commit: str = declare(
        "The commit that was run.",
        FieldClass.ARTIFACT,
        pattern=r"^[0-9a-f]{40}([0-9a-f]{24})?$",
        form="the full hexadecimal id of a commit",
    )
    run: Text | None = declare("The run that trained it.", FieldClass.ARTIFACT, default=None)
    architecture: Text | None = declare(
        "How the model is built.",
        FieldClass.ARTIFACT,
        default=None,
        examples=["gradient-boosted trees, 300 of depth 6"],
    )
    parameters: Count | None = declare("Number of parameters.", FieldClass.ARTIFACT, default=None)
    compute: Compute | None = declare(
        "What training and testing took.", FieldClass.ARTIFACT, default=None
    )


class Component(SpecModel):
    """A part by somebody else."""

    name: Identifier = declare("Name of the part.", FieldClass.ARTIFACT)
    supplier: Text = declare("Who supplies it.", FieldClass.ARTIFACT)
    version: Text | None = declare("Its version.", FieldClass.ARTIFACT, default=None)
    licence: Text | None = declare("Its licence.", FieldClass.ARTIFACT, default=None)
    digest: Digest | None = declare(
        "SHA-256 of its bytes.", FieldClass.ARTIFACT, _MORE, default=None
    )
    contract: Text | None = declare("What was agreed.", FieldClass.ARTIFACT, default=None)
    is_model: bool | None = declare(
        "Whether it is a model, such as one that its supplier runs. Absent, it counts as one where "
        "a duty asks about all models of a system.",
        FieldClass.ARTIFACT,
        _UP,
        default=None,
    )


class Overseer(SpecModel):
    """A person who can intervene."""

    person: Text = declare("Who.", FieldClass.OVERSIGHT)
    can_stop: bool = declare("Whether they can stop the model.", FieldClass.OVERSIGHT, _UP)
    training: Paper | None = declare(
        "Evidence that they are trained.", FieldClass.OVERSIGHT, _MORE, default=None
    )


class Logging(SpecModel):
    """What is recorded of every answer, where and for how long."""

    events: Items[Literal["input", "model-digest", "output", "overseer-action"]] = declare(
        "What is recorded.", FieldClass.MONITORING, _MORE, min_length=1
    )
    retention_days: Count = declare("Days that records are kept.", FieldClass.MONITORING, _UP)
    sink: Text = declare("Where they go.", FieldClass.MONITORING)


class Transparency(SpecModel):
    """What people are told."""

    instructions: Paper | None = declare(
        "Instructions for use.", FieldClass.CONTRACT, _MORE, default=None
    )
    notice: Paper | None = declare(
        "The notice to people whom answers are about.", FieldClass.CONTRACT, _MORE, default=None
    )
    marking: Paper | None = declare(
        "How generated content is marked.", FieldClass.CONTRACT, _MORE, default=None
    )
    explanation: Text | None = declare(
        "How somebody gets an explanation of a decision.", FieldClass.CONTRACT, _MORE, default=None
    )
    contact: Text | None = declare("Whom people can write to.", FieldClass.CONTRACT, default=None)


class PostMarket(SpecModel):
    """What happens after the release."""

    plan: Paper = declare("The monitoring plan.", FieldClass.MONITORING)
    incident_contact: Text = declare("Who takes reports.", FieldClass.MONITORING)


class Review(SpecModel):
    """When it is looked at again."""

    last: Date | None = declare("Day of the last validation.", FieldClass.POLICY, _UP, default=None)
    every_days: Count = declare(
        "Days between two validations.", FieldClass.POLICY, Direction.LOWER_IS_TIGHTER
    )
    triggers: Items[Literal["data-drift", "incident", "significant-change"]] = declare(
        "What brings it forward.", FieldClass.POLICY, _MORE, default=()
    )
