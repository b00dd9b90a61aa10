"""Retrieval: one number per query, from what was found and what is relevant.

Queries and documents are codes. A query is evaluated when at least one document is relevant to it;
one that found nothing scores 0, and one without relevant documents is counted and left out. A
document found twice counts at its better place only.

Documents of one score have no order. Every score is its expectation over all orders of each tie,
all equally likely (McSherry and Najork, ECIR 2008): no name or place in the file breaks one, and a
search that gives all documents one score is worth what chance is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from mlspec.stats._arrays import FloatVector, PlaceVector

    Mask = npt.NDArray[np.bool_]

__all__ = [
    "Judgements",
    "Rankings",
    "Run",
    "ndcg_at",
    "precision_at",
    "rankings",
    "recall_at",
    "reciprocal_rank",
    "success_at",
]

_DIGITS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What was found: a query, a document and its score per row."""

    queries: FloatVector
    documents: FloatVector
    scores: FloatVector


@dataclass(frozen=True, slots=True, eq=False)
class Judgements:
    """What is relevant: a query, a document and its gain per row; gains up to 0 are irrelevant.

    A document that is not judged for a query is irrelevant to it. One judgement per pair.
    """

    queries: FloatVector
    documents: FloatVector
    gains: FloatVector


@dataclass(frozen=True, slots=True, eq=False)
class Rankings:
    """The evaluated queries in ascending order, and their gains by place.

    `excluded` counts queries of the run or the judgements without a relevant document. Each gain of
    `gains` and each of `ideal` belongs to the query `owners` or `ideal_owners` (a place in
    `queries`) at a rank counted from 1; `ideal` are the relevant documents, best first.

    `gains` and `hits` are the mean gain, and the share of relevant documents, of the tie that
    holds the rank; `firsts` is the chance that the first relevant document has the rank.
    """

    queries: FloatVector
    excluded: int
    owners: PlaceVector
    ranks: PlaceVector
    gains: FloatVector
    hits: FloatVector
    firsts: FloatVector
    ideal_owners: PlaceVector
    ideal_ranks: PlaceVector
    ideal: FloatVector


def rankings(run: Run, judgements: Judgements) -> Rankings:
    """Order what was found for each query and give every place its gain. O(n log n).

    Rows of the run whose score is NaN count as not found; NaN gains as irrelevant.
    """
    relevant = judgements.gains > 0
    owners, documents = judgements.queries[relevant], judgements.documents[relevant]
    gains = judgements.gains[relevant]
    queries, ideal_owners = np.unique(owners, return_inverse=True)
    everyone = np.unique(np.concatenate([run.queries, judgements.queries]))
    found = ~np.isnan(run.scores) & np.isin(run.queries, queries)
    ours, seen, ties = _ordered(run, found, queries)
    gained = _gains(ours, seen, (ideal_owners, documents, gains))
    ranks = _ranks(ours)
    ideal_order = np.lexsort((-gains, ideal_owners))
    return Rankings(
        queries,
        int(everyone.size - queries.size),
        ours,
        ranks,
        _mean_of(ties, gained),
        _mean_of(ties, (gained > 0).astype(np.float64)),
        _firsts(ours, ranks, ties, gained > 0),
        ideal_owners[ideal_order],
        _ranks(ideal_owners[ideal_order]),
        gains[ideal_order],
    )


def _ordered(
    run: Run, found: Mask, queries: FloatVector
) -> tuple[PlaceVector, FloatVector, PlaceVector]:
    """Return owners and documents of a run in order of rank, and which tie each is of.

    Each document stands once per query. Ties are counted from 0; most hold one document.
    """
    owners, documents = np.searchsorted(queries, run.queries[found]), run.documents[found]
    by_document = np.lexsort((-run.scores[found], documents, owners))
    owners, documents = owners[by_document], documents[by_document]
    scores = run.scores[found][by_document]
    first = np.ones(owners.size, dtype=bool)
    first[1:] = (np.diff(owners) != 0) | (np.diff(documents) != 0)
    owners, documents, scores = owners[first], documents[first], scores[first]
    order = np.lexsort((documents, -scores, owners))
    owners, documents, scores = owners[order], documents[order], scores[order]
    starts = np.zeros(owners.size, dtype=np.intp)
    starts[1:] = (np.diff(owners) != 0) | (np.diff(scores) != 0)
    return owners, documents, np.cumsum(starts)


def _mean_of(ties: PlaceVector, values: FloatVector) -> FloatVector:
    """Return, for each value, the mean of its tie."""
    return (np.bincount(ties, weights=values) / np.bincount(ties))[ties]


