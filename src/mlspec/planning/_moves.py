"""What `moved` says, against what is registered: which record each wanted resource has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.kinds import find_kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from mlspec.planning._model import Move
    from mlspec.schema import FieldTraits

__all__ = ["is_rename", "renames_in", "sources_of"]


def renames_in(desired: Collection[str], moves: Sequence[Move]) -> dict[str, str]:
    """Return by its address before what has another one, as the specs alone say.

    What still has a spec under its address before is another resource.
    """
    known = (each for each in moves if each.address in desired and each.previous not in desired)
    return {each.previous: each.address for each in known}


def is_rename(
    traits: FieldTraits | None, old: object, new: object, renames: Mapping[str, str]
) -> bool:
    """Tell whether two references, of a field with these traits, mean one resource that moved."""
    prefix = _prefix(traits) if renames else ""
    if not (prefix and isinstance(old, str) and isinstance(new, str)):
        return False
    (before, was), (after, is_now) = _parted(prefix, old), _parted(prefix, new)
    return (renames.get(before), was) == (after, is_now)


def _prefix(traits: FieldTraits | None) -> str:
    """Return what the addresses start with that a field names; "" where it names none."""
    kind = find_kind(traits.ref) if traits is not None and traits.ref else None
    return "" if kind is None else kind.prefix


def _parted(prefix: str, reference: str) -> tuple[str, str]:
    """Return the address and the version of a reference."""
    name, _, version = reference.partition("@")
    return f"{prefix}/{name}", version


def sources_of(
    desired: Collection[str], registered: Collection[str], moves: Sequence[Move]
) -> dict[str, str]:
    """Return the address that the record of a moved resource still has, by its address now.

    Of a chain of moves the newest address that is registered counts. A resource whose former
    addresses are all unknown to the registry has moved already, or never was there; one whose
    former address has a spec of its own did not come from it.
    """
    previous = {each.address: each.previous for each in moves}
    found: dict[str, str] = {}
    for address in sorted({*previous} & {*desired}):
        source = _source(address, previous, desired, registered)
        if source and source not in found.values():
            found[address] = source
    return found


def _source(
    address: str,
    previous: Mapping[str, str],
    desired: Collection[str],
    registered: Collection[str],
) -> str:
    """Return the newest former address that is registered, if no spec has it or a newer one."""
    formers = _formers(address, previous)
    newest = next((each for each in formers if each in desired or each in registered), "")
    return "" if newest in desired else newest


def _formers(address: str, previous: Mapping[str, str]) -> Iterator[str]:
    """Yield the addresses that a resource had, newest first; a circle ends where it began."""
    seen = {address}
    former = previous.get(address)
    while former is not None and former not in seen:
        seen.add(former)
        yield former
        former = previous.get(former)
