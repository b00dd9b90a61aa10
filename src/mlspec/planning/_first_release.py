"""A first release is one where nothing of the model is live: the registry knows, the spec hopes.

A comparison without a champion may be excused (`onMissingBaseline: first-release`). The gates see
no registry, so a plan and an apply ask it: where the model is live with another artifact there is
a champion, whatever `evaluation.champion` leaves out, and the excuse does not hold.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mlspec.evidence import EvidenceStatus, Verdict, worst
from mlspec.members import section, text
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.planning._model import EvidenceEntry
    from mlspec.planning.desired import Desired
    from mlspec.state import ObjectRecord, Snapshot

__all__ = ["FIRST_RELEASE", "without_first_release"]

FIRST_RELEASE: Final = "a first release, without a champion to compare with"
_NO_FIRST = (
    "the registry holds a live version of `{}` with another artifact, so this is no first release: "
    "name the predictions of that version in `evaluation.champion` and run the gates again"
)


def without_first_release(
    entry: EvidenceEntry, wanted: Desired, snapshot: Snapshot, former: str
) -> EvidenceEntry:
    """Return the evidence as it counts where the registry stands: an excuse may fall.

    `former` is the address at which the model was so far. The verdict of the gate stays
    `not-evaluated`; what falls is that it did not block. Evidence that is stale counts for nothing
    anyway.
    """
    record = snapshot.objects.get(former)
    gates = tuple(replace(each, excused=_other(each.excused)) for each in entry.gates)
    is_excused = gates != entry.gates and entry.status == EvidenceStatus.PRESENT.value
    if not is_excused or record is None or not _has_champion(record, wanted):
        return entry
    verdict = worst((Verdict(entry.verdict), Verdict.NOT_EVALUATED))
    reason = _NO_FIRST.format(wanted.address)
    return replace(entry, gates=gates, verdict=verdict.value, reason=reason)


def _other(excuse: str) -> str:
    return "" if excuse == FIRST_RELEASE else excuse


def _has_champion(record: ObjectRecord, wanted: Desired) -> bool:
    """Tell whether a record is a live version with another artifact, or may be one."""
    if record.lifecycle is not Lifecycle.LIVE or record.digest == wanted.digest:
        return False
    known = _artifact(record.body)
    return not known or known != _artifact(wanted.body)


def _artifact(body: Json) -> str:
    """Return the digest of the artifact; "" where none is stated, or the body is not known."""
    return text(section(body, "spec", "artifact"), "digest")
