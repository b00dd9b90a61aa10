"""What was not measured does not pass: every way a file can be wrong, through both gates."""

from __future__ import annotations

import pytest

from mlspec.canonical import digest_bytes
from mlspec.evidence import Reason, Verdict
from mlspec.gates import METRICS, GateInputs, reasons
from mlspec.gates.champion_challenger import GATE as COMPARISON
from mlspec.gates.champion_challenger import ChampionChallenger
from mlspec.gates.metric_threshold import GATE as THRESHOLD
from mlspec.gates.metric_threshold import MetricThreshold

OTHER = digest_bytes(b"another file")


def change_cell(rows, column, value):
    first, *rest = rows
    return [(*first[:column], value, *first[column + 1 :]), *rest]


EDITS = {
    "label-missing": (lambda rows: change_cell(rows, 1, ""), "empty-cell"),
    "label-nan": (lambda rows: change_cell(rows, 1, "nan"), "not-finite"),
    "label-fraction": (lambda rows: change_cell(rows, 1, "0.5"), "label-not-binary"),
    "label-third-class": (lambda rows: change_cell(rows, 1, "2"), "label-not-binary"),
    "score-missing": (lambda rows: change_cell(rows, 2, ""), "empty-cell"),
    "score-nan": (lambda rows: change_cell(rows, 2, "NaN"), "not-finite"),
    "score-infinite": (lambda rows: change_cell(rows, 2, "inf"), "not-finite"),
    "score-text": (lambda rows: change_cell(rows, 2, "high"), "not-a-number"),
    "key-twice": (lambda rows: [*rows, rows[0]], "duplicate-key"),
    "no-rows": (lambda _: [], "empty-file"),
    "one-class": (lambda rows: [(key, 1, score) for key, _, score in rows], "one-class"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_bad_cell_is_not_left_out_of_the_metric(evaluation, edit):
    change, code = EDITS[edit]
    evaluation.write("challenger.csv", change(evaluation.read("challenger.csv")))

    floor, better = evaluation.floor("roc-auc"), evaluation.better("roc-auc")

    assert (Verdict.NOT_EVALUATED, code) == (floor.verdict, floor.reason_code)
    assert Verdict.NOT_EVALUATED == better.verdict


@pytest.mark.parametrize("edit", sorted(set(EDITS) - {"label-fraction", "label-third-class"}))
def test_a_bad_champion_leaves_the_floor_alone(evaluation, edit):
    change, code = EDITS[edit]
    evaluation.write("champion.csv", change(evaluation.read("champion.csv")))

    floor, better = evaluation.floor("roc-auc"), evaluation.better("roc-auc")

    assert Verdict.PASS == floor.verdict
    expected = "label-mismatch" if edit == "one-class" else code
    assert (Verdict.NOT_EVALUATED, expected) == (better.verdict, better.reason_code)


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"predictions": None}, "inputs-missing"),
        ({"predictions": "absent.csv"}, "missing-file"),
        ({"predictions": "../challenger.csv"}, "path-escape"),
        ({"predictions": "/challenger.csv"}, "path-escape"),
        ({"predictions": "challenger.txt"}, "missing-file"),
        ({"predictions_digest": OTHER}, "digest-mismatch"),
        ({"labels": "absent.csv"}, "missing-file"),
        ({"labels": "challenger.csv", "labels_digest": OTHER}, "digest-mismatch"),
        ({"key": "row"}, "missing-column"),
        ({"label": "truth"}, "missing-column"),
        ({"score": "probability"}, "missing-column"),
    ],
)
def test_inputs_that_are_not_there_are_not_evaluated(evaluation, inputs, code):
    floor, better = evaluation.floor(**inputs), evaluation.better(**inputs)

    assert (Verdict.NOT_EVALUATED, code) == (floor.verdict, floor.reason_code)
    assert (Verdict.NOT_EVALUATED, code) == (better.verdict, better.reason_code)


def test_a_named_prediction_column_that_is_missing_is_not_replaced_by_the_score(evaluation):
    found = evaluation.floor("accuracy", 0.5, prediction="class")

    assert (Verdict.NOT_EVALUATED, "missing-column") == (found.verdict, found.reason_code)


