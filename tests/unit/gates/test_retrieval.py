"""Search is judged per query; queries without relevant documents are counted and left out."""

from __future__ import annotations

import random

import numpy as np
import pytest
from scipy.stats import t
from sklearn.metrics import ndcg_score
from statsmodels.stats.proportion import proportion_confint

from mlspec.evidence import Verdict

GATE = {
    "id": "search",
    "type": "retrieval",
    "run": "run",
    "judgements": "qrels",
    "metric": "recall",
    "depth": 10,
}
SOURCES = [
    {"name": "run", "file": "run.csv"},
    {"name": "old", "file": "old.csv"},
    {"name": "qrels", "file": "qrels.csv"},
]
RUN, QRELS = ("query", "document", "score"), ("query", "document", "relevance")


def ranked(count, quality, *, seed=1, depth=20):
    """Return a run in which document 0 of each query stands near the top as often as stated."""
    noise = random.Random(seed)
    rows = []
    for query in range(count):
        place = noise.randrange(10) if noise.random() < quality else noise.randrange(10, depth)
        others = [f"x{n}" for n in range(depth - 1)]
        found = [*others[:place], f"r{query}", *others[place:]]
        rows += [(f"q{query}", document, depth - rank) for rank, document in enumerate(found)]
    return rows


def judged(count, gain=1):
    return [(f"q{query}", f"r{query}", gain) for query in range(count)]


@pytest.fixture
def search(evaluation):
    def run(found, relevant, old=None, **gate):
        evaluation.write("run.csv", found, RUN)
        evaluation.write("qrels.csv", relevant, QRELS)
        if old is not None:
            evaluation.write("old.csv", old, RUN)
        sources = [each for each in SOURCES if old is not None or each["name"] != "old"]
        stated = {"atLeast", "margin", "minimumGain"} & set(gate)
        return evaluation.result(
            GATE | ({} if stated else {"atLeast": 0.8}) | gate, sources=sources
        )

    return run


def test_recall_over_queries_has_students_interval(search):
    relevant = [*judged(200), *[(f"q{n}", "x3", 1) for n in range(100)]]
    found = search(ranked(200, 0.95), relevant)
    hits = [int(n in hit_queries(ranked(200, 0.95))) for n in range(200)]
    values = np.array([(hit + (n < 100)) / (1 + (n < 100)) for n, hit in enumerate(hits)])
    half = t.ppf(0.95, 199) * values.std(ddof=1) / np.sqrt(200)

    assert (Verdict.PASS, "t", "recall@10 >= 0.8") == (
        found.verdict,
        found.interval.method,
        found.require,
    )
    assert values.mean() == pytest.approx(found.estimate)
    assert (values.mean() - half, values.mean() + half) == pytest.approx(
        (found.interval.lower, found.interval.upper)
    )


def hit_queries(rows, depth=10):
    best = [row for row in rows if row[1].startswith("r") and 20 - row[2] < depth]
    return {int(row[0][1:]) for row in best}


def test_success_is_a_share_with_wilsons_interval(search):
    rows = ranked(300, 0.9)
    hits = len(hit_queries(rows))

    found = search(rows, judged(300), metric="success")

    expected = proportion_confint(hits, 300, alpha=0.1, method="wilson")
    assert ("wilson", hits / 300) == (found.interval.method, pytest.approx(found.estimate))
    assert expected == pytest.approx((found.interval.lower, found.interval.upper))


def test_ndcg_is_that_of_scikit_learn(search):
    rows = ranked(150, 0.9)
    relevant = [*judged(150, 3), *[(f"q{n}", "x5", 1) for n in range(150)]]

    found = search(rows, relevant, metric="ndcg", atLeast=0.1)

    gains = [
        [3 if doc.startswith("r") else int(doc == "x5") for q, doc, _ in rows if q == f"q{n}"]
        for n in range(150)
    ]
    scores = [list(range(20, 0, -1))] * 150
    assert ndcg_score(gains, scores, k=10) == pytest.approx(found.estimate)


