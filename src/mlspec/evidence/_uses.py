"""Which models were judged on a data set: the more there were, the less its verdicts are worth."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mlspec.canonical import digest_bytes
from mlspec.evidence._model import DataUse
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.evidence._join import Rows
    from mlspec.evidence._model import EvidenceRecord

__all__ = ["earlier_uses", "labels_digest"]


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