def test_swapped_files_are_noticed_through_their_digests(evaluation):
    pins = {
        "predictions_digest": digest_bytes((evaluation.root / "challenger.csv").read_bytes()),
        "champion_digest": digest_bytes((evaluation.root / "champion.csv").read_bytes()),
    }

    right = evaluation.better(**pins)
    swapped = evaluation.better(**pins, predictions="champion.csv", champion="challenger.csv")

    assert Verdict.PASS == right.verdict
    assert (Verdict.NOT_EVALUATED, "digest-mismatch") == (swapped.verdict, swapped.reason_code)


def test_other_rows_are_not_compared(evaluation):
    evaluation.write("champion.csv", evaluation.read("champion.csv")[37:])

    found = evaluation.no_worse()

    assert (Verdict.NOT_EVALUATED, "row-set-mismatch") == (found.verdict, found.reason_code)
    assert "lacks 37 keys" in found.reason


def test_other_labels_are_not_compared(evaluation):
    rows = evaluation.read("champion.csv")
    evaluation.write("champion.csv", [(key, 1 - int(label), s) for key, label, s in rows])

    found = evaluation.no_worse()

    assert (Verdict.NOT_EVALUATED, "label-mismatch") == (found.verdict, found.reason_code)


@pytest.mark.parametrize("decide", ["bound", "point"])
@pytest.mark.parametrize("metric", ["accuracy", "roc-auc", "f1", "recall", "precision"])
def test_three_perfect_rows_prove_nothing(evaluation, metric, decide):
    evaluation.write("challenger.csv", [("a", 1, 0.9), ("b", 0, 0.1), ("c", 1, 0.8)])
    evaluation.write("champion.csv", [("a", 1, 0.1), ("b", 0, 0.3), ("c", 1, 0.2)])

    floor = evaluation.floor(metric, 0.5, decide=decide)
    better = evaluation.no_worse(metric, 0.5, decide=decide)

    assert (Verdict.INCONCLUSIVE, "too-few-rows") == (floor.verdict, floor.reason_code)
    assert Verdict.PASS != better.verdict


def test_the_stated_minimum_can_only_raise_the_floor(evaluation):
    raised = evaluation.floor(minimumRows=1001)
    evaluation.write("challenger.csv", evaluation.read("challenger.csv")[:20])
    lowered = evaluation.floor("accuracy", 0.1, minimumRows=10)

    assert "there are 1000 rows, but 1001 are needed" == raised.reason
    assert "there are 20 rows, but 30 are needed" == lowered.reason
    assert Verdict.INCONCLUSIVE == raised.verdict == lowered.verdict


def test_few_positives_among_many_rows_are_few(evaluation):
    rows = [(f"r{n}", int(n < 10), 0.9 if n < 10 else 0.1) for n in range(5000)]
    evaluation.write("challenger.csv", rows)

    for metric in ("roc-auc", "recall", "f1", "average-precision", "balanced-accuracy"):
        found = evaluation.floor(metric, 0.5)
        assert (Verdict.INCONCLUSIVE, "too-few-rows") == (found.verdict, found.reason_code)
        assert "there are 10 positives, but 30 are needed" == found.reason


def test_precision_without_predicted_positives_is_not_zero_and_not_one(evaluation):
    found = evaluation.ceiling("precision", 0.9, positive_threshold=5.0)

    assert (Verdict.NOT_EVALUATED, "undefined-metric") == (found.verdict, found.reason_code)


def test_constant_scores_fail_a_floor_and_do_not_pass_a_comparison(evaluation):
    rows = evaluation.read("challenger.csv")
    evaluation.write("challenger.csv", [(key, label, 0.5) for key, label, _ in rows])

    assert Verdict.FAIL == evaluation.floor("roc-auc", 0.6).verdict
    assert Verdict.FAIL == evaluation.no_worse("roc-auc", 0.05).verdict


@pytest.mark.parametrize("metric", ["brier", "log-loss"])
def test_scores_that_are_no_probabilities_have_no_brier_score(evaluation, metric):
    rows = evaluation.read("challenger.csv")
    evaluation.write("challenger.csv", change_cell(rows, 2, "1.5"))

    found = evaluation.ceiling(metric, 0.5)

    assert (Verdict.NOT_EVALUATED, "score-out-of-range") == (found.verdict, found.reason_code)


