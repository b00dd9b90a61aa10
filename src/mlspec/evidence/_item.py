"""An evidence item: a paper about a model, system or data set, and what it is bound to.

The statement says what the paper is evidence of, its digest, since when and how long it holds, and
the digests of what it speaks about. The same file tells the statuses that an item can have.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from mlspec.canonical import digest_value
from mlspec.evidence._model import STATEMENT_TYPE, digest_set

if TYPE_CHECKING:
    from mlspec.canonical import Json

__all__ = [
    "ITEM_TYPE",
    "MONITOR_VALUES",
    "TRAFFIC_SHARE",
    "BoundTo",
    "Item",
    "ItemPaper",
    "ItemRecord",
    "ItemState",
    "ItemStatus",
]

ITEM_TYPE = "https://mlspec.dev/attestation/evidence-item/v1"
MONITOR_VALUES = "monitor-values"
"""The kind of papers that tell what a monitor measured last: its `part` is the monitor."""
TRAFFIC_SHARE = "traffic-share"
"""The kind of papers that tell how much of the traffic a model answers."""


class ItemState(StrEnum):
    """What somebody did with the paper."""

    KEPT = "kept"
    """A copy lies below the folder of evidence, by digest."""
    REFERENCED = "referenced"
    """It lies elsewhere; its digest alone is kept."""
    WITHHELD = "withheld"
    """It exists and is not shown, for a reason that a person answers for."""
    NOT_APPLICABLE = "not-applicable"
    """There is no paper, for a reason that a person answers for."""


class ItemStatus(StrEnum):
    """How an item stands to the specs and the day."""

    PRESENT = "present"
    MISSING = "missing"
    STALE = "stale"
    CONFLICT = "conflict"
    NOT_APPLICABLE = "not-applicable"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class ItemPaper:
    """A paper by its bytes. `name` is that of its file; `uri` says where it lies if not kept."""

    name: str
    digest: str
    size: int
    uri: str = ""

    def to_json(self) -> dict[str, Json]:
        """Return the paper as a member of the statement."""
        more: dict[str, Json] = {"uri": self.uri} if self.uri else {}
        return {
            "name": self.name,
            "digest": digest_set(self.digest),
            "bytes": self.size,
            **more,
        }


@dataclass(frozen=True, slots=True)
class BoundTo:
    """What an item speaks about: a name such as `model/screen`, and the digest it had then.

    `model/screen` is the artifact, `model/screen#use` the words of its purpose.
    """

    name: str
    digest: str

    def to_json(self) -> dict[str, Json]:
        """Return it as a subject of the statement."""
        return {"name": self.name, "digest": digest_set(self.digest)}


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """What is stated once: a paper of some kind, bound to digests, or why there is none.

    `day` is the day of the paper, `valid_until` the last day on which it counts ("" for ever).
    `environments` are those it is about; none means all. `part` tells papers of one kind apart
    that are there at the same time, such as the records of two people. `by` is a person: who
    answers for a state that shows no paper, otherwise who made it. `reason` is theirs.
    """

    address: str
    kind: str
    day: str
    state: ItemState
    bound: tuple[BoundTo, ...]
    paper: ItemPaper | None = None
    valid_until: str = ""
    environments: tuple[str, ...] = ()
    part: str = ""
    by: str = ""
    reason: str = ""
    note: str = ""
    tool_version: str = ""
    signed: bool = False

    @property
    def paper_digest(self) -> str:
        """The digest of the paper; "" without one."""
        return "" if self.paper is None else self.paper.digest

    @property
    def digest(self) -> str:
        """The digest of the statement."""
        return digest_value(self.statement())

    def statement(self, **own: Json) -> dict[str, Json]:
        """Return the statement; `own` is its own digest, where it is written with it."""
        texts = {
            "validUntil": self.valid_until,
            "part": self.part,
            "by": self.by,
            "reason": self.reason,
            "note": self.note,
        }
        predicate: dict[str, Json] = {
            "address": self.address,
            "kind": self.kind,
            "day": self.day,
            "state": self.state.value,
            "paper": None if self.paper is None else self.paper.to_json(),
            "environments": list(self.environments),
            "tool": {"name": "mlspec", "version": self.tool_version},
            "signed": self.signed,
            **{name: text for name, text in texts.items() if text},
            **own,
        }
        return {
            "_type": STATEMENT_TYPE,
            "subject": [each.to_json() for each in self.bound],
            "predicateType": ITEM_TYPE,
            "predicate": predicate,
        }


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of evidence for one resource, and how it stands.

    `reason` says why it is not present. `file` is the statement, "" for what is missing. `signers`
    signed it with keys in force; `unsigned` says why nobody counts. `asked_by` are ids of rules.
    One that is not whole was edited, or its paper or signature was changed or is gone; `mend` says
    what to do. `run` is the run of a registry that keeps it, where no file does.
    """

    address: str
    kind: str
    status: ItemStatus
    reason: str = ""
    file: str = ""
    record: ItemRecord | None = None
    signers: tuple[str, ...] = ()
    unsigned: str = ""
    asked_by: tuple[str, ...] = ()
    is_whole: bool = True
    mend: str = ""
    run: str = ""

    @property
    def source(self) -> str:
        """Where it is: `file:line`, or the run of a registry and the digest of the statement."""
        if self.file:
            return f"{self.file}:1"
        digest = "" if self.record is None else self.record.digest
        return ", ".join(filter(None, (f"run {self.run}", digest))) if self.run else ""

    @property
    def day(self) -> str:
        """The day of the paper; "" where there is none."""
        return "" if self.record is None else self.record.day

    @property
    def digest(self) -> str:
        """The digest of the paper; "" where there is none."""
        return "" if self.record is None else self.record.paper_digest

    @property
    def part(self) -> str:
        """Which of several papers of one kind."""
        return "" if self.record is None else self.record.part

    @property
    def by(self) -> str:
        """Who signed it, or who is said to answer for it; "" where nobody is named."""
        if self.signers:
            return self.signers[0]
        return "" if self.record is None else self.record.by

    @property
    def is_good(self) -> bool:
        """Whether it is as it was written, and says something about what is there today."""
        bad = (ItemStatus.MISSING, ItemStatus.STALE, ItemStatus.CONFLICT)
        return self.is_whole and self.status not in bad

    def to_input(self) -> dict[str, Json]:
        """Return what expressions of policy read of it: `signers` are the principals of keys."""
        more = {"day": self.day, "by": self.by}
        return {
            "kind": self.kind,
            "status": self.status.value,
            "digest": self.digest,
            "signed": bool(self.signers),
            "signers": list(self.signers),
            **{name: text for name, text in more.items() if text},
        }

    def told(self, status: ItemStatus, reason: str) -> Item:
        """Return it with another status and why."""
        return replace(self, status=status, reason=reason)
