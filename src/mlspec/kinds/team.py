"""`Team`: people who own resources, answer alerts and approve changes.

Example
    apiVersion: mlspec.dev/v1
    kind: Team
    metadata: {name: growth}
    spec:
      members: [ana@example.org, li@example.org]
      onCall: {receiver: growth-pager}
      roles: [ml-engineer]
"""

from __future__ import annotations

from typing import Literal

from mlspec.kinds._port import Kind
from mlspec.schema import Direction, FieldClass, Items, Number, SpecModel, Text, declare

__all__ = ["KIND", "OnCall", "TeamSpec"]

ApprovalRole = Literal["compliance", "data-steward", "ml-engineer", "model-risk", "product", "sre"]


class OnCall(SpecModel):
    """Where an alert for the team goes."""

    receiver: Text = declare(
        "Name of the Alertmanager receiver of the team.",
        FieldClass.MONITORING,
        examples=["workforce-pager"],
    )
    contact: Text | None = declare(
        "Channel or address people use in an incident.", FieldClass.MONITORING, default=None
    )
    webhook: str | None = declare(
        "What the receiver calls, in the compiled configuration of Alertmanager; no secret may be "
        "in it. Absent, the platform team says what the receiver does.",
        FieldClass.MONITORING,
        default=None,
        pattern=r"^https?://[A-Za-z0-9][A-Za-z0-9._~:/%+-]{0,499}$",
        form="a URL that starts with `http://` or `https://`, without a query",
        examples=["http://pager.ops.svc/workforce"],
    )


class TeamSpec(SpecModel):
    """The people of a team and what they may approve."""

    members: Items[Text] = declare(
        "Handles or addresses of the people in the team; several of one person in one entry, such "
        "as `ana@example.org @ana`.",
        FieldClass.OWNER,
        Direction.NONE,
        min_length=1,
        examples=[["ana@example.org", "li@example.org"]],
    )
    on_call: OnCall | None = declare(
        "Who is called when a monitor fires.",
        FieldClass.MONITORING,
        Direction.GROWTH_IS_TIGHTER,
        default=None,
    )
    alert_budget_per_week: Number | None = declare(
        "False alerts that the team is ready to get in a week; absent means the workspace's.",
        FieldClass.MONITORING,
        Direction.LOWER_IS_TIGHTER,
        default=None,
        ge=0,
    )
    roles: Items[ApprovalRole] = declare(
        "Roles the members may approve changes as.",
        FieldClass.POLICY,
        Direction.GROWTH_IS_LOOSER,
        default=(),
    )


KIND = Kind("Team", TeamSpec, "People who own, are called and approve.", owned=False)
