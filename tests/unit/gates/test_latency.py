from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from mlspec.evidence import Verdict

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")

GATE = {"id": "fast", "type": "latency", "source": "load"}
P99 = GATE | {"p99Ms": 30}
SECONDS = GATE | {"unit": "s", "p99Ms": 500}


def write_rows(evaluation, values, file="load.csv"):
    evaluation.write(file, [("new", value) for value in values], ("role", "latency_ms"))


def of_file(evaluation, gate, file="load.csv", **source):
    return evaluation.result(gate, sources=[{"name": "load", "file": file} | source])


def waiting_times(count, *, seed=5):
    noise = random.Random(seed)
    return [round(noise.expovariate(0.2), 6) for _ in range(count)]


def bucket(edge, count, **labels):
    return {"metric": {"le": edge} | labels, "value": [1795000600, str(count)]}


def of_buckets(evaluation, gate, *series):
    data = {"resultType": "vector", "result": list(series)}
    text = json.dumps({"status": "success", "data": data})
    (evaluation.root / "buckets.json").write_text(text)
    return of_file(evaluation, gate, "buckets.json", format="prometheus")


def test_every_quantile_keeps_its_own_limit(evaluation):
    write_rows(evaluation, waiting_times(2000))

    found = of_file(evaluation, GATE | {"p50Ms": 5, "p95Ms": 12, "p99Ms": 30})

    assert "p50 <= 5 ms, p95 <= 12 ms, p99 <= 30 ms" == found.require
    assert ["pass", "fail", "pass"] == [each.verdict for each in found.parts]
    assert (Verdict.FAIL, "parts-fail") == (found.verdict, found.reason_code)
    assert "order-statistic" == found.interval.method
    assert found.interval.lower <= found.estimate <= found.interval.upper


def test_the_interval_holds_the_true_quantile_as_often_as_it_says(evaluation):
    true, inside = 23.0258509, 0
    for seed in range(40):
        write_rows(evaluation, waiting_times(400, seed=seed))
        ends = of_file(evaluation, P99).interval
        inside += ends.lower <= true <= ends.upper

    assert inside >= 33


def test_a_limit_within_the_interval_is_inconclusive(evaluation):
    write_rows(evaluation, waiting_times(400))
    estimate = of_file(evaluation, P99).estimate

    bound = of_file(evaluation, P99 | {"p99Ms": estimate})
    point = of_file(evaluation, P99 | {"p99Ms": estimate, "decide": "point"})

    assert (Verdict.INCONCLUSIVE, "interval-straddles") == (
        bound.verdict,
        bound.parts[0].reason_code,
    )
    assert Verdict.PASS == point.verdict


@pytest.mark.parametrize(("rows", "verdict"), [(298, "inconclusive"), (299, "pass")])
def test_a_p99_has_no_upper_end_below_299_requests(evaluation, rows, verdict):
    write_rows(evaluation, [1.0] * rows)

    found = of_file(evaluation, P99)

    assert verdict == found.verdict
    assert ("" if verdict == "pass" else "too-few-rows") == found.parts[0].reason_code


@pytest.mark.parametrize("decide", ["bound", "point"])
def test_three_requests_decide_nothing(evaluation, decide):
    write_rows(evaluation, [1.0, 1.0, 1.0])

    found = of_file(evaluation, GATE | {"p50Ms": 5, "decide": decide})

    assert (Verdict.INCONCLUSIVE, "too-few-rows") == (found.verdict, found.parts[0].reason_code)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "empty-cell"),
        ("nan", "not-finite"),
        ("inf", "not-finite"),
        ("fast", "not-a-number"),
        (-1, "negative-value"),
    ],
)
def test_one_bad_latency_leaves_the_gate_unevaluated(evaluation, value, code):
    write_rows(evaluation, [*waiting_times(400), value])

    found = of_file(evaluation, P99)

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


def test_a_clock_that_stood_still_is_not_fast(evaluation):
    write_rows(evaluation, [0.0] * 400)

    found = of_file(evaluation, P99)

    assert (Verdict.NOT_EVALUATED, "nothing-timed") == (found.verdict, found.reason_code)


