"""Entries of a `Workspace` about resources that have another address, or are taken out."""

from __future__ import annotations

from typing import Literal

from mlspec.schema import Address, FieldClass, SpecModel, Text, declare

__all__ = ["Moved", "Removed"]


class Moved(SpecModel):
    """A resource that has another address than before; its identity and record stay."""

    previous: Address = declare("Address before.", FieldClass.POLICY, examples=["model/churn-v1"])
    address: Address = declare("Address now.", FieldClass.POLICY, examples=["model/churn"])


class Removed(SpecModel):
    """A resource that is taken out of the registry on purpose. Absence alone only retires it."""

    address: Address = declare("What is removed.", FieldClass.POLICY, examples=["model/churn"])
    action: Literal["delete", "forget"] = declare(
        "`delete` takes the record away, `forget` leaves the object to others.", FieldClass.POLICY
    )
    reason: Text = declare("Why; it goes into the record.", FieldClass.POLICY)
