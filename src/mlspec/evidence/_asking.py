"""The queries that gates need, for the engine that has the tables: printed, and asked again.

`gate sql` prints a question with this module, and a judge makes it once more from the spec of that
day: an answer to another question is none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec.diagnostics import did_you_mean
from mlspec.errors import UsageError
from mlspec.evidence._aggregates import features_asked
from mlspec.evidence._query import Query, query_document

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.evidence._profile import FeatureProfile, Profile

__all__ = ["QueryRequest", "make_query"]

_EXAMPLE = "catalog.schema.table"


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """Which query, for which engine.

    `shape` is `counts` (rows per feature and bin), `quantiles` (rows per rounded value of numeric
    columns) or `scores` (rows per rounded score, label and, where `prediction` names its column,
    predicted class); `table` is written as the engine writes it. Values are rounded to `digits`.
    `where` is a column and the text that it has in the rows that count; `source` what of
    `evaluation` the answer is for. `crossed` is `scores` in groups by `columns`, and beside the
    table of the `champion`, joined by `key`, where one is named.
    """

    dialect: str
    table: str
    shape: str = "counts"
    columns: tuple[str, ...] = ()
    score: str = "score"
    label: str = "label"
    digits: int = 3
    prediction: str | None = None
    where: tuple[str, str] | None = None
    source: str = ""
    champion: str = ""
    key: str = "id"


def make_query(request: QueryRequest, profile: Profile | None) -> dict[str, Json]:
    """Return the query with what its answer has to come with; see `query_document`.

    Raises:
        UsageError: the table is no name, or the shape needs a profile or columns.
        MissingExtraError: sqlglot is not installed.
    """
    from mlspec.stats.engines import _dialects

    text, asked = _asked(replace(request, table=_table(request.table, request.dialect)), profile)
    query = _dialects.in_dialect(text, request.dialect)
    return query_document(
        Query(query, request.dialect, request.table, request.shape, request.source), asked
    )


def _table(table: str, dialect: str) -> str:
    """Return the name of a table as our dialect writes it."""
    from mlspec.stats.engines import _dialects

    try:
        return _dialects.table_name(table, dialect)
    except ValueError as error:
        sentence = f"`{table}` is no name of a table of {dialect}: {error}"
        raise UsageError(sentence, hint=f"write it as `{_EXAMPLE}`") from error


def _asked(request: QueryRequest, profile: Profile | None) -> tuple[str, dict[str, Json]]:
    """Return the query in our dialect, and what it takes to read its answer."""
    if request.shape == "scores":
        return _scores(request)
    if request.shape == "crossed":
        return _crossed(request)
    if request.shape == "quantiles":
        return _values(request, profile)
    return _counts(request, profile)


def _scores(request: QueryRequest) -> tuple[str, dict[str, Json]]:
    from mlspec.stats.engines import _sql

    columns: dict[str, Json] = {"label": request.label, "score": request.score}
    columns |= {"prediction": request.prediction} if request.prediction else {}
    text = _sql.scores_query(
        request.table, request.score, request.label, request.digits, request.prediction
    )
    return text, {"columns": columns, "digits": request.digits}


def _crossed(request: QueryRequest) -> tuple[str, dict[str, Json]]:
    from mlspec.evidence._crossed import crossed_question
    from mlspec.stats.engines._sql_crossed import Crossing

    champion = _table(request.champion, request.dialect) if request.champion else ""
    return crossed_question(
        Crossing(
            request.table,
            request.score,
            request.label,
            request.digits,
            request.prediction,
            request.columns,
            champion,
            request.key,
        ),
        request.champion,
    )


def _values(request: QueryRequest, profile: Profile | None) -> tuple[str, dict[str, Json]]:
    from mlspec.stats.engines import _sql

    features = () if profile is None else profile.features
    names = request.columns or tuple(each.name for each in features if each.is_numeric)
    if not names:
        raise UsageError("there is no numeric column", hint="name some with `--column`")
    text = _sql.values_query(request.table, names, request.digits, request.where)
    column, equals = request.where or ("", "")
    where: Json = {"column": column, "equals": equals} if request.where else None
    return text, {"columns": list(names), "digits": request.digits, "where": where}


def _counts(request: QueryRequest, profile: Profile | None) -> tuple[str, dict[str, Json]]:
    from mlspec.stats.engines import _sql

    if profile is None:
        raise UsageError(
            "counting needs the bins of a reference", hint="name a profile with `--reference`"
        )
    wanted = _features(request, profile)
    text = _sql.counts_query(request.table, {each.name: each.bins for each in wanted})
    return text, features_asked(wanted)


def _features(request: QueryRequest, profile: Profile) -> list[FeatureProfile]:
    known = [each.name for each in profile.features]
    absent = next((each for each in request.columns if each not in known), None)
    if absent is not None:
        close = did_you_mean(absent, known)
        hint = f"did you mean `{close}`?" if close else None
        raise UsageError(f"the reference has no feature `{absent}`", hint=hint)
    return [each for each in profile.features if each.name in (request.columns or known)]
