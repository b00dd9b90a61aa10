"""`Incident`: what went wrong, when somebody knew, and whether the authority was told.

Example
    apiVersion: mlspec.dev/v1
    kind: Incident
    metadata: {name: wrong-calls, owner: growth}
    spec:
      resource: model/churn
      category: other
      markets: [DE]
      happened: 2026-11-18T07:00:00Z
      known: 2026-11-19T09:30:00Z
      description: Forty customers were called twice.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from mlspec.kinds._port import Kind
from mlspec.schema import (
    Address,
    Date,
    Direction,
    FieldClass,
    Items,
    Moment,
    SpecModel,
    Text,
    declare,
)

__all__ = ["KIND", "IncidentSpec"]

_POLICY = FieldClass.POLICY
_Story = Annotated[str, StringConstraints(min_length=20, max_length=4000)]
_Market = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
_MARKET_FORM = "a union or country such as `EU` or `IN`, or a part of one such as `US-CO`"


class IncidentSpec(SpecModel):
    """Something that went wrong with a model or system, as somebody knows it.

    Which clock runs for a category is the business of policy packs.
    """

    resource: Address = declare(
        "The model or system.", _POLICY, Direction.UNKNOWN, examples=["model/employment-screen"]
    )
    category: Literal["serious", "death", "widespread-or-critical-infrastructure", "other"] = (
        declare(
            "How grave it is; `other` where no law asks for a report.", _POLICY, Direction.UNKNOWN
        )
    )
    markets: Items[_Market] = declare(
        "Where it happened: the law of these places says who is told.",
        _POLICY,
        Direction.GROWTH_IS_TIGHTER,
        min_length=1,
        form=_MARKET_FORM,
        examples=[["EU"]],
    )
    happened: Moment = declare("When it happened, or began.", _POLICY)
    known: Moment = declare(
        "When somebody here became aware of it: clocks run from then.",
        _POLICY,
        Direction.UNKNOWN,
    )
    description: _Story = declare("What happened, and to whom, in a sentence or more.", _POLICY)
    reported: Date | None = declare(
        "Day on which the authority was told.", _POLICY, Direction.GROWTH_IS_TIGHTER, default=None
    )
    links: Items[Text] = declare(
        "Where more is written: the report, the review, the ticket.", _POLICY, default=()
    )


KIND = Kind("Incident", IncidentSpec, "What went wrong with a model, and who was told when.")
