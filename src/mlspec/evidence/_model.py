"""Evidence: what a gate saw, what it concluded, and what the record is bound to."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from mlspec.canonical import Json, digest_value

__all__ = [
    "NOT_RUN",
    "PREDICATE_TYPE",
    "STATEMENT_TYPE",
    "DataUse",
    "DataUses",
    "EvidenceRecord",
    "EvidenceStatus",
    "GateResult",
    "Interval",
    "Material",
    "PartResult",
    "Verdict",
    "Waived",
    "digest_set",
]

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://mlspec.dev/attestation/gate-result/v1"


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


NOT_RUN = "the gates have not been run for this version"
"""Why there is no evidence, in the one wording that plans, cards and duties have."""


@dataclass(frozen=True, slots=True)
class Material:
    """A file that a verdict rests on. `rows` is the number of rows read, where it has rows.

    `query_digest` and `snapshot` are of the query and the version of the table that the file
    answers for, where it holds what a warehouse counted. `key_digest` is of the keys of its rows,
    whatever their order, and `label_digest` of the keys with their labels: files of one test set
    have the same, and a set from which one row was taken has another.
    """

    name: str
    file: str
    digest: str
    rows: int | None = None
    query_digest: str = ""
    snapshot: str = ""
    key_digest: str = ""
    label_digest: str = ""
    engine: str = ""
    """What counted the rows without reading all of them, as `duckdb`; "" where they were read."""

    def to_json(self) -> dict[str, Json]:
        """Return the material as a member of the statement."""
        more: dict[str, Json] = {} if self.rows is None else {"rows": self.rows}
        more |= {"queryDigest": digest_set(self.query_digest)} if self.query_digest else {}
        more |= {"snapshot": self.snapshot} if self.snapshot else {}
        more |= {"engine": self.engine} if self.engine else {}
        more |= {"keyDigest": digest_set(self.key_digest)} if self.key_digest else {}
        more |= {"labelDigest": digest_set(self.label_digest)} if self.label_digest else {}
        return {"name": self.name, "uri": self.file, "digest": digest_set(self.digest), **more}


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval; `level` is the two-sided level in 0..1."""

    method: str
    level: float
    lower: float
    upper: float

    def to_json(self) -> dict[str, Json]:
        """Return the interval as a member of the statement."""
        ends: dict[str, Json] = {"lower": self.lower, "upper": self.upper}
        return {"method": self.method, "level": self.level, **ends}


_UNDECIDED = frozenset({"fail-by-chance", "interval-straddles"})
"""Why a verdict is inconclusive although nothing was missing."""


@dataclass(frozen=True, slots=True)
class Waived:
    """Why a verdict does not count, until which day (included), and who answers for that."""

    reason: str
    owner: str
    approver: str
    until: str

    def to_json(self) -> dict[str, Json]:
        """Return the waiver as a member of the statement."""
        return {
            "reason": self.reason,
            "owner": self.owner,
            "approver": self.approver,
            "until": self.until,
        }


@dataclass(frozen=True, slots=True)
class PartResult:
    """What a gate concluded of one slice, group, feature or step; the gate decides on all."""

    name: str
    verdict: Verdict
    reason: str = ""
    reason_code: str = ""
    estimate: float | None = None
    interval: Interval | None = None
    counts: tuple[tuple[str, int], ...] = ()

    def to_json(self) -> dict[str, Json]:
        """Return the part as a member of the statement."""
        return {
            "name": self.name,
            "verdict": self.verdict.value,
            "reason": self.reason,
            "reasonCode": self.reason_code,
            "estimate": self.estimate,
            "interval": None if self.interval is None else self.interval.to_json(),
            "counts": dict(self.counts),
        }


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
    decide: str = "bound"
    facts: tuple[tuple[str, float], ...] = ()
    """Further numbers by name, for information: they decide nothing."""
    parts: tuple[PartResult, ...] = ()
    """Slices, groups, features or steps, in the order that the gate tells them."""
    on_inconclusive: str = "block"
    """What an interval on both sides of the limit does: `block`, `review` (a person), `allow`."""
    waived: Waived | None = None
    """The waiver in force; the verdict is the original one."""
    lapsed: Waived | None = None
    """A waiver that the spec states and that has ended; it changes nothing."""
    valid_until: str = field(default="", compare=False)
    """The moment from which the gate has to be judged again; the record keeps the first of all."""
    excused: str = ""
    """Why a gate that is not evaluated does not block, as a word: `first-release`; "" otherwise."""

    @property
    def blocks(self) -> bool:
        """Whether promotion has to wait for this gate."""
        if not self.required or self.waived is not None or self.verdict is Verdict.PASS:
            return False
        if self.excused and self.verdict is Verdict.NOT_EVALUATED:
            return False
        return not (self.on_inconclusive == "allow" and self._is_undecided)

    @property
    def awaits_review(self) -> bool:
        """Whether the gate blocks until a person has agreed to an inconclusive verdict."""
        return self.blocks and self.on_inconclusive == "review" and self._is_undecided

    @property
    def _is_undecided(self) -> bool:
        """Whether there was enough to measure, and intervals alone leave it open."""
        if self.verdict is not Verdict.INCONCLUSIVE:
            return False
        open_parts = [each for each in self.parts if each.verdict is Verdict.INCONCLUSIVE]
        codes = {each.reason_code for each in open_parts} or {self.reason_code}
        return codes <= _UNDECIDED

    def to_json(self) -> dict[str, Json]:
        """Return the result as a member of the statement."""
        return {
            "id": self.gate,
            "type": self.gate_type,
            "required": self.required,
            "verdict": self.verdict.value,
            "require": self.require,
            "decide": self.decide,
            "reason": self.reason,
            "reasonCode": self.reason_code,
            "metric": self.metric,
            "estimate": self.estimate,
            "interval": None if self.interval is None else self.interval.to_json(),
            "counts": dict(self.counts),
            "facts": dict(self.facts),
            "parts": [each.to_json() for each in self.parts],
            "onInconclusive": self.on_inconclusive,
            "waiver": None if self.waived is None else self.waived.to_json(),
            **({} if self.lapsed is None else {"lapsedWaiver": self.lapsed.to_json()}),
            **({"excused": self.excused} if self.excused else {}),
        }


