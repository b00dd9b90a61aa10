from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from scipy.stats import t as student

from mlspec.evidence import Reason, Verdict, Wanted, read_file, reader_of
from mlspec.gates import GateInputs, GateSpec, find_gate

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"

PRICES = {
    "asOf": "2026-11-01",
    "inputTokens": "in",
    "outputTokens": "out",
    "inputPerMillion": 2.5,
    "outputPerMillion": 10,
}
BASE = {
    "id": "affordable",
    "type": "cost",
    "source": "requests",
    "currency": "USD",
    "maximumPerThousand": 6,
}
GATE = BASE | {"prices": PRICES}
BILLED = BASE | {"billed": {"cost": "usd"}}
SUM = BASE | {"billed": {"cost": "usd", "predictions": "n"}, "decide": "point"}


def of_rows(evaluation, rows, gate=GATE, header=("in", "out")):
    evaluation.write("requests.csv", rows, header)
    return evaluation.result(gate, sources=[{"name": "requests", "file": "requests.csv"}])


def of_metrics(evaluation, gate=SUM, **values):
    (evaluation.root / "bill.json").write_text(json.dumps(values))
    return evaluation.result(gate, sources=[{"name": "requests", "file": "bill.json"}])


def tokens(count, *, seed=4):
    noise = random.Random(seed)
    return [(noise.randint(100, 1000), int(noise.lognormvariate(5, 1))) for _ in range(count)]


def test_tokens_times_prices_are_a_cost_with_students_interval(evaluation):
    rows = tokens(500)

    found = of_rows(evaluation, rows)

    costs = [1000 * (read * 2.5 + written * 10) / 1e6 for read, written in rows]
    mean = sum(costs) / len(costs)
    error = (sum((each - mean) ** 2 for each in costs) / 499 / 500) ** 0.5
    ends = student.interval(0.9, 499, loc=mean, scale=error)
    assert mean == pytest.approx(found.estimate, rel=1e-11)
    assert ends == pytest.approx((found.interval.lower, found.interval.upper), rel=1e-9)
    assert (Verdict.PASS, "cost per thousand <= 6 USD") == (found.verdict, found.require)
    assert sorted(costs)[494] == pytest.approx(dict(found.facts)["p99PerThousand"])


def test_the_bound_decides(evaluation):
    rows = tokens(500)
    estimate = of_rows(evaluation, rows).estimate

    close, low = (
        of_rows(evaluation, rows, GATE | {"maximumPerThousand": limit})
        for limit in (estimate, estimate / 2)
    )
    point = of_rows(evaluation, rows, GATE | {"maximumPerThousand": estimate, "decide": "point"})

    assert (Verdict.INCONCLUSIVE, "interval-straddles") == (close.verdict, close.reason_code)
    assert (Verdict.FAIL, "requirement-missed") == (low.verdict, low.reason_code)
    assert Verdict.PASS == point.verdict


def test_a_share_of_the_infrastructure_is_added(evaluation):
    rows = tokens(200)

    plain = of_rows(evaluation, rows)
    more = of_rows(evaluation, rows, GATE | {"infrastructurePerThousand": 1.5})

    assert plain.estimate + 1.5 == pytest.approx(more.estimate)


@pytest.mark.parametrize(("decide", "floor"), [("bound", 100), ("point", 30)])
def test_few_predictions_decide_nothing(evaluation, decide, floor):
    gate = GATE | {"decide": decide}

    few, enough = (of_rows(evaluation, tokens(n), gate) for n in (floor - 1, floor))

    assert (Verdict.INCONCLUSIVE, "too-few-rows") == (few.verdict, few.reason_code)
    assert Verdict.PASS == enough.verdict


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "empty-cell"),
        ("NaN", "not-finite"),
        ("inf", "not-finite"),
        ("1e308", "value-too-large"),
        ("many", "not-a-number"),
        (-3, "negative-value"),
    ],
)
def test_one_bad_count_of_tokens_leaves_the_gate_unevaluated(evaluation, cell, code):
    found = of_rows(evaluation, [*tokens(200), (100, cell)])

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


def test_tokens_that_nobody_counted_cost_nothing_and_do_not_pass(evaluation):
    found = of_rows(evaluation, [(0, 0)] * 500)

    assert (Verdict.NOT_EVALUATED, "nothing-spent") == (found.verdict, found.reason_code)
    assert "missing-column" == of_rows(evaluation, [(1, 1)] * 500, header=("in", "to")).reason_code
    assert "empty-file" == of_rows(evaluation, []).reason_code


