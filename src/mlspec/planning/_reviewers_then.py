"""Whether those who reviewed a run that broke the glass could: by the teams of that time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.errors import TamperedPlanError
from mlspec.ledger import Problem, predicate_of
from mlspec.ledger.glass import made_reviews
from mlspec.planning._authority import authority_of
from mlspec.planning.glass_review import error_of_reviewer
from mlspec.planning.recorded import recorded_objects
from mlspec.planning.views import read_facts
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.ledger import RunFacts
    from mlspec.ledger.glass import MadeReview
    from mlspec.planning._authority import Authority
    from mlspec.state import Checkpoint, Event, Statement

    Bodies = Callable[[Collection[str]], Mapping[str, Json]]

__all__ = ["verify_reviewers"]

_PREFIX = "team/"


def verify_reviewers(
    events: Sequence[Event],
    checkpoints: Sequence[Checkpoint],
    statements: Mapping[str, Statement],
    bodies: Bodies,
) -> Iterator[Problem]:
    """Yield the reviews by somebody who made or applied the run, or did not hold its role then.

    `bodies` reads those of teams by digest. Where no team was recorded by then, the specs were
    trusted, which the ledger does not hold: roles are not verified.
    """
    teams = _Teams([each for each in events if each.address.startswith(_PREFIX)], bodies)
    reviews = list(made_reviews(checkpoints, statements))
    digests = {each.run_digest for each in reviews}
    facts = dict(read_facts({k: each for k, each in statements.items() if k in digests}))
    for review in reviews:
        of_run = facts.get(review.run_digest)
        if of_run is not None and (reason := _reason_against(review, of_run, teams)):
            where = f"review of run {of_run.run_id} by {review.principal}"
            yield Problem(where, f"it does not count: {reason}")


@dataclass(frozen=True, slots=True)
class _Teams:
    """The events of teams, and how their bodies are read."""

    events: Sequence[Event]
    bodies: Bodies

    def at(self, serial: int) -> Authority | None:
        """Return who could approve as what after a serial; None where no team was recorded.

        Raises:
            TamperedPlanError: an event is damaged, or a body is lost.
        """
        recorded = recorded_objects(each for each in self.events if _serial(each) <= serial)
        if not recorded:
            return None
        records = [each.record for each in recorded.values()]
        live = {each.digest for each in records if each.lifecycle is Lifecycle.LIVE}
        found = self.bodies(live)
        if live - found.keys():
            raise TamperedPlanError("the body of a team of that time is lost")
        return authority_of(found[each] for each in sorted(live))


def _reason_against(review: MadeReview, facts: RunFacts, teams: _Teams) -> str:
    try:
        authority = teams.at(review.serial)
    except TamperedPlanError as error:
        return str(error)
    error_found = error_of_reviewer(
        review.principal,
        review.role,
        facts,
        authority if authority is not None else _trusting(review),
    )
    return str(error_found) if error_found else ""


def _trusting(review: MadeReview) -> Authority:
    """Return the authority of a registry without teams: the role is taken as it was claimed."""
    return authority_of([{"spec": {"members": [review.principal], "roles": [review.role]}}])


def _serial(event: Event) -> int:
    serial = predicate_of(event.body).get("serial")
    return serial if isinstance(serial, int) else 0
