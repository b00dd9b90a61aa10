"""What the registry knows of a resource, for its card: versions, changes, approvals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.ir import CardSection, CardValue, ValueStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.lowering._card_facts import Facts
    from mlspec.workspace import Resource

__all__ = ["Agreed", "AppliedChange", "BrokenGlass", "CardHistory", "Live", "history", "registered"]

_MOST = 20


@dataclass(frozen=True, slots=True)
class Agreed:
    """An approval of the run behind a change."""

    person: str
    role: str
    strength: str
    digest: str


@dataclass(frozen=True, slots=True)
class AppliedChange:
    """One event of the ledger about a resource; `version` is the one that it left."""

    sequence: int
    digest: str
    action: str
    version: str
    at: str
    actor: str
    level: str = ""
    plan: str = ""
    approvals: tuple[Agreed, ...] = ()


@dataclass(frozen=True, slots=True)
class Live:
    """What is applied now: the version, the digest of its artifact, and the fields that differ.

    `previous` is the version that was live before this one, "" for the first; `course` says how
    traffic was to move to it, as the spec of then has it.
    """

    version: str
    artifact: str
    changed: tuple[str, ...]
    previous: str = ""
    course: str = "all at once"


@dataclass(frozen=True, slots=True)
class BrokenGlass:
    """A run that went without what it needed; `address` is what it changed.

    `passed` is what would have stopped it, `reviewed` who has looked at it since, "" for nobody;
    `source` is its event in the ledger.
    """

    run: str
    address: str
    at: str
    actor: str
    role: str
    reason: str
    passed: str
    reviewed: str
    source: str

    @property
    def told(self) -> str:
        """The run in a sentence."""
        role = f" as {self.role}" if self.role else ""
        over = f", passed over {self.passed}" if self.passed else ""
        looked = f"reviewed by {self.reviewed}" if self.reviewed else "nobody has reviewed it"
        who = f"{self.address}: {self.actor}{role} at {self.at}"
        return f"{who}{over}; {looked}; reason: {self.reason}"


@dataclass(frozen=True, slots=True)
class CardHistory:
    """The changes of a resource, oldest first, and what is live, None where nothing is.

    `glass` are the runs that broke the glass on it, or on the bindings and waivers that govern it.
    """

    changes: tuple[AppliedChange, ...] = ()
    live: Live | None = None
    glass: tuple[BrokenGlass, ...] = ()


def history(facts: Facts, environment: str, found: CardHistory | None) -> CardSection:
    """Return what was applied, by whom, and who agreed; None is a registry that nobody asked."""
    values = tuple(_values(facts, environment, found))
    return CardSection("history", "Changes and approvals", values)


def _values(facts: Facts, environment: str, found: CardHistory | None) -> Iterator[CardValue]:
    resource = facts.resource
    chosen = f" --env {environment}" if environment else ""
    label = "What was applied"
    if found is None:
        how = f"mlspec card {resource.address}{chosen}, which asks the registry"
        yield facts.beside(label, ValueStatus.MISSING, how=how)
        return
    yield from _glass(found)
    if not found.changes:
        how = f"mlspec plan{chosen}, then mlspec apply"
        yield facts.beside(label, ValueStatus.MISSING, how=how)
        return
    yield from _live(resource, found)
    for each in reversed(found.changes[-_MOST:]):
        yield from _change(resource, each)
    yield from _approvals(resource, found.changes[-1])


def _glass(found: CardHistory) -> Iterator[CardValue]:
    for each in found.glass:
        yield CardValue(f"Broken glass {each.run}", ValueStatus.PRESENT, each.told, each.source)


def _live(resource: Resource, found: CardHistory) -> Iterator[CardValue]:
    live, newest = found.live, found.changes[-1]
    if live is None:
        return
    source = _event(resource, newest)
    yield CardValue("Live version", ValueStatus.PRESENT, live.version or "no version", source)
    text = ", ".join(live.changed) or "nothing"
    yield CardValue("Changed since the live version", ValueStatus.PRESENT, text, source)


def _change(resource: Resource, each: AppliedChange) -> Iterator[CardValue]:
    """Yield what a change did, and who applied it: not everybody who sees the one sees a name."""
    risk = f", risk {each.level}" if each.level else ""
    version = f" to {each.version}" if each.version else ""
    text, source = f"{each.action}{version} at {each.at}{risk}", _event(resource, each)
    yield CardValue(f"Change {each.sequence}", ValueStatus.PRESENT, text, source)
    yield CardValue(f"Who applied change {each.sequence}", ValueStatus.PRESENT, each.actor, source)


def _approvals(resource: Resource, newest: AppliedChange) -> Iterator[CardValue]:
    for index, each in enumerate(newest.approvals, start=1):
        role = f" as {each.role}" if each.role else ""
        text = f"{each.person}{role}, {each.strength}, of plan {newest.plan}"
        label = f"Approval {index}"
        yield CardValue(label, ValueStatus.PRESENT, text, each.digest or _event(resource, newest))
    if not newest.approvals:
        how = "mlspec approve PLAN, for the next change: the last one had no approval"
        yield CardValue("Approvals", ValueStatus.MISSING, how=how)


def _event(resource: Resource, each: AppliedChange) -> str:
    return f"event {each.sequence} of {resource.address}, {each.digest}"


def registered(facts: Facts, digest: str, found: CardHistory | None) -> Iterator[CardValue]:
    """Yield what the registry says of the identity: a digest that differs is a conflict.

    The same version with other bytes: either of them may be the one that was judged.
    """
    live, resource = found.live if found else None, facts.resource
    if found is None or live is None:
        return
    source = _event(resource, found.changes[-1])
    if live.previous:
        yield CardValue("Previous version", ValueStatus.PRESENT, live.previous, source)
    if live.artifact and live.version == (resource.metadata.version or ""):
        yield _digest(facts, digest, live.artifact, source)


def _digest(facts: Facts, stated: str, artifact: str, source: str) -> CardValue:
    label = "Registered digest"
    if artifact == stated:
        return CardValue(label, ValueStatus.PRESENT, artifact, source)
    where = facts.source("spec.artifact.digest") if stated else ""
    text = f"{stated or 'none'} by the spec, {artifact} by the registry"
    both = f"{where}; {source}" if where else source
    how = "state the digest that is registered, or give other bytes another metadata.version"
    return CardValue(label, ValueStatus.CONFLICT, text, both, how)
