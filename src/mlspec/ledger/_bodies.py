"""Telling whether a body is the one that was recorded: one word for it, wherever it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlspec.canonical import digest_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json
    from mlspec.state import ObjectRecord

__all__ = ["UNREADABLE_BODY", "is_sound_body", "recorded_body"]

UNREADABLE_BODY: Final = "the body that was recorded is lost or was altered"
"""Nothing brings it back: the registry keeps each body once, and the ledger its digest only."""


def recorded_body(digest: str, record: ObjectRecord | None, bodies: Mapping[str, Json]) -> Json:
    """Return the body that was recorded of an object: its own, or another of that digest."""
    if record is not None and record.digest == digest:
        return record.body
    return bodies.get(digest)


def is_sound_body(digest: str, body: Json) -> bool:
    """Tell whether a body is that of a digest; None is one that is lost."""
    try:
        return body is not None and digest_value(body) == digest
    except ValueError:  # no canonical form, so it was never written
        return False