@pytest.mark.parametrize(
    "metric", sorted(name for name, each in METRICS.items() if each.reads == "estimates")
)
@pytest.mark.parametrize("decide", ["bound", "point"])
def test_a_regression_on_equal_labels_is_not_judged(evaluation, metric, decide):
    rows = evaluation.read("challenger.csv")
    evaluation.write("challenger.csv", [(key, 7, 7 + float(score)) for key, _, score in rows])
    judge = evaluation.floor if METRICS[metric].higher_is_better else evaluation.ceiling
    more = {"quantile": 0.5} if metric == "pinball" else {}

    found = judge(metric, 0.5 if metric == "r2" else 5, decide=decide, **more)

    assert (Verdict.NOT_EVALUATED, "constant-label") == (found.verdict, found.reason_code)
    assert "all labels have the same value" == found.reason


def test_overflow_is_not_a_number_to_decide_on(evaluation):
    rows = [(f"r{n}", 1e308 * (-1) ** n, -1e308 * (-1) ** n) for n in range(300)]
    evaluation.write("challenger.csv", rows)

    found = evaluation.ceiling("rmse", 1e9)

    assert (Verdict.NOT_EVALUATED, "undefined-metric") == (found.verdict, found.reason_code)


def test_every_reason_of_a_bad_file_is_explained():
    for _, code in EDITS.values():
        assert reasons()[code]


def test_a_metric_that_most_resamples_lack_has_no_interval(evaluation):
    rows = [(f"r{n}", float(n == 0), 0.9 * (n == 0)) for n in range(300)]
    evaluation.write("challenger.csv", rows)
    evaluation.write("champion.csv", [(key, label, score / 2) for key, label, score in rows])

    floor, better = evaluation.floor("r2", 0.1), evaluation.better("r2")

    assert (floor.verdict, floor.reason_code) == (Verdict.INCONCLUSIVE, "interval-undefined")
    assert (better.verdict, better.reason_code) == (Verdict.INCONCLUSIVE, "interval-straddles")
    assert evaluation.floor("r2", 0.1, decide="point").verdict == Verdict.PASS


@pytest.mark.parametrize("line", [("x", 0.5, 1), ("x", 1, 0.5)])
def test_fractions_are_no_classes(evaluation, line):
    rows = [(f"r{n}", n % 3, n % 3) for n in range(100)]
    evaluation.write("challenger.csv", [line, *rows], ("id", "label", "class"))

    found = evaluation.floor("accuracy", 0.5, prediction="class")

    assert (found.verdict, found.reason_code) == (Verdict.NOT_EVALUATED, "label-not-class")


def test_a_third_class_is_not_predicted_by_a_binary_model(evaluation):
    rows = [(f"r{n}", n % 2, n % 3) for n in range(300)]
    evaluation.write("challenger.csv", rows, ("id", "label", "class"))

    found = evaluation.floor("recall", 0.1, prediction="class")

    assert (found.verdict, found.reason_code) == (Verdict.NOT_EVALUATED, "label-not-binary")


def test_a_champion_without_predicted_positives_has_no_precision_to_beat(evaluation):
    rows = evaluation.read("champion.csv")
    evaluation.write("champion.csv", [(key, label, 0.0) for key, label, _ in rows])

    found = evaluation.better("precision")

    assert (found.verdict, found.reason_code) == (Verdict.NOT_EVALUATED, "undefined-metric")


def test_a_champion_that_does_not_fit_the_metric_is_named(evaluation):
    rows = evaluation.read("champion.csv")
    evaluation.write("champion.csv", change_cell(rows, 2, "7"))

    found = evaluation.better("brier")

    assert found.reason_code == "score-out-of-range"
    assert found.reason.startswith("champion: ")


@pytest.mark.parametrize("metric", sorted(METRICS))
@pytest.mark.parametrize("decide", ["bound", "point"])
def test_no_gate_passes_on_what_was_not_read(metric, decide):
    missing = Reason("missing-file", "gone")
    inputs = GateInputs(missing, missing, missing)
    common = {"metric": metric, "decide": decide}
    floor = MetricThreshold(id="a", type="metric-threshold", atLeast=0.1, **common)
    better = ChampionChallenger(id="b", type="champion-challenger", mode="superiority", **common)

    for gate, spec in ((THRESHOLD, floor), (COMPARISON, better)):
        found = gate.evaluate(spec, inputs)
        assert (found.verdict, found.reason_code) == (Verdict.NOT_EVALUATED, "missing-file")


