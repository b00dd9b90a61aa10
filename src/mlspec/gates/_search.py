"""The quality of search, one number per query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Frame, Reason, shown
from mlspec.gates._measure import Measured, interval, level_of, rounded
from mlspec.gates._outcomes import repeated_key
from mlspec.gates._retrieval_spec import metric_name
from mlspec.gates._sample import POINT_NEEDS, too_few

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlspec.evidence import Interval
    from mlspec.gates._port import GateInputs
    from mlspec.gates._retrieval_spec import Retrieval
    from mlspec.stats import Bounds, FloatVector, Rankings

__all__ = ["measure"]

_NEEDS = (("rows", 100),)
"""Queries below which no interval is trusted."""


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """A query, a document and a number per row."""

    name: str
    digest: str
    queries: Sequence[str]
    documents: Sequence[str]
    numbers: FloatVector


@dataclass(frozen=True, slots=True, eq=False)
class _Codes:
    """Codes of names, in the order of the names."""

    queries: dict[str, int]
    documents: dict[str, int]

    def vectors(self, table: _Table) -> tuple[FloatVector, FloatVector, FloatVector]:
        return (
            stats.vector([self.queries[each] for each in table.queries]),
            stats.vector([self.documents[each] for each in table.documents]),
            table.numbers,
        )


def measure(spec: Retrieval, inputs: GateInputs) -> Measured | Reason:
    """Return the mean over queries, or its difference to the champion's."""
    tables = _tables(spec, inputs)
    if isinstance(tables, Reason):
        return tables
    *runs, judgements = tables
    problem = _other_queries(runs, judgements) or _same(runs)
    if problem is not None:
        return problem
    codes = _Codes(
        _coded(each for table in tables for each in table.queries),
        _coded(each for table in tables for each in table.documents),
    )
    relevant = stats.Judgements(*codes.vectors(judgements))
    ranked = [stats.rankings(stats.Run(*codes.vectors(run)), relevant) for run in runs]
    return _measured(spec, ranked, [_values(spec, each) for each in ranked])


def _tables(spec: Retrieval, inputs: GateInputs) -> list[_Table] | Reason:
    """Return the runs, and after them the judgements."""
    named = [(spec.run, spec.score), (spec.judgements, spec.relevance)]
    if spec.champion is not None:
        named.insert(1, (spec.champion, spec.score))
    tables: list[_Table] = []
    for name, column in named:
        table = _table(spec, inputs, name, column)
        if isinstance(table, Reason):
            return table
        tables.append(table)
    return tables


def _table(spec: Retrieval, inputs: GateInputs, name: str, column: str) -> _Table | Reason:
    frame = inputs.source(name, Frame)
    if isinstance(frame, Reason):
        return frame
    queries, documents = frame.keys(spec.query), frame.keys(spec.document)
    numbers = frame.numbers(column)
    if isinstance(queries, Reason):
        return queries
    if isinstance(documents, Reason):
        return documents
    if isinstance(numbers, Reason):
        return numbers
    problem = repeated_key(zip(queries, documents, strict=True))
    if problem is not None:
        return Reason(problem.code, f"{name}: {problem.sentence}")
    return _Table(name, frame.material.digest, queries, documents, numbers)


def _other_queries(runs: Sequence[_Table], judgements: _Table) -> Reason | None:
    pairs = zip(judgements.queries, judgements.numbers.tolist(), strict=True)
    relevant = {query for query, gain in pairs if gain > 0}
    if not relevant:
        return Reason("no-relevant-document", "no document is relevant to any query")
    answered = relevant & set(runs[0].queries)
    if not answered:
        sentence = f"`{runs[0].name}` answers none of {len(relevant)} queries that are judged"
        return Reason("queries-differ", sentence)
    lacking = sorted(answered.difference(*(run.queries for run in runs[1:]))) if runs[1:] else []
    if not lacking:
        return None
    sentence = f"`{runs[1].name}` lacks {len(lacking)} queries, such as {shown(lacking[0])}"
    return Reason("queries-differ", sentence)


def _same(runs: Sequence[_Table]) -> Reason | None:
    """Tell whether one search was evaluated twice."""
    if len({run.digest for run in runs}) < len(runs):
        return Reason("same-file", "champion and challenger are the same file")
    found = [
        dict(zip(zip(run.queries, run.documents, strict=True), run.numbers.tolist(), strict=True))
        for run in runs
    ]
    if len(found) > 1 and found[0] == found[1]:
        return Reason("identical-predictions", "champion and challenger found exactly the same")
    return None


def _coded(names: Iterable[str]) -> dict[str, int]:
    return {name: code for code, name in enumerate(sorted(set(names)))}


def _values(spec: Retrieval, ranked: Rankings) -> FloatVector:
    depth = spec.depth or 1
    match spec.metric:
        case "recall":
            return stats.recall_at(ranked, depth)
        case "precision":
            return stats.precision_at(ranked, depth)
        case "ndcg":
            return stats.ndcg_at(ranked, depth)
        case "success":
            return stats.success_at(ranked, depth)
        case "mrr":
            return stats.reciprocal_rank(ranked)


def _measured(
    spec: Retrieval, ranked: Sequence[Rankings], values: Sequence[FloatVector]
) -> Measured:
    level, ours = level_of(spec), values[0]
    unanswered = ours.size - len(set(ranked[0].owners.tolist()))
    counts = (("excluded", ranked[0].excluded), ("rows", ours.size), ("unanswered", unanswered))
    few = too_few(spec, POINT_NEEDS if spec.decide == "point" else _NEEDS, counts)
    paired = len(values) > 1
    found = _difference(ours - values[1], level) if paired else _mean(ours, level)
    estimate = float(ours.mean() - values[1].mean()) if paired else float(ours.mean())
    facts = _facts(values) if paired else ()
    return Measured(metric_name(spec), rounded(estimate), found, counts, undecided=few, facts=facts)


def _facts(values: Sequence[FloatVector]) -> tuple[tuple[str, float], ...]:
    named = zip(("challenger", "champion"), values, strict=True)
    return tuple((name, rounded(float(each.mean()))) for name, each in named)


def _mean(values: FloatVector, level: float) -> Interval | None:
    """Return the interval of a mean of numbers in 0..1."""
    if stats.is_binary(values):
        return interval(
            "wilson", stats.wilson(float(values.sum()), values.size, level=level), level
        )
    return interval("t", _bounds(values, level), level)


def _difference(values: FloatVector, level: float) -> Interval | None:
    """Return the interval of a mean of numbers in -1..1, moved from 0..1."""
    half = _bounds((values + 1) / 2, level)
    return interval("t-paired", stats.Bounds(2 * half.lower - 1, 2 * half.upper - 1), level)


def _bounds(values: FloatVector, level: float) -> Bounds:
    alone = stats.vector(range(values.size))
    return stats.clustered_share(values, alone, level=level)
