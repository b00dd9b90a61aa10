"""Undoing a run: the registry as it would be if the run had not touched its objects.

In: the events of a run, and what the registry holds now. Out: desired objects, moves and removals
that ordinary planning turns into an ordinary plan. The specs that are checked out say nothing
here: bodies come from the registry, which keeps every one that it ever held.

An object is followed by its identity. What later runs did to it is undone as well, and shows as
changes against what is there now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec.diagnostics import did_you_mean
from mlspec.errors import RegistryUnavailableError, UsageError
from mlspec.ledger import predicate_of
from mlspec.members import section, text
from mlspec.planning._drafts import kind_of
from mlspec.planning._model import Action, Move, PlanContext, Removal, Scope, ScopeMode
from mlspec.planning._references import references_of
from mlspec.planning.desired import Desired
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from mlspec.canonical import Json
    from mlspec.planning._model import EvidenceEntry
    from mlspec.registry import Backend
    from mlspec.state import Event, RunRecord, Snapshot

__all__ = [
    "Revert",
    "Undo",
    "evidence_for",
    "require_whole",
    "revert_objects",
    "revert_of",
    "undos_of",
]


@dataclass(frozen=True, slots=True)
class Undo:
    """What has to come back of one object that a run touched.

    It is at `address` since, unless a later run moved it. Before, it was at `before` with the
    digest `pre` and in `lifecycle`, which is None where the object did not exist.
    """

    uid: str
    address: str
    before: str
    pre: str
    lifecycle: Lifecycle | None

    @property
    def returns(self) -> bool:
        """Whether the registry held what a spec said."""
        return self.lifecycle is Lifecycle.LIVE


@dataclass(frozen=True, slots=True)
class Revert:
    """What to plan, and to check at the apply, in place of what is checked out.

    `judged` are the addresses whose evidence decides: what comes back, and what refers to it.
    """

    desired: Mapping[str, Desired]
    context: PlanContext
    judged: tuple[str, ...] = ()


def revert_of(backend: Backend, run_id: str, context: PlanContext) -> Revert:
    """Read what undoing a run means for the registry as it is.

    `context` is that of the checkout; its terms stay, its moves and removals do not count.

    Raises:
        UsageError: there is no such run.
        RegistryUnavailableError: the registry can't be read, or has lost a body.
    """
    run = _run(backend, run_id)
    undos = undos_of(_events(backend, run), run_id)
    bodies = backend.bodies({each.pre for each in undos if each.pre})
    return revert_objects(undos, backend.observe(), bodies, replace(context, scope=_scope(run_id)))


def undos_of(events: Iterable[Event], run_id: str) -> tuple[Undo, ...]:
    """Return what a run did, from the chains of the addresses it touched, in order of address."""
    listed = {each.digest: each for each in events}
    mine = [each for each in listed.values() if predicate_of(each.body).get("run") == run_id]
    found = (_undo(each, listed.get(each.previous)) for each in mine)
    return tuple(sorted(found, key=lambda each: each.address))


def revert_objects(
    undos: Iterable[Undo], snapshot: Snapshot, bodies: Mapping[str, Json], context: PlanContext
) -> Revert:
    """Return the registry as it would be without what was done.

    `snapshot` holds all bodies, `bodies` those of before the run by digest.

    Raises:
        RegistryUnavailableError: a body of before is lost.
    """
    listed = tuple(undos)
    now = {record.uid: address for address, record in snapshot.objects.items()}
    left = {now.get(each.uid, "") for each in listed}
    desired = {address: each for address, each in _live(snapshot) if address not in left}
    desired |= {
        each.before: _wanted(each.before, each.pre, _body(each, bodies))
        for each in listed
        if each.returns
    }
    judged = _judged(desired, {each.before for each in listed})
    return Revert(desired, _in_context(context, listed, now), judged)


def _judged(desired: Mapping[str, Desired], touched: AbstractSet[str]) -> tuple[str, ...]:
    """Return the addresses that are touched, and those of what refers to them."""
    return tuple(
        address
        for address in sorted(desired)
        if not touched.isdisjoint((address, *desired[address].references))
    )


def require_whole(revert: Revert) -> None:
    """Require that every resource still finds what it refers to; asked before a plan is shown.

    Raises:
        UsageError: something would refer to what is gone.
    """
    desired, run_id = revert.desired, revert.context.scope.reverts
    dangling = [
        f"`{address}` refers to `{reference}`"
        for address, each in sorted(desired.items())
        for reference in each.references
        if reference not in desired
    ]
    if dangling:
        raise UsageError(
            f"run `{run_id}` can't be reverted alone: something would refer to what is not there",
            details=tuple(dangling[:10]),
            hint="revert the later run that wrote the reference first, or change the specs instead",
        )


def evidence_for(
    revert: Mapping[str, Desired],
    checkout: Mapping[str, Desired],
    known: Mapping[str, EvidenceEntry],
) -> dict[str, EvidenceEntry]:
    """Return what is known of the models that are in the checkout as they are after the revert.

    What they refer to has to be the same, too: evidence is about the gates and data of both.
    """
    alike = {
        address
        for address, wanted in revert.items()
        if address in checkout and wanted.digest == checkout[address].digest
    }
    return {
        address: entry
        for address, entry in known.items()
        if address in alike and alike.issuperset(revert[address].references)
    }


def _run(backend: Backend, run_id: str) -> RunRecord:
    runs = {each.run_id: each for each in backend.runs()}
    if run_id in runs:
        return runs[run_id]
    newest = f"the newest is `{[*runs][-1]}`; " if runs else ""
    close = did_you_mean(run_id, runs)
    hint = f"did you mean `{close}`?" if close else f"{newest}`mlspec history` lists them all"
    raise UsageError(f"the registry knows no run `{run_id}`", hint=hint)


def _events(backend: Backend, run: RunRecord) -> Iterator[Event]:
    """Yield the chains that a run added to, and those that go on in them under a new address."""
    waiting, seen = [each.address for each in run.operations], set[str]()
    while waiting:
        address = waiting.pop()
        seen.add(address)
        for event in backend.events(address):
            former = text(predicate_of(event.body), "previousAddress")
            waiting += [former] if former and former not in {*seen, *waiting} else []
            yield event


def _scope(run_id: str) -> Scope:
    return Scope(ScopeMode.REVERT, reverts=run_id)


def _undo(event: Event, previous: Event | None) -> Undo:
    told = predicate_of(event.body)
    pre, address = text(told, "pre"), text(told, "address")
    was = text(predicate_of(previous.body), "lifecycle") if previous else ""
    is_new = not pre
    return Undo(
        uid=text(told, "uid"),
        address=address,
        before=text(told, "previousAddress") or address,
        pre=pre,
        lifecycle=None if is_new else Lifecycle(was or Lifecycle.LIVE),
    )


def _live(snapshot: Snapshot) -> Iterator[tuple[str, Desired]]:
    for address, record in sorted(snapshot.objects.items()):
        if record.lifecycle is Lifecycle.LIVE:
            yield address, _wanted(address, record.digest, record.body)


def _wanted(address: str, digest: str, body: Json) -> Desired:
    kind = kind_of(address)
    return Desired(
        address=address,
        kind=kind,
        body=body,
        digest=digest,
        references=tuple(each for each in references_of(kind, body) if each != address),
        protect=section(body, "metadata").get("protect") is True,
    )


def _body(undo: Undo, bodies: Mapping[str, Json]) -> Json:
    if undo.pre not in bodies:
        raise RegistryUnavailableError(
            f"the registry has lost the body that `{undo.before}` had: it is damaged",
            hint="restore the registry from a copy",
        )
    return bodies[undo.pre]


def _in_context(
    context: PlanContext, undos: tuple[Undo, ...], now: Mapping[str, str]
) -> PlanContext:
    """Return the context in which objects go back to where they were, and nothing else moves."""
    places = {each: now[each.uid] for each in undos if each.uid in now}
    targets = {*places.values(), *(each.before for each in undos if each.returns)}
    return replace(
        context,
        moves=tuple(
            Move(place, each.before)
            for each, place in places.items()
            if each.returns and place != each.before
        ),
        removals=tuple(
            Removal(place, Action.FORGET, f"as before run {context.scope.reverts}")
            for each, place in places.items()
            if each.lifecycle is Lifecycle.FORGOTTEN
        ),
        scope=replace(context.scope, targets=tuple(sorted(targets))),
    )
