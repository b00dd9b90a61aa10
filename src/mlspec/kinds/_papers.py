"""A document that is kept elsewhere."""

from __future__ import annotations

from mlspec.schema import Date, Digest, Direction, FieldClass, SpecModel, Text, declare

__all__ = ["Paper"]


class Paper(SpecModel):
    """A document that is kept elsewhere, pinned to its bytes."""

    uri: Text = declare("Where it lies.", FieldClass.POLICY)
    digest: Digest | None = declare(
        "SHA-256 of its bytes.", FieldClass.POLICY, Direction.GROWTH_IS_TIGHTER, default=None
    )
    day: Date | None = declare("Day on which it was settled.", FieldClass.POLICY, default=None)
