"""Which models were judged on a data set: the more there were, the less its verdicts are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import Json, digest_value, pretty_json, strict_json
from mlspec.evidence._model import DataUse, digest_set
from mlspec.evidence._reason import Reason
from mlspec.evidence._row_digests import digest_labels

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.evidence._join import Rows
    from mlspec.evidence._model import EvidenceRecord

__all__ = ["USES_TYPE", "earlier_uses", "labels_digest", "read_uses", "write_uses"]

USES_TYPE = "https://mlspec.dev/data-uses/v1"


def labels_digest(rows: Rows) -> str | Reason:
    """Return a digest of keys and labels: the same set whatever the file, the order, the model."""
    if isinstance(rows.labels, Reason):
        return rows.labels
    if not rows.keys:
        return Reason("keys-missing", "the rows were counted by an engine, and have no keys")
    return digest_labels(rows.keys, rows.labels)


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


def write_uses(subject: str, uses: Iterable[DataUse]) -> str:
    """Return the uses of data that are known of a model, as text for a file.

    Its digest stands in it, so that an edit is noticed.
    """
    body: dict[str, Json] = {
        "_type": USES_TYPE,
        "subject": subject,
        "uses": [each.to_json() for each in sorted(set(uses))],
    }
    return pretty_json({**body, "usesDigest": digest_set(digest_value(body))})


def read_uses(text: str, subject: str) -> tuple[DataUse, ...]:
    """Return the uses that `write_uses` wrote of a model.

    Raises:
        ValueError: the text is something else, was changed, or is of another model.
    """
    found = strict_json(text)
    if not isinstance(found, dict) or found.get("_type") != USES_TYPE:
        raise ValueError(f"it is no `{USES_TYPE}`")
    stated = found.pop("usesDigest", None)
    if stated != digest_set(digest_value(found)):
        raise ValueError("it was changed after it was written")
    if found.get("subject") != subject:
        raise ValueError("it is of another model")
    listed = found.get("uses")
    return tuple(map(_use, listed if isinstance(listed, list) else ()))


def _use(found: Json) -> DataUse:
    names = ("data", "subject")
    sets = [found.get(each) for each in names] if isinstance(found, dict) else []
    texts = [each.get("sha256") for each in sets if isinstance(each, dict)]
    digests = [f"sha256:{each}" for each in texts if isinstance(each, str)]
    if len(digests) < len(names):
        raise ValueError("a use does not name its rows and its model")
    return DataUse(*digests)