ROWS_OF_SOURCE = [(f"2026-11-20T10:00:{each:02d}Z", 5, -1) for each in range(60)]


@pytest.mark.parametrize(
    "gate",
    [
        {"type": "latency", "column": "absent", "p99Ms": 9},
        {"type": "latency", "column": "below", "p99Ms": 9},
        {"type": "latency", "column": "ms", "p99Ms": 9, "where": {"column": "ms", "equals": "6"}},
        {"type": "cost", "currency": "EUR", "maximumPerThousand": 1, "billed": {"cost": "below"}},
        {"type": "cost", "currency": "EUR", "maximumPerThousand": 1, "billed": {"cost": "absent"}},
        {"type": "throughput", "timeColumn": "absent", "atLeastPerSecond": 1},
        {"type": "throughput", "atLeastPerSecond": 1, "errorColumn": "ms"},
        {"type": "data-quality", "columns": [{"name": "absent"}]},
        {"type": "llm-quality", "score": "ms", "key": "ms", "scoreAtLeast": 1, "atLeast": 0.5},
        {"type": "attack-resistance", "key": "ms", "broken": "ms", "atLeast": 0.5},
        {"type": "judge-agreement", "key": "ms", "judge": "ms", "human": "time"},
        {"type": "feedback-loop", "metric": "exploration-share", "atLeast": 0.1},
        {"type": "slices", "metric": "roc-auc", "by": [{"column": "absent"}], "atLeast": 0.5},
        {"type": "fairness", "metric": "selection-rate-ratio", "groups": [{"column": "sex"}],
         "atLeast": 0.8},
        {"type": "human-review", "metric": "override-rate", "confidenceThreshold": 0.8,
         "atMost": 0.1, "log": "source"},
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file_is_told_with_the_file(evaluation, gate):
    evaluation.write("source.csv", ROWS_OF_SOURCE, ("time", "ms", "below"))
    named = {} if "by" in gate or "groups" in gate or "log" in gate else {"source": "source"}
    found = evaluation.result(
        {"id": "gate"} | named | gate, sources=[{"name": "source", "file": "source.csv"}]
    )

    parts = [each for each in found.parts if each.reason_code == "missing-column"]
    told = [each.reason for each in parts] or [found.reason]
    assert found.verdict is not Verdict.PASS
    assert all("source.csv`" in each or "challenger.csv`" in each for each in told), told


def test_the_moment_that_is_none_is_told_and_not_the_first_one(evaluation):
    rows = [*ROWS_OF_SOURCE[:5], ("yesterday", 5, -1), *ROWS_OF_SOURCE[5:]]
    evaluation.write("source.csv", rows, ("time", "ms", "below"))
    found = evaluation.result(
        {"id": "load", "type": "throughput", "source": "source", "atLeastPerSecond": 1},
        sources=[{"name": "source", "file": "source.csv"}],
    )

    assert "row 6: `yesterday` is neither a number nor a moment" in found.reason


def test_a_label_or_score_that_is_wrong_is_named_by_its_key_and_value(evaluation):
    rows = [(f"r{n}", n % 2, 0.2 + 0.5 * (n % 2)) for n in range(200)]
    gate = {"id": "g", "type": "metric-threshold", "metric": "log-loss", "atMost": 0.5}

    evaluation.write("rows.csv", [*rows, ("odd-one", 2, 0.5)])
    label = evaluation.result(gate, predictions="rows.csv", champion=None)
    evaluation.write("rows.csv", [*rows, ("odd-one", 1, 1.5)])
    score = evaluation.result(gate, predictions="rows.csv", champion=None)
    ece = {"id": "g", "type": "calibration", "metric": "ece", "atMost": 0.05}
    calibrated = evaluation.result(ece, predictions="rows.csv", champion=None)

    assert ("label-not-binary", "score-out-of-range") == (label.reason_code, score.reason_code)
    assert "the label of the key `odd-one` is 2" in label.reason
    assert "the score of the key `odd-one` is 1.5" in score.reason
    assert "of the key `odd-one` is 1.5" in calibrated.reason
