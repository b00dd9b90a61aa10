"""Which person fills which place, so that as many places as can be are filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["matched"]


def matched(places: Sequence[Sequence[str]]) -> Mapping[int, str]:
    """Return who fills each place, by its number; nobody fills two.

    `places` says of each one who could fill it, the best first. No other choice fills more places
    (a maximum bipartite matching), and the same input gives the same choice.
    """
    holders: dict[str, int] = {}
    for place in range(len(places)):
        _fill(place, places, holders, set())
    return {place: person for person, place in holders.items()}


def _fill(
    place: int, places: Sequence[Sequence[str]], holders: dict[str, int], asked: set[str]
) -> bool:
    """Find somebody for a place, who may be somebody who can be replaced where they are."""
    for person in places[place]:
        if person in asked:
            continue
        asked.add(person)
        if person not in holders or _fill(holders[person], places, holders, asked):
            holders[person] = place
            return True
    return False
