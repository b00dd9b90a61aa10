"""Whether what a plan shows of evidence and counts can be true, by what is known now.

Evidence may be newer than a plan. It may not be better in the plan than it is: people agreed to
what they were shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.errors import EvidenceMissingError
from mlspec.evidence import EvidenceStatus, Verdict
from mlspec.planning._checks import AGAIN, shortened
from mlspec.planning._evidence import entry_of
from mlspec.planning._model import ScopeMode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from mlspec.planning._model import EvidenceEntry, Operation
    from mlspec.planning._plan import Plan
    from mlspec.planning.desired import Desired

__all__ = ["require_evidence_shown", "untrue_counts", "untrue_evidence"]


def untrue_evidence(
    plan: Plan,
    made: Sequence[Operation],
    desired: Mapping[str, Desired],
    today: Mapping[str, EvidenceEntry],
) -> Iterator[str]:
    """Yield which evidence no planning would have told so, whatever was known then."""
    said = {each.address: each for each in plan.evidence}
    judged = set[str]().union(*(each.judged for each in made))
    if [each.address for each in plan.evidence] != sorted(said):
        yield "altered in the plan: the order of the evidence"
    for entry in said.values():
        yield from _untrue_entry(entry, judged, today.get(entry.address))
    yield from _unshown(judged - said.keys(), desired)


def untrue_counts(plan: Plan, desired: Mapping[str, Desired]) -> Iterator[str]:
    """Yield that the plan counts more, or fewer, unchanged objects than there can be."""
    others = len(desired.keys() - {each.address for each in plan.operations if each.writes})
    is_whole = plan.scope.mode is ScopeMode.FULL
    if plan.unchanged > others or (is_whole and plan.unchanged != others):
        yield "altered in the plan: how many objects are unchanged"


def require_evidence_shown(
    plan: Plan, operations: Iterable[Operation], today: Mapping[str, EvidenceEntry]
) -> None:
    """Require that the evidence of operations is as good as the plan shows, or better.

    Raises:
        EvidenceMissingError: people agreed to better evidence than there is.
    """
    judged = {address for each in operations for address in each.judged}
    worse = [
        f"`{each.address}`: the plan says {_told(each)}, there is {_told(today.get(each.address))}"
        for each in plan.evidence
        if each.address in judged and _is_worse(each, today.get(each.address))
    ]
    if worse:
        raise EvidenceMissingError(
            "the plan shows better evidence than there is",
            details=shortened(worse),
            hint=AGAIN.format(env=plan.environment),
        )


def _untrue_entry(
    said: EvidenceEntry, judged: Collection[str], today: EvidenceEntry | None
) -> Iterator[str]:
    if said.address not in judged:
        yield f"`{said.address}`: the plan has evidence of it, and does not concern it"
    elif _is_torn(said) or _contradicts(said, today):
        yield f"`{said.address}`: altered in the plan: evidence"


def _unshown(addresses: Iterable[str], desired: Mapping[str, Desired]) -> Iterator[str]:
    for address in sorted(addresses):
        if entry_of(desired[address], None) is not None:
            yield f"`{address}`: the plan lacks its evidence"


def _is_torn(entry: EvidenceEntry) -> bool:
    """Tell whether an entry speaks of a record and names none, or the other way round."""
    has_record = entry.status != EvidenceStatus.MISSING.value
    is_told = bool(entry.digest or entry.gates) or entry.verdict != Verdict.NOT_EVALUATED.value
    return not entry.digest if has_record else is_told


def _contradicts(said: EvidenceEntry, today: EvidenceEntry | None) -> bool:
    """Tell whether the same record is said to hold something else; its status may change."""
    if today is None:
        return False
    if said.tier != today.tier:
        return True  # it sets how sure an approval of the verdict has to be
    is_other = (said.verdict, said.gates) != (today.verdict, today.gates)
    return today.digest == said.digest and is_other


def _is_worse(said: EvidenceEntry, today: EvidenceEntry | None) -> bool:
    """Tell whether the evidence is worse than people saw, or waits for one who did not see it."""
    unseen = set(today.in_review if today else ()) - set(said.in_review)
    return bool(unseen) or _worth(said) > _worth(today)


def _worth(entry: EvidenceEntry | None) -> int:
    if entry is None or entry.status == EvidenceStatus.MISSING.value:
        return 0
    is_good = entry.status == EvidenceStatus.PRESENT.value and entry.verdict == Verdict.PASS.value
    return 2 if is_good else 1


def _told(entry: EvidenceEntry | None) -> str:
    return "no evidence" if entry is None else f"{entry.status}, {entry.verdict}"
