"""Evidence: what a gate saw, what it concluded, and what the record is bound to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mlspec.canonical import Json

__all__ = ["EvidenceRecord", "EvidenceStatus", "GateResult", "Interval", "Material", "Verdict"]


class Verdict(StrEnum):
    """What a gate concluded; only `pass` passes."""

    PASS = "pass"  # noqa: S105  (a verdict, not a secret)
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    NOT_EVALUATED = "not-evaluated"


class EvidenceStatus(StrEnum):
    """How a record stands to the spec of today."""

    PRESENT = "present"
    MISSING = "missing"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Material:
    """A file that a verdict rests on. `rows` is the number of rows read, where it has rows."""

    name: str
    file: str
    digest: str
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval; `level` is the two-sided level in 0..1."""

    method: str
    level: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class GateResult:
    """The verdict of one gate, with the numbers it rests on.

    `reason` is a sentence for people, `reason_code` a stable word for machines (empty on pass).
    `require` is the requirement as text (`>= 0.92`); `counts` the sample sizes by name.
    """

    gate: str
    gate_type: str
    verdict: Verdict
    require: str
    reason: str = ""
    reason_code: str = ""
    metric: str | None = None
    estimate: float | None = None
    interval: Interval | None = None
    counts: tuple[tuple[str, int], ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True)
class EvidenceRecord:
    """The results of all gates of one model, bound to the digests that decide.

    `subject` is the address of the model, `subject_digest` the digest of its artifact,
    `gates_digest` the digest of the gate specs as they were evaluated.
    """

    subject: str
    subject_digest: str
    gates_digest: str
    tool_version: str
    overall: Verdict
    results: tuple[GateResult, ...]
    materials: tuple[Material, ...]

    def to_json(self) -> dict[str, Json]:
        """Return the record as an in-toto statement (see `read_record` for the way back)."""
        raise NotImplementedError
