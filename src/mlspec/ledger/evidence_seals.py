"""Finding signatures of evidence that are gone, or are not around the record a run rested on.

A run keeps the envelope of each record that an allowed signer had signed, and its statement names
it: so the signature can be verified when the files of evidence are long gone.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mlspec.canonical import digest_value
from mlspec.ledger._verify import Problem, short
from mlspec.ledger.agreements import Signed, facts_of_runs
from mlspec.ledger.envelopes import opened, signed_bytes
from mlspec.ledger.signing import EVIDENCE_NAMESPACE, principals_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mlspec.ledger._evidence_fact import Judged
    from mlspec.ledger._run import RunFacts
    from mlspec.ledger.envelopes import Envelope
    from mlspec.state import RunRecord, Statement

__all__ = ["envelope_kept", "signed_evidence", "verify_seals"]


def verify_seals(
    runs: Iterable[RunRecord], statements: Mapping[str, Statement]
) -> tuple[Problem, ...]:
    """Return the envelopes that runs name and that are gone, or are not around their record."""
    return tuple(
        Problem(_where(facts, address), found)
        for facts, address, judged in _sealed(runs, statements)
        if isinstance(found := envelope_kept(judged, statements), str)
    )


def signed_evidence(
    runs: Iterable[RunRecord],
    statements: Mapping[str, Statement],
    signers_at: Callable[[int], str],
) -> Iterator[Signed]:
    """Yield the signatures of evidence that counted for runs, and what to hold them against.

    Where no allowed signers were recorded, nobody can vouch for a key, and none is told.
    """
    for facts, address, judged in _sealed(runs, statements):
        envelope, signers = envelope_kept(judged, statements), signers_at(facts.serial)
        if isinstance(envelope, str) or not signers:
            continue  # the first is a problem by itself
        content = signed_bytes(envelope.payload)
        for each in _told(envelope, signers):
            where = _where(facts, address)
            yield Signed(where, content, each, EVIDENCE_NAMESPACE, signers, facts.at)


def _told(envelope: Envelope, signers: str) -> tuple[str, ...]:
    """Return the signatures of keys that may be good; of several, others may stand beside them."""
    if len(envelope.signatures) == 1:
        return envelope.signatures
    known = tuple(each for each in envelope.signatures if principals_of(each, signers))
    return known or envelope.signatures


def envelope_kept(judged: Judged, statements: Mapping[str, Statement]) -> Envelope | str:
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


def _sealed(
    runs: Iterable[RunRecord], statements: Mapping[str, Statement]
) -> Iterator[tuple[RunFacts, str, Judged]]:
    for _, facts in facts_of_runs(runs, statements):
        for address, judged in sorted(facts.evidence.items()):
            if judged.envelope:
                yield facts, address, judged


def _where(facts: RunFacts, address: str) -> str:
    return f"run {facts.run_id}, evidence of `{address}`"
