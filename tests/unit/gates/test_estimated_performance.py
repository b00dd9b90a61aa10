"""Performance expected of scores without labels: an estimate, and marked as one."""

from __future__ import annotations

import math
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import TypeAdapter, ValidationError
from sklearn.metrics import accuracy_score, precision_score, recall_score, roc_auc_score

from mlspec.canonical import digest_bytes
from mlspec.evidence import Verdict
from mlspec.gates import Binding, EvaluationInputs, GateSpec, evaluate_all, reasons
from mlspec.gates.estimated_performance import REASONS

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"

PASS, FAIL = Verdict.PASS, Verdict.FAIL
INCONCLUSIVE, NOT_EVALUATED = Verdict.INCONCLUSIVE, Verdict.NOT_EVALUATED


def rows(count=4000, *, spread=2.0, extreme=1.0, seed=2):
    """Return rows with scores `extreme` times too sure; a small spread makes them hard."""
    noise = random.Random(seed)
    found = []
    for place in range(count):
        odds = noise.gauss(0, spread)
        label = int(noise.random() < 1 / (1 + math.exp(-odds)))
        score = 1 / (1 + math.exp(-extreme * odds))
        found.append((f"r{seed}-{place}", label, round(score, 9)))
    return found


def true_value(metric, today):
    labels, scores = [row[1] for row in today], [row[2] for row in today]
    classes = [int(each >= 0.5) for each in scores]
    if metric == "roc-auc":
        return roc_auc_score(labels, scores)
    measure = {"accuracy": accuracy_score, "precision": precision_score, "recall": recall_score}
    return measure[metric](labels, classes)


@pytest.fixture
def estimated(evaluation):
    def run(today, *, reference=None, metric="accuracy", at_least=0.7, inputs=None, **change):
        before = rows(seed=1) if reference is None else reference
        evaluation.write("before.csv", before)
        evaluation.write("today.csv", [(row[0], *row[2:]) for row in today], ("id", "score"))
        gate = {
            "id": "likely",
            "type": "estimated-performance",
            "metric": metric,
            "reference": "before",
            "current": "today",
            "atLeast": at_least,
        }
        sources = [{"name": each, "file": f"{each}.csv"} for each in ("before", "today")]
        return evaluation.result(gate | change, **{"sources": sources} | (inputs or {}))

    return run


def outcome(found):
    return found.verdict, found.reason_code


@pytest.mark.parametrize("metric", ["accuracy", "precision", "recall", "roc-auc"])
@pytest.mark.parametrize("extreme", [1.0, 2.0])
def test_the_estimate_is_near_the_truth_even_of_scores_that_are_too_sure(
    estimated, metric, extreme
):
    today = rows(extreme=extreme)
    reference = rows(seed=1, extreme=extreme)

    found = estimated(today, reference=reference, metric=metric)

    truth = true_value(metric, today)
    assert PASS == found.verdict
    assert truth == pytest.approx(found.estimate, abs=0.02)
    assert found.interval.lower - 0.01 < truth < found.interval.upper + 0.01
    assert 1 / extreme == pytest.approx(dict(found.facts)["slope"], abs=0.1)


def test_the_record_says_that_it_is_an_estimate(estimated):
    found = estimated(rows())

    facts = dict(found.facts)
    assert 1.0 == facts["estimated"]
    assert 0 < facts["standardError"] < 0.01
    assert "estimated accuracy >= 0.7" == found.require
    assert "expected" == found.interval.method


def test_harder_rows_are_seen_without_a_label(estimated):
    found = estimated(rows(spread=0.5))

    assert (FAIL, "requirement-missed") == outcome(found)
    assert true_value("accuracy", rows(spread=0.5)) == pytest.approx(found.estimate, abs=0.02)


def test_few_rows_do_not_decide(estimated):
    assert (INCONCLUSIVE, "too-few-rows") == outcome(estimated(rows(199)))
    assert (INCONCLUSIVE, "too-few-rows") == outcome(estimated(rows(), reference=rows(999, seed=1)))
    estimate = estimated(rows()).estimate
    assert (INCONCLUSIVE, "interval-straddles") == outcome(estimated(rows(), at_least=estimate))
    assert PASS == estimated(rows(), at_least=estimate, decide="point").verdict


def test_scores_that_cannot_be_calibrated_give_no_verdict(estimated):
    # true only at the ends: no logistic curve fits
    reference = [
        (key, int((score > 0.2) == (score < 0.6)), score) for key, _, score in rows(seed=1)
    ]

    found = estimated(rows(), reference=reference)

    assert (INCONCLUSIVE, "reference-not-calibrated") == outcome(found)
    assert found.interval is None


def test_scores_outside_those_of_the_reference_are_counted(estimated):
    reference = [row for row in rows(6000, seed=1) if 0.1 < row[2] < 0.9]

    found = estimated(rows(), reference=reference, maximumCalibrationError=0.2)

    assert 0.2 < dict(found.facts)["outsideReference"] < 0.5


def test_today_may_be_the_predictions_of_the_evaluation(estimated, evaluation):
    evaluation.write("scores.csv", rows())

    found = estimated(rows(), current=None, inputs={"predictions": "scores.csv"})

    assert found.estimate == estimated(rows()).estimate


