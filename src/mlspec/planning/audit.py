"""What was live at a moment, and why: read from the ledger alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.ledger import predicate_of, read_run_statement
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.ledger import RunFacts
    from mlspec.registry import Backend
    from mlspec.state import Event

__all__ = ["AuditShow", "LoggedEvent", "audit_log", "audit_show"]


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One event with the run that wrote it; None where its statement is gone."""

    event: Event
    facts: RunFacts | None

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
class AuditShow:
    """An object as it was at a moment.

    `newest` is the last event before the moment, None where there was none; `live_since` is the
    event since which it has been live without a break; `body` is what was applied.
    """

    environment: str
    address: str
    at: str
    newest: LoggedEvent | None
    live_since: LoggedEvent | None
    body: Json
    events: int

    @property
    def is_live(self) -> bool:
        """Whether mlspec looked after it at the moment."""
        return self.live_since is not None


def audit_log(backend: Backend, address: str | None = None) -> tuple[LoggedEvent, ...]:
    """Return the events of an environment, or of one object under all its names, oldest first."""
    events = tuple(backend.events())
    chosen = events if address is None else tuple(_chain(events, address))
    facts = _facts(backend)
    logged = [LoggedEvent(each, facts.get(_run_digest(each))) for each in chosen]
    return tuple(sorted(logged, key=_order))


def audit_show(backend: Backend, address: str, at: str) -> AuditShow:
    """Return what an object was at a moment: `at` is UTC in ISO 8601.

    Moments are those of the machines that applied; events of later runs come later.
    """
    log = audit_log(backend, address)
    before = [each for each in log if each.at <= at]
    newest = before[-1] if before else None
    digest = str(newest.told.get("post", "")) if newest else ""
    return AuditShow(
        environment=backend.observe(bodies=False).environment,
        address=address,
        at=at,
        newest=newest,
        live_since=_live_since(before),
        body=backend.bodies([digest]).get(digest) if digest else None,
        events=len(log),
    )


def _live_since(events: Sequence[LoggedEvent]) -> LoggedEvent | None:
    since: LoggedEvent | None = None
    for each in events:
        is_live = each.told.get("lifecycle") == Lifecycle.LIVE and bool(each.told.get("post"))
        since = (since or each) if is_live else None
    return since


def _chain(events: Iterable[Event], address: str) -> Iterator[Event]:
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


def _run_digest(event: Event) -> str:
    return str(predicate_of(event.body).get("runDigest", ""))


def _facts(backend: Backend) -> dict[str, RunFacts]:
    digests = {each.statement for each in backend.runs() if each.statement}
    kept = backend.statements(digests)
    return {digest: read_run_statement(each) for digest, each in kept.items()}


def _order(logged: LoggedEvent) -> tuple[int, str, int]:
    serial = logged.told.get("serial")
    number = serial if isinstance(serial, int) else 0
    return number, logged.event.address, logged.event.sequence
