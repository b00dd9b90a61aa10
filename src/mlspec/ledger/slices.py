"""The part of a ledger that is about some objects, still verifiable by an outsider.

It holds their whole chains, every checkpoint (each names the one before), and the runs and
approvals behind these changes. What other objects went through is left out: checkpoints and runs
name it, and no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import strict_json
from mlspec.ledger._change import run_digest_of
from mlspec.ledger._run import predicate_of
from mlspec.ledger.export import exported, sums_of
from mlspec.resources import data_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.state import Checkpoint, Event, RunRecord, Snapshot, Statement

__all__ = ["chains_of", "sliced"]

_NAMES = ("runDigest", "statement")


def sliced(
    snapshot: Snapshot,
    events: Iterable[Event],
    checkpoints: Iterable[Checkpoint],
    runs: Iterable[RunRecord],
    statements: Mapping[str, Statement],
    signers: str,
) -> dict[str, bytes]:
    """Return the files of a part of a ledger by path, as `export.exported` does of all of it.

    `events` are those of some addresses, as `chains_of` returns them.

    Raises:
        TamperedPlanError: something has a name that mlspec never gave.
    """
    events = tuple(events)
    own = {run_digest_of(each) for each in events} - {""}
    kept = {each: statements[each] for each in _named(own, events, statements)}
    chosen = [each for each in runs if each.statement in kept]
    files = exported(snapshot, events, checkpoints, chosen, kept, signers)
    del files["SHA256SUMS"]
    files["VERIFY.md"] = (data_path("templates") / "ledger" / "VERIFY-part.md").read_bytes()
    return files | {"SHA256SUMS": sums_of(files)}


def chains_of(events: Iterable[Event], addresses: Iterable[str]) -> tuple[Event, ...]:
    """Return all events of some addresses, and of those that their objects had before.

    They are in order of address and sequence. Whatever else an address once held is among them: a
    chain is whole, or an outsider can't tell that nothing was cut out.
    """
    by_address: dict[str, list[Event]] = {}
    for each in events:
        by_address.setdefault(each.address, []).append(each)
    found: set[str] = set()
    frontier = [*addresses]
    while frontier:
        address = frontier.pop()
        if address in by_address and address not in found:
            found.add(address)
            former = (
                predicate_of(each.body).get("previousAddress") for each in by_address[address]
            )
            frontier += [each for each in former if isinstance(each, str)]
    chosen = (each for address in found for each in by_address[address])
    return tuple(sorted(chosen, key=lambda each: (each.address, each.sequence)))


def _named(
    runs: Iterable[str], events: Iterable[Event], statements: Mapping[str, Statement]
) -> list[str]:
    """Return the digests of the runs, of what they name, and of the evidence of these objects."""
    addresses = {each.address for each in events}
    found: set[str] = set()
    frontier = [*runs]
    while frontier:
        digest = frontier.pop()
        if digest in found or digest not in statements:
            continue
        found.add(digest)
        frontier += _below(_body(statements[digest]), addresses)
    return sorted(found)


def _body(statement: Statement) -> Json:
    try:
        return strict_json(statement.content)
    except ValueError:  # `audit verify` tells it; what can't be read names nothing
        return None


def _below(value: Json, addresses: Collection[str]) -> Iterator[str]:
    """Yield what a statement names: others by their keys, evidence by the object it is about."""
    if isinstance(value, dict):
        if value.get("address") in addresses and isinstance(value.get("digest"), str):
            yield str(value["digest"])
        for key, each in value.items():
            if key in _NAMES and isinstance(each, str):
                yield each
            else:
                yield from _below(each, addresses)
    elif isinstance(value, list):
        for each in value:
            yield from _below(each, addresses)
