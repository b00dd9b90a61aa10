"""`retrieval`: search finds the relevant documents, or finds no fewer than the one in production.

One number per query: `recall` (the share of its relevant documents among the first `depth`),
`precision`, `success` (any of them is there), `ndcg` (Jarvelin and Kekalainen 2002, gains as they
are), or `mrr` (1 / rank of the first, over the whole list). The requirement is about the mean: at
least a value, or its difference to a champion on the same queries, `margin` for not worse and
`minimumGain` for better. A query for which nothing was found scores 0; one without a relevant
document is counted and left out. Documents of one score have no order: a query then has the mean
over all orders of them (McSherry and Najork 2008), whatever they are called.

Interval: Wilson's for `success`, else Student's t over queries; where all queries are alike,
Wilson's with one trial per query, as no number in 0..1 varies more than a yes-or-no one. The
difference is paired by query, with the same intervals on its range. At least 100 queries.

Inconclusive: fewer queries, or an interval on both sides of the limit.

Not evaluated: no run or no judgements, the same document twice for a query, no query in common,
queries that the champion's file lacks, or a champion that is the challenger. The champion's file
has to answer every query that the challenger's answers: an old export would look worse than it is.

Example
    id: recall-floor
    type: retrieval
    run: search-run
    judgements: relevance
    metric: recall
    depth: 10
    atLeast: 0.8
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from mlspec.evidence import Reason, ReasonWords
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.gates._requirement import check_reach
from mlspec.gates._retrieval_spec import Retrieval, metric_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE"]

_FEWEST_QUERIES = 100

REASONS = MappingProxyType(
    {
        "champion-unused": ReasonWords(
            "A champion is named, but `atLeast` does not compare with it.",
            "Leave `champion` out, or state `margin` or `minimumGain` instead of `atLeast`.",
        ),
        "depth-missing": ReasonWords(
            "All retrieval metrics but `mrr` look at the first `depth` documents.",
            "State `depth`, such as 10: as many documents as are shown or passed on.",
        ),
        "depth-unused": ReasonWords(
            "`mrr` looks at the whole list, so `depth` has no effect.",
            "Leave `depth` out, or take another metric.",
        ),
        "no-relevant-document": ReasonWords(
            "No judgement calls any document relevant to any query.",
            "Look at the column `relevance`: a relevant document has a value above 0.",
        ),
        "one-requirement": ReasonWords(
            "The gate states exactly one of `atLeast` (a value), `margin` and `minimumGain` (a "
            "difference to a champion).",
            "Keep one: `atLeast` (or `atMost`), or a comparison: in `slices` by `mode` with its"
            " margin, in `retrieval` by `margin` or `minimumGain`.",
        ),
        "queries-differ": ReasonWords(
            "The run answers none of the queries that have relevant documents, or the "
            "champion's run lacks queries that the challenger's answers. They are not about the"
            " same queries.",
            "Write the identifiers of queries in the same way in run and judgements, and run "
            "both searches on all queries.",
        ),
        "requirement-trivial": ReasonWords(
            "Any search meets the stated value, so the gate says nothing.",
            "State `atLeast` above 0, or a `margin` below 1.",
        ),
    }
)


def require(spec: Retrieval) -> str:
    """Return the requirement as text: `recall@10 >= 0.8`, `difference of mrr > -0.01`."""
    name = metric_name(spec)
    if spec.at_least is not None:
        return f"{name} >= {spec.at_least:.15g}"
    return f"difference of {name} > {limit(spec):.15g}"


def limit(spec: Retrieval) -> float:
    """Return what the difference to the champion must exceed."""
    return (spec.minimum_gain if spec.minimum_gain is not None else -(spec.margin or 0.0)) + 0.0


def check(spec: Retrieval) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    yield from _check_depth(spec)
    stated = {"atLeast": spec.at_least, "margin": spec.margin, "minimumGain": spec.minimum_gain}
    named = [name for name, value in stated.items() if value is not None]
    if len(named) != 1:
        sentence = "exactly one of `atLeast`, `margin` and `minimumGain` has to be stated"
        yield SpecProblem((), Reason("one-requirement", sentence))
        return
    yield from _check_champion(spec, named[0])
    trivial = {"atLeast": 0.0, "margin": 1.0}
    if stated[named[0]] == trivial.get(named[0]):
        sentence = f"any search meets `{named[0]}: {stated[named[0]]:g}`"
        yield SpecProblem((named[0],), Reason("requirement-trivial", sentence))


def _check_depth(spec: Retrieval) -> Iterator[SpecProblem]:
    if spec.metric == "mrr" and spec.depth is not None:
        yield SpecProblem(
            ("depth",), Reason("depth-unused", "`mrr` looks at the whole list, whatever `depth` is")
        )
    if spec.metric != "mrr" and spec.depth is None:
        sentence = f"`{spec.metric}` needs a `depth`: how many of the first documents count"
        yield SpecProblem((), Reason("depth-missing", sentence))


def _check_champion(spec: Retrieval, stated: str) -> Iterator[SpecProblem]:
    if stated == "atLeast" and spec.champion is not None:
        sentence = "`champion` has no effect on a requirement with `atLeast`"
        yield SpecProblem(("champion",), Reason("champion-unused", sentence))
    if stated != "atLeast" and spec.champion is None:
        sentence = f"`{stated}` compares with a champion, but `champion` names no source"
        yield SpecProblem((stated,), Reason("champion-missing", sentence))


def hopeless(spec: Retrieval) -> Iterator[SpecProblem]:
    """Yield why no data could make the gate pass."""
    yield from check_reach(spec, at_least=1)


def evaluate(spec: Retrieval, inputs: GateInputs) -> GateResult:
    """Judge the mean over queries, or its difference to the champion."""
    from mlspec.gates import _decide, _search

    measured = _search.measure(spec, inputs)
    if spec.at_least is not None:
        bound = _decide.at_least(spec.at_least)
    else:
        bound = _decide.above(limit(spec))
    return _decide.concluded(spec, require(spec), measured, bound, metric=metric_name(spec))


def reads(spec: Retrieval) -> tuple[Need, ...]:
    """Return what is read: what was found, what is relevant, and the champion's run."""
    pair = (spec.query, spec.document)
    runs = [spec.run] if spec.champion is None else [spec.run, spec.champion]
    found = [Need(name, "Frame", tuple(sorted({*pair, spec.score}))) for name in runs]
    return (*found, Need(spec.judgements, "Frame", tuple(sorted({*pair, spec.relevance}))))


def power(spec: Retrieval, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the rows that decide at the margin."""
    from mlspec.gates import _power_number

    bound = spec.at_least if spec.at_least is not None else limit(spec)
    asked = _power_number.Asked(
        metric_name(spec), "queries", bound, 1.0, _FEWEST_QUERIES, margin=spec.margin
    )
    return _power_number.of_number(spec, observed, assumed, asked)


GATE = Gate(
    "retrieval",
    Retrieval,
    "Search finds the relevant documents, or no fewer than the one in production.",
    check=check,
    hopeless=hopeless,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=REASONS,
    power=power,
)
