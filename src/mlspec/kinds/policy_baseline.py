"""`PolicyBaseline`: findings that were there when rules came into force, and stop nothing.

Example
    apiVersion: mlspec.dev/v1
    kind: PolicyBaseline
    metadata: {name: baseline}
    spec:
      entries:
        - fingerprint: 9f2b6d3c1a5e4f708192a3b4c5d6e7f809182736455463728190a1b2c3d4e5f6
          rule: CORE-001
          resource: model/churn
          severity: error
          reason: Live before the packs were bound.
          recorded: "2026-11-20"
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
    Identifier,
    Items,
    SpecModel,
    declare,
)

__all__ = ["KIND", "BaselineEntry", "PolicyBaselineSpec"]

_CODE = r"^(MLS[0-9]{3,4}|[A-Z][A-Z0-9]{0,11}-[0-9]{3}[a-z]?)$"
_Reason = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class BaselineEntry(SpecModel):
    """A finding that is known; a graver one at its place is another finding."""

    fingerprint: str = declare(
        "What tells the finding from others, as in reports of `validate` for forges.",
        FieldClass.POLICY,
        Direction.UNKNOWN,
        pattern=r"^[0-9a-f]{64}$",
        form="64 hexadecimal digits",
    )
    rule: str = declare(
        "Id of the rule of a pack, or code of a built-in rule.",
        FieldClass.POLICY,
        Direction.UNKNOWN,
        pattern=_CODE,
        form="the id or code of a rule, such as `CORE-001` or `MLS301`",
        examples=["CORE-001"],
    )
    resource: Address = declare(
        "The resource that it is about.",
        FieldClass.POLICY,
        Direction.UNKNOWN,
        examples=["model/employment-screen"],
    )
    environments: Items[Identifier] = declare(
        "Where it was found; empty means in the specs as written, so everywhere.",
        FieldClass.POLICY,
        Direction.UNKNOWN,
        default=(),
    )
    severity: Literal["note", "warning", "error"] = declare(
        "How grave it was then; what stops a plan is an error.",
        FieldClass.POLICY,
        Direction.HIGHER_IS_TIGHTER,
        order=("error", "warning", "note"),
    )
    reason: _Reason = declare("Why it was left as it is, in a sentence.", FieldClass.POLICY)
    recorded: Date = declare("The day it was written down.", FieldClass.POLICY)
    until: Date | None = declare(
        "Last day, in UTC; absent means none.",
        FieldClass.POLICY,
        Direction.LOWER_IS_TIGHTER,
        default=None,
    )


class PolicyBaselineSpec(SpecModel):
    """Findings that nobody has accepted and that stop nothing; `mlspec policy baseline` writes."""

    entries: Items[BaselineEntry] = declare(
        "The findings.",
        FieldClass.POLICY,
        Direction.GROWTH_IS_LOOSER,
        list_key="fingerprint",
        default=(),
    )


KIND = Kind(
    "PolicyBaseline",
    PolicyBaselineSpec,
    "Findings that were there when rules came into force, and stop nothing.",
    owned=False,
)