@pytest.mark.parametrize(
    ("gate", "verdict", "code"),
    [
        ({"metric": "recall"}, Verdict.PASS, ""),
        ({"metric": "success"}, Verdict.PASS, ""),
        ({"metric": "precision", "atLeast": 0.05}, Verdict.PASS, ""),
        ({"metric": "mrr", "depth": None, "atLeast": 0.1}, Verdict.PASS, ""),
        ({"metric": "recall", "atLeast": 0.99}, Verdict.FAIL, "requirement-missed"),
        ({"metric": "recall", "atLeast": 0.93}, Verdict.INCONCLUSIVE, "interval-straddles"),
        ({"metric": "recall", "minimumRows": 301}, Verdict.INCONCLUSIVE, "too-few-rows"),
    ],
)
def test_the_bound_decides(search, gate, verdict, code):
    found = search(ranked(300, 0.93), judged(300), **gate)

    assert (verdict, code) == (found.verdict, found.reason_code)


@pytest.mark.parametrize("metric", ["recall", "success", "ndcg"])
def test_perfect_search_on_few_queries_proves_nothing(search, metric):
    perfect = [(f"q{n}", f"r{n}", 1) for n in range(99)]

    bound = search(perfect, judged(99), metric=metric)
    three = search(perfect[:3], judged(3), metric=metric, decide="point")

    assert {(Verdict.INCONCLUSIVE, "too-few-rows")} == {
        (each.verdict, each.reason_code) for each in (bound, three)
    }


def test_perfect_search_on_enough_queries_passes_and_is_not_certain(search):
    perfect = [(f"q{n}", f"r{n}", 1) for n in range(100)]

    found = search(perfect, judged(100), metric="ndcg", atLeast=0.9)

    assert (Verdict.PASS, 1.0) == (found.verdict, found.estimate)
    assert 0.96 < found.interval.lower < 0.98


def test_queries_without_relevant_documents_are_counted_and_left_out(search):
    relevant = [*judged(200), *[(f"n{n}", "x1", 0) for n in range(30)]]

    found = search(ranked(200, 0.95), relevant)

    assert {"excluded": 30, "rows": 200, "unanswered": 0} == dict(found.counts)


def test_a_query_that_found_nothing_scores_nothing(search):
    rows = [row for row in ranked(200, 1.0) if int(row[0][1:]) >= 100]

    found = search(rows, judged(200))

    assert (Verdict.FAIL, 0.5, 100) == (
        found.verdict,
        found.estimate,
        dict(found.counts)["unanswered"],
    )


def test_a_search_no_worse_than_the_champion_passes(search):
    old = ranked(500, 0.9)
    new = [row for row in old if int(row[0][1:]) >= 20] + ranked(20, 1.0, seed=2)

    found = search(new, judged(500), old, champion="old", margin=0.02)

    assert (Verdict.PASS, "t-paired") == (found.verdict, found.interval.method)
    assert "difference of recall@10 > -0.02" == found.require
    assert found.estimate == pytest.approx(
        dict(found.facts)["challenger"] - dict(found.facts)["champion"]
    )


@pytest.mark.parametrize(
    ("quality", "gate", "verdict"),
    [
        (0.7, {"margin": 0.05}, Verdict.FAIL),
        (0.99, {"minimumGain": 0.0}, Verdict.PASS),
        (0.7, {"minimumGain": 0.0}, Verdict.FAIL),
        (0.9, {"margin": 0.001}, Verdict.INCONCLUSIVE),
    ],
)
def test_the_difference_to_the_champion_decides(search, quality, gate, verdict):
    found = search(
        ranked(500, quality, seed=7), judged(500), ranked(500, 0.9), champion="old", **gate
    )

    assert verdict == found.verdict


def test_two_runs_that_score_the_same_leave_the_difference_open(search):
    old = ranked(100, 1.0)
    new = [(query, document, score + 1) for query, document, score in old]

    found = search(new, judged(100), old, champion="old", margin=0.01)

    assert (Verdict.INCONCLUSIVE, 0.0) == (found.verdict, found.estimate)


def test_a_champion_that_lacks_queries_is_not_compared(search):
    old = ranked(400, 0.9)[: 200 * 20]

    found = search(ranked(400, 0.5, seed=3), judged(400), old, champion="old", margin=0.05)

    assert (Verdict.NOT_EVALUATED, "queries-differ") == (found.verdict, found.reason_code)
    assert "lacks 200 queries" in found.reason


