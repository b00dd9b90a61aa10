"""What travels when an environment gets a version that another one has already.

In: the registry of the other environment. Out: which run put the version there, the digest of the
artifact, the evidence that it was applied on, and who agreed.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.ledger import run_digest_of
from mlspec.members import text
from mlspec.planning._drafts import kind_of
from mlspec.planning._model import Action
from mlspec.planning._tiers import MODEL
from mlspec.planning.views import read_facts
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.ledger import RunFacts
    from mlspec.planning._plan import Plan
    from mlspec.planning.desired import Desired
    from mlspec.registry import Backend

__all__ = ["Promotion", "Travel", "moving_models", "travel_from", "travel_notice"]

_SHOWN = 19  # `sha256:` and twelve digits


@dataclass(frozen=True, slots=True)
class Travel:
    """A version of a model as an environment has it.

    `digest` is that of the artifact, "" where the spec states none; `run` and `at` are of the run
    that wrote it last; `evidence` is the digest of the record it was applied on and `verdict`
    what its gates said, "" where there was none. `approvals` are `PERSON as ROLE`.
    """

    environment: str
    address: str
    version: str
    digest: str = ""
    run: str = ""
    at: str = ""
    evidence: str = ""
    verdict: str = ""
    approvals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Promotion:
    """A model on its way from one environment to another.

    `before` is the version that the other environment asked for until now; `travel` is what the
    first one has. `is_written` tells whether `mlspec.yaml` was changed.
    """

    address: str
    environment: str
    before: str
    travel: Travel
    is_written: bool


def travel_from(backend: Backend, environment: str, address: str) -> Travel | None:
    """Return how an environment has a model; None where it has none that is live.

    Raises:
        RegistryUnavailableError: its registry can't be read.
    """
    record = backend.observe(bodies=False).objects.get(address)
    if record is None or record.lifecycle is not Lifecycle.LIVE:
        return None
    body = backend.bodies([record.digest]).get(record.digest)
    facts = _last_run(backend, address)
    judged = facts.evidence.get(address) if facts else None
    return Travel(
        environment,
        address,
        version_of(body),
        digest=text(body, "spec", "artifact", "digest"),
        run=facts.run_id if facts else "",
        at=facts.at if facts else "",
        evidence=judged.digest if judged else "",
        verdict=judged.verdict if judged else "",
        approvals=_people(facts),
    )


def moving_models(plan: Plan, desired: Mapping[str, Desired]) -> Iterator[Desired]:
    """Yield the models that a plan creates, or gives another version."""
    for each in plan.operations:
        wanted = desired.get(each.address)
        if wanted is None or kind_of(each.address) != MODEL:
            continue
        is_moved = any(change.path == "metadata.version" for change in each.changes)
        if each.action is Action.CREATE or is_moved:
            yield wanted


def travel_notice(wanted: Desired, travels: Iterable[Travel]) -> str:
    """Return where a version comes from, in a sentence; "" where no environment has it."""
    version = version_of(wanted.body)
    digest = text(wanted.body, "spec", "artifact", "digest")
    told = [_told(each, digest) for each in travels if version and each.version == version]
    return f"`{wanted.address}` {version} is {'; '.join(told)}" if told else ""


def version_of(body: Json) -> str:
    """Return the version that a body states, "" where it states none."""
    return text(body, "metadata", "version")


def _told(travel: Travel, digest: str) -> str:
    same = "the same artifact" if digest == travel.digest else "ANOTHER ARTIFACT"
    artifact = f"{same} ({travel.digest[:_SHOWN]})" if travel.digest else "artifact not pinned"
    judged = f"evidence {travel.verdict} ({travel.evidence[:_SHOWN]})"
    evidence = judged if travel.evidence else "no evidence"
    people = ", ".join(travel.approvals)
    agreed = f"agreed to by {people}" if people else "nobody had to agree"
    return (
        f"in {travel.environment} since run {travel.run} of {travel.at}, {artifact}, {evidence}, "
        f"{agreed}"
    )


def _last_run(backend: Backend, address: str) -> RunFacts | None:
    last = deque(backend.events(address), maxlen=1)
    digest = run_digest_of(last[0]) if last else ""
    return dict(read_facts(backend.statements([digest]))).get(digest) if digest else None


def _people(facts: RunFacts | None) -> tuple[str, ...]:
    found = facts.approvals if facts else ()
    told = {f"{each.principal} as {each.role}" if each.role else each.principal for each in found}
    return tuple(sorted(told))
