"""Evidence for what a revert brings back: what let it through when it was applied before.

The record of a run names the evidence of each model that it wrote. It counts again where the
model comes back as it was then, and everything that it refers to is as it was then, too: gates
that ask for more today are not met by yesterday's verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence import EvidenceStatus, Verdict
from mlspec.ledger import predicate_of, read_run_statement
from mlspec.planning._model import EvidenceEntry
from mlspec.planning.revert import evidence_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.planning.desired import Desired
    from mlspec.planning.revert import Revert
    from mlspec.registry import Backend

__all__ = ["revert_evidence"]

_MODEL = "Model"


def revert_evidence(
    backend: Backend,
    revert: Revert,
    checkout: Mapping[str, Desired],
    known: Mapping[str, EvidenceEntry],
) -> dict[str, EvidenceEntry]:
    """Return what is known of the models as they are to be again.

    What the checkout knows counts where it has the very same model; where it knows nothing, the
    passing evidence that a run recorded does. Where what the model refers to is not as it was in
    that run, the evidence is missing, and the reason names it.

    Raises:
        RegistryUnavailableError: the registry can't be read, or a run statement was altered.
    """
    desired = revert.desired
    told = evidence_for(desired, checkout, known)
    missing = EvidenceStatus.MISSING.value
    models = [each for each in revert.judged if desired[each].kind == _MODEL]
    found = ((address, _newest(backend, desired, address)) for address in models)
    recorded = {address: entry for address, entry in found if entry is not None}
    present = {address: each for address, each in told.items() if each.status != missing}
    return told | recorded | present


def _newest(backend: Backend, desired: Mapping[str, Desired], address: str) -> EvidenceEntry | None:
    """Return the evidence of the last run that left the model and its surroundings so.

    Where no surroundings fit, it is missing for what differs from the last of those runs.
    """
    missing = None
    for told, serial in _runs_that_left(backend, desired[address]):
        others = _other_references(backend, desired, address, serial)
        if not others:
            return _entry(backend, address, told)
        missing = missing or _no_entry(address, told, others)
    return missing


def _runs_that_left(backend: Backend, wanted: Desired) -> Iterator[tuple[Mapping[str, Json], int]]:
    """Yield what is told of runs that left this very body, with their serial, newest first."""
    for told in reversed(list(_told(backend, wanted.address))):
        serial = told.get("serial")
        if told.get("post") == wanted.digest and isinstance(serial, int):
            yield told, serial


def _other_references(
    backend: Backend, desired: Mapping[str, Desired], address: str, serial: int
) -> tuple[str, ...]:
    """Return what the model refers to and was something else after a run."""
    references = desired[address].references
    return tuple(each for each in references if _was(backend, each, serial) != desired[each].digest)


def _no_entry(address: str, told: Mapping[str, Json], others: Sequence[str]) -> EvidenceEntry:
    named = ", ".join(f"`{each}`" for each in others)
    return EvidenceEntry(
        address=address,
        status=EvidenceStatus.MISSING.value,
        verdict=Verdict.NOT_EVALUATED.value,
        reason=(
            f"what run {told.get('run')} recorded does not count, because {named} changed since: "
            "bring that back as well, or run the gates with the specs as they would be"
        ),
    )


def _entry(backend: Backend, address: str, told: Mapping[str, Json]) -> EvidenceEntry | None:
    digest = str(told.get("runDigest", ""))
    kept = backend.statements([digest]).get(digest)
    judged = read_run_statement(kept).evidence.get(address) if kept else None
    passing = (EvidenceStatus.PRESENT.value, Verdict.PASS.value)
    if judged is None or (judged.status, judged.verdict) != passing or not judged.digest:
        return None
    return EvidenceEntry(
        address=address,
        status=EvidenceStatus.PRESENT.value,
        verdict=judged.verdict,
        digest=judged.digest,
        reason=f"as recorded by run {told.get('run')}",
        run=str(told.get("run")),
        envelope=judged.envelope,
    )


def _was(backend: Backend, address: str, serial: int) -> str:
    """Return the digest that an object had after a run, "" where it was not there."""
    digest = ""
    for told in _told(backend, address):
        number = told.get("serial")
        if isinstance(number, int) and number <= serial:
            digest = str(told.get("post", ""))
    return digest


def _told(backend: Backend, address: str) -> Iterator[Mapping[str, Json]]:
    for event in backend.events(address):
        yield predicate_of(event.body)
