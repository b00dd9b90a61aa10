"""Telling whether a file is as it was written: by the digest that it names of its body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import digest_value
from mlspec.errors import TamperedPlanError

if TYPE_CHECKING:
    from mlspec.canonical import Json

__all__ = ["require_intact"]


def require_intact(body: Json, written: Json, altered: str, hint: str) -> None:
    """Require that the digest that was written with a body is that of the body.

    `altered` says what was changed otherwise, `hint` what to do about it.

    Raises:
        TamperedPlanError: it is another one.
    """
    computed = _digest(body)
    if written != computed:
        raise TamperedPlanError(
            f"{altered}: its body does not match its digest",
            details=(f"written  {written}", f"computed {computed}"),
            hint=hint,
        )


def _digest(body: Json) -> str:
    try:
        return digest_value(body)
    except ValueError:  # a number out of range, or half a character
        return "of a value that has no canonical form"
