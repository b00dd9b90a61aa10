"""The law of an environment: the packs in force, judging what a plan writes or affects.

In: the effective workspace, the packs that bindings name, waivers, and what is known beside the
specs. Out: what every rule says, and which operations it blocks. A pack that can't be trusted
blocks all of them. Pure: the day is that of the workspace.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from mlspec.canonical import digest_value
from mlspec.ledger.policy_facts import (
    TIERS,
    PackEntry,
    PolicyEntry,
    PolicyView,
    RuleEntry,
    WaiverEntry,
)
from mlspec.planning._model import Action, Block, BlockCode
from mlspec.policy import Outcome, Stage, greatest, judge, place_of, reads
from mlspec.workspace import gates_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.planning._model import EvidenceEntry, Operation
    from mlspec.policy import BoundPack, Judged, Result, StatedWaiver, TierReason
    from mlspec.state import ObjectRecord, Snapshot
    from mlspec.workspace import Resource, Workspace

__all__ = ["Circumstance", "Law", "Ruling", "joined"]

_READ_AS: Final = {
    "Dataset": "datasets",
    "GateSet": "gates",
    "RolloutPolicy": "rollout",
    "Team": "team",
}
"""Kinds that others refer to, and the name by which rules about those read them."""
_SYSTEM: Final = "System"
_WORDS: Final = {Action.RENAME: "move"}
_SHOWN: Final = 3


@dataclass(frozen=True)
class Circumstance:
    """What is known beside the specs when a plan is judged.

    `evidence` is by address of the model; `agreed` are those who approved the plan, one entry per
    person, None before anybody could; `authors` made the change.
    """

    snapshot: Snapshot
    evidence: Mapping[str, EvidenceEntry]
    agreed: Sequence[Json] | None = None
    authors: Sequence[str] = ()


@dataclass(frozen=True)
class Ruling:
    """What the law says of a plan, and what it blocks, by address of the operation."""

    view: PolicyView = field(default_factory=PolicyView)
    blocks: Mapping[str, Block] = field(default_factory=dict)


def _as_known(_resource: Resource, known: Mapping[str, Json]) -> Mapping[str, Json]:
    return known


@dataclass(frozen=True)
class Law:
    """The packs that apply in the environment of an effective workspace.

    `faults` say in full what is wrong with the packs in force; `beside` adds what the workspace
    keeps of a resource, its evidence items, to what is known of it.
    """

    workspace: Workspace
    packs: tuple[BoundPack, ...] = ()
    waivers: tuple[StatedWaiver, ...] = ()
    faults: tuple[str, ...] = ()
    beside: Callable[[Resource, Mapping[str, Json]], Mapping[str, Json]] = field(
        default=_as_known, compare=False
    )

    @property
    def is_empty(self) -> bool:
        """Whether no pack is in force, and none should be."""
        return not (self.packs or self.faults)

    @cached_property
    def named(self) -> tuple[PackEntry, ...]:
        """The packs by name, version and digest."""
        found = {PackEntry(it.pack.name, it.pack.version, it.pack.digest) for it in self.packs}
        return tuple(sorted(found, key=lambda each: (each.name, each.version, each.digest)))

    @property
    def digest(self) -> str:
        """The digest over all packs, as a plan names it; "" where none is in force."""
        if self.is_empty:
            return ""
        return digest_value([[each.to_json() for each in self.named], list(self.faults)])

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
        they read it and do not pass.
        """
        if self.is_empty:
            return Ruling()
        view = PolicyView(self.workspace.today, self.named, self.faults)
        if self.faults:
            return Ruling(view, {each.address: _untrusted(self.faults) for each in operations})
        bench = _Bench(self, tuple(each for each in operations if each.writes), stage, circumstance)
        return Ruling(replace(view, entries=tuple(bench.entries())), dict(bench.blocks()))


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
    return Block(
        BlockCode.POLICY_DENIED,
        f"the policy packs in force can't be trusted: {_few(faults)}",
    )


