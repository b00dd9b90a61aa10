"""Which models were judged on a data set: the more there were, the less its verdicts are worth."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.canonical import digest_bytes
from mlspec.evidence._model import digest_set
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.canonical import Json
    from mlspec.evidence._join import Rows
    from mlspec.evidence._model import EvidenceRecord

__all__ = ["DataUse", "DataUses", "earlier_uses", "labels_digest"]


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


def labels_digest(rows: Rows) -> str | Reason:
    """Return a digest of keys and labels: the same set whatever the file, the order, the model."""
    if isinstance(rows.labels, Reason):
        return rows.labels
    pairs = sorted(zip(rows.keys, rows.labels.tolist(), strict=True))
    text = "\n".join(f"{json.dumps(key)} {label!r}" for key, label in pairs)
    return digest_bytes(text.encode())


def earlier_uses(records: Iterable[EvidenceRecord]) -> tuple[DataUse, ...] | None:
    """Return the uses that records tell of, their own included; None where none of them counts."""
    found: set[DataUse] = set()
    counts = False
    for each in records:
        if each.uses is not None:
            counts = True
            found |= {DataUse(each.uses.data, each.subject_digest), *(each.uses.earlier or ())}
    found = {each for each in found if each.data and each.subject}
    return tuple(sorted(found)) if counts else None