def test_a_challenger_that_lacks_queries_pays_for_it(search):
    new = ranked(400, 0.95)[: 200 * 20]

    found = search(new, judged(400), ranked(400, 0.9), champion="old", margin=0.05)

    assert Verdict.FAIL == found.verdict


def test_one_search_evaluated_twice_is_not_evaluated(search):
    rows = ranked(200, 0.9)

    same = search(rows, judged(200), rows, champion="old", margin=0.05)
    shuffled = search(rows, judged(200), rows[::-1], champion="old", margin=0.05)

    assert ["same-file", "identical-predictions"] == [same.reason_code, shuffled.reason_code]
    assert {Verdict.NOT_EVALUATED} == {same.verdict, shuffled.verdict}


ROWS, LABELS = ranked(120, 0.9), judged(120)


@pytest.mark.parametrize(
    ("rows", "labels", "gate", "code"),
    [
        ([*ROWS, ROWS[0]], LABELS, {}, "duplicate-key"),
        (ROWS, [*LABELS, LABELS[0]], {}, "duplicate-key"),
        (ROWS, [("z", "r1", 1)], {}, "queries-differ"),
        (ROWS, [("q1", "r1", 0)], {}, "no-relevant-document"),
        ([], LABELS, {}, "empty-file"),
        (ROWS, [], {}, "empty-file"),
        ([("q1", "r1", "nan")], LABELS, {}, "not-finite"),
        ([("q1", "r1", "")], LABELS, {}, "empty-cell"),
        ([("q1", "r1", "high")], LABELS, {}, "not-a-number"),
        ([("q1", "", 1)], LABELS, {}, "empty-cell"),
        (ROWS, [("q1", "r1", "inf")], {}, "not-finite"),
        (ROWS, LABELS, {"run": "qrels", "judgements": "run"}, "missing-column"),
        (ROWS, LABELS, {"judgements": "absent"}, "source-missing"),
        (ROWS, LABELS, {"score": "rank"}, "missing-column"),
        (ROWS, LABELS, {"depth": None}, "depth-missing"),
        (ROWS, LABELS, {"metric": "mrr"}, "depth-unused"),
        (ROWS, LABELS, {"margin": 0.1}, "champion-missing"),
        (ROWS, LABELS, {"margin": 0.1, "atLeast": 0.5}, "one-requirement"),
        (ROWS, LABELS, {"atLeast": None}, "one-requirement"),
        (ROWS, LABELS, {"champion": "old"}, "champion-unused"),
        (ROWS, LABELS, {"atLeast": 0.0}, "requirement-trivial"),
        (ROWS, LABELS, {"margin": 1.0, "champion": "old"}, "requirement-trivial"),
    ],
)
def test_what_cannot_be_measured_is_not_evaluated(search, rows, labels, gate, code):
    found = search(rows, labels, **gate)

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


@pytest.mark.parametrize("metric", ["mrr", "ndcg", "precision", "recall", "success"])
def test_a_search_that_scores_all_alike_is_worth_what_chance_is(evaluation, metric):
    """Ten documents per query, one of them relevant, and its name is always the first."""
    found = [(f"q{n}", f"d{at}", 1) for n in range(200) for at in range(10)]
    evaluation.write("run.csv", found, ("query", "document", "score"))
    relevant = [(f"q{n}", "d0", 1) for n in range(200)]
    evaluation.write("relevant.csv", relevant, ("query", "document", "relevance"))
    gate = {"id": "r", "type": "retrieval", "run": "run", "judgements": "relevant"}
    depth = {} if metric == "mrr" else {"depth": 1}
    sources = [{"name": each, "file": f"{each}.csv"} for each in ("run", "relevant")]

    result = evaluation.result(gate | depth | {"metric": metric, "atLeast": 0.5}, sources=sources)

    chance = sum(1 / rank for rank in range(1, 11)) / 10 if metric == "mrr" else 0.1
    assert Verdict.FAIL is result.verdict
    assert chance == pytest.approx(result.estimate)
