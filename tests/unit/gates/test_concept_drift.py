"""Mature windows of production against the reference, with labels that come late."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import TypeAdapter, ValidationError
from sklearn.metrics import roc_auc_score

from mlspec.canonical import digest_bytes
from mlspec.evidence import Verdict, read_record, write_record
from mlspec.gates import Binding, EvaluationInputs, GateSpec, evaluate_all, reasons
from mlspec.gates.concept_drift import REASONS

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"
HEADER = ("id", "label", "score", "predicted_at")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
RUN = NOW.isoformat()

PASS, FAIL = Verdict.PASS, Verdict.FAIL
INCONCLUSIVE, NOT_EVALUATED = Verdict.INCONCLUSIVE, Verdict.NOT_EVALUATED


def log(count=4000, *, days=40, right=0.9, labelled=1.0, seed=5):
    """Return predictions spread evenly over the days before NOW, the oldest first."""
    noise = random.Random(seed)
    rows = []
    for place in range(count):
        label = int(noise.random() < 0.5)
        score = 0.5 + (0.4 if (label == 1) == (noise.random() < right) else -0.4) * noise.random()
        time = NOW - timedelta(days=days) + timedelta(days=days) * (place / count)
        known = label if noise.random() < labelled else ""
        rows.append((f"r{place}", known, round(score, 6), time.isoformat(timespec="seconds")))
    return rows


@pytest.fixture
def drift(evaluation):
    def run(rows, *, before=None, as_of=RUN, header=HEADER, **change):
        evaluation.write("log.csv", rows, header)
        reference = log(seed=6) if before is None else before
        evaluation.write("before.csv", [row[:3] for row in reference])
        gate = {
            "id": "drift",
            "type": "concept-drift",
            "metric": "accuracy",
            "current": "log",
            "labelDelayDays": 10,
            "windowDays": 28,
            "margin": 0.03,
        } | change.pop("gate", {})
        inputs = {
            "predictions": "before.csv",
            "champion": None,
            "sources": [{"name": "log", "file": "log.csv"}],
        } | change
        (result,) = evaluation.record(gate, as_of=as_of, **inputs).results
        return result

    return run


def outcome(found):
    return found.verdict, found.reason_code


def codes(found):
    return {found.reason_code, *(part.reason_code for part in found.parts)}


@pytest.mark.parametrize("metric", ["accuracy", "recall", "precision", "roc-auc", "brier", "f1"])
def test_the_same_quality_passes_and_a_worse_one_fails(drift, metric):
    gate = {"metric": metric, "margin": 0.05}

    same, worse = drift(log(), gate=gate), drift(log(right=0.6), gate=gate)

    assert (PASS, "") == outcome(same)
    assert (FAIL, "parts-fail") == outcome(worse)
    sign = ">=" if metric != "brier" else "<="
    assert f"change of {metric} {sign}" in same.require


@pytest.mark.parametrize(("rows", "verdict"), [(400, INCONCLUSIVE), (20_000, PASS)])
def test_windows_without_an_error_prove_as_much_as_their_rows(drift, rows, verdict):
    perfect, before = log(rows, right=1.0), log(rows, right=1.0, seed=6)

    found = drift(perfect, before=before, gate={"metric": "f1", "margin": 0.005})

    assert (verdict, 0.0) == (found.verdict, found.estimate)
    assert found.interval.lower < -0.0001


def test_few_rows_allow_both(drift):
    found = drift(log(80))

    assert "interval-straddles" in codes(found)
    assert INCONCLUSIVE == found.verdict
    assert INCONCLUSIVE == drift(log(20)).verdict
    assert PASS == drift(log(80, right=1.0), gate={"decide": "point"}).verdict


def test_rows_whose_labels_are_not_due_do_not_count(drift):
    rows = log(8000)
    young = [
        n for n, row in enumerate(rows) if datetime.fromisoformat(row[3]) > NOW - timedelta(10)
    ]
    bad = [
        (key, 1 - label if n in set(young) else label, score, time)
        for n, (key, label, score, time) in enumerate(rows)
    ]
    unknown = [
        (key, "" if n in set(young) else label, score, time)
        for n, (key, label, score, time) in enumerate(rows)
    ]

    found = [drift(each) for each in (rows, bad, unknown)]

    assert [PASS] * 3 == [each.verdict for each in found]
    assert 1 == len({each.estimate for each in found})
    assert dict(found[0].counts)["mature"] < 6000


def test_missing_labels_do_not_flatter(drift):
    found = drift(log(labelled=0.8))

    assert (INCONCLUSIVE, "parts-inconclusive") == outcome(found)
    assert "label-coverage" in codes(found)
    assert PASS == drift(log(labelled=0.8), gate={"minimumLabelCoverage": 0.5}).verdict
    assert INCONCLUSIVE == drift(log(labelled=0.0), gate={"minimumLabelCoverage": 0.0}).verdict


def test_every_window_is_judged(drift):
    rows = log(9000, days=100)
    rows = [
        (key, 1 - label if 1000 <= n < 2500 else label, score, time)
        for n, (key, label, score, time) in enumerate(rows)
    ]

    one = drift(rows)
    three = drift(rows, gate={"windows": 3})
    four = drift(rows, gate={"windows": 4})

    assert (PASS, FAIL) == (one.verdict, three.verdict)
    assert [FAIL, PASS, PASS] == [part.verdict for part in three.parts]
    assert "2026-08-19T12:00Z" in three.parts[0].name
    assert 4 == len(four.parts)


def test_a_window_without_predictions_is_not_evaluated(drift):
    found = drift(log(), gate={"windows": 2})

    assert "empty-window" in codes(drift(log(), gate={"labelDelayDays": 400}))
    assert NOT_EVALUATED == drift(log(), gate={"windows": 3}).verdict
    assert PASS == found.parts[1].verdict


def test_the_moment_of_the_run_decides_and_is_in_the_record(drift, evaluation):
    assert (NOT_EVALUATED, "moment-missing") == outcome(drift(log(), as_of=""))
    gate = {
        "id": "drift",
        "type": "concept-drift",
        "metric": "accuracy",
        "current": "log",
        "labelDelayDays": 10,
        "windowDays": 28,
        "margin": 0.03,
    }
    inputs = {"predictions": "before.csv", "sources": [{"name": "log", "file": "log.csv"}]}

    record = evaluation.record(gate, as_of=NOW.isoformat(), **inputs)

    assert NOW.isoformat() == record.as_of
    assert (NOW + timedelta(days=28)).isoformat() == record.valid_until
    assert record == read_record(write_record(record).encode())


def test_the_reference_may_be_a_source(drift, evaluation):
    evaluation.write("other.csv", [row[:3] for row in log(seed=9)])
    sources = [{"name": "log", "file": "log.csv"}, {"name": "then", "file": "other.csv"}]

    found = drift(log(), gate={"reference": "then"}, sources=sources, predictions=None)

    assert PASS == found.verdict


def test_nothing_is_compared_with_itself(drift):
    same = drift(log(), gate={"reference": "log"})
    predictions = drift(log(), predictions="log.csv")

    assert {(NOT_EVALUATED, "same-source")} == {outcome(same), outcome(predictions)}


def test_detectors_tell_and_do_not_decide(drift):
    rows = log(8000)
    changed = [
        (key, 1 - label if n > 4000 else label, score, time)
        for n, (key, label, score, time) in enumerate(rows)
    ]
    names = ["adwin", "ddm", "page-hinkley"]

    found = drift(changed, gate={"detectors": names, "margin": 0.9})
    plain = drift(changed, gate={"margin": 0.9})

    facts = dict(found.facts)
    assert plain.verdict is found.verdict
    assert all(facts[f"{name}Alarms"] >= 1 for name in names)
    assert 0.9 == pytest.approx(facts["reference"], abs=0.03)


EDITS = {
    "no-rows": (lambda _: [], "empty-file"),
    "key-twice": (lambda rows: [*rows, rows[0]], "duplicate-key"),
    "score-nan": (lambda rows: [("a", 1, "nan", rows[0][3]), *rows], "not-finite"),
    "score-text": (lambda rows: [("a", 1, "high", rows[0][3]), *rows], "not-a-number"),
    "score-missing": (lambda rows: [("a", 1, "", rows[0][3]), *rows], "empty-cell"),
    "label-infinite": (lambda rows: [("a", "inf", 0.5, rows[0][3]), *rows], "not-finite"),
    "time-missing": (lambda rows: [("a", 1, 0.5, ""), *rows], "time-unreadable"),
    "time-local": (lambda rows: [("a", 1, 0.5, "2026-10-01T08:00:00"), *rows], "time-unreadable"),
    "time-text": (lambda rows: [("a", 1, 0.5, "yesterday"), *rows], "time-unreadable"),
    "time-to-come": (lambda rows: [("a", 1, 0.5, "2027-01-01"), *rows], "time-in-future"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_bad_cell_is_not_left_out(drift, edit):
    change, code = EDITS[edit]

    found = drift(change(log()))

    assert NOT_EVALUATED == found.verdict
    assert code in codes(found)


def test_a_bad_label_or_one_class_in_the_window_is_not_evaluated(drift):
    third = [(key, 2, score, time) for key, _, score, time in log()]
    one = [(key, 1, score, time) for key, _, score, time in log()]

    assert "label-not-binary" in codes(drift(third))
    assert "one-class" in codes(drift(one, gate={"metric": "roc-auc"}))
    assert "one-class" in codes(drift(log(), before=one, gate={"metric": "roc-auc"}))


def test_a_reference_without_a_label_is_not_evaluated(drift):
    found = drift(log(), before=log(labelled=0.9))

    assert (NOT_EVALUATED, "empty-cell") == outcome(found)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"gate": {"current": "absent"}}, "source-missing"),
        ({"predictions": None}, "inputs-missing"),
        ({"gate": {"predictedAt": "time"}}, "missing-column"),
        ({"gate": {"label": "truth"}}, "missing-column"),
        ({"gate": {"margin": 1.0}}, "drift-margin"),
        ({"gate": {"metric": "pinball"}}, "drift-metric"),
        (
            {"sources": [{"name": "log", "file": "log.csv", "digest": digest_bytes(b"")}]},
            "digest-mismatch",
        ),
        (
            {"sources": [{"name": "log", "file": "log.csv", "maximumAgeDays": 3}]},
            "age-unknown",
        ),
    ],
)
def test_what_is_missing_or_contradicts_itself_is_not_evaluated(drift, change, code):
    assert (NOT_EVALUATED, code) == outcome(drift(log(), **change))


@pytest.mark.parametrize(
    "change", [{"margin": -0.1}, {"windowDays": 0}, {"windows": 13}, {"detectors": ["cusum"]}]
)
def test_a_spec_of_another_shape_does_not_bind(drift, change):
    with pytest.raises(ValidationError):
        drift(log(), gate=change)


def test_every_reason_is_explained():
    assert set(REASONS) <= set(reasons())


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
def test_employment_in_2016_is_as_easy_as_in_2015(tmp_path):
    areas = {}
    for year, name in ((2015, "before"), (2016, "log")):
        window = pq.read_table(DATA / "employment_ma" / f"window_{year}.parquet")
        label, score = window["label"], window["score"].cast(pa.float64())
        areas[year] = roc_auc_score(label, score)
        table = pa.table({"id": window["id"], "label": label, "score": score})
        times = pa.array([f"{year}-06-30"] * len(label))
        pq.write_table(table.append_column("predicted_at", times), tmp_path / f"{name}.parquet")
    gate = {
        "id": "drift",
        "type": "concept-drift",
        "metric": "roc-auc",
        "current": "log",
        "labelDelayDays": 0,
        "windowDays": 366,
        "margin": 0.005,
    }

    record = evaluate_all(
        TypeAdapter(list[GateSpec]).validate_python([gate]),
        EvaluationInputs.model_validate(
            {
                "predictions": "before.parquet",
                "sources": [{"name": "log", "file": "log.parquet"}],
            }
        ),
        tmp_path,
        binding=Binding("model/employment", "sha256:0", "0", "2016-12-31T00:00:00+00:00"),
    )

    (found,) = record.results
    assert PASS == found.verdict
    assert areas[2016] - areas[2015] == pytest.approx(found.estimate, abs=1e-9)
    assert -0.005 < found.interval.lower < found.estimate < found.interval.upper


@pytest.mark.parametrize("change", [{"score": "label"}, {"prediction": "label"}, {"score": "id"}])
def test_a_label_or_key_is_no_output_of_the_model(drift, change):
    found = drift(log(), gate=change)

    assert Verdict.NOT_EVALUATED is found.verdict
    assert "column-used-twice" in codes(found)


def test_the_rows_of_the_log_are_not_those_of_the_reference(drift):
    rows = log()

    assert (Verdict.NOT_EVALUATED, "same-source") == outcome(drift(rows, before=rows[::-1]))
