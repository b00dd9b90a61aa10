"""Finding what was done to the heads that a registry keeps, or that were copied elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ledger._checkpoint import replayed_heads
from mlspec.ledger._verify import Problem, short
from mlspec.state import Head

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.state import Checkpoint, Event

__all__ = ["head_difference", "verify_copies", "verify_heads"]


def verify_heads(
    stored: Mapping[str, Head], events: Iterable[Event], checkpoints: Iterable[Checkpoint]
) -> tuple[Problem, ...]:
    """Return the stored heads that are not those of the chains and of the newest checkpoint.

    The next event of an address follows its stored head, so a wrong one would fork the chain.
    Where chain and checkpoints disagree, the chain is told, and its head has to be one of both.
    """
    ends = {each.address: Head(each.sequence, each.digest) for each in events}
    told = replayed_heads(checkpoints)
    return tuple(_unlike(stored, ends, told))


def head_difference(told: Head | None, there: Head | None) -> str:
    """Return what is wrong with a stored head; "" where it is as `told`."""
    if there == told:
        return ""
    if there is None:
        return f"it was removed: the chain ends at {_named(told)}"
    if told is None:
        return f"it was added: it names {_named(there)}, but there is no such chain"
    return f"it was altered: it names {_named(there)}, but the chain ends at {_named(told)}"


def verify_copies(checkpoints: Iterable[Checkpoint], copies: Iterable[Head]) -> tuple[Problem, ...]:
    """Return the checkpoints that were copied elsewhere and are not, or not so, in the record."""
    known = {each.sequence: each.digest for each in checkpoints}
    newest = max(known, default=0)
    lost = f"the copy has it, but the record ends at {newest}: it was rolled back or replaced"
    return tuple(
        Problem(
            f"checkpoint {copy.sequence}",
            "it is another one than the copy says: the record was written anew"
            if copy.sequence in known
            else lost,
        )
        for copy in copies
        if known.get(copy.sequence) != copy.digest
    )


def _unlike(
    stored: Mapping[str, Head], ends: Mapping[str, Head], told: Mapping[str, Head]
) -> Iterator[Problem]:
    for address in sorted({*stored, *ends, *told}):
        there = stored.get(address)
        if there not in {ends.get(address), told.get(address)}:
            what = head_difference(told.get(address) or ends.get(address), there)
            yield Problem(f"head of `{address}`", what)


def _named(head: Head | None) -> str:
    return f"event {head.sequence}, `{short(head.digest)}`" if head else "nothing"
