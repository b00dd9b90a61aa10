"""What an engine returned for queries of values and of scores: counts of rows, not rows.

The first say how many rows have each value of a column, from which quantiles and bins follow. The
second say how many rows have each score and label, from which follows whatever needs no key: the
area under the curve with its variance, errors, calibration.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence._file import MAX_ROWS, shown
from mlspec.evidence._provenance import Provenance
from mlspec.evidence._query import cells, material_of, provenance_of, question_part
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.evidence._file import FileContent
    from mlspec.evidence._frame import Frame
    from mlspec.evidence._json import Node
    from mlspec.evidence._model import Material
    from mlspec.stats import FloatVector, Tally
    from mlspec.stats.engines._tally import TallyTable

__all__ = ["ScoreCounts", "ValueCounts", "score_counts", "too_many_rows", "value_counts"]

_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True, eq=False)
class ValueCounts:
    """Rows per value of numeric columns, values being rounded to `digits` behind the point.

    `where` is the column and its text which the rows had that were counted, None for all rows.
    """

    material: Material
    columns: Mapping[str, Tally]
    digits: int
    where: tuple[str, str] | None = None
    provenance: Provenance = field(default_factory=Provenance)
    asked: Mapping[str, Json] = field(default_factory=dict)
    """What the document says was asked."""

    @property
    def table(self) -> TallyTable:
        """The columns as a table that profiles are made from."""
        from mlspec.stats.engines._tally import TallyTable

        return TallyTable(self.material.rows or 0, self.columns)


@dataclass(frozen=True, slots=True, eq=False)
class ScoreCounts:
    """Rows per label, score and, where it was asked for, predicted class.

    Each vector has one number per row; rows stand in no order that means anything, and have no key.
    `columns` are the names of the columns by what they hold.
    """

    material: Material
    columns: Mapping[str, str]
    labels: FloatVector
    scores: FloatVector
    predictions: FloatVector | None
    digits: int
    provenance: Provenance = field(default_factory=Provenance)
    asked: Mapping[str, Json] = field(default_factory=dict)
    """What the document says was asked."""
    frame: Frame | None = None
    """The groups that rows were counted in, one column each; None where there are none."""
    champion_scores: FloatVector | None = None
    champion_predictions: FloatVector | None = None
    """What the champion says of the same rows, where both were asked for together."""


def value_counts(content: FileContent, document: Node) -> ValueCounts | Reason:
    """Read the answer to a query of values; every column has to count the same rows."""
    names = tuple(each.text() for each in document.at("columns").items())
    if len(set(names)) < len(names):
        return Reason("duplicate-name", "the answer has a column twice")
    digits = _digits(document)
    counted = _counted(document, names, 10.0**digits)
    if isinstance(counted, Reason):
        return counted
    tallies = [stats.tally(each.finite, missing=each.missing or 0) for each in counted]
    rows = _rows({each.rows + each.missing for each in tallies})
    if isinstance(rows, Reason):
        return rows
    where = document.at("where")
    return ValueCounts(
        material_of(content, document, rows),
        dict(zip(names, tallies, strict=True)),
        digits,
        (where.at("column").text(), where.at("equals").text()) if where.is_there else None,
        provenance_of(document),
        question_part(document),
    )


@dataclass(slots=True)
class _Counted:
    """What the lines say of one column."""

    finite: dict[float, int] = field(default_factory=dict)
    missing: int | None = None


def _counted(document: Node, names: Sequence[str], unit: float) -> list[_Counted] | Reason:
    """Return what the lines say of each column, by its place."""
    counted = [_Counted() for _ in names]
    for line in document.at("lines").items():
        problem = _add(counted, names, line, unit)
        if problem is not None:
            return problem
    return counted


def _add(
    counted: Sequence[_Counted], names: Sequence[str], line: Node, unit: float
) -> Reason | None:
    feature, kind, units, rows = cells(line, ("feature", "kind", "value_units", "row_count"))
    place = _place(feature, len(names))
    of, count = counted[place], _count(rows)
    match _place(kind, 3):
        case 0:
            value = units.number() / unit
            is_new = value not in of.finite
            of.finite[value] = count
        case 1:
            is_new = of.missing is None
            of.missing = count
        case _:
            return Reason("not-finite", f"column {shown(names[place])} holds an infinite value")
    return None if is_new else _twice(line)


def score_counts(content: FileContent, document: Node) -> ScoreCounts | Reason:
    """Read the answer to a query of scores; a row without score or label makes it useless."""
    names = {name: each.text() for name, each in document.at("columns").members()}
    counted = _scored(document, has_classes="prediction" in names)
    if isinstance(counted, Reason):
        return counted
    rows_read = _rows({sum(counted.values())})
    if isinstance(rows_read, Reason):
        return rows_read
    if rows_read > MAX_ROWS:
        return too_many_rows(rows_read)
    digits = _digits(document)
    columns = [stats.repeated(each, [*counted.values()]) for each in zip(*counted, strict=True)]
    return ScoreCounts(
        material_of(content, document, rows_read),
        names,
        labels=columns[1],
        scores=columns[0] / 10.0**digits,
        predictions=columns[2] if "prediction" in names else None,
        digits=digits,
        provenance=provenance_of(document),
        asked=question_part(document),
    )


def too_many_rows(rows: int) -> Reason:
    """Return that an answer counts more rows than are judged at once, and what to do about it."""
    sentence = (
        f"the answer counts {rows} rows, and at most {MAX_ROWS} are judged at once: ask a view "
        "that keeps a part of the keys by their hash, which is a random part of the rows, such as "
        f"`WHERE ABS(HASH(KEY)) % {-(-rows // MAX_ROWS)} = 0`, by `mlspec gate sql --table "
        "predictions=VIEW`"
    )
    return Reason("too-large", sentence)


def _scored(document: Node, *, has_classes: bool) -> dict[tuple[float, ...], int] | Reason:
    """Return the rows per score in units, label and, where it was asked for, class."""
    wanted = ["score_units", "label", *(["prediction"] if has_classes else [])]
    counted: dict[tuple[float, ...], int] = {}
    for line in document.at("lines").items():
        *found, rows = cells(line, (*wanted, "row_count"))
        if not any(each.is_there for each in found):
            sentence = f"{_count(rows)} rows lack a score, a label or a class, or it is infinite"
            return Reason("not-finite", sentence)
        key = tuple(each.number() for each in found)
        if key in counted:
            return _twice(line)
        counted[key] = _count(rows)
    return counted


def _rows(totals: set[int]) -> int | Reason:
    """Return the number of rows, which all columns have alike."""
    if len(totals) > 1:
        sentence = f"columns count {min(totals)} to {max(totals)} rows, so lines are missing"
        return Reason("incomplete-report", sentence)
    rows = max(totals, default=0)
    return rows or Reason("empty-file", "no rows were counted")


def _twice(line: Node) -> Reason:
    return Reason("duplicate-key", f"{line.path}: its rows are counted in another line, too")


def _digits(document: Node) -> int:
    return _place(document.at("digits"), _MOST_DIGITS + 1)


def _place(node: Node, end: int) -> int:
    found = node.count()
    if found is None or found >= end:
        raise node.malformed(f"a whole number below {end}")
    return found


def _count(node: Node) -> int:
    found = node.count()
    if not found:
        raise node.malformed("a number of rows")
    return found