@dataclass(frozen=True, order=True, slots=True)
class DataUse:
    """A model that was judged on labelled rows: the digest of the rows, that of the artifact."""

    data: str
    subject: str

    def to_json(self) -> dict[str, Json]:
        """Return the use as a member of the statement."""
        return {"data": digest_set(self.data), "subject": digest_set(self.subject)}


@dataclass(frozen=True, slots=True)
class DataUses:
    """The labelled rows of a record, and what earlier records tell of uses.

    `data` is "" where the rows could not be read; what is known is passed on all the same.
    `earlier` is None where there was no earlier record that counts. The use of the record itself
    is not among them, so that judging again gives the same bytes.
    """

    data: str
    earlier: tuple[DataUse, ...] | None

    def to_json(self) -> dict[str, Json]:
        """Return the uses as a member of the statement."""
        found: dict[str, Json] = {"data": digest_set(self.data)}
        if self.earlier is not None:
            found["earlier"] = [each.to_json() for each in self.earlier]
        return found


@dataclass(frozen=True, slots=True)
class EvidenceRecord:
    """The results of all gates of one model, bound to the digests that decide.

    `subject` is the address of the model, `subject_digest` the digest of its artifact,
    `gates_digest` the digest of the gate specs as they were evaluated. `as_of` is the moment by
    which evidence was judged to be too old or not, `valid_until` the moment from which that has to
    be judged again; both are "" where nothing depends on time. `signed` tells that a signature
    was put beside the record when it was written, so that a signature that is gone is noticed.
    """

    subject: str
    subject_digest: str
    gates_digest: str
    tool_version: str
    overall: Verdict
    results: tuple[GateResult, ...]
    materials: tuple[Material, ...]
    as_of: str = ""
    valid_until: str = ""
    uses: DataUses | None = None
    """Which models the data set was used for; None where no gate asks for it."""
    signed: bool = False

    @property
    def awaits_review(self) -> bool:
        """Whether all that blocks are gates that wait for a person to agree."""
        blocking = [each for each in self.results if each.blocks]
        return bool(blocking) and all(each.awaits_review for each in blocking)

    @property
    def told(self) -> str:
        """The verdict in words: of which gates it is, and how many of all these are.

        A gate that is not required is never part of it, whatever it says.
        """
        required = sum(each.required for each in self.results)
        gates = f"the required gates ({required} of {len(self.results)})"
        return f"{self.overall.value}, of {gates}"

    @property
    def digest(self) -> str:
        """The digest of the statement; it stands in the record, so that an edit is noticed."""
        return digest_value(self._statement(self._predicate()))

    def to_json(self) -> dict[str, Json]:
        """Return the record as an in-toto statement (see `read_record` for the way back)."""
        return self._statement({**self._predicate(), "recordDigest": self.digest})

    def _statement(self, predicate: dict[str, Json]) -> dict[str, Json]:
        return {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": self.subject, "digest": digest_set(self.subject_digest)}],
            "predicateType": PREDICATE_TYPE,
            "predicate": predicate,
        }

    def _predicate(self) -> dict[str, Json]:
        return {
            "overall": self.overall.value,
            "gatesDigest": digest_set(self.gates_digest),
            "tool": {"name": "mlspec", "version": self.tool_version},
            "materials": [each.to_json() for each in self.materials],
            "gates": [each.to_json() for each in self.results],
            **({"asOf": self.as_of} if self.as_of else {}),
            **({"validUntil": self.valid_until} if self.valid_until else {}),
            **({} if self.uses is None else {"dataUse": self.uses.to_json()}),
            **({"signed": True} if self.signed else {}),
        }


def digest_set(digest: str) -> dict[str, Json]:
    """Return in-toto's form of `sha256:<hex>`; a digest that is unknown gives an empty set."""
    algorithm, _, value = digest.partition(":")
    return {algorithm: value} if value else {}
