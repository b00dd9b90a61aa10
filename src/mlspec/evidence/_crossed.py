"""Rows per label, outputs and groups, of one model or of two: the question, and its answer.

From them follows whatever needs no key: a metric in every slice, shares of groups, and, as both
models stand in one line, the paired table of who is right and every paired difference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence._file import MAX_ROWS
from mlspec.evidence._frame import Frame
from mlspec.evidence._query import cells, material_of, provenance_of, question_part
from mlspec.evidence._reason import Reason
from mlspec.evidence._rows import RowColumns
from mlspec.evidence._tallies import ScoreCounts, too_many_rows
from mlspec.stats.engines._sql_crossed import Crossing, crossed_query, group_name, numbers_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.canonical import Json
    from mlspec.evidence._file import FileContent
    from mlspec.evidence._json import Node
    from mlspec.evidence._model import Material

__all__ = ["crossed_counts", "crossed_question"]

_MOST_DIGITS = 9
_Line = tuple[tuple[float, ...], tuple[str | None, ...]]
"""The numbers of a line, and its groups."""


def crossed_question(asked: Crossing, champion: str) -> tuple[str, dict[str, Json]]:
    """Return the query in our dialect, and what its answer has to come with.

    `champion` is the name of the champion's table as it was given, "" for one model alone.
    """
    columns: dict[str, Json] = {"label": asked.label, "score": asked.score}
    columns |= {"prediction": asked.prediction} if asked.prediction else {}
    paired: Json = {"key": asked.key, "table": champion} if champion else None
    question: dict[str, Json] = {"champion": paired, "columns": columns, "digits": asked.digits}
    return crossed_query(asked), {**question, "groups": list(asked.groups)}


def crossed_counts(content: FileContent, document: Node) -> ScoreCounts | Reason:
    """Read the answer; a row without one of its numbers, or without a partner, makes it useless."""
    columns = {name: each.text() for name, each in document.at("columns").members()}
    groups = tuple(each.text() for each in document.at("groups").items())
    paired = document.at("champion").is_there
    names = numbers_of(has_classes="prediction" in columns, paired=paired)
    counted = _counted(document, names, len(groups), paired=paired)
    if isinstance(counted, Reason):
        return counted
    total = sum(counted.values())
    if not total:
        return Reason("empty-file", "no rows were counted")
    if total > MAX_ROWS:
        return too_many_rows(total)
    digits = _digits(document)
    rows = [*counted.values()]
    numbers = [line for line, _ in counted]
    vectors = {
        name: stats.repeated(each, rows) / (10.0**digits if name.endswith("score_units") else 1)
        for name, each in zip(names, zip(*numbers, strict=True), strict=True)
    }
    material = material_of(content, document, total)
    return ScoreCounts(
        material,
        columns,
        labels=vectors["label"],
        scores=vectors["score_units"],
        predictions=vectors.get("prediction"),
        digits=digits,
        provenance=provenance_of(document),
        asked=question_part(document),
        frame=_frame(material, groups, [line for _, line in counted], rows),
        champion_scores=vectors.get("champion_score_units"),
        champion_predictions=vectors.get("champion_prediction"),
    )


def _counted(
    document: Node, names: Sequence[str], groups: int, *, paired: bool
) -> dict[_Line, int] | Reason:
    """Return the rows of each line."""
    found: dict[_Line, int] = {}
    for line in document.at("lines").items():
        *values, rows = cells(line, (*names, "row_count"))
        count = rows.count()
        if not count:
            raise rows.malformed("a number of rows")
        if not any(each.is_there for each in values):
            return _unsound(count, paired=paired)
        kind = tuple(each.number() for each in values), _groups(line, groups)
        if kind in found:
            sentence = f"{line.path}: its rows are counted in another line, too"
            return Reason("duplicate-key", sentence)
        found[kind] = count
    return found


def _unsound(rows: int, *, paired: bool) -> Reason:
    if paired:
        sentence = (
            f"{rows} keys are in one of the tables alone, stand in one twice, or lack a score, a "
            "label or a class"
        )
        return Reason("row-set-mismatch", sentence)
    sentence = f"{rows} rows lack a score, a label or a class, or it is infinite"
    return Reason("not-finite", sentence)


def _groups(line: Node, groups: int) -> tuple[str | None, ...]:
    """Return the texts of a line; warehouses give names of columns in capitals."""
    members = {name.lower(): each for name, each in line.members()}
    return tuple(_text(line, members.get(group_name(place))) for place in range(groups))


def _text(line: Node, cell: Node | None) -> str | None:
    if cell is None:
        raise line.malformed("a line with its groups")
    return cell.text() if cell.is_there else None


def _frame(
    material: Material,
    groups: tuple[str, ...],
    lines: Sequence[tuple[str | None, ...]],
    rows: Sequence[int],
) -> Frame | None:
    if not groups:
        return None
    texts: dict[str, Sequence[Json]] = {
        name: [line[place] for line, n in zip(lines, rows, strict=True) for _ in range(n)]
        for place, name in enumerate(groups)
    }
    return Frame(material, RowColumns(groups, sum(rows), texts))


def _digits(document: Node) -> int:
    found = document.at("digits").count()
    if found is None or found > _MOST_DIGITS:
        raise document.at("digits").malformed(f"a whole number up to {_MOST_DIGITS}")
    return found
