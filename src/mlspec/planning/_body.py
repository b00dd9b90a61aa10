"""The bodies of a registry, as they were read by digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.errors import RegistryUnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json
    from mlspec.state import ObjectRecord

__all__ = ["stored_body"]


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
