"""A table of predictions: a key per row, and the columns that gates read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec.evidence._aggregates import read_aggregates
from mlspec.evidence._columns import missing_column
from mlspec.evidence._file import FileContent, shown
from mlspec.evidence._frame import Frame
from mlspec.evidence._json import of_file
from mlspec.evidence._output_column import used_twice
from mlspec.evidence._query import AGGREGATES_TYPE
from mlspec.evidence._reader import Wanted, load_readers, reader_of
from mlspec.evidence._reason import Reason
from mlspec.evidence._row_digests import digest_keys, digest_labels
from mlspec.evidence._tallies import ScoreCounts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json
    from mlspec.evidence._columns import Columns
    from mlspec.evidence._model import Material
    from mlspec.stats import FloatVector

__all__ = ["Layout", "PredictionTable", "read_predictions"]


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
    asked: Mapping[str, Json] | None = None
    """What an engine was asked that counted the rows; None where rows were read."""
    champion: tuple[FloatVector, FloatVector | None] | None = None
    """Scores and classes of the champion on the same rows, where an engine counted both."""


def read_predictions(content: FileContent, layout: Layout) -> PredictionTable | Reason:
    """Read a table of predictions or labels with the reader of its suffix.

    An engine's answer to a query of scores is one, too, without keys and further columns.
    """
    if content.suffix == ".json" and AGGREGATES_TYPE.encode() in content.content:
        return _counted(content, layout)
    frame = _frame(content, layout)
    if isinstance(frame, Reason):
        return frame
    keys = _unique_keys(frame.columns, layout.key)
    if isinstance(keys, Reason):
        return of_file(content, keys)
    labels = _numbers(content, frame.columns, layout.label)
    return PredictionTable(
        replace(
            frame.material,
            key_digest=digest_keys(keys),
            label_digest=digest_labels(keys, labels),
        ),
        keys,
        labels=labels,
        scores=_output(content, frame.columns, layout, layout.score),
        predictions=_predictions(content, frame.columns, layout),
        frame=frame,
    )


def _counted(content: FileContent, layout: Layout) -> PredictionTable | Reason:
    """Return the rows that an answer counts, if it is about the columns of the layout."""
    found = read_aggregates(content, Wanted())
    if isinstance(found, Reason):
        return found
    if not isinstance(found, ScoreCounts):
        return of_file(content, Reason("source-of-another-kind", "the answer counts no scores"))
    wanted = {"score": layout.score, "label": layout.label, "prediction": layout.prediction}
    for what, column in wanted.items():
        if column is not None and found.columns.get(what) != column:
            return of_file(content, missing_column(column, tuple(found.columns.values())))
    predictions = None if layout.prediction is None else found.predictions
    rival = None
    if found.champion_scores is not None:
        classes = None if layout.prediction is None else found.champion_predictions
        rival = (found.champion_scores, classes)
    return PredictionTable(
        found.material,
        (),
        found.labels,
        found.scores,
        predictions,
        frame=found.frame,
        asked=found.asked,
        champion=rival,
    )


def _frame(content: FileContent, layout: Layout) -> Frame | Reason:
    reader = reader_of(None, content.suffix)
    names = (layout.key, layout.label, layout.score, layout.prediction, *layout.extra)
    wanted = Wanted(tuple(name for name in names if name is not None))
    found = None if reader is None else reader.read(content, wanted)
    if isinstance(found, Frame | Reason):
        return found
    tables = (each for each in load_readers().values() if each.gives == "Frame")
    known = ", ".join(sorted(suffix for each in tables for suffix in each.suffixes))
    sentence = f"no reader of tables knows the suffix; known are {known}"
    return of_file(content, Reason("unknown-format", sentence))


def _unique_keys(columns: Columns, key: str) -> tuple[str, ...] | Reason:
    keys = columns.keys(key)
    if isinstance(keys, Reason):
        return keys
    if len(set(keys)) == len(keys):
        return keys
    twice, _ = Counter(keys).most_common(1)[0]
    return Reason("duplicate-key", f"the key {shown(twice)} occurs more than once")


def _predictions(
    content: FileContent, columns: Columns, layout: Layout
) -> FloatVector | Reason | None:
    if layout.prediction is None:
        return None
    return _output(content, columns, layout, layout.prediction)


def _output(
    content: FileContent, columns: Columns, layout: Layout, column: str
) -> FloatVector | Reason:
    twice = used_twice(column, key=layout.key, label=layout.label)
    return _numbers(content, columns, column) if twice is None else twice


def _numbers(content: FileContent, columns: Columns, column: str) -> FloatVector | Reason:
    numbers = columns.numbers(column)
    return of_file(content, numbers) if isinstance(numbers, Reason) else numbers
