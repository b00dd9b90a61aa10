"""Verdicts over real predictions, where the shared data lie beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from pydantic import TypeAdapter
from sklearn.metrics import roc_auc_score

from mlspec import stats
from mlspec.evidence import (
    FileContent,
    Layout,
    Verdict,
    join_champion,
    join_labels,
    read_file,
    read_metrics,
    read_predictions,
)
from mlspec.gates import Binding, EvaluationInputs, GateSpec, evaluate_all

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")

AUC_FLOOR = {"id": "floor", "type": "metric-threshold", "metric": "roc-auc", "atLeast": 0.92}
NO_WORSE = {
    "id": "no-worse",
    "type": "champion-challenger",
    "metric": "roc-auc",
    "mode": "non-inferiority",
    "margin": 0.005,
}
BETTER = {
    "id": "better",
    "type": "champion-challenger",
    "metric": "accuracy",
    "mode": "superiority",
    "confidence": 0.975,
}


def results(root, inputs, *gates):
    record = evaluate_all(
        TypeAdapter(list[GateSpec]).validate_python(list(gates)),
        EvaluationInputs.model_validate(inputs),
        root,
        binding=Binding("model/real", "sha256:0", "0"),
    )
    return {each.gate: each for each in record.results}


def adult(challenger="challenger_predictions.parquet"):
    inputs = {
        "predictions": challenger,
        "champion": "champion_predictions.parquet",
        "labels": "labels.csv",
        "key": "row_id",
        "prediction": "prediction",
    }
    return results(DATA / "adult", inputs, AUC_FLOOR, NO_WORSE, BETTER)


def test_the_challenger_on_adult_gets_the_numbers_of_the_reference():
    found = adult()

    assert {Verdict.PASS} == {each.verdict for each in found.values()}
    floor, no_worse, better = found["floor"], found["no-worse"], found["better"]
    assert (0.927602, 0.924167) == pytest.approx((floor.estimate, floor.interval.lower), abs=1e-6)
    assert (0.020793, 0.018881) == pytest.approx(
        (no_worse.estimate, no_worse.interval.lower), abs=1e-6
    )
    assert (0.0138, 0.0209) == pytest.approx(
        (better.interval.lower, better.interval.upper), abs=1e-4
    )


@pytest.mark.parametrize(
    ("challenger", "code"),
    [
        ("challenger_predictions_120_nan_scores.parquet", "empty-cell"),
        ("challenger_predictions_missing_37_rows.parquet", "row-set-mismatch"),
    ],
)
def test_a_damaged_challenger_on_adult_is_not_evaluated(challenger, code):
    found = adult(challenger)["floor"]

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


def test_the_champion_on_adult_misses_the_floor_and_is_no_challenger():
    found = adult("champion_predictions.parquet")

    assert Verdict.FAIL == found["floor"].verdict
    assert "same-file" == found["no-worse"].reason_code


@pytest.fixture(scope="module")
def employment(tmp_path_factory):
    """Predictions of 2016 for champion and challenger, each in a file of its own."""
    root = tmp_path_factory.mktemp("employment")
    window = pq.read_table(DATA / "employment_ma" / "window_2016.parquet")
    window = window.filter(pc.invert(window["used_to_train_challenger"]))
    keys, labels = window["id"], window["label"]
    for name, column in (("champion", "score"), ("challenger", "challenger_score")):
        scores = window[column].cast(pa.float64())
        table = pa.table({"id": keys, "label": labels, "score": scores})
        pq.write_table(table, root / f"{name}.parquet")
    return root


def test_employment_predictions_are_judged_as_scikit_learn_counts_them(employment):
    inputs = {"predictions": "challenger.parquet", "champion": "champion.parquet"}
    found = results(employment, inputs, AUC_FLOOR, NO_WORSE)
    tables = [pq.read_table(employment / f"{n}.parquet") for n in ("challenger", "champion")]

    ours, theirs = (roc_auc_score(table["label"], table["score"]) for table in tables)

    assert ours == pytest.approx(found["floor"].estimate, abs=1e-9)
    assert ours - theirs == pytest.approx(found["no-worse"].estimate, abs=1e-9)
    assert found["no-worse"].interval.lower < ours - theirs < found["no-worse"].interval.upper


def test_a_run_of_mlflow_reports_its_metrics_and_not_its_nan():
    content = read_file(DATA / "evidence_formats", "mlflow_runs.json", name="metrics")
    assert isinstance(content, FileContent)

    found = read_metrics(content, run="55c812166f3749ec93929c4b077c6f5f")

    assert 0.9276016062898798 == found.value("roc_auc")
    assert "not-finite" == found.value("precision_at_k").code
    assert "ambiguous-runs" == read_metrics(content).code


@pytest.mark.parametrize(
    "file",
    [
        "evidently_report.json",
        "great_expectations_empty_table_success.json",
        "great_expectations_result.json",
        "inspect_eval_log_status_error.json",
        "promptfoo_results.json",
    ],
)
def test_reports_of_other_tools_are_not_taken_for_metrics(file):
    content = read_file(DATA / "evidence_formats", file, name="metrics")

    found = read_metrics(content)

    assert not hasattr(found, "values") or not any(
        isinstance(value, float) and name in {"accuracy", "roc_auc"}
        for name, value in found.values.items()
    )


def test_files_in_different_orders_are_paired_by_key():
    layout = Layout(key="row_id")
    folder = DATA / "adult"
    champion, challenger, labels = (
        read_predictions(read_file(folder, name, name=name), layout)
        for name in ("champion_predictions.parquet", "challenger_predictions.parquet", "labels.csv")
    )
    assert champion.keys != challenger.keys

    rows = join_labels(challenger, labels)
    paired = join_champion(champion, challenger, rows)

    assert 0.906808 == pytest.approx(stats.roc_auc(rows.labels, paired.scores), abs=1e-6)
