"""What `moved` says, against what is registered: which record each wanted resource has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from mlspec.planning._model import Move

__all__ = ["sources_of"]


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
        for former in _formers(address, previous):
            if former in desired or former in found.values():
                break
            if former in registered:
                found[address] = former
                break
    return found


def _formers(address: str, previous: Mapping[str, str]) -> Iterator[str]:
    """Yield the addresses that a resource had, newest first; a circle ends where it began."""
    seen = {address}
    former = previous.get(address)
    while former is not None and former not in seen:
        seen.add(former)
        yield former
        former = previous.get(former)
