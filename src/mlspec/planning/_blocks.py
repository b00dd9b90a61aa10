"""What keeps an operation from being applied: guards in the registry, budgets, evidence.

Some blocks concern what the plan would leave behind as a whole.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.planning._evidence import block_of_evidence, block_of_no_gate, gravest
from mlspec.planning._model import Action, Block, BlockCode, ScopeMode
from mlspec.planning._workspace import is_governed
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from mlspec.planning._model import EvidenceEntry, Operation, PlanContext
    from mlspec.state import Snapshot

__all__ = ["with_blocks"]

_PROTECTED = Block(
    BlockCode.PROTECTED,
    "protected in the registry: put the spec back, set `metadata.protect: false` and apply that "
    "first",
)


_LAST_WORKSPACE = Block(
    BlockCode.LAST_WORKSPACE,
    "no workspace would be left whose terms hold: apply the one that takes its place in the same "
    "plan or before, or name the move in `spec.moved`",
)
_EVERYTHING = Block(
    BlockCode.RETIRE_EVERYTHING,
    "the plan would retire everything but teams and workspaces: is `spec.paths.specs` right? To "
    "mean it, retire with `--target`, or name what moved in `spec.moved`",
)
_TEAM = "team/"
_NAMED = (Action.DELETE, Action.FORGET)


def with_blocks(
    operations: Sequence[Operation],
    entries: Mapping[str, EvidenceEntry],
    snapshot: Snapshot,
    context: PlanContext,
    denied: Mapping[str, Block] | None = None,
) -> Iterator[Operation]:
    """Yield the operations, each with the gravest of what blocks it.

    That is the guard of the record, an address that is taken, a workspace or a registry that
    would be left empty, the budget of deletions, what policy has `denied` by address, or the gates
    of the model that is written and of those that the operation affects.
    """
    deletions = 0
    emptied = _emptied(operations, snapshot, context)
    for operation in operations:
        deletions += operation.action is Action.DELETE
        found = [*_of_registry(operation, snapshot), *_of_budget(operation, deletions, context)]
        by_address = (each.get(operation.address) for each in (emptied, denied or {}))
        found += [each for each in by_address if each is not None]
        if context.require_gates:
            found += _of_gates(operation, entries, context)
        yield replace(operation, blocked=gravest(found) if found else None)


def _emptied(
    operations: Sequence[Operation], snapshot: Snapshot, context: PlanContext
) -> dict[str, Block]:
    """Return what blocks the withdrawals that would leave too little, by address."""
    live = {each for each, it in snapshot.objects.items() if it.lifecycle is Lifecycle.LIVE}
    gone = {each.address for each in operations if not each.writes}
    left = (live - gone) | {each.address for each in operations if each.writes}
    found: dict[str, Block] = {}
    if not any(map(is_governed, left)):
        found |= dict.fromkeys(filter(is_governed, gone), _LAST_WORKSPACE)
    if context.scope.mode is ScopeMode.FULL:
        found |= dict.fromkeys(_everything(operations, live), _EVERYTHING)
    return found


def _everything(operations: Sequence[Operation], live: Collection[str]) -> Collection[str]:
    """Return what would be retired, where that is all of substance, and more than one object.

    What is deleted or forgotten is named by somebody, and does not count.
    """
    named = {each.address for each in operations if each.action in _NAMED}
    retired = {each.address for each in operations if each.action is Action.RETIRE}
    substance = set(filter(_is_substance, live)) - named
    is_all = len(substance) > 1 and substance <= retired
    return set(filter(_is_substance, retired)) if is_all else ()


def _is_substance(address: str) -> bool:
    return not is_governed(address) and not address.startswith(_TEAM)


def _of_registry(operation: Operation, snapshot: Snapshot) -> Iterator[Block]:
    record = snapshot.objects.get(operation.address)
    if record is None:
        return
    if record.protect and not operation.writes:
        yield _PROTECTED
    if operation.action is Action.RENAME:
        reason = (
            f"`{operation.previous}` can't move here, the registry holds another resource at this "
            f"address: take the entry out of `spec.moved`, or remove one of the two first"
        )
        yield Block(BlockCode.ADDRESS_TAKEN, reason)


def _of_budget(operation: Operation, number: int, context: PlanContext) -> Iterator[Block]:
    budget = context.delete_budget
    if operation.action is Action.DELETE and number > budget:
        reason = f"deletion {number} of this plan, `{context.environment}` allows {budget}"
        hint = "delete fewer at once, or raise `deleteBudget` and apply that first"
        yield Block(BlockCode.DELETE_BUDGET, f"{reason}: {hint}")


def _of_gates(
    operation: Operation, entries: Mapping[str, EvidenceEntry], context: PlanContext
) -> Iterator[Block]:
    """Yield the gravest of what keeps the models back; another model than its own is named."""
    found = [*_of_models(operation, entries, context)]
    if not found:
        return
    decisive, rest = gravest(found), len(found) - 1
    more = f"; and {rest} more model{'s' if rest > 1 else ''}" if rest else ""
    yield replace(decisive, reason=f"{decisive.reason}{more}")


def _of_models(
    operation: Operation, entries: Mapping[str, EvidenceEntry], context: PlanContext
) -> Iterator[Block]:
    for address in operation.judged:
        is_own = address == operation.address
        block = block_of_evidence(entries[address], context) if address in entries else None
        if block is None and is_own:
            block = block_of_no_gate(operation.kind, entries.get(address), context)
        if block is not None:
            yield block if is_own else replace(block, reason=f"`{address}`: {block.reason}")