def test_equal_costs_are_a_point_and_no_interval(evaluation):
    rows = [(0.003,)] * 100

    found = of_rows(evaluation, rows, BILLED, ("usd",))
    flat = of_rows(evaluation, rows, BILLED | {"decide": "point"}, ("usd",))

    assert (Verdict.INCONCLUSIVE, "interval-undefined") == (found.verdict, found.reason_code)
    assert (Verdict.PASS, 3.0, None) == (flat.verdict, flat.estimate, flat.interval)


def test_the_predictions_of_one_model_are_selected(evaluation):
    rows = [("old", 0.5)] * 100 + [("new", 0.0005), ("new", 0.0015)] * 50
    gate = BILLED | {"where": {"column": "role", "equals": "new"}}

    found = of_rows(evaluation, rows, gate, ("role", "usd"))

    assert (Verdict.PASS, 1.0) == (found.verdict, found.estimate)


def test_a_bill_is_a_point(evaluation):
    found = of_metrics(evaluation, usd=12.5, n=5000)

    assert (Verdict.PASS, 2.5, "point") == (found.verdict, found.estimate, found.decide)
    assert (("rows", 5000),) == found.counts
    assert Verdict.FAIL == of_metrics(evaluation, usd=50, n=5000).verdict


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"usd": 12.5}, "metric-missing"),
        ({"usd": "much", "n": 5}, "not-a-number"),
        ({"usd": float("nan"), "n": 5}, "not-finite"),
        ({"usd": 0, "n": 5000}, "nothing-spent"),
        ({"usd": 5, "n": 0}, "nothing-spent"),
        ({"usd": -5, "n": 1000}, "negative-value"),
    ],
)
def test_a_bill_that_says_nothing_is_not_evaluated(evaluation, values, code):
    found = of_metrics(evaluation, **values)

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


@pytest.mark.parametrize(
    ("gate", "code"),
    [
        (BASE, "one-cost"),
        (GATE | {"billed": {"cost": "usd"}}, "one-cost"),
        (SUM | {"decide": "bound"}, "point-not-stated"),
        (GATE | {"source": "other"}, "source-missing"),
        (SUM, "source-of-another-kind"),
    ],
)
def test_a_spec_that_does_not_fit_is_not_evaluated(evaluation, gate, code):
    found = of_rows(evaluation, tokens(200), gate)

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
def test_the_cost_of_requests_in_production(evaluation):
    text = (DATA / "azure_llm_trace" / "conv.csv").read_text()
    rows = [
        (line["ContextTokens"], line["GeneratedTokens"])
        for line in csv.DictReader(text.split("\n"))
    ]

    found = of_rows(evaluation, rows)
    tight = of_rows(evaluation, rows, GATE | {"maximumPerThousand": 4.5})

    assert 4.96 < found.interval.lower < found.estimate < found.interval.upper < 5.04
    assert [Verdict.PASS, Verdict.FAIL] == [found.verdict, tight.verdict]
    assert 3 * found.estimate > dict(found.facts)["p99PerThousand"] > 2 * found.estimate


def test_a_gate_without_prices_and_bills_is_not_evaluated(evaluation):
    spec = TypeAdapter(GateSpec).validate_python(BASE)
    evaluation.write("requests.csv", tokens(200), ("in", "out"))
    table = read_file(evaluation.root, "requests.csv", name="requests")
    nothing = Reason("inputs-missing", "nothing was read")
    sources = {"requests": reader_of("csv", "").read(table, Wanted())}

    found = find_gate(spec).evaluate(spec, GateInputs(nothing, nothing, nothing, sources=sources))

    assert (Verdict.NOT_EVALUATED, "one-cost") == (found.verdict, found.reason_code)


@pytest.mark.parametrize("header", [("in", "other"), ("other", "out")])
def test_both_columns_of_tokens_are_needed(evaluation, header):
    found = of_rows(evaluation, tokens(200), header=header)

    assert (Verdict.NOT_EVALUATED, "missing-column") == (found.verdict, found.reason_code)


@pytest.mark.parametrize("change", [lambda read, _: (read, 0), lambda _, written: (0, written)])
def test_tokens_that_nobody_counted_cost_more_than_nothing(evaluation, change):
    found = of_rows(evaluation, [change(*each) for each in tokens(500)])

    assert (Verdict.NOT_EVALUATED, "nothing-spent") == (found.verdict, found.reason_code)


def test_no_mean_cost_is_below_zero(evaluation):
    found = of_rows(evaluation, [(1, 1)] * 199 + [(10**8, 10**8)])

    assert 0 == found.interval.lower
