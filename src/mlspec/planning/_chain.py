"""The events of one object, whatever it was called, and whatever it is called now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ledger import predicate_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlspec.state import Event

    Events = Mapping[str, Sequence[Event]]

__all__ = ["chain_of"]


def chain_of(events: Iterable[Event], address: str) -> Iterator[Event]:
    """Yield the events of an object under an address, and under those it had before and after.

    It is the object that had the address last: where another one got it since, that one.
    """
    by_address: dict[str, list[Event]] = {}
    for event in events:
        by_address.setdefault(event.address, []).append(event)
    yield from _until(by_address, address)
    yield from _after(by_address, address)


def _until(by_address: Events, address: str) -> Iterator[Event]:
    """Yield the events under an address, and those under the ones before."""
    end: str | None = None
    while address:
        own = list(_upto(by_address.get(address, ()), end))
        moved = [number for number, each in enumerate(own) if _previous_address(each)]
        start = moved[-1] if moved else 0
        yield from own[start:]
        address = _previous_address(own[start]) if own else ""
        end = own[start].previous if own else None


def _after(by_address: Events, address: str) -> Iterator[Event]:
    """Yield the events that the object has had since it left an address."""
    renames = {
        (_previous_address(each), each.previous): each
        for own in by_address.values()
        for each in own
        if _previous_address(each)
    }
    last = by_address.get(address, ())[-1:]
    renamed = renames.get((address, last[0].digest)) if last else None
    while renamed is not None:
        own = by_address[renamed.address]
        own = own[own.index(renamed) :]
        renamed = next(
            filter(None, (renames.get((each.address, each.digest)) for each in own)), None
        )
        yield from _upto(own, renamed.previous if renamed else None)


def _upto(events: Iterable[Event], end: str | None) -> Iterator[Event]:
    for event in events:
        yield event
        if event.digest == end:
            return


def _previous_address(event: Event) -> str:
    return str(predicate_of(event.body).get("previousAddress", ""))
