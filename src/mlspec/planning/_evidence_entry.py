"""What a plan says of the evidence of a model."""

from __future__ import annotations

from dataclasses import dataclass, field

from mlspec.evidence import EvidenceStatus, Verdict

__all__ = ["EvidenceEntry", "GateEntry"]


@dataclass(frozen=True, slots=True)
class GateEntry:
    """What one gate said; promotion depends on those that are required.

    `excused` says why a verdict other than pass does not block; "" where it does. `review` tells
    that the spec lets an inconclusive verdict through once a person has agreed to the plan.
    `lapsed` is the last day of a waiver that the spec still states and that has ended.
    """

    gate: str
    verdict: str
    required: bool = True
    excused: str = ""
    review: bool = False
    lapsed: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceEntry:
    """What the gates of a changed or affected model say: of the record, and of each gate.

    `digest` is that of the evidence record, "" where there is none; `reason` says why a record
    is missing or stale, or why its signature does not count. `signers` are those of the record
    whose keys are in force; `is_reproduced` tells that the verdicts were computed again and came
    out the same; `unsigned_profiles` are the files of references that no such key signed. `run`
    is the run that recorded the evidence which a revert falls back to: it met the terms of that
    run. `tier` is that of the model.
    """

    address: str
    status: str
    verdict: str
    digest: str = ""
    reason: str = ""
    gates: tuple[GateEntry, ...] = ()
    signers: tuple[str, ...] = ()
    is_reproduced: bool = False
    unsigned_profiles: tuple[str, ...] = ()
    run: str = ""
    tier: str = ""
    envelope: str = field(default="", compare=False)
    """Digest of the signed envelope around the record, which a run keeps; no part of a plan."""

    @property
    def required_gates(self) -> tuple[GateEntry, ...]:
        """The gates that promotion depends on."""
        return tuple(each for each in self.gates if each.required)

    @property
    def open_gates(self) -> tuple[GateEntry, ...]:
        """The required gates that do not pass, and that nothing excuses."""
        wanting = (each for each in self.required_gates if each.verdict != Verdict.PASS.value)
        return tuple(each for each in wanting if not each.excused)

    @property
    def in_review(self) -> tuple[str, ...]:
        """The gates that a person has to agree to, where nothing else blocks; else none."""
        is_present = self.status == EvidenceStatus.PRESENT.value
        is_all = is_present and all(each.review for each in self.open_gates)
        return tuple(each.gate for each in self.open_gates) if is_all else ()
