"""Who could sign when: the allowed signers that the registry had recorded before each run."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec.errors import TamperedPlanError
from mlspec.ledger import predicate_of
from mlspec.planning._governed import ruling_records, signers_in_force
from mlspec.planning._workspace import is_governed
from mlspec.planning.recorded import recorded_objects
from mlspec.state import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from mlspec.canonical import Json
    from mlspec.state import Event

__all__ = ["SignersThen", "signers_then"]


@dataclass(frozen=True, slots=True)
class SignersThen:
    """The allowed signers by the serial of the run that recorded them, in order."""

    serials: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()

    def of_run(self, serial: int) -> str:
        """Return who could sign a run: what was recorded before it.

        The run that records the first workspace is trusted with what it records.
        """
        place = bisect_left(self.serials, serial) - 1
        if place < 0 and serial in self.serials[:1]:
            place = 0
        return self.texts[place] if place >= 0 else ""

    @property
    def ever(self) -> str:
        """All that were ever recorded, one a line, sorted."""
        return "\n".join(sorted({line for text in self.texts for line in text.splitlines()}))


def signers_then(
    events: Iterable[Event], bodies: Callable[[Collection[str]], Mapping[str, Json]]
) -> SignersThen:
    """Return who could sign when. `bodies` returns stored bodies by digest."""
    governed = [each for each in events if is_governed(each.address)]
    held = bodies({str(predicate_of(each.body).get("post", "")) for each in governed} - {""})
    serials = sorted({_serial(each) for each in governed})
    texts = [_text([each for each in governed if _serial(each) <= s], held) for s in serials]
    return SignersThen(tuple(serials), tuple(texts))


def _serial(event: Event) -> int:
    serial = predicate_of(event.body).get("serial")
    return serial if isinstance(serial, int) else 0


def _text(events: Iterable[Event], bodies: Mapping[str, Json]) -> str:
    """Return the allowed signers after some events; none where an event is damaged."""
    try:
        recorded = recorded_objects(events)
    except TamperedPlanError:
        return ""
    objects = {
        address: replace(each.record, body=bodies.get(each.record.digest, {}))
        for address, each in recorded.items()
    }
    snapshot = Snapshot("", "", 0, "", objects)
    return "\n".join(signers_in_force({}, snapshot)) if ruling_records(snapshot) else ""
