"""Rows of a Ragas evaluation: `result.to_pandas()` as CSV (`index=False`), JSON or JSON lines.

Looked at: Ragas 0.4.3. Ragas gives a row NaN where its judge failed and leaves it out of the mean,
so that a score rises as the system degrades; here the row has an error and stays. Every column
that is no part of a sample and holds only numbers is a metric. Ragas has no limits: a case has
scores and has passed nothing. Its key is the column `id` where there is one, or else the question
(`user_input`); a row with the key of an earlier one is its next epoch.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlspec.evidence._cases import Case, Cases
from mlspec.evidence._csv import open_csv
from mlspec.evidence._frame import Frame, frame_of
from mlspec.evidence._json import of_file
from mlspec.evidence._provenance import Provenance
from mlspec.evidence._reader import Reader, Wanted
from mlspec.evidence._reason import Reason
from mlspec.evidence._rows import open_json_lines, open_json_rows

if TYPE_CHECKING:
    from mlspec.evidence._columns import Columns
    from mlspec.evidence._file import FileContent

__all__ = ["READER"]

_SAMPLE = frozenset(
    {
        "id",
        "user_input",
        "response",
        "reference",
        "retrieved_contexts",
        "reference_contexts",
        "retrieved_context_ids",
        "reference_context_ids",
        "multi_responses",
        "rubrics",
        "persona_name",
        "query_style",
        "query_length",
        "reference_tool_calls",
        "reference_topics",
        "question",
        "answer",
        "contexts",
        "ground_truth",
    }
)
"""Columns of a sample: what was asked and answered, in the words of now and of before 0.2."""

_KEYS = ("id", "user_input", "question")


def _read(content: FileContent, _wanted: Wanted) -> Cases | Reason:
    names = _open(content, ())
    opened = names if isinstance(names, Reason) else _open(content, names.names)
    frame = frame_of(content, opened)
    if isinstance(frame, Reason):
        return frame
    cases = _cases(frame)
    if isinstance(cases, Reason):
        return of_file(content, cases)
    return Cases(content.material(len(cases)), cases, len(cases), Provenance("ragas"))


def _open(content: FileContent, wanted: tuple[str, ...]) -> Columns | Reason:
    if content.suffix == ".csv":
        return open_csv(content, wanted)
    if content.suffix == ".json":
        return open_json_rows(content, wanted)
    return open_json_lines(content, wanted)


def _cases(frame: Frame) -> tuple[Case, ...] | Reason:
    key = next((name for name in _KEYS if name in frame.names), "id")
    keys = frame.keys(key)
    if isinstance(keys, Reason):
        return keys
    metrics = _metrics(frame)
    if isinstance(metrics, Reason):
        return metrics
    if not metrics:
        return Reason("malformed-report", "no column holds the numbers of a metric")
    epochs: dict[str, int] = {}
    cases = []
    for row, each in enumerate(keys):
        epochs[each] = epochs.get(each, 0) + 1
        cases.append(_case(each, {name: metrics[name][row] for name in metrics}, epochs[each]))
    return tuple(cases)


def _metrics(frame: Frame) -> dict[str, list[float]] | Reason:
    """Return the columns that hold only numbers, NaN where a row was not scored."""
    found: dict[str, list[float]] = {}
    for name in sorted(set(frame.names) - _SAMPLE):
        values = frame.measured(name)
        if isinstance(values, Reason) and values.code != "not-a-number":
            return values
        if not isinstance(values, Reason):
            found[name] = [float(each) for each in values]
    return found


def _case(key: str, scores: dict[str, float], epoch: int) -> Case:
    unscored = [name for name, score in scores.items() if math.isnan(score)]
    error = f"not scored: {', '.join(unscored)}" if unscored else ""
    finite = tuple((name, score) for name, score in scores.items() if not math.isnan(score))
    return Case(key, None, finite, error, epoch=epoch)


READER = Reader(
    format="ragas",
    summary="Rows of a Ragas evaluation, as CSV, JSON or JSON lines.",
    gives="Cases",
    read=_read,
)
