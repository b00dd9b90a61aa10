"""`Waiver`: a rule that a resource may break, until a day, with a reason.

Example
    apiVersion: mlspec.dev/v1
    kind: Waiver
    metadata: {name: no-evasion-test, owner: growth}
    spec:
      rule: SUP-020
      scope: {resource: model/churn}
      reason: Nobody outside of the office can send a request to this model.
      approvedBy: [li@example.org]
      created: "2026-11-20"
      expires: "2027-02-15"
"""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from mlspec.kinds._port import Kind
from mlspec.kinds.policy_binding import RULE_ID, RULE_ID_FORM
from mlspec.schema import (
    Address,
    Date,
    Direction,
    FieldClass,
    Identifier,
    Items,
    SpecModel,
    Text,
    declare,
)

__all__ = ["KIND", "WaiverScope", "WaiverSpec"]

_Reason = Annotated[str, StringConstraints(min_length=20, max_length=4000)]


class WaiverScope(SpecModel):
    """What a waiver covers."""

    resource: Address = declare(
        "The resource.", FieldClass.POLICY, Direction.UNKNOWN, examples=["model/employment-screen"]
    )
    versions: Items[Text] = declare(
        "Versions, with `*` at the end for many; empty means all.",
        FieldClass.POLICY,
        Direction.UNKNOWN,
        default=(),
        examples=[["v3.2", "v4.*"]],
    )
    environments: Items[Identifier] = declare(
        "Environments; empty means all.", FieldClass.POLICY, Direction.UNKNOWN, default=()
    )


class WaiverSpec(SpecModel):
    """A rule that need not hold for a while; `metadata.owner` mends what it found."""

    rule: str = declare(
        "Id of the rule.",
        FieldClass.POLICY,
        Direction.UNKNOWN,
        pattern=RULE_ID,
        form=RULE_ID_FORM,
        examples=["EUAI-014"],
    )
    scope: WaiverScope = declare("What it covers.", FieldClass.POLICY)
    reason: _Reason = declare("Why, in a sentence.", FieldClass.POLICY)
    compensating_controls: Items[Text] = declare(
        "What limits the harm meanwhile.",
        FieldClass.POLICY,
        Direction.GROWTH_IS_TIGHTER,
        default=(),
    )
    approved_by: Items[Text] = declare(
        "People who agreed; none of them in the team that owns the waiver.",
        FieldClass.POLICY,
        Direction.UNKNOWN,
        min_length=1,
    )
    created: Date = declare("First day.", FieldClass.POLICY)
    expires: Date = declare("Last day, in UTC.", FieldClass.POLICY, Direction.LOWER_IS_TIGHTER)


KIND = Kind("Waiver", WaiverSpec, "A rule that need not hold for a while, and why.")