def _firsts(
    owners: PlaceVector, ranks: PlaceVector, ties: PlaceVector, relevant: Mask
) -> FloatVector:
    """Return the chance that the document at each rank is the first relevant one of its query.

    In a tie of m documents, R of them relevant, the one after i others that are not is relevant
    with the chance R / (m - i). O(n log n), one step per rank.
    """
    size, kept = np.bincount(ties), np.bincount(ties, weights=relevant)
    before = np.arange(ties.size) - np.searchsorted(ties, ties, side="left")
    chances = np.minimum(kept[ties] / (size[ties] - before), 1.0)
    out, left = np.zeros(ties.size), np.ones(int(owners.max(initial=-1)) + 1)
    by_rank = np.argsort(ranks, kind="stable")
    for rows in np.split(by_rank, np.flatnonzero(np.diff(ranks[by_rank])) + 1):
        out[rows] = left[owners[rows]] * chances[rows]
        left[owners[rows]] -= out[rows]
    return out


def _ranks(owners: PlaceVector) -> PlaceVector:
    """Return 1, 2, 3 ... within each run of equal owners."""
    starts = np.searchsorted(owners, owners, side="left")
    return np.arange(1, owners.size + 1) - starts


def _gains(
    owners: PlaceVector,
    documents: FloatVector,
    judged: tuple[PlaceVector, FloatVector, FloatVector],
) -> FloatVector:
    """Return the gain of each document found, 0 where it is not judged relevant."""
    kinds, codes = np.unique(np.concatenate([documents, judged[1]]), return_inverse=True)
    wanted = owners * kinds.size + codes[: owners.size]
    keys = judged[0] * kinds.size + codes[owners.size :]
    if not keys.size:
        return np.zeros(owners.size)
    order = np.argsort(keys, kind="stable")
    places = order[np.minimum(np.searchsorted(keys[order], wanted), keys.size - 1)]
    return np.where(keys[places] == wanted, judged[2][places], 0.0)


def recall_at(ranked: Rankings, depth: int) -> FloatVector:
    """Return, per query, the share of its relevant documents among the first `depth`."""
    relevant = np.bincount(ranked.ideal_owners, minlength=ranked.queries.size)
    return _hits(ranked, depth) / relevant


def precision_at(ranked: Rankings, depth: int) -> FloatVector:
    """Return, per query, relevant documents among the first `depth`, divided by `depth`.

    Places that were not filled count as irrelevant.
    """
    return _hits(ranked, depth) / depth


def success_at(ranked: Rankings, depth: int) -> FloatVector:
    """Return, per query, 1 when any of the first `depth` documents is relevant, else 0.

    Where a tie lies across `depth`, the chance of it.
    """
    near = ranked.ranks <= depth
    return _summed(ranked, near, ranked.firsts[near])


def ndcg_at(ranked: Rankings, depth: int) -> FloatVector:
    """Return, per query, sum gain / log2(rank + 1) over `depth` places, divided by its maximum.

    Gains enter as they are, not as 2^gain - 1. Source: Jarvelin and Kekalainen, ACM TOIS 20 (2002),
    with the discount of Burges et al. (2005), as in scikit-learn, which averages ties so too.
    """
    size = ranked.queries.size
    found = _discounted(ranked.owners, ranked.ranks, ranked.gains, (depth, size))
    best = _discounted(ranked.ideal_owners, ranked.ideal_ranks, ranked.ideal, (depth, size))
    return found / best


def reciprocal_rank(ranked: Rankings) -> FloatVector:
    """Return, per query, 1 / rank of the first relevant document, 0 when none was found.

    Its mean over queries is the MRR.
    """
    return _summed(ranked, ranked.ranks > 0, ranked.firsts / ranked.ranks)


def _hits(ranked: Rankings, depth: int) -> FloatVector:
    near = ranked.ranks <= depth
    return _summed(ranked, near, ranked.hits[near])


def _summed(ranked: Rankings, rows: Mask, values: FloatVector) -> FloatVector:
    """Return the sum of values of some rows per query, such that ten tenths are 1."""
    size = ranked.queries.size
    found = np.bincount(ranked.owners[rows], weights=values, minlength=size)
    rounded: FloatVector = np.round(found, _DIGITS)
    return rounded


def _discounted(
    owners: PlaceVector, ranks: PlaceVector, gains: FloatVector, shape: tuple[int, int]
) -> FloatVector:
    near = ranks <= shape[0]
    terms = gains[near] / np.log2(ranks[near] + 1.0)
    return np.bincount(owners[near], weights=terms, minlength=shape[1]).astype(np.float64)
