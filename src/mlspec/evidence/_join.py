"""Joining files by key: never by the order of rows, never over a part of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.evidence._file import shown
from mlspec.evidence._reason import Reason
from mlspec.printable import counted

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from mlspec.evidence._frame import Frame
    from mlspec.evidence._table import PredictionTable
    from mlspec.stats import FloatVector

__all__ = ["Rows", "join_champion", "join_labels"]

_MISSING = "missing-column"


@dataclass(frozen=True, slots=True)
class Rows:
    """Labels and outputs of one model, row by row.

    `predictions` is None where no such column is named: classes then follow from the scores.
    `digests` are those of the files the rows come from. `frame` holds further columns of the
    challenger's file, in the same order; the champion's rows have none.
    """

    keys: tuple[str, ...]
    labels: FloatVector | Reason
    scores: FloatVector | Reason
    predictions: FloatVector | Reason | None
    digests: tuple[str, ...]
    frame: Frame | None = None


def join_labels(table: PredictionTable, labels: PredictionTable | None = None) -> Rows | Reason:
    """Return the rows of a model with their labels, from its own file or from another.

    Rows stand in the order of `table`. A label column in both files has to agree.
    """
    if labels is None:
        return _rows(table, table.labels, (table.material.digest,))
    order = _order(table, labels)
    if isinstance(order, Reason):
        return order
    found = _take(labels.labels, order)
    problem = _disagreement(table, found, labels)
    return problem or _rows(table, found, (table.material.digest, labels.material.digest))


def join_champion(
    champion: PredictionTable, challenger: PredictionTable, rows: Rows
) -> Rows | Reason:
    """Return the rows of the champion in the order of the challenger's `rows`.

    Both files hold the same keys. Labels are the challenger's; those in the champion's file, where
    it has some, have to agree.
    """
    order = _order(challenger, champion)
    if isinstance(order, Reason):
        return order
    theirs = _take(champion.labels, order)
    problem = _differing(rows.labels, theirs, challenger, champion)
    return problem or Rows(
        rows.keys,
        rows.labels,
        scores=_take(champion.scores, order),
        predictions=None if champion.predictions is None else _take(champion.predictions, order),
        digests=(*rows.digests, champion.material.digest),
    )


def _rows(table: PredictionTable, labels: FloatVector | Reason, digests: tuple[str, ...]) -> Rows:
    return Rows(table.keys, labels, table.scores, table.predictions, digests, table.frame)


def _order(ours: PredictionTable, theirs: PredictionTable) -> list[int] | Reason | None:
    """Return where each of our rows stands in their file; None when the order is the same."""
    keyless = next((each for each in (ours, theirs) if not each.keys), None)
    if keyless is not None:
        sentence = f"{shown(keyless.material.file)} holds counts of rows, which have no keys"
        return Reason("keys-missing", sentence)
    if ours.keys == theirs.keys:
        return None
    places = {key: place for place, key in enumerate(theirs.keys)}
    absent = _absent(ours.keys, places)
    if absent:
        return _not_the_same(absent, theirs)
    if len(places) > len(ours.keys):
        return _not_the_same(_absent(theirs.keys, set(ours.keys)), ours)
    return [places[key] for key in ours.keys]


def _absent(keys: Iterable[str], known: Container[str]) -> list[str]:
    return [key for key in keys if key not in known]


def _not_the_same(absent: list[str], file: PredictionTable) -> Reason:
    example = shown(min(absent))
    sentence = f"{shown(file.material.file)} lacks {counted(len(absent), 'key')}, such as {example}"
    return Reason("row-set-mismatch", sentence)


def _take(values: FloatVector | Reason, order: list[int] | None) -> FloatVector | Reason:
    return values if order is None or isinstance(values, Reason) else values[order]


def _disagreement(
    table: PredictionTable, found: FloatVector | Reason, labels: PredictionTable
) -> Reason | None:
    return _differing(found, table.labels, labels, table)


def _differing(
    true: FloatVector | Reason,
    others: FloatVector | Reason,
    first: PredictionTable,
    second: PredictionTable,
) -> Reason | None:
    """Return why the labels of two files are not the same data, if they are not."""
    if isinstance(others, Reason):
        return None if others.code == _MISSING else others
    if isinstance(true, Reason):
        return None
    count = int((true != others).sum())
    if not count:
        return None
    files = f"{shown(first.material.file)} and {shown(second.material.file)}"
    return Reason("label-mismatch", f"{files} give different labels for {counted(count, 'key')}")
