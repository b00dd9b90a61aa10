"""Operations that write, as rules say: what is told of resources, and what blocks operations."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from mlspec.planning._few import few
from mlspec.planning._joined_risk import OwnFacts
from mlspec.planning._law_entries import entry_of, reasons_of
from mlspec.planning._model import Block, BlockCode
from mlspec.policy import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from mlspec.ledger.policy_facts import PolicyEntry
    from mlspec.planning._model import Operation
    from mlspec.policy import Judged, Result, TierReason
    from mlspec.workspace import Workspace

__all__ = ["Bench"]

_READ_AS: Final = {
    "Dataset": frozenset({"datasets"}),
    "GateSet": frozenset({"gates", "models"}),
    "Model": frozenset({"datasets", "models"}),
    "Prompt": frozenset({"models"}),
    "RolloutPolicy": frozenset({"rollout"}),
    "Team": frozenset({"team"}),
}
"""Kinds that others refer to, and the names by which rules about those read them."""
_MODEL: Final = "Model"
_PROMPT: Final = "Prompt"
_SYSTEM: Final = "System"
_JOINING: Final = frozenset({_PROMPT, _SYSTEM})
"""Kinds by which a model is part of a system, and has what that says of its risk."""


@dataclass(frozen=True)
class Bench:
    """The operations that write, judged once: `judges` does so for some addresses.

    Where it passes over, what could be waived is told and blocks nothing.
    """

    workspace: Workspace
    operations: tuple[Operation, ...]
    judges: Callable[[Mapping[str, Operation], Collection[str]], Judged]
    passes_over: bool = False

    def entries(self) -> Iterator[PolicyEntry]:
        """Yield what is told of resources, in order of address."""
        for address in sorted(self._subjects):
            results = self._results(address)
            if address not in self._written:
                results = [*self._concerning(address, results)]
            entry = entry_of(self.workspace.resources[address], results, self._reasons(address))
            is_judged = bool(entry.declared or entry.passed) and address in self._written
            if is_judged or entry.told or self._is_lifted(address, entry):
                yield entry

    def blocks(self) -> Iterator[tuple[str, Block]]:
        """Yield what blocks each operation."""
        for operation in self.operations:
            told = [*self._against(operation)]
            if told:
                yield operation.address, Block(BlockCode.POLICY_DENIED, few(told))

    def _against(self, operation: Operation) -> Iterator[str]:
        entries = self._by_address
        if operation.address in entries:
            yield from self._reasons_against(entries[operation.address])
        for address in sorted(self._affected.get(operation.address, ())):
            entry = entries.get(address)
            if entry is not None and address not in self._written:
                yield from (f"`{address}`: {each}" for each in self._reasons_against(entry))

    def _reasons_against(self, entry: PolicyEntry) -> Iterator[str]:
        if not (self.passes_over and entry.is_passable):
            yield from reasons_of(entry)

    @cached_property
    def _by_address(self) -> dict[str, PolicyEntry]:
        return {each.address: each for each in self.entries()}

    @cached_property
    def _written(self) -> Mapping[str, Operation]:
        known = self.workspace.resources
        return {each.address: each for each in self.operations if each.address in known}

    @cached_property
    def _subjects(self) -> set[str]:
        return {*self._written, *(it for each in self._affected.values() for it in each)}

    @cached_property
    def _affected(self) -> Mapping[str, set[str]]:
        """What refers to what is written and reads it, by address of the operation."""
        referring: dict[str, set[str]] = defaultdict(set)
        parts: dict[str, set[str]] = defaultdict(set)
        for edge in self.workspace.edges:
            referring[edge.target].add(edge.source)
            parts[edge.source].add(edge.target)
        return {
            address: _users(operation, referring) | _models(operation, referring, parts)
            for address, operation in self._written.items()
        }

    @cached_property
    def _judged(self) -> Judged:
        return self.judges(self._written, self._subjects)

    def _results(self, address: str) -> Sequence[Result]:
        return self._judged.of(address)

    def _reasons(self, address: str) -> Sequence[TierReason]:
        return self._judged.tiers.get(address, ())

    def _concerning(self, address: str, results: Sequence[Result]) -> Iterator[Result]:
        """Yield what does not pass of rules that read something that is written."""
        kinds = self._affecting[address]
        names = frozenset[str]().union(*(_READ_AS.get(each, ()) for each in kinds))
        own = OwnFacts(self.workspace.resources[address], self._reasons(address))
        for each in results:
            if each.outcome not in (Outcome.PASS, Outcome.SKIP):
                is_read = any(fact.path and fact.path[0] in names for fact in each.facts)
                if is_read or (_JOINING & kinds and own.lack(each.facts)):
                    yield each

    @cached_property
    def _affecting(self) -> Mapping[str, set[str]]:
        """The kinds of what is written and affects a resource, by address of the resource."""
        found: dict[str, set[str]] = defaultdict(set)
        for each, affected in self._affected.items():
            for address in affected:
                found[address].add(self._written[each].kind)
        return found

    def _is_lifted(self, address: str, entry: PolicyEntry) -> bool:
        """Tell whether a system that is written asks for a higher tier of one of its models."""
        return entry.is_understated and not _JOINING.isdisjoint(self._affecting.get(address, ()))


def _users(operation: Operation, referring: Mapping[str, set[str]]) -> set[str]:
    """Return what refers to what is written and reads it, and the systems of that."""
    users = referring[operation.address] if operation.kind in _READ_AS else set()
    if operation.kind == _MODEL:
        return _systems(operation.address, referring)
    return users.union(*(_systems(each, referring) for each in [*users]))


def _models(
    operation: Operation, referring: Mapping[str, set[str]], parts: Mapping[str, set[str]]
) -> set[str]:
    """Return the models that have what is written as a part of their own facts.

    A prompt that no system has makes its model part of none.
    """
    users = referring[operation.address]
    is_used = any(each.startswith("system/") for each in users)
    if not (operation.kind == _SYSTEM or (operation.kind == _PROMPT and is_used)):
        return set()
    named = parts[operation.address]
    below = named.union(*(parts[each] for each in [*named] if each.startswith("prompt/")))
    return {each for each in below if each.startswith("model/")}


def _systems(address: str, referring: Mapping[str, set[str]]) -> set[str]:
    """Return the systems of a model, which read it: they name it, or a prompt that asks it."""
    asking = (each for each in referring[address] if each.startswith("prompt/"))
    users = referring[address].union(*(referring[each] for each in [*asking]))
    return {each for each in users if each.startswith("system/")}