def test_nothing_is_estimated_from_itself(estimated):
    assert (NOT_EVALUATED, "same-source") == outcome(estimated(rows(), current="before"))


EDITS = {
    "no-rows": (lambda _: [], "empty-file"),
    "key-twice": (lambda rows: [*rows, rows[0]], "duplicate-key"),
    "score-nan": (lambda rows: [("a", 1, "nan"), *rows], "not-finite"),
    "score-infinite": (lambda rows: [("a", 1, "inf"), *rows], "not-finite"),
    "score-missing": (lambda rows: [("a", 1, ""), *rows], "empty-cell"),
    "score-text": (lambda rows: [("a", 1, "high"), *rows], "not-a-number"),
    "score-too-large": (lambda rows: [("a", 1, 1.1), *rows], "score-out-of-range"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_bad_score_is_not_left_out(estimated, edit):
    change, code = EDITS[edit]

    today, before = estimated(change(rows())), estimated(rows(), reference=change(rows(seed=1)))

    assert [(NOT_EVALUATED, code)] * 2 == [outcome(today), outcome(before)]


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda rows: [(key, 1, score) for key, _, score in rows], "one-class"),
        (lambda rows: [(key, label, 0.5) for key, label, _ in rows], "recalibration-undefined"),
        (lambda rows: [(key, int(s > 0.5), s) for key, _, s in rows], "recalibration-undefined"),
        (lambda rows: [("a", 2, 0.5), *rows], "label-not-binary"),
        (lambda rows: [("a", "", 0.5), *rows], "empty-cell"),
    ],
)
def test_a_bad_reference_is_not_evaluated(estimated, edit, code):
    assert (NOT_EVALUATED, code) == outcome(estimated(rows(), reference=edit(rows(seed=1))))


def test_a_metric_that_is_undefined_is_not_evaluated(estimated):
    low = [(key, label, score / 4) for key, label, score in rows()]

    found = estimated(low, metric="precision")

    assert (NOT_EVALUATED, "undefined-metric") == outcome(found)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"at_least": 0}, "estimate-bound"),
        ({"reference": [], "inputs": {"sources": []}}, "source-missing"),
        ({"current": "absent"}, "source-missing"),
        ({"score": "chance"}, "missing-column"),
        (
            {"inputs": {"sources": [
                {"name": "before", "file": "before.csv", "digest": digest_bytes(b"")},
                {"name": "today", "file": "today.csv"},
            ]}},
            "digest-mismatch",
        ),
    ],
)  # fmt: skip
def test_what_is_missing_or_contradicts_itself_is_not_evaluated(estimated, change, code):
    assert (NOT_EVALUATED, code) == outcome(estimated(rows(1200), **change))


@pytest.mark.parametrize("change", [{"at_least": 1.1}, {"metric": "f1"}, {"at_least": None}])
def test_a_spec_of_another_shape_does_not_bind(estimated, change):
    with pytest.raises(ValidationError):
        estimated(rows(100), **change)


def test_every_reason_is_explained():
    assert set(REASONS) <= set(reasons())


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
@pytest.mark.parametrize(("metric", "limit"), [("accuracy", 0.79), ("roc-auc", 0.88)])
def test_employment_in_2016_is_estimated_from_2015(tmp_path, metric, limit):
    for year, name in ((2015, "before"), (2016, "today")):
        window = pq.read_table(DATA / "employment_ma" / f"window_{year}.parquet")
        table = {"id": window["id"], "score": window["score"].cast(pa.float64())}
        pq.write_table(pa.table(table | {"label": window["label"]}), tmp_path / f"{name}.parquet")
    gate = {
        "id": "likely",
        "type": "estimated-performance",
        "metric": metric,
        "reference": "before",
        "current": "today",
        "atLeast": limit,
    }
    sources = [{"name": each, "file": f"{each}.parquet"} for each in ("before", "today")]
    today = pq.read_table(tmp_path / "today.parquet").to_pydict()

    (found,) = evaluate_all(
        TypeAdapter(list[GateSpec]).validate_python([gate]),
        EvaluationInputs.model_validate({"sources": sources}),
        tmp_path,
        binding=Binding("model/employment", "sha256:0", "0"),
    ).results

    truth = true_value(metric, list(zip(today["id"], today["label"], today["score"], strict=True)))
    assert PASS == found.verdict
    assert truth == pytest.approx(found.estimate, abs=0.005)


def test_a_label_is_no_score(estimated):
    assert (NOT_EVALUATED, "column-used-twice") == outcome(estimated(rows(), score="label"))


def test_the_rows_of_the_reference_are_not_those_of_today(estimated):
    same = rows(seed=1)

    for today in (same[::-1], same[::4], [*same, *rows(5)]):
        assert (NOT_EVALUATED, "same-source") == outcome(estimated(today))


def test_one_score_for_every_row_says_nothing_of_the_model(estimated):
    today = [(key, label, 0.9) for key, label, _ in rows()]

    assert (NOT_EVALUATED, "constant-scores") == outcome(estimated(today))
