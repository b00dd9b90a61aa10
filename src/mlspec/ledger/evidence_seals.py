"""Finding signatures of evidence that are gone, or are not around the record a run rested on.

A run keeps the envelope of each record that an allowed signer had signed, and its statement names
it: so the signature can be verified when the files of evidence are long gone. Of evidence items it
keeps the statements, too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

from mlspec.canonical import digest_value
from mlspec.ledger._verify import Problem, short
from mlspec.ledger.agreements import Signed, facts_of_runs
from mlspec.ledger.envelopes import opened, signed_bytes
from mlspec.ledger.signing import EVIDENCE_NAMESPACE, principals_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mlspec.ledger._run import RunFacts
    from mlspec.ledger.envelopes import Envelope
    from mlspec.state import RunRecord, Statement

__all__ = ["Enveloped", "envelope_kept", "signed_evidence", "verify_seals"]


class Enveloped(Protocol):
    """What a run names by digest, with the signed envelope around it."""

    @property
    def digest(self) -> str:
        """The digest of what is signed."""

    @property
    def envelope(self) -> str:
        """The digest of the envelope."""


def verify_seals(
    runs: Iterable[RunRecord], statements: Mapping[str, Statement]
) -> tuple[Problem, ...]:
    """Return the envelopes that runs name and that are gone, or are not around their record.

    And the evidence items that runs name, and that are gone.
    """
    told = [*facts_of_runs(runs, statements)]
    wrong = [
        Problem(where, found)
        for _, where, judged in _sealed(facts for _, facts in told)
        if isinstance(found := envelope_kept(judged, statements), str)
    ]
    lost = [
        Problem(_where(facts, each.told), f"its statement `{short(each.digest)}` is gone")
        for _, facts in told
        for each in facts.items
        if each.digest not in statements
    ]
    return (*wrong, *lost)


def signed_evidence(
    runs: Iterable[RunRecord],
    statements: Mapping[str, Statement],
    signers_at: Callable[[int], str],
) -> Iterator[Signed]:
    """Yield the signatures of evidence that counted for runs, and what to hold them against.

    Where no allowed signers were recorded, nobody can vouch for a key, and none is told.
    """
    for facts, where, judged in _sealed(facts for _, facts in facts_of_runs(runs, statements)):
        envelope, signers = envelope_kept(judged, statements), signers_at(facts.serial)
        if isinstance(envelope, str) or not signers:
            continue  # the first is a problem by itself
        content = signed_bytes(envelope.payload)
        for each in _told(envelope, signers):
            yield Signed(where, content, each, EVIDENCE_NAMESPACE, signers, facts.at)


def _told(envelope: Envelope, signers: str) -> tuple[str, ...]:
    """Return the signatures of keys that may be good; of several, others may stand beside them."""
    if len(envelope.signatures) == 1:
        return envelope.signatures
    known = tuple(each for each in envelope.signatures if principals_of(each, signers))
    return known or envelope.signatures


def envelope_kept(judged: Enveloped, statements: Mapping[str, Statement]) -> Envelope | str:
    """Return the envelope around a record as a registry keeps it, or what is wrong with it."""
    kept = statements.get(judged.envelope)
    if kept is None:
        return f"the signature `{short(judged.envelope)}` of its evidence is gone"
    try:
        envelope = opened(kept.content)
        is_of_record = digest_value(json.loads(envelope.payload)) == judged.digest
    except (RecursionError, TypeError, ValueError) as error:
        return f"the signature of its evidence is none: {error}"
    return envelope if is_of_record else "the signature of its evidence is around another record"


def _sealed(told: Iterable[RunFacts]) -> Iterator[tuple[RunFacts, str, Enveloped]]:
    """Yield what was signed, with the run that names it, and where that is."""
    for facts in told:
        for address, judged in sorted(facts.evidence.items()):
            if judged.envelope:
                yield facts, _where(facts, f"evidence of `{address}`"), judged
        for each in facts.items:
            if each.envelope:
                yield facts, _where(facts, each.told), each


def _where(facts: RunFacts, what: str) -> str:
    return f"run {facts.run_id}, {what}"
