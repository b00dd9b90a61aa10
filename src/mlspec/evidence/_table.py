"""A table of predictions: a key per row, and the columns that gates read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.evidence._csv import open_csv
from mlspec.evidence._file import FileContent, shown
from mlspec.evidence._frame import Frame
from mlspec.evidence._parquet import open_parquet
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mlspec.evidence._columns import Columns
    from mlspec.evidence._model import Material
    from mlspec.stats import FloatVector

__all__ = ["Layout", "PredictionTable", "read_predictions"]

_OPEN: dict[str, Callable[[FileContent, Iterable[str]], Columns | Reason]] = {
    ".csv": open_csv,
    ".parquet": open_parquet,
}


@dataclass(frozen=True, slots=True)
class Layout:
    """Names of the columns that matter; `prediction` is None where only scores are read."""

    key: str = "id"
    label: str = "label"
    score: str = "score"
    prediction: str | None = None
    extra: tuple[str, ...] = ()
    """Further columns that gates read."""


@dataclass(frozen=True, slots=True)
class PredictionTable:
    """What one file says per key. A column is there, or says why not; the keys are unique.

    `predictions` is None where the layout names no such column; `frame` holds the extra columns.
    """

    material: Material
    keys: tuple[str, ...]
    labels: FloatVector | Reason
    scores: FloatVector | Reason
    predictions: FloatVector | Reason | None
    frame: Frame | None = None


def read_predictions(content: FileContent, layout: Layout) -> PredictionTable | Reason:
    """Read a table of predictions or labels; the suffix of the file decides how."""
    columns = _open(content, layout)
    if isinstance(columns, Reason):
        return _of_file(content, columns)
    keys = _unique_keys(columns, layout.key)
    if isinstance(keys, Reason):
        return _of_file(content, keys)
    return PredictionTable(
        content.material(columns.rows),
        keys,
        labels=_numbers(content, columns, layout.label),
        scores=_numbers(content, columns, layout.score),
        predictions=_predictions(content, columns, layout),
        frame=Frame(content.material(columns.rows), columns),
    )


def _open(content: FileContent, layout: Layout) -> Columns | Reason:
    if content.suffix not in _OPEN:
        known = ", ".join(sorted(_OPEN))
        return Reason("unknown-format", f"no reader knows the suffix; known are {known}")
    names = (layout.key, layout.label, layout.score, layout.prediction, *layout.extra)
    return _OPEN[content.suffix](content, [name for name in names if name is not None])


def _unique_keys(columns: Columns, key: str) -> tuple[str, ...] | Reason:
    keys = columns.keys(key)
    if isinstance(keys, Reason):
        return keys
    if not keys:
        return Reason("empty-file", "the file has no rows")
    if len(set(keys)) == len(keys):
        return keys
    twice, _ = Counter(keys).most_common(1)[0]
    return Reason("duplicate-key", f"the key {shown(twice)} occurs more than once")


def _predictions(
    content: FileContent, columns: Columns, layout: Layout
) -> FloatVector | Reason | None:
    if layout.prediction is None:
        return None
    return _numbers(content, columns, layout.prediction)


def _numbers(content: FileContent, columns: Columns, column: str) -> FloatVector | Reason:
    numbers = columns.numbers(column)
    return _of_file(content, numbers) if isinstance(numbers, Reason) else numbers


def _of_file(content: FileContent, reason: Reason) -> Reason:
    """Return the reason with the file in front: people look for the file first."""
    return Reason(reason.code, f"{shown(content.file)}: {reason.sentence}")
