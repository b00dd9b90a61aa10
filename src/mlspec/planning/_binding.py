"""What of a policy binding the registry of an environment records: its spec, and which bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.kinds.policy_binding import KIND
from mlspec.members import section
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json
    from mlspec.state import ObjectRecord, Snapshot

__all__ = ["bound_body", "is_binding", "live_bindings", "spec_body"]

_PREFIX = "policy-binding/"
_GOVERNED = "governed"


def is_binding(address: str) -> bool:
    """Tell whether an address is that of a policy binding."""
    return address.startswith(_PREFIX)


def live_bindings(snapshot: Snapshot) -> tuple[ObjectRecord, ...]:
    """Return the records of the bindings in force, in order of address."""
    found = (snapshot.objects[each] for each in sorted(filter(is_binding, snapshot.objects)))
    return tuple(each for each in found if each.lifecycle is Lifecycle.LIVE)


def bound_body(body: Mapping[str, Json], digests: Mapping[str, str]) -> dict[str, Json]:
    """Return what is recorded of a binding; `digests` are those of locked packs, by name.

    So other bytes of a pack are a change of its binding, even where no version tells.
    """
    if body.get("kind") != KIND.name:
        return dict(body)
    digest = digests.get(str(section(body, "spec").get("pack")), "")
    return {**body, _GOVERNED: {"digest": digest}}


def spec_body(body: Mapping[str, Json]) -> dict[str, Json]:
    """Return a recorded body as a spec could state it."""
    return {key: value for key, value in body.items() if key != _GOVERNED}
