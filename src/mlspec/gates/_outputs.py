"""Rows of a model from a table of any name: a log of production, a reference."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol

from mlspec import stats
from mlspec.evidence import Frame, Reason, Rows, shown, used_twice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.gates._port import GateInputs
    from mlspec.stats import FloatVector

__all__ = ["Columns", "keyed_frame", "picked", "rows_of_frame", "unique_keys"]


class Columns(Protocol):
    """The names of the columns that a gate reads of a table."""

    @property
    def key(self) -> str:
        """The key of a row."""

    @property
    def label(self) -> str:
        """The true label, where it is known."""

    @property
    def score(self) -> str:
        """What the model says."""


def rows_of_frame(
    frame: Frame, labels: FloatVector | Reason, columns: Columns, *, prediction: str | None
) -> Rows:
    """Return the outputs of a table beside labels, which the caller reads as it needs them."""
    return Rows(
        (),
        labels,
        _output(frame, columns, columns.score),
        None if prediction is None else _output(frame, columns, prediction),
        (frame.material.digest,),
    )


def _output(frame: Frame, columns: Columns, column: str) -> FloatVector | Reason:
    twice = used_twice(column, key=columns.key, label=columns.label)
    return frame.numbers(column) if twice is None else twice


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


def keyed_frame(inputs: GateInputs, source: str, key: str) -> Frame | Reason:
    """Return a table of an evidence source, or why there is none whose rows have a key each."""
    frame = inputs.source(source, Frame)
    if isinstance(frame, Reason):
        return frame
    keys = unique_keys(frame, key)
    return keys if isinstance(keys, Reason) else frame


def unique_keys(frame: Frame, key: str) -> tuple[str, ...] | Reason:
    """Return the keys of a table, or the reason that one of them stands twice."""
    keys = frame.keys(key)
    if isinstance(keys, Reason) or len(set(keys)) == len(keys):
        return keys
    twice, count = Counter(keys).most_common(1)[0]
    where = shown(frame.material.file)
    return Reason("duplicate-key", f"{where}: the key {shown(twice)} occurs {count} times")