def _few(lines: Sequence[str]) -> str:
    rest = len(lines) - _SHOWN
    return "; ".join(lines[:_SHOWN]) + (f"; and {rest} more" if rest > 0 else "")


@dataclass(frozen=True)
class _Bench:
    """The operations that write, judged once."""

    law: Law
    operations: tuple[Operation, ...]
    stage: Stage
    circumstance: Circumstance

    def entries(self) -> Iterator[PolicyEntry]:
        """Yield what is told of resources, in order of address."""
        for address in sorted(self._subjects):
            results = self._results(address)
            if address not in self._written:
                results = [each for each in results if self._concerns(address, each)]
            entry = _entry(self._resource(address), results, self._reasons(address))
            is_judged = bool(entry.declared or entry.passed) and address in self._written
            if is_judged or entry.told or self._is_lifted(address, entry):
                yield entry

    def blocks(self) -> Iterator[tuple[str, Block]]:
        """Yield what blocks each operation."""
        for operation in self.operations:
            told = [*self._against(operation)]
            if told:
                yield operation.address, Block(BlockCode.POLICY_DENIED, _few(told))

    def _against(self, operation: Operation) -> Iterator[str]:
        entries = self._by_address
        if operation.address in entries:
            yield from _reasons_of(entries[operation.address])
        for address in sorted(self._affected.get(operation.address, ())):
            entry = entries.get(address)
            if entry is not None and address not in self._written:
                yield from (f"`{address}`: {each}" for each in _reasons_of(entry))

    @cached_property
    def _by_address(self) -> dict[str, PolicyEntry]:
        return {each.address: each for each in self.entries()}

    @cached_property
    def _written(self) -> Mapping[str, Operation]:
        known = self.law.workspace.resources
        return {each.address: each for each in self.operations if each.address in known}

    @cached_property
    def _subjects(self) -> set[str]:
        return {*self._written, *(it for each in self._affected.values() for it in each)}

    @cached_property
    def _affected(self) -> Mapping[str, set[str]]:
        """What refers to what is written and reads it, by address of the operation."""
        referring: dict[str, set[str]] = defaultdict(set)
        parts: dict[str, set[str]] = defaultdict(set)
        for edge in self.law.workspace.edges:
            referring[edge.target].add(edge.source)
            parts[edge.source].add(edge.target)
        found = {}
        for address, operation in self._written.items():
            if operation.kind in _READ_AS:
                found[address] = referring[address]
            elif operation.kind == _SYSTEM:
                found[address] = {each for each in parts[address] if each.startswith("model/")}
        return found

    @cached_property
    def _judged(self) -> Judged:
        law = self.law
        return judge(
            law.workspace, law.packs, law.waivers, self.stage, self._further, self._subjects
        )

    def _results(self, address: str) -> Sequence[Result]:
        return self._judged.of(address)

    def _reasons(self, address: str) -> Sequence[TierReason]:
        return self._judged.tiers.get(address, ())

    def _resource(self, address: str) -> Resource:
        return self.law.workspace.resources[address]

    def _concerns(self, address: str, result: Result) -> bool:
        """Tell whether a rule that does not pass read something that is written."""
        if result.outcome in (Outcome.PASS, Outcome.SKIP):
            return False
        read = {str(each.path[0]) for each in result.facts if each.path}
        return any(
            address in affected and _READ_AS.get(self._written[each].kind) in read
            for each, affected in self._affected.items()
        )

    def _is_lifted(self, address: str, entry: PolicyEntry) -> bool:
        """Tell whether a system that is written asks for a higher tier of one of its models."""
        if not entry.is_understated:
            return False
        return any(
            address in affected and self._written[each].kind == _SYSTEM
            for each, affected in self._affected.items()
        )

    def _further(self, resource: Resource) -> Mapping[str, Json]:
        given = self.circumstance
        operation = self._written.get(resource.address)
        former = operation.former if operation else resource.address
        evidence: dict[str, Json] = {"items": [], "gates": [*self._gates(resource)]}
        if given.agreed is not None:
            evidence["approvals"] = list(given.agreed)
        known: dict[str, Json] = {
            "change": _change(operation, given.authors),
            "registry": _registry(given.snapshot.objects.get(former)),
            "evidence": evidence,
        }
        return self.law.beside(resource, known)

    def _gates(self, resource: Resource) -> Iterator[Json]:
        known = self.circumstance.evidence.get(resource.address)
        said = {each.gate: each.verdict for each in known.gates} if known else {}
        status = known.status if known else "missing"
        for gate in gates_of(self.law.workspace, resource):
            verdict = said.get(gate.id, "not_evaluated") if status == "present" else status
            kind = str(getattr(gate, "type", ""))
            yield {"id": gate.id, "type": kind, "required": gate.required, "verdict": verdict}


