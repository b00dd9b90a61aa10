"""What stands in a body, asked for without trusting its shape: a registry has bodies of any age."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mlspec.errors import RegistryUnavailableError

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.state import ObjectRecord

__all__ = ["entries", "section", "stored_body", "text", "texts"]


def section(body: Json | Mapping[str, Json], *keys: str) -> Mapping[str, Json]:
    """Return the mapping below some keys, an empty one where there is none."""
    for key in keys:
        body = body.get(key) if isinstance(body, Mapping) else None
    return body if isinstance(body, Mapping) else {}


def entries(body: Json | Mapping[str, Json], key: str) -> list[Json]:
    """Return the list at a key, an empty one where there is none."""
    found = section(body).get(key)
    return found if isinstance(found, list) else []


def text(body: Json | Mapping[str, Json], key: str) -> str:
    """Return the text at a key, an empty one where there is none."""
    found = section(body).get(key)
    return found if isinstance(found, str) else ""


def texts(body: Json | Mapping[str, Json], key: str) -> tuple[str, ...]:
    """Return the texts in the list at a key; what is none is left out."""
    return tuple(each for each in entries(body, key) if isinstance(each, str))


def stored_body(bodies: Mapping[str, Json], record: ObjectRecord) -> Json:
    """Return the body of a record, from those that were read by digest.

    Raises:
        RegistryUnavailableError: the registry has lost it.
    """
    if record.digest not in bodies:
        raise RegistryUnavailableError(
            f"the registry has lost the body of `{record.address}`: it is damaged",
            hint="restore the registry from a copy",
        )
    return bodies[record.digest]
