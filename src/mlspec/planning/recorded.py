"""What the ledger says a registry holds: the last word of every chain of events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.canonical import strict_json
from mlspec.errors import TamperedPlanError
from mlspec.ledger import predicate_of
from mlspec.planning._fields import Fields, ShapeError
from mlspec.state import Lifecycle, ObjectRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlspec.canonical import Json
    from mlspec.state import Event, RunRecord, Statement

__all__ = ["Recorded", "published_digests", "recorded_objects", "said_by"]


@dataclass(frozen=True, slots=True)
class Recorded:
    """An object as its newest event left it, without its body, and the run that did so."""

    record: ObjectRecord
    run: str
    at: str


def recorded_objects(events: Iterable[Event]) -> Mapping[str, Recorded]:
    """Return what should be there, by address; deleted and renamed objects are not.

    Raises:
        TamperedPlanError: an event does not say what events say.
    """
    newest: dict[str, Event] = {}
    gone: set[str] = set()
    for event in events:
        newest[event.address] = event
        if predicate_of(event.body).get("previousAddress"):
            gone.add(event.previous)
    return {
        address: _recorded(newest[address])
        for address in sorted(newest)
        if newest[address].digest not in gone and predicate_of(newest[address].body).get("post")
    }


def published_digests(
    runs: Iterable[RunRecord], statements: Mapping[str, Statement]
) -> Mapping[str, str]:
    """Return by branch the digest of what the newest run that published there put there."""
    found: dict[str, str] = {}
    for run in runs:
        publication = said_by(statements.get(run.statement)).get("publication")
        if isinstance(publication, dict):
            found |= {branch: str(digest) for branch, digest in publication.items()}
    return found


def said_by(statement: Statement | None) -> Mapping[str, Json]:
    """Return what a kept statement says; nothing where there is none, or it is damaged."""
    try:
        content = strict_json(statement.content) if statement else None
    except ValueError:
        return {}
    return predicate_of(content) if isinstance(content, dict) else {}


def _recorded(event: Event) -> Recorded:
    fields = Fields(dict(predicate_of(event.body)), "predicate")
    try:
        record = ObjectRecord(
            address=event.address,
            uid=fields.text("uid"),
            revision=fields.number("revision"),
            digest=fields.text("post"),
            protect=fields.flag("protect"),
            lifecycle=fields.choice("lifecycle", Lifecycle),
        )
        return Recorded(record, fields.text("run"), fields.text("at"))
    except ShapeError as error:
        raise TamperedPlanError(
            f"event {event.sequence} of `{event.address}` is damaged: {error}",
            hint="run `mlspec audit verify` to see what was done to the ledger",
        ) from error
