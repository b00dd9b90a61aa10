"""Checks on data: what looked at nothing, or did not run, did not succeed."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mlspec.canonical import digest_value
from mlspec.evidence import Verdict, read_record, write_record

FIXTURES = Path(__file__).parents[2] / "fixtures" / "evidence"
GATE = {"id": "data", "type": "data-quality", "source": "set"}
SOURCE = {"name": "set", "file": "set.csv"}
HEADER = ("id", "age", "country")


@pytest.fixture
def table(evaluation):
    def run(rows, *columns, **gate):
        evaluation.write("set.csv", rows, HEADER)
        checked = {"columns": list(columns)} if columns else {}
        return evaluation.result(GATE | checked | gate, sources=[SOURCE])

    return run


def rows(count=200, *more):
    return [*[(f"r{n}", 20 + n % 60, "de" if n % 3 else "fr") for n in range(count)], *more]


def parts(found):
    return {each.name: (each.verdict, each.reason_code) for each in found.parts}


def column(name, **checks):
    return {"name": name} | checks


PASSED, FAILED = (Verdict.PASS, ""), (Verdict.FAIL, "check-failed")


def test_a_table_that_is_as_the_spec_says_passes(table):
    found = table(
        rows(),
        column("id", unique=True),
        column("age", atLeast=18, atMost=120),
        column("country", values=["de", "fr"]),
        schemaDigest=digest_value(["age", "country", "id"]),
    )

    assert (Verdict.PASS, "") == (found.verdict, found.reason_code)
    assert "all checks on set succeed" == found.require
    assert {
        "rows": PASSED,
        "schema": PASSED,
        "id: missing": PASSED,
        "id: unique": PASSED,
        "age: missing": PASSED,
        "age: range": PASSED,
        "country: missing": PASSED,
        "country: values": PASSED,
    } == parts(found)
    assert 7 == dict(found.facts)["checks"]


@pytest.mark.parametrize(
    ("more", "check", "part"),
    [
        (("r7", 30, "de"), column("id", unique=True), "id: unique"),
        (("x", 17, "de"), column("age", atLeast=18), "age: range"),
        (("x", 121, "de"), column("age", atMost=120), "age: range"),
        (("x", 30, "at"), column("country", values=["de", "fr"]), "country: values"),
        (("x", "", "de"), column("age"), "age: missing"),
        (("x", "nan", "de"), column("age"), "age: missing"),
        (("x", 30, ""), column("country"), "country: missing"),
    ],
)
def test_a_value_that_is_not_as_the_spec_says_fails(table, more, check, part):
    without, together = table(rows(), check), table(rows(200, more), check)

    assert Verdict.PASS == without.verdict
    assert (Verdict.FAIL, "parts-fail") == (together.verdict, together.reason_code)
    assert FAILED == parts(together)[part]


def test_a_range_is_judged_beside_allowed_values(table):
    """As text, the numbers of the column are in no range, so nothing would be outside of it."""
    allowed = [str(each) for each in range(20, 80)]

    found = parts(table(rows(), column("age", atLeast=30, values=allowed)))

    assert (FAILED, PASSED) == (found["age: range"], found["age: values"])


def test_a_repeated_number_is_told_as_the_file_has_it(table):
    found = table(rows(200, ("7", 50, "de"), ("8", 50, "de")), column("age", unique=True))
    (part,) = [each for each in found.parts if each.name == "age: unique"]

    assert "`50` stands there" in part.reason


def test_long_numbers_that_differ_in_the_last_digit_are_no_repetition(evaluation):
    keys = [10**17 + each for each in range(200)]
    evaluation.write("set.csv", [(each, 30, "de") for each in keys], HEADER)
    pq.write_table(pa.table({"id": keys}), evaluation.root / "set.parquet")
    gate = GATE | {"columns": [column("id", unique=True)]}

    for file in ("set.csv", "set.parquet"):
        found = evaluation.result(gate, sources=[{"name": "set", "file": file}])
        assert PASSED == parts(found)["id: unique"]


def test_numbers_with_a_fraction_may_be_repeated_but_are_no_allowed_values(evaluation):
    pq.write_table(pa.table({"price": [0.5, 0.25] * 100}), evaluation.root / "set.parquet")
    source = [{"name": "set", "file": "set.parquet"}]

    repeated = evaluation.result(GATE | {"columns": [column("price", unique=True)]}, sources=source)
    allowed = evaluation.result(
        GATE | {"columns": [column("price", values=["0.5"])]}, sources=source
    )

    assert FAILED == parts(repeated)["price: unique"]
    assert (Verdict.NOT_EVALUATED, "not-categories") == parts(allowed)["price"]


def test_a_few_missing_values_may_be_allowed(table):
    some = rows(198, ("x", "", "de"), ("y", "", "de"))

    assert Verdict.PASS == table(some, column("age", maximumNullShare=0.01)).verdict
    assert Verdict.FAIL == table(some, column("age", maximumNullShare=0.009)).verdict


@pytest.mark.parametrize(
    ("count", "gate", "verdict"),
    [
        (3, {}, Verdict.FAIL),
        (99, {}, Verdict.FAIL),
        (100, {}, Verdict.PASS),
        (101, {"rowsAtMost": 100}, Verdict.FAIL),
        (3, {"rowsAtLeast": 3}, Verdict.PASS),
        (199, {"minimumRows": 200}, Verdict.INCONCLUSIVE),
    ],
)
def test_the_number_of_rows_is_checked(table, count, gate, verdict):
    assert verdict == table(rows(count), column("age"), **gate).verdict


def test_another_schema_is_told_with_its_digest(table):
    found = table(rows(), schemaDigest=digest_value(["age", "id"]))

    assert FAILED == parts(found)["schema"]
    assert digest_value(["age", "country", "id"]) in found.reason


@pytest.mark.parametrize(
    ("data", "check", "code"),
    [
        (rows(), column("income"), "missing-column"),
        (rows(200, ("x", "old", "de")), column("age", atLeast=18), "not-a-number"),
        (rows(200, ("x", "inf", "de")), column("age"), "not-finite"),
    ],
)
def test_a_column_that_can_not_be_read_is_not_evaluated(table, data, check, code):
    found = table(data, check)

    assert (Verdict.NOT_EVALUATED, "parts-not-evaluated") == (found.verdict, found.reason_code)
    assert (Verdict.NOT_EVALUATED, code) == parts(found)[check["name"]]


def test_a_column_without_any_value_has_no_range_and_no_repetition(table):
    empty = [(f"r{n}", "", "de") for n in range(200)]

    found = table(empty, column("age", atLeast=1, unique=True, maximumNullShare=1.0))

    assert Verdict.NOT_EVALUATED == found.verdict
    nothing = (Verdict.NOT_EVALUATED, "nothing-in-column")
    assert (nothing, nothing) == (parts(found)["age: range"], parts(found)["age: unique"])


@pytest.mark.parametrize(
    ("gate", "code"),
    [
        ({"source": "other"}, "source-missing"),
        ({"columns": [column("age", atLeast=5, atMost=4)]}, "empty-range"),
        ({}, "parts-not-evaluated"),
        ({"columns": [column("age")], "minimumChecks": 2}, "parts-not-evaluated"),
    ],
)
def test_a_gate_without_checks_is_not_evaluated(table, gate, code):
    found = table(rows(), **gate)

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


def test_a_table_without_rows_is_not_evaluated(table):
    found = table([], column("age"), rowsAtLeast=0)

    assert (Verdict.NOT_EVALUATED, "empty-file") == (found.verdict, found.reason_code)


def test_parquet_is_read_by_its_types(evaluation):
    data = {"age": [20.0, None, float("nan"), 40.0] * 50, "flag": [True, False] * 100}
    pq.write_table(pa.table(data), evaluation.root / "set.parquet")
    gate = GATE | {"columns": [column("age", atLeast=18, maximumNullShare=0.5), column("flag")]}

    found = evaluation.result(gate, sources=[{"name": "set", "file": "set.parquet"}])

    assert Verdict.PASS == found.verdict
    assert 0.5 == next(each.estimate for each in found.parts if each.name == "age: missing")


def reported(evaluation, name, file_format="great-expectations", *, change=None, **gate):
    value = json.loads((FIXTURES / name).read_text())
    if change is not None:
        change(value)
    (evaluation.root / name).write_text(json.dumps(value))
    source = {"name": "set", "file": name, "format": file_format}
    return evaluation.result(GATE | gate, sources=[source])


def test_expectations_that_all_succeed_pass(evaluation):
    def all_well(value):
        for each in value["results"]:
            each["success"] = True

    found = reported(evaluation, "great_expectations_result.json", change=all_well)

    assert Verdict.PASS == found.verdict
    assert len(found.parts) == dict(found.facts)["checks"] + 1


def test_one_expectation_that_failed_fails(evaluation):
    def one_fails(value):
        value["results"][0]["success"] = False

    found = reported(evaluation, "great_expectations_result.json", change=one_fails)

    assert (Verdict.FAIL, "parts-fail") == (found.verdict, found.reason_code)


def test_expectations_on_an_empty_table_are_not_evaluated(evaluation):
    found = reported(evaluation, "great_expectations_empty_table_success.json", rowsAtLeast=0)

    assert Verdict.NOT_EVALUATED == found.verdict


def test_an_expectation_that_saw_no_row_or_raised_did_not_succeed(evaluation):
    def one_raised(value):
        for each in value["results"]:
            each["success"] = True
        value["results"][0]["exception_info"] = {"raised_exception": True}
        value["results"][1]["result"]["element_count"] = 0

    found = reported(evaluation, "great_expectations_result.json", change=one_raised)

    assert Verdict.NOT_EVALUATED == found.verdict
    codes = [each.reason_code for each in found.parts]
    assert 2 == codes.count("check-not-run")


def test_fewer_expectations_than_declared_are_not_evaluated(evaluation):
    def all_well(value):
        for each in value["results"]:
            each["success"] = True

    found = reported(
        evaluation, "great_expectations_result.json", change=all_well, minimumChecks=100
    )

    assert (Verdict.NOT_EVALUATED, "too-few-checks") == parts(found)["checks"]


def test_own_checks_need_a_table(evaluation):
    found = reported(evaluation, "great_expectations_result.json", columns=[column("age")])

    assert (Verdict.NOT_EVALUATED, "source-of-another-kind") == (found.verdict, found.reason_code)


def test_a_report_that_never_says_how_many_rows_it_saw_is_not_evaluated(evaluation):
    def all_well(value):
        for each in value["results"]:
            if each["unique_id"].startswith("test."):
                each |= {"status": "pass", "failures": 0}

    refused = reported(evaluation, "dbt_run_results.json", "dbt", change=all_well)
    accepted = reported(
        evaluation, "dbt_run_results.json", "dbt", change=all_well, unknownRows="accept"
    )

    assert (Verdict.NOT_EVALUATED, "rows-unknown") == (refused.verdict, refused.reason_code)
    assert Verdict.PASS == accepted.verdict


def test_unknown_rows_do_not_reach_a_minimum(evaluation):
    def all_well(value):
        for each in value["results"]:
            if each["unique_id"].startswith("test."):
                each |= {"status": "pass", "failures": 0}

    found = reported(
        evaluation,
        "dbt_run_results.json",
        "dbt",
        change=all_well,
        unknownRows="accept",
        minimumRows=10,
    )

    assert Verdict.INCONCLUSIVE == found.verdict


def test_a_check_that_only_warns_fails_unless_the_spec_lets_it(evaluation):
    def one_warns(value):
        for each in value["results"]:
            each["success"] = True
        value["results"][0]["success"] = False
        value["results"][0]["expectation_config"]["severity"] = "warning"

    strict = reported(evaluation, "great_expectations_result.json", change=one_warns)
    mild = reported(
        evaluation, "great_expectations_result.json", change=one_warns, warnings="report"
    )

    assert (Verdict.FAIL, Verdict.PASS) == (strict.verdict, mild.verdict)
    assert 1 == dict(mild.facts)["warnings"]


NOW = "2026-11-21T12:00:00+00:00"
FRESH = {"freshness": {"column": "country", "maximumAgeDays": 2}}


def newest(evaluation, moment, as_of=NOW):
    """Judge a table of which the newest row is of that moment; return the record."""
    table = [(f"r{n}", 30, "2026-11-01") for n in range(200)]
    evaluation.write("set.csv", [*table, ("x", 30, moment)], HEADER)
    return evaluation.record(GATE | FRESH, sources=[SOURCE], as_of=as_of)


@pytest.mark.parametrize(
    ("moment", "expected", "until"),
    [
        ("2026-11-20T00:00:00Z", PASSED, "2026-11-22T00:00:00+00:00"),
        ("2026-11-20 00:00:00", PASSED, "2026-11-22T00:00:00+00:00"),
        ("2026-11-20", PASSED, "2026-11-22T00:00:00+00:00"),
        ("2026-11-19T14:00:00+02:00", PASSED, "2026-11-21T12:00:00+00:00"),
        ("2026-11-19T11:59:59Z", FAILED, "2026-11-21T11:59:59+00:00"),
        (
            "2026-11-22T00:00:00Z",
            (Verdict.NOT_EVALUATED, "age-unknown"),
            "2026-11-22T00:00:00+00:00",
        ),
        ("yesterday", (Verdict.NOT_EVALUATED, "not-a-moment"), ""),
    ],
)
def test_the_newest_row_must_not_be_too_old(evaluation, moment, expected, until):
    record = newest(evaluation, moment)

    assert expected == parts(record.results[0])["freshness"]
    assert (until, NOW if until else "") == (record.valid_until, record.as_of)
    assert read_record(write_record(record)) == record


def test_without_a_clock_no_row_is_fresh(evaluation):
    record = newest(evaluation, "2026-11-20", as_of="")

    assert (Verdict.NOT_EVALUATED, "age-unknown") == parts(record.results[0])["freshness"]


def test_a_table_that_is_not_asked_for_its_age_does_not_depend_on_the_clock(evaluation):
    evaluation.write("set.csv", rows(), HEADER)

    record = evaluation.record(GATE | {"columns": [column("age")]}, sources=[SOURCE], as_of=NOW)

    assert ("", "") == (record.as_of, record.valid_until)


def test_a_column_of_moments_without_any_is_not_evaluated(evaluation):
    evaluation.write("set.csv", [(f"r{n}", 30, "") for n in range(200)], HEADER)

    (found,) = evaluation.record(GATE | FRESH, sources=[SOURCE], as_of=NOW).results

    assert (Verdict.NOT_EVALUATED, "nothing-in-column") == parts(found)["freshness"]
