"""Rows of a model from a table of any name: a log of production, a reference."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Reason, Rows, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.evidence import Frame
    from mlspec.stats import FloatVector

__all__ = ["picked", "rows_of_frame", "unique_keys"]


def rows_of_frame(
    frame: Frame, labels: FloatVector | Reason, *, score: str, prediction: str | None
) -> Rows:
    """Return the outputs of a table beside labels, which the caller reads as it needs them."""
    return Rows(
        (),
        labels,
        frame.numbers(score),
        None if prediction is None else frame.numbers(prediction),
        (frame.material.digest,),
    )


def picked(rows: Rows, places: Sequence[int]) -> Rows:
    """Return the rows at these places."""
    return Rows(
        (),
        _at(rows.labels, places),
        _at(rows.scores, places),
        None if rows.predictions is None else _at(rows.predictions, places),
        rows.digests,
    )


def _at(values: FloatVector | Reason, places: Sequence[int]) -> FloatVector | Reason:
    if isinstance(values, Reason):
        return values
    return values[list(places)] if places else stats.vector([])


def unique_keys(frame: Frame, key: str) -> tuple[str, ...] | Reason:
    """Return the keys of a table, or the reason that one of them stands twice."""
    keys = frame.keys(key)
    if isinstance(keys, Reason) or len(set(keys)) == len(keys):
        return keys
    twice, count = Counter(keys).most_common(1)[0]
    where = shown(frame.material.file)
    return Reason("duplicate-key", f"{where}: the key {shown(twice)} occurs {count} times")
