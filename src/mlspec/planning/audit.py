"""What was live at a moment, and why: read from the ledger alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.canonical import digest_value
from mlspec.errors import TamperedPlanError
from mlspec.ledger import predicate_of, run_digest_of
from mlspec.ledger.glass import made_reviews
from mlspec.members import entries, section
from mlspec.planning._chain import chain_of
from mlspec.planning.views import read_facts
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.evidence import EvidenceRecord
    from mlspec.ledger import RunFacts
    from mlspec.ledger.glass import MadeReview
    from mlspec.registry import Backend
    from mlspec.state import Event

__all__ = ["AuditShow", "DataThen", "LoggedEvent", "audit_log", "audit_show"]


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One event with the run that wrote it; None where its statement is gone, or was edited.

    `review` is that of a run that broke the glass, where somebody has looked at it.
    """

    event: Event
    facts: RunFacts | None
    review: MadeReview | None = None

    @property
    def told(self) -> Mapping[str, Json]:
        """What the event says of its change."""
        return predicate_of(self.event.body)

    @property
    def action(self) -> str:
        """What was done to the object."""
        return str(self.told.get("action", ""))

    @property
    def at(self) -> str:
        """When: UTC in ISO 8601."""
        return str(self.told.get("at", ""))


@dataclass(frozen=True, slots=True)
class DataThen:
    """A data set as a spec names it, and the digest that its spec gave it at the same moment."""

    use: str
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class AuditShow:
    """An object as it was at a moment.

    `newest` is the last event before the moment, None where there was none; `live_since` is the
    event since which it has been live without a break; `body` is what was applied. `record` is the
    evidence that the run rested on, where somebody still has it.
    """

    environment: str
    address: str
    at: str
    newest: LoggedEvent | None
    live_since: LoggedEvent | None
    body: Json
    events: int
    data: tuple[DataThen, ...] = ()
    record: EvidenceRecord | None = None

    @property
    def is_live(self) -> bool:
        """Whether mlspec looked after it at the moment, under whatever address."""
        return self.live_since is not None

    @property
    def known_as(self) -> str:
        """The address that it had at the moment, before or after a rename."""
        return self.newest.event.address if self.newest else self.address


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of runs: their statements and their reviews, by digest of the statement."""

    facts: Mapping[str, RunFacts] = field(default_factory=dict)
    reviews: Mapping[str, MadeReview] = field(default_factory=dict)

    def logged(self, event: Event) -> LoggedEvent:
        run = run_digest_of(event)
        return LoggedEvent(event, self.facts.get(run), self.reviews.get(run))


def audit_log(backend: Backend, address: str | None = None) -> tuple[LoggedEvent, ...]:
    """Return the events of an environment, or of one object under all its names, oldest first."""
    return _logged(tuple(backend.events()), _known(backend), address)


def audit_show(backend: Backend, address: str, at: str) -> AuditShow:
    """Return what an object was at a moment: `at` is UTC in ISO 8601.

    Moments are those of the machines that applied; events of later runs come later.

    Raises:
        TamperedPlanError: the event, or what it left, is not that of its digest.
    """
    events, known = tuple(backend.events()), _known(backend)
    log = _logged(events, known, address)
    before = _before(events, known, address, at) or [each for each in log if each.at <= at]
    newest = before[-1] if before else None
    body = _body(backend, newest)
    _require_whole(newest, body)
    return AuditShow(
        environment=backend.observe(bodies=False).environment,
        address=address,
        at=at,
        newest=newest,
        live_since=_live_since(before),
        body=body,
        events=len(log),
        data=tuple(_data_then(backend, events, body, at)),
    )


def _logged(events: Sequence[Event], known: _Known, address: str | None) -> tuple[LoggedEvent, ...]:
    chosen = events if address is None else chain_of(events, address)
    return tuple(sorted(map(known.logged, chosen), key=_order))


def _before(
    events: Sequence[Event], known: _Known, address: str, at: str
) -> tuple[LoggedEvent, ...]:
    """Return the events until a moment of the object that had the address last by then."""
    past = [each for each in events if str(predicate_of(each.body).get("at", "")) <= at]
    return _logged(past, known, address)


def _body(backend: Backend, newest: LoggedEvent | None) -> Json:
    digest = str(newest.told.get("post", "")) if newest else ""
    return backend.bodies([digest]).get(digest) if digest else None


def _require_whole(newest: LoggedEvent | None, body: Json) -> None:
    if newest is None:
        return
    event, post = newest.event, newest.told.get("post")
    is_whole = digest_value(event.body) == event.digest
    if not is_whole or (body is not None and digest_value(body) != post):
        raise TamperedPlanError(
            f"event {event.sequence} of `{event.address}`, or what it left, was edited",
            hint="run `mlspec audit verify` to see what was done to the record",
        )


def _data_then(
    backend: Backend, events: Sequence[Event], body: Json, at: str
) -> Iterator[DataThen]:
    """Yield the data sets that a spec names, with the digests of that moment."""
    data = section(body, "spec", "data")
    for use in ("training", "evaluation"):
        for name in entries(data, use):
            log = _logged(events, _Known(), f"dataset/{str(name).partition('@')[0]}")
            newest = [each for each in log if each.at <= at][-1:]
            spec = section(_body(backend, newest[0]) if newest else None, "spec")
            yield DataThen(use, str(name), str(spec.get("digest") or ""))


def _live_since(events: Sequence[LoggedEvent]) -> LoggedEvent | None:
    since: LoggedEvent | None = None
    for each in events:
        is_live = each.told.get("lifecycle") == Lifecycle.LIVE and bool(each.told.get("post"))
        since = (since or each) if is_live else None
    return since


def _known(backend: Backend) -> _Known:
    """Return what the statements of runs say, and the reviews of those that broke the glass."""
    runs = tuple(backend.runs())
    kept = backend.statements({each.statement for each in runs} - {""})
    has_broken = any(each.break_glass for each in runs)
    return _Known(dict(read_facts(kept)), _reviews(backend) if has_broken else {})


def _reviews(backend: Backend) -> dict[str, MadeReview]:
    checkpoints = tuple(backend.checkpoints())
    kept = backend.statements({run_digest_of(each) for each in checkpoints} - {""})
    return {each.run_digest: each for each in made_reviews(checkpoints, kept)}


def _order(logged: LoggedEvent) -> tuple[int, str, int]:
    serial = logged.told.get("serial")
    number = serial if isinstance(serial, int) else 0
    return number, logged.event.address, logged.event.sequence
