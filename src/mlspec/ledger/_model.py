"""The chain of events: linking a new event, and finding what was done to old ones.

Every event carries the digest of the one before it, and the registry keeps the digest of the
newest one (the head). Whoever can rewrite the whole chain *and* the head is not found: that
takes a copy of the head somewhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.canonical import digest_value
from mlspec.state import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlspec.canonical import Json

__all__ = ["GENESIS", "Problem", "link", "verify"]

_SHOWN_CHARACTERS = len("sha256:") + 12

GENESIS = ""
"""What the first event has as `previous`: nothing came before."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was done to the chain; `sequence` is the event where it shows."""

    sequence: int
    what: str


def link(previous: str, sequence: int, body: Mapping[str, Json]) -> Event:
    """Return the event that follows the one whose digest is `previous`."""
    return Event(sequence, previous, body, _digest(previous, sequence, body))


def verify(events: Iterable[Event], head: str) -> tuple[Problem, ...]:
    """Return what is wrong with a chain whose newest event should have the digest `head`.

    Finds an edited event, and events removed, inserted, moved, or cut off at the end.
    """
    problems: list[Problem] = []
    expected, previous = 1, GENESIS
    for event in events:
        problems += _problems(event, expected, previous)
        expected, previous = event.sequence + 1, event.digest
    if previous != head:
        shown = head[:_SHOWN_CHARACTERS]
        what = f"the end was cut off or replaced: the head is `{shown}...`"
        problems.append(Problem(expected - 1, what))
    return tuple(problems)


def _problems(event: Event, expected: int, previous: str) -> Iterable[Problem]:
    if event.sequence > expected:
        last = event.sequence - 1
        missing = f"event {last} is" if last == expected else f"events {expected} to {last} are"
        yield Problem(event.sequence, f"{missing} missing before it")
    elif event.sequence < expected:
        yield Problem(event.sequence, f"it stands where event {expected} belongs")
    elif event.previous != previous:
        what = f"it does not follow event {expected - 1}: one of them was replaced or inserted"
        yield Problem(event.sequence, what)
    if event.digest != _digest(event.previous, event.sequence, event.body):
        yield Problem(event.sequence, "its content does not match its digest: it was edited")


def _digest(previous: str, sequence: int, body: Mapping[str, Json]) -> str:
    return digest_value({"body": body, "previous": previous, "sequence": sequence})
