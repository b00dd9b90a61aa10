"""The law of an environment: the packs in force, judging what a plan writes or affects.

In: the effective workspace, the packs that bindings name, waivers, and what is known beside the
specs. Out: what every rule says, and which operations it blocks. A pack that can't be trusted
blocks all of them. Pure: the day is that of the workspace.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from mlspec.canonical import digest_value
from mlspec.ledger.policy_facts import PackEntry, PolicyEntry, PolicyView
from mlspec.planning._binding import live_bindings
from mlspec.planning._circumstance import Circumstance, known_of
from mlspec.planning._few import few
from mlspec.planning._model import Block, BlockCode
from mlspec.planning._risk_case import BASELINE
from mlspec.planning.law_standing import standing_of
from mlspec.policy import Stage, reads

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.kinds.policy_binding import PolicyBindingSpec
    from mlspec.planning._model import Operation
    from mlspec.planning.law_recorded import Former
    from mlspec.policy import BoundPack, Judged, Looks, PackFiles, StatedWaiver
    from mlspec.workspace import Resource, Workspace

    Adds = Callable[[Resource, Mapping[str, Json]], Mapping[str, Json]]

__all__ = ["Circumstance", "Law", "Ruling", "joined"]

_UNJUDGED: Final = (BASELINE, "PolicyBinding", "Waiver")
"""Kinds that no rule looks at: who approves them decides."""


@dataclass(frozen=True)
class Ruling:
    """What the law says of a plan, and what it blocks, by address of the operation."""

    view: PolicyView = field(default_factory=PolicyView)
    blocks: Mapping[str, Block] = field(default_factory=dict)


def _as_known(_packs: Sequence[BoundPack]) -> Adds:
    return lambda _resource, known: known


@dataclass(frozen=True)
class Law:
    """The packs that apply in the environment of an effective workspace.

    `faults` say in full what is wrong with the packs in force; `beside` adds what the workspace
    keeps of a resource, the evidence items that some packs look at, to what is known of it.
    `fetch` gives the files of a pack that the registry has in force and the specs do not, by its
    digest, or raises `UsageError`. Where the glass is broken, it passes over what could be waived.
    `looks` sees what specs state, so that a pass that nobody can be shown is told; None looks not.
    """

    workspace: Workspace
    packs: tuple[BoundPack, ...] = ()
    waivers: tuple[StatedWaiver, ...] = ()
    faults: tuple[str, ...] = ()
    beside: Callable[[Sequence[BoundPack]], Adds] = field(default=_as_known, compare=False)
    fetch: Callable[[PolicyBindingSpec, str], PackFiles] | None = field(default=None, compare=False)
    passes_over: bool = False
    looks: Callable[[Workspace], Looks] | None = field(default=None, compare=False)

    @property
    def is_empty(self) -> bool:
        """Whether no pack is in force, and none should be."""
        return not (self.packs or self.faults)

    @property
    def digest(self) -> str:
        """The digest over all packs, as a plan names it; "" where none is in force."""
        if self.is_empty:
            return ""
        return digest_value([[each.to_json() for each in _named(self.packs)], list(self.faults)])

    @cached_property
    def asks_who_agreed(self) -> bool:
        """Whether a rule that is judged when a plan is applied reads its approvals."""
        return any(
            Stage.APPLY.value in rule.spec.stages and ("evidence", "approvals") in reads(rule)
            for each in self.packs
            for rule in each.pack.rules
        )

    def ruling(
        self, operations: Sequence[Operation], stage: Stage, circumstance: Circumstance
    ) -> Ruling:
        """Return what the rules of a stage say of operations.

        Those of what is written are told in full, those of what a written resource affects where
        they read it and do not pass. Packs that the registry has in force judge it, too. Of the
        policy baseline those entries count that the registry has, or that are written.
        """
        ruling = self._of_packs(operations, stage, circumstance)
        if not self.workspace.of_kind(BASELINE):
            return ruling
        from mlspec.planning.law_unsettled import unsettled

        held = unsettled(self.workspace, operations, circumstance.snapshot)
        return replace(ruling, blocks={**held, **ruling.blocks})

    def _of_packs(
        self, operations: Sequence[Operation], stage: Stage, circumstance: Circumstance
    ) -> Ruling:
        if self.is_empty and not live_bindings(circumstance.snapshot):
            return Ruling()  # and nothing of the language of policy is loaded
        from mlspec.planning._bench import Bench
        from mlspec.planning.law_recorded import former_of

        former = former_of(self.workspace, self.packs, circumstance.snapshot, self.fetch)
        if self.is_empty and former.is_empty:
            return Ruling()
        written = tuple(each for each in operations if each.writes)
        lost = _without_former(written, former)
        named = _named([*self.packs, *former.packs])
        told = self.faults or (
            former.faults if lost else ()
        )  # lost where a pack has faults: by them
        view = PolicyView(self.workspace.today, named, told)
        if self.faults:
            return Ruling(view, {each.address: _untrusted(self.faults) for each in operations})
        judges = partial(self._judged, stage, circumstance, former)
        bench = Bench(self.workspace, written, judges, self.passes_over)
        entries = tuple(bench.entries())
        return Ruling(replace(view, entries=entries), {**dict(bench.blocks()), **lost})

    def _judged(
        self,
        stage: Stage,
        circumstance: Circumstance,
        former: Former,
        written: Mapping[str, Operation],
        subjects: Collection[str],
    ) -> Judged:
        from mlspec.planning.law_recorded import strictest
        from mlspec.planning.law_seen import PlanEyes
        from mlspec.policy import Reach, judge, shown

        packs = (*self.packs, *former.packs)
        adds = self.beside(packs)

        def further(resource: Resource) -> Mapping[str, Json]:
            operation = written.get(resource.address)
            return adds(resource, known_of(self.workspace, resource, operation, circumstance))

        standing = standing_of(circumstance.snapshot, written.values())
        workspace, waivers = standing.workspace(self.workspace), standing.waivers(self.waivers)
        seen = self.looks(workspace) if self.looks else None
        eyes = PlanEyes(seen, circumstance.evidence) if seen else None
        judged = judge(workspace, packs, waivers, stage, further, Reach(subjects, eyes))
        if eyes is not None:
            judged = shown(judged, packs, eyes)
        results = [*strictest(judged.results, self.packs, former.packs)]
        return replace(judged, results=results)


def _named(packs: Iterable[BoundPack]) -> tuple[PackEntry, ...]:
    """Return packs by name, version and digest."""
    found = {PackEntry(it.pack.name, it.pack.version, it.pack.digest) for it in packs}
    return tuple(sorted(found, key=lambda each: (each.name, each.version, each.digest)))


def _without_former(written: Iterable[Operation], former: Former) -> dict[str, Block]:
    """Return what can't be written while a pack that was in force can't judge it."""
    if not former.faults:
        return {}
    told = (
        f"what was in force before can't judge this plan: {few(former.faults)}; change bindings in"
        " a change of their own"
    )
    block = Block(BlockCode.POLICY_DENIED, told)
    return {each.address: block for each in written if each.kind not in _UNJUDGED}


def joined(first: PolicyView, second: PolicyView) -> PolicyView:
    """Return what two stages say together; where both judged a rule, the second counts."""
    addresses = sorted({each.address for each in (*first.entries, *second.entries)})
    return replace(
        second, entries=tuple(_both(first.of(each), second.of(each)) for each in addresses)
    )


def _both(first: PolicyEntry | None, second: PolicyEntry | None) -> PolicyEntry:
    if first is None or second is None:
        return first or second or PolicyEntry("")
    judged = {*second.passed, *(each.rule for each in second.told)}
    return replace(
        second,
        passed=tuple(sorted({*second.passed, *(set(first.passed) - judged)})),
        told=tuple(
            sorted(
                (*second.told, *(each for each in first.told if each.rule not in judged)),
                key=lambda each: each.rule,
            )
        ),
    )


def _untrusted(faults: Sequence[str]) -> Block:
    """Return what blocks every operation alike; the faults themselves stand in the view."""
    counted = f"{len(faults)} reason{'s' if len(faults) > 1 else ''}"
    return Block(
        BlockCode.POLICY_DENIED,
        f"the policy packs in force can't be trusted, for {counted}: the plan tells them once",
    )
