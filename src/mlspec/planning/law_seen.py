"""What a plan has seen of what specs state: papers as they lie, gates by the evidence it knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.evidence import EvidenceStatus, PaperLook, PaperStatus, Verdict
from mlspec.policy import GateLook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.planning._evidence_entry import EvidenceEntry
    from mlspec.policy import Looks, StatedPaper

__all__ = ["PlanEyes"]


@dataclass(frozen=True, slots=True)
class PlanEyes:
    """Looks at papers as `looks` does, and takes the evidence of gates that a plan rests on.

    That evidence was held against keys and terms in force, and may be that of an earlier run.
    """

    looks: Looks
    evidence: Mapping[str, EvidenceEntry]

    def paper(self, address: str, paper: StatedPaper) -> PaperLook:
        """Look for a paper that the spec of a resource states."""
        return self.looks.paper(address, paper)

    def item(self, address: str, kind: str, digest: str) -> PaperLook:
        """Look for the paper of an evidence item."""
        return self.looks.item(address, kind, digest)

    def gates(self, address: str) -> GateLook:
        """Return what the plan knows of the gates of a model."""
        known = self.evidence.get(address)
        if known is None:
            return GateLook(PaperLook(PaperStatus.MISSING, "the plan knows of no evidence"))
        if known.status != EvidenceStatus.PRESENT.value:
            return GateLook(PaperLook(PaperStatus(known.status), known.reason))
        told = f"{known.digest[:19]}...: {known.verdict}"
        if known.verdict != Verdict.PASS.value:
            return GateLook(PaperLook(PaperStatus.FAILED, told))
        passed = frozenset(it.gate for it in known.gates if it.verdict == Verdict.PASS.value)
        status = PaperStatus.RECORDED if known.run else PaperStatus.PRESENT
        return GateLook(PaperLook(status, told), passed)