def _change(operation: Operation | None, authors: Sequence[str]) -> dict[str, Json]:
    if operation is None:
        return {"action": "none", "level": "none", **_authors(authors)}
    told: dict[str, Json] = {
        "action": _WORDS.get(operation.action, operation.action.value),
        "level": operation.risk.level.value,
        **_authors(authors),
    }
    if operation.risk.tier_old in TIERS:
        told["previousTier"] = operation.risk.tier_old
    return told


def _authors(authors: Sequence[str]) -> dict[str, Json]:
    return {"author": authors[0], "authors": list(authors)} if authors else {}


def _registry(record: ObjectRecord | None) -> dict[str, Json]:
    body = record.body if record else None
    metadata = body.get("metadata") if isinstance(body, dict) else None
    version = metadata.get("version") if isinstance(metadata, dict) else None
    known: dict[str, Json] = {"version": version} if isinstance(version, str) else {}
    return {"exists": record is not None, **known}


def _entry(
    resource: Resource, results: Iterable[Result], reasons: Sequence[TierReason]
) -> PolicyEntry:
    listed = sorted(results, key=lambda each: each.rule)
    declared, computed = _declared(resource), ""
    if declared:
        computed = greatest(reasons)
    return PolicyEntry(
        resource.address,
        declared,
        computed,
        tuple(dict.fromkeys(each.told for each in reasons if each.tier == computed)),
        tuple(each.rule for each in listed if each.outcome is Outcome.PASS),
        tuple(_rule(resource, each) for each in listed if each.outcome not in _QUIET),
    )


_QUIET: Final = (Outcome.PASS, Outcome.SKIP)


def _declared(resource: Resource) -> str:
    tier = getattr(getattr(resource.spec, "risk", None), "tier", "")
    return tier if isinstance(tier, str) else ""


def _rule(resource: Resource, result: Result) -> RuleEntry:
    span, use = place_of(resource, result), result.waiver
    waiver = (
        None
        if use is None
        else WaiverEntry(use.address, use.holds, use.reason, use.expires, use.approved_by)
    )
    return RuleEntry(
        rule=result.rule,
        pack=result.pack,
        outcome=result.outcome.value,
        severity=result.severity.value,
        enforcement=result.enforcement.value,
        message=result.message,
        at=f"{span.file}:{span.start.line}:{span.start.column}" if span.file else "",
        waiver=waiver,
    )


def _reasons_of(entry: PolicyEntry) -> Iterator[str]:
    if entry.is_understated:
        steps = "; ".join(entry.because[:_SHOWN])
        yield f"its tier is `{entry.declared}`, and policy says `{entry.computed}`: {steps}"
    for each in entry.stopping:
        refused = ""
        if each.waiver:
            refused = f" (`{each.waiver.address}` does not hold: {each.waiver.reason})"
        yield f"{each.rule}: {each.message}{refused}"