def test_a_filter_selects_the_requests_of_one_model(evaluation):
    rows = [("old", 100)] * 400 + [("new", 1)] * 400
    evaluation.write("load.csv", rows, ("role", "latency_ms"))

    found = of_file(evaluation, P99 | {"where": {"column": "role", "equals": "new"}})
    nobody = of_file(evaluation, P99 | {"where": {"column": "role", "equals": "next"}})
    nowhere = of_file(evaluation, P99 | {"where": {"column": "model", "equals": "new"}})

    assert (Verdict.PASS, 1.0, (("rows", 400),)) == (found.verdict, found.estimate, found.counts)
    assert ["no-rows-selected", "missing-column"] == [nobody.reason_code, nowhere.reason_code]
    assert {Verdict.NOT_EVALUATED} == {nobody.verdict, nowhere.verdict}


def test_the_unit_of_the_values_is_stated(evaluation):
    write_rows(evaluation, [0.02] * 400)

    assert 20.0 == of_file(evaluation, P99 | {"unit": "s"}).estimate
    assert 0.00002 == of_file(evaluation, P99 | {"unit": "us"}).estimate


BUCKETS = (("0.1", 900), ("0.5", 999), ("1", 1000), ("+Inf", 1000))


def test_buckets_prove_a_limit_that_is_a_bound(evaluation):
    series = [bucket(edge, count) for edge, count in BUCKETS]

    at_bound, inside, below = (
        of_buckets(evaluation, SECONDS | {"p99Ms": limit}, *series) for limit in (500, 450, 99)
    )

    assert ["pass", "inconclusive", "fail"] == [each.verdict for each in (at_bound, inside, below)]
    ends = at_bound.interval
    assert ("histogram-bucket", 100.0, 500.0) == (ends.method, ends.lower, ends.upper)
    assert (("rows", 1000),) == at_bound.counts


def test_a_table_of_buckets_is_a_histogram_too(evaluation):
    evaluation.write("load.csv", BUCKETS, ("le", "requests"))

    found = of_file(evaluation, SECONDS | {"bucketColumn": "le", "column": "requests"})

    assert (Verdict.PASS, 500.0) == (found.verdict, found.interval.upper)


@pytest.mark.parametrize("decide", ["bound", "point"])
def test_above_the_last_finite_bound_a_quantile_can_fail_and_never_pass(evaluation, decide):
    series = [bucket("0.1", 500), bucket("+Inf", 1000)]
    gate = SECONDS | {"decide": decide}

    unknown = of_buckets(evaluation, gate | {"p99Ms": 5000}, *series)
    missed = of_buckets(evaluation, gate | {"p99Ms": 50}, *series)

    assert (Verdict.INCONCLUSIVE, "censored") == (unknown.verdict, unknown.parts[0].reason_code)
    assert (Verdict.FAIL, "requirement-missed") == (missed.verdict, missed.parts[0].reason_code)
    assert None is unknown.estimate


@pytest.mark.parametrize(
    ("series", "code"),
    [
        ([], "no-series"),
        ([bucket("0.1", 900), bucket("0.5", 1000)], "no-buckets"),
        ([bucket("0.1", 900), bucket("0.1", 901), bucket("+Inf", 1000)], "malformed-buckets"),
        ([bucket("0.1", 900), bucket("0.5", 800), bucket("+Inf", 1000)], "malformed-buckets"),
        ([bucket("0.1", "NaN"), bucket("+Inf", 1000)], "not-finite"),
        ([bucket("0.1", 0), bucket("+Inf", 0)], "undefined-metric"),
        ([bucket("0.1", 1, pod="a"), bucket("+Inf", 1, pod="b")], "several-series"),
        ([bucket("slow", 900), bucket("+Inf", 1000)], "no-buckets"),
    ],
)
def test_an_answer_that_is_no_histogram_is_not_evaluated(evaluation, series, code):
    found = of_buckets(evaluation, SECONDS, *series)

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


def test_two_models_are_told_apart_by_a_label_and_never_added_up(evaluation):
    series = [bucket(edge, count, role="old") for edge, count in (("0.5", 500), ("+Inf", 1000))]
    series += [bucket(edge, count, role="new") for edge, count in BUCKETS]

    both = of_buckets(evaluation, SECONDS, *series)
    new = of_buckets(evaluation, SECONDS | {"where": {"column": "role", "equals": "new"}}, *series)

    assert ("several-series", Verdict.PASS) == (both.reason_code, new.verdict)


