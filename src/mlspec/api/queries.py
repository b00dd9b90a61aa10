"""`gate sql`: the queries that gates need, for the engine that has the tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.errors import UsageError
from mlspec.evidence import query_document

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.evidence import Profile

__all__ = ["QueryRequest", "make_query"]

_EXAMPLE = "catalog.schema.table"


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """Which query, for which engine.

    `shape` is `counts` (rows per feature and bin), `quantiles` (what the bins of a reference are
    made from) or `scores` (rows per rounded score and label); `table` is written as the engine
    writes it.
    """

    dialect: str
    table: str
    shape: str = "counts"
    columns: tuple[str, ...] = ()
    score: str = "score"
    label: str = "label"
    digits: int = 3


def make_query(request: QueryRequest, profile: Profile | None) -> dict[str, Json]:
    """Return the query with what its answer has to come with; see `evidence.query_document`.

    Raises:
        UsageError: the table is no name, or the shape needs a profile or columns.
        MissingExtraError: sqlglot is not installed.
    """
    from mlspec.stats.engines import _dialects

    try:
        table = _dialects.table_name(request.table, request.dialect)
    except ValueError as error:
        sentence = f"`{request.table}` is no name of a table of {request.dialect}: {error}"
        raise UsageError(sentence, hint=f"write it as `{_EXAMPLE}`") from error
    features = () if profile is None else profile.features
    wanted = [each for each in features if each.name in (request.columns or [each.name])]
    query = _dialects.in_dialect(_query(request, table, profile), request.dialect)
    counted = wanted if request.shape == "counts" else []
    return query_document(counted, query, dialect=request.dialect, table=request.table)


def _query(request: QueryRequest, table: str, profile: Profile | None) -> str:
    from mlspec.stats.engines import _sql

    if request.shape == "scores":
        return _sql.scores_query(table, request.score, request.label, request.digits)
    if request.shape == "quantiles":
        return _sql.quantiles_query(table, _numeric(request, profile))
    if profile is None:
        raise UsageError(
            "counting needs the bins of a reference", hint="name a profile with `--reference`"
        )
    bins = profile.bins()
    names = request.columns or tuple(bins)
    absent = next((each for each in names if each not in bins), None)
    if absent is not None:
        raise UsageError(f"the reference has no feature `{absent}`")
    return _sql.counts_query(table, {each: bins[each] for each in bins if each in names})


def _numeric(request: QueryRequest, profile: Profile | None) -> tuple[str, ...]:
    features = () if profile is None else profile.features
    names = request.columns or tuple(each.name for each in features if each.is_numeric)
    if not names:
        raise UsageError("there is no numeric column", hint="name some with `--column`")
    return names
