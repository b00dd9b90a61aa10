"""The events of one object, whatever it was called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ledger import predicate_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.state import Event

__all__ = ["chain_of"]


def chain_of(events: Iterable[Event], address: str) -> Iterator[Event]:
    """Yield the events of an object under this address and under those it had before."""
    by_address: dict[str, list[Event]] = {}
    for event in events:
        by_address.setdefault(event.address, []).append(event)
    end: str | None = None
    while address:
        own = list(_upto(by_address.get(address, ()), end))
        moved = [number for number, each in enumerate(own) if _previous_address(each)]
        start = moved[-1] if moved else 0
        yield from own[start:]
        address = _previous_address(own[start]) if own else ""
        end = own[start].previous if own else None


def _upto(events: Iterable[Event], end: str | None) -> Iterator[Event]:
    for event in events:
        yield event
        if event.digest == end:
            return


def _previous_address(event: Event) -> str:
    return str(predicate_of(event.body).get("previousAddress", ""))