def test_a_range_of_moments_is_not_one_moment(evaluation):
    result = [{"metric": {"le": "+Inf"}, "values": [[1, "5"], [2, "9"]]}]
    data = {"resultType": "matrix", "result": result}
    text = json.dumps({"status": "success", "data": data})
    (evaluation.root / "buckets.json").write_text(text)

    found = of_file(evaluation, SECONDS, "buckets.json", format="prometheus")

    assert "several-points" == found.reason_code


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ({"name": "other", "file": "load.csv"}, "source-missing"),
        ({"name": "load", "file": "absent.csv"}, "missing-file"),
        ({"name": "load", "file": "load.csv", "digest": "sha256:" + "0" * 64}, "digest-mismatch"),
        ({"name": "load", "file": "load.csv", "maximumAgeDays": 3}, "age-unknown"),
        ({"name": "load", "file": "load.json", "format": "metrics"}, "source-of-another-kind"),
    ],
)
def test_a_source_that_is_of_no_use_is_not_evaluated(evaluation, source, code):
    write_rows(evaluation, waiting_times(400))
    (evaluation.root / "load.json").write_text('{"latency_ms": 3}')

    found = evaluation.result(P99, sources=[source])

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


def test_old_answers_are_too_old(evaluation):
    series = [bucket(edge, count) for edge, count in BUCKETS]
    of_buckets(evaluation, SECONDS, *series)
    source = {"name": "load", "file": "buckets.json", "format": "prometheus", "maximumAgeDays": 2}

    (found,) = evaluation.record(
        SECONDS, sources=[source], as_of="2027-01-01T00:00:00+00:00"
    ).results

    assert (Verdict.NOT_EVALUATED, "too-old") == (found.verdict, found.reason_code)


def test_a_gate_without_a_limit_is_not_evaluated(evaluation):
    write_rows(evaluation, waiting_times(400))

    assert "limit-missing" == of_file(evaluation, GATE).reason_code


@needs_data
def test_the_slower_model_is_told_from_the_faster_one(evaluation):
    text = (DATA / "latency_measured" / "latency_ms.csv").read_text()
    (evaluation.root / "load.csv").write_text(text)
    gate = GATE | {"p50Ms": 1, "p99Ms": 4.5}

    champion, challenger = (
        of_file(evaluation, gate | {"where": {"column": "role", "equals": role}})
        for role in ("champion", "challenger")
    )

    assert (Verdict.PASS, Verdict.FAIL) == (champion.verdict, challenger.verdict)
    assert ["fail", "inconclusive"] == [each.verdict for each in challenger.parts]
    ends = challenger.parts[1].interval
    assert (2.9379, 8.0394) == (ends.lower, ends.upper)


BUCKETS_OF_ROLES = "(rate(model_latency_ms_bucket[5m])))"
ONE = 'sum by (le) (rate(model_latency_ms_bucket{role="challenger"}[5m])))'
IDLE = 'sum(rate(idle_total{code=~"5.."}[5m]))/sum(rate(idle_total[5m]))'


@needs_data
@pytest.mark.parametrize(
    ("query", "code"),
    [
        (f"histogram_quantile(0.99, {ONE}", "no-buckets"),
        (f"histogram_quantile(0.99, sum by (role,le) {BUCKETS_OF_ROLES}", "several-series"),
        (IDLE, "not-finite"),
        ("sum(rate(does_not_exist_total[5m]))", "no-series"),
        ("sum(rate(absent_total[5m]))", "query-missing"),
    ],
)
def test_no_recorded_answer_of_prometheus_passes_for_a_histogram(evaluation, query, code):
    text = (DATA / "evidence_formats" / "prometheus_api_responses.jsonl").read_text()
    (evaluation.root / "load.jsonl").write_text(text)

    found = of_file(evaluation, P99 | {"query": query}, "load.jsonl", format="prometheus")

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


@pytest.mark.parametrize("header", [("le", "other"), ("other", "requests")])
def test_a_table_of_buckets_needs_both_columns(evaluation, header):
    evaluation.write("load.csv", BUCKETS, header)

    found = of_file(evaluation, SECONDS | {"bucketColumn": "le", "column": "requests"})

    assert (Verdict.NOT_EVALUATED, "missing-column") == (found.verdict, found.reason_code)


def test_limits_that_fall_are_a_mistake(evaluation):
    gate = {"id": "g", "type": "latency", "source": "rows", "p50Ms": 200, "p99Ms": 100}

    found = evaluation.result(gate, sources=[{"name": "rows", "file": "rows.csv"}])

    assert "limits-reversed" == found.reason_code
    assert "`p50Ms` is 200, above `p99Ms`, which is 100" in found.reason
