"""Scores against what comes true."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError
from sklearn.metrics import brier_score_loss

from mlspec.canonical import digest_bytes
from mlspec.evidence import Verdict
from mlspec.gates import Binding, EvaluationInputs, GateSpec, evaluate_all, reasons
from mlspec.gates.calibration import REASONS

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"

PASS, FAIL = Verdict.PASS, Verdict.FAIL
INCONCLUSIVE, NOT_EVALUATED = Verdict.INCONCLUSIVE, Verdict.NOT_EVALUATED


def scores(count=6000, *, too_high=0.0, seed=1):
    """Return rows whose score is true, or too high by as much."""
    noise = random.Random(seed)
    rows = []
    for place in range(count):
        truth = noise.uniform(0.05, 0.75)
        label = int(noise.random() < truth)
        rows.append((f"r{place}", label, round(min(1.0, truth + too_high), 6)))
    return rows


@pytest.fixture
def calibrated(evaluation):
    def run(rows, metric="ece", at_most=0.05, **change):
        evaluation.write("scores.csv", rows)
        gate = {"id": "c", "type": "calibration", "metric": metric, "atMost": at_most} | change
        gate = {key: value for key, value in gate.items() if value is not None}
        return evaluation.result(gate, predictions="scores.csv", champion=None)

    return run


def outcome(found):
    return found.verdict, found.reason_code


@pytest.mark.parametrize(
    ("metric", "limits"),
    [
        ("ece", {"at_most": 0.05}),
        ("mce", {"at_most": 0.1}),
        ("brier", {"at_most": 0.25}),
        ("slope", {"at_most": 1.2, "atLeast": 0.8}),
        ("intercept", {"at_most": 0.2, "atLeast": -0.2}),
    ],
)
def test_true_scores_pass_and_scores_that_are_too_high_fail(calibrated, metric, limits):
    true, high = (calibrated(scores(too_high=each), metric, **limits) for each in (0.0, 0.3))

    assert (PASS, "") == outcome(true)
    assert FAIL == high.verdict or metric == "slope"
    assert {"bins", "slope"} & set(dict(true.facts))
    assert true.interval.lower <= true.estimate <= true.interval.upper


def test_a_slope_below_one_fails_where_scores_are_too_extreme(calibrated):
    rows = [(key, label, 0.5 + (score - 0.5) * 1.9) for key, label, score in scores()]
    rows = [(key, label, min(0.99, max(0.01, score))) for key, label, score in rows]

    found = calibrated(rows, "slope", 1.1, atLeast=0.9)

    assert (FAIL, "requirement-missed") == outcome(found)


def test_the_interval_decides_and_not_the_estimate(calibrated):
    estimate = calibrated(scores()).estimate

    assert INCONCLUSIVE == calibrated(scores(), at_most=estimate).verdict
    assert PASS == calibrated(scores(), at_most=estimate, decide="point").verdict


def test_fewer_than_a_thousand_rows_do_not_decide(calibrated):
    found = calibrated(scores(999))

    assert (INCONCLUSIVE, "too-few-rows") == outcome(found)
    assert found.interval is None
    assert INCONCLUSIVE == calibrated(scores(999), "mce", 0.9).verdict


def test_every_bin_of_the_largest_gap_is_judged(calibrated):
    rows = [(key, int(0.4 < score < 0.45) or label, score) for key, label, score in scores(20_000)]

    ece, mce = calibrated(rows, at_most=0.1), calibrated(rows, "mce", 0.1)

    assert (PASS, FAIL) == (ece.verdict, mce.verdict)
    assert 10 == len(mce.parts)
    assert [FAIL] == [part.verdict for part in mce.parts if part.verdict is not PASS][:1]
    assert abs(mce.estimate) == pytest.approx(dict(mce.facts)["mce"])


def test_a_small_bin_does_not_pass(calibrated):
    rows = [*scores(2000), *((f"x{n}", 1, 0.97) for n in range(5))]

    found = calibrated(rows, "mce", 0.2, binning="equal-width")

    assert (INCONCLUSIVE, "parts-inconclusive") == outcome(found)
    assert "small-bin" in {part.reason_code for part in found.parts}


def test_the_brier_score_is_that_of_scikit_learn(calibrated):
    rows = scores()

    found = calibrated(rows, "brier", 0.3)

    expected = brier_score_loss([row[1] for row in rows], [row[2] for row in rows])
    assert expected == pytest.approx(found.estimate)


def test_how_scores_are_cut_is_in_the_record(calibrated):
    mass, width = (
        dict(calibrated(scores(), binning=each, bins=20).facts)["bins"]
        for each in ("equal-mass", "equal-width")
    )

    assert (20.0, 20.0) == (mass, width)


@pytest.mark.parametrize("metric", ["ece", "mce", "brier"])
@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda _: [], "empty-file"),
        (lambda rows: [*rows, rows[0]], "duplicate-key"),
        (lambda rows: [(key, 0, score) for key, _, score in rows], "one-class"),
        (lambda rows: [(key, label, 0.4) for key, label, _ in rows], "constant-scores"),
        (lambda rows: [("a", 1, 1.2), *rows], "score-out-of-range"),
        (lambda rows: [("a", 2, 0.2), *rows], "label-not-binary"),
        (lambda rows: [("a", 1, "nan"), *rows], "not-finite"),
        (lambda rows: [("a", 1, "inf"), *rows], "not-finite"),
        (lambda rows: [("a", 1, ""), *rows], "empty-cell"),
        (lambda rows: [("a", 1, "high"), *rows], "not-a-number"),
        (lambda rows: [("a", "", 0.4), *rows], "empty-cell"),
    ],
)
def test_what_is_not_measured_is_not_evaluated(calibrated, metric, edit, code):
    found = calibrated(edit(scores(1200)), metric)

    assert (NOT_EVALUATED, code) == outcome(found)


def test_another_file_than_the_one_pinned_is_not_evaluated(evaluation):
    evaluation.write("scores.csv", scores())
    gate = {"id": "c", "type": "calibration", "metric": "ece", "atMost": 0.05}

    swapped = evaluation.result(
        gate, predictions="scores.csv", predictionsDigest=digest_bytes(b"another")
    )
    absent = evaluation.result(gate, predictions="absent.csv")

    assert (NOT_EVALUATED, "digest-mismatch") == outcome(swapped)
    assert (NOT_EVALUATED, "missing-file") == outcome(absent)


def test_scores_that_part_the_classes_have_no_slope(calibrated):
    rows = [(f"r{n}", int(n >= 600), 0.2 + n / 2000) for n in range(1200)]

    found = calibrated(rows, "slope", 1.2, atLeast=0.8)

    assert (NOT_EVALUATED, "recalibration-undefined") == outcome(found)


@pytest.mark.parametrize(
    "change",
    [
        {"at_most": None},
        {"at_most": 1.0},
        {"atLeast": 0.1},
        {"metric": "slope", "at_most": None},
        {"metric": "slope", "at_most": 0.8, "atLeast": 1.2},
    ],
)
def test_a_bound_that_says_nothing_is_not_evaluated(calibrated, change):
    assert (NOT_EVALUATED, "calibration-bound") == outcome(calibrated(scores(1200), **change))


@pytest.mark.parametrize("change", [{"bins": 1}, {"binning": "quantile"}, {"metric": "auc"}])
def test_a_spec_of_another_shape_does_not_bind(calibrated, change):
    with pytest.raises(ValidationError):
        calibrated(scores(100), **change)


def test_every_reason_is_explained():
    assert set(REASONS) <= set(reasons())


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
def test_both_models_of_adult_are_calibrated_within_five_points():
    gates = [
        {"id": metric, "type": "calibration", "metric": metric, "atMost": limit}
        for metric, limit in (("ece", 0.05), ("brier", 0.12))
    ]
    found = {}
    for name in ("challenger", "champion"):
        record = evaluate_all(
            TypeAdapter(list[GateSpec]).validate_python(gates),
            EvaluationInputs.model_validate(
                {
                    "predictions": f"{name}_predictions.parquet",
                    "labels": "labels.csv",
                    "key": "row_id",
                }
            ),
            DATA / "adult",
            binding=Binding("model/adult", "sha256:0", "0"),
        )
        found[name] = {each.gate: each for each in record.results}

    assert PASS == found["challenger"]["ece"].verdict
    assert found["challenger"]["brier"].estimate < found["champion"]["brier"].estimate
