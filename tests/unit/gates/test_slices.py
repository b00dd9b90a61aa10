from __future__ import annotations

import pytest
from pydantic import ValidationError

from mlspec.evidence import Verdict

ACCURACY = {"id": "s", "type": "slices", "metric": "accuracy", "by": [{"column": "region"}]}
HEADER = ("id", "label", "score", "region")
REGIONS = ("north", "south", "west")


def rows_of(errors, *, count=400):
    """Return rows per region, every `errors[region]`-th of which is predicted wrongly."""
    return [
        (f"{region}-{n}", n % 2, abs(n % 2 - (n % every == 0)) * 0.8 + 0.1, region)
        for region, every in errors.items()
        for n in range(count)
    ]


@pytest.fixture
def sliced(evaluation):
    def run(rows=None, header=HEADER, inputs=None, **more):
        if rows is not None:
            evaluation.write("challenger.csv", rows, header)
        gate = {key: value for key, value in (ACCURACY | more).items() if value is not None}
        return evaluation.result(gate, **(inputs or {}))

    return run


def test_every_slice_has_to_pass_and_the_worst_is_told_first(sliced):
    found = sliced(rows_of({"north": 20, "south": 10, "west": 40}), atLeast=0.8)

    assert Verdict.PASS == found.verdict
    assert "accuracy >= 0.8 by region" == found.require
    assert ["region: `south`", "region: `north`", "region: `west`"] == [
        each.name for each in found.parts
    ]
    assert [0.9, 0.95, 0.975] == [each.estimate for each in found.parts]
    assert {"slices": 3.0, "smallSlices": 0.0} == dict(found.facts)
    assert 0.9 == found.estimate
    assert {"wilson"} == {each.interval.method for each in found.parts}


def test_a_slice_that_fails_is_not_hidden_by_a_good_average(sliced, evaluation):
    rows = rows_of({"north": 50, "south": 50, "west": 2})
    found = sliced(rows, atLeast=0.7)

    overall = evaluation.floor("accuracy", 0.7)

    assert Verdict.PASS == overall.verdict
    assert (Verdict.FAIL, "parts-fail") == (found.verdict, found.reason_code)
    assert found.reason.startswith("fail for region: `west`")
    assert found.estimate == pytest.approx(0.5)


def test_one_slice_of_twenty_may_fail_by_chance(sliced):
    rows = rows_of({f"r{n:02}": 20 for n in range(19)} | {"unlucky": 7}, count=100)
    pair = [row for row in rows if row[3] in ("unlucky", "r00")]

    of_two, of_twenty = sliced(pair, atLeast=0.91), sliced(rows, atLeast=0.91)

    assert "region: `unlucky`" == of_two.parts[0].name == of_twenty.parts[0].name
    assert Verdict.FAIL == of_two.verdict == of_two.parts[0].verdict
    assert Verdict.INCONCLUSIVE == of_twenty.verdict
    assert "fail-by-chance" == of_twenty.parts[0].reason_code


def test_a_clear_fail_stands_among_all(sliced):
    rows = rows_of({f"r{n:02}": 50 for n in range(19)} | {"bad": 2}, count=100)

    found = sliced(rows, atLeast=0.9)

    assert (Verdict.FAIL, "parts-fail") == (found.verdict, found.reason_code)
    assert ["region: `bad`"] == [e.name for e in found.parts if e.verdict is Verdict.FAIL]


def test_a_point_decides_without_correction(sliced):
    rows = rows_of({f"r{n:02}": 50 for n in range(19)} | {"bad": 6}, count=100)

    assert Verdict.FAIL == sliced(rows, atLeast=0.89, decide="point").verdict
    assert Verdict.PASS == sliced(rows, atLeast=0.82, decide="point").verdict


def test_a_small_slice_is_inconclusive_unless_it_is_only_reported(sliced):
    rows = rows_of({"north": 20, "south": 20}) + rows_of({"west": 30}, count=29)

    blocked = sliced(rows, atLeast=0.8)
    reported = sliced(rows, atLeast=0.8, smallSlices="report")

    assert (Verdict.INCONCLUSIVE, "parts-inconclusive") == (blocked.verdict, blocked.reason_code)
    assert "there are 29 rows, but 30 are needed" in blocked.reason
    assert Verdict.PASS == reported.verdict
    assert ("region: `west`", Verdict.INCONCLUSIVE) == (
        reported.parts[-1].name,
        reported.parts[-1].verdict,
    )
    assert {"slices": 2.0, "smallSlices": 1.0} == dict(reported.facts)


def test_small_slices_alone_do_not_pass(sliced):
    found = sliced(rows_of({"north": 20, "south": 20}, count=20), atLeast=0.5, smallSlices="report")

    assert Verdict.NOT_EVALUATED == found.verdict
    assert ["slices-too-small", "too-few-rows", "too-few-rows"] == [
        each.reason_code for each in found.parts
    ]


def test_every_column_needs_a_slice_that_is_judged(sliced):
    rows = [
        (*row, f"d{place % 40}") for place, row in enumerate(rows_of({"north": 20, "south": 20}))
    ]
    header, by = (*HEADER, "device"), [{"column": "region"}, {"column": "device"}]

    found = sliced(rows, header, atLeast=0.8, by=by, smallSlices="report")

    assert (Verdict.NOT_EVALUATED, "parts-not-evaluated") == (found.verdict, found.reason_code)
    assert {"device": "slices-too-small"} == {
        each.name: each.reason_code for each in found.parts if each.verdict is Verdict.NOT_EVALUATED
    }
    blocked = sliced(rows, header, atLeast=0.8, by=by)
    assert (Verdict.INCONCLUSIVE, "parts-inconclusive") == (blocked.verdict, blocked.reason_code)


def test_an_expected_slice_that_is_small_is_not_only_reported(sliced):
    rows = rows_of({"north": 20, "south": 20}) + rows_of({"west": 30, "east": 30}, count=29)
    by = [{"column": "region", "expected": ["west"]}]

    found = sliced(rows, atLeast=0.8, by=by, smallSlices="report")

    assert (Verdict.INCONCLUSIVE, "parts-inconclusive") == (found.verdict, found.reason_code)
    assert "inconclusive for region: `west`: there are 29 rows, but 30 are needed" == found.reason
    assert {"slices": 3.0, "smallSlices": 1.0} == dict(found.facts)


@pytest.mark.parametrize(
    ("metric", "code"), [("recall", "undefined-metric"), ("accuracy", "one-class")]
)
def test_a_large_slice_of_one_class_is_not_only_reported(sliced, metric, code):
    rows = rows_of({"north": 20, "south": 20, "west": 20})
    rows = [(k, 0 if r == "south" else y, 0.1 if r == "south" else s, r) for k, y, s, r in rows]

    found = sliced(rows, metric=metric, atLeast=0.5, smallSlices="report")

    assert (Verdict.NOT_EVALUATED, "parts-not-evaluated") == (found.verdict, found.reason_code)
    assert {"region: `south`": code} == {
        each.name: each.reason_code for each in found.parts if each.reason_code
    }


def test_a_slice_of_a_regression_whose_label_never_varies_is_not_judged(sliced):
    rows = rows_of({"north": 20, "south": 20})
    rows = [(key, 7 if r == "south" else n, n + 1, r) for n, (key, *_, r) in enumerate(rows)]

    found = sliced(rows, metric="mae", atMost=5_000)

    assert (Verdict.NOT_EVALUATED, "parts-not-evaluated") == (found.verdict, found.reason_code)
    assert {"region: `south`": "constant-label"} == {
        each.name: each.reason_code for each in found.parts if each.reason_code == "constant-label"
    }


def test_slices_that_compare_count_the_files_that_may_be_swapped_unseen(sliced, evaluation):
    by_half = [{"column": "half"}]
    for file in ("champion.csv", "challenger.csv"):
        rows = [(*row, n % 2) for n, row in enumerate(evaluation.read(file))]
        evaluation.write(file, rows, ("id", "label", "score", "half"))

    compared = sliced(by=by_half, mode="superiority")
    bounded = sliced(by=by_half, atLeast=0.5)

    assert 2.0 == dict(compared.facts)["unpinnedFiles"]
    assert "unpinnedFiles" not in dict(bounded.facts)


def test_a_minimum_is_stated_per_slice_and_for_all_rows_together(sliced):
    rows = rows_of({"north": 20, "south": 20})

    of_slice = sliced(rows, atLeast=0.8, minimumSliceRows=401)
    of_all = sliced(rows, atLeast=0.8, minimumRows=801)

    assert Verdict.INCONCLUSIVE == of_slice.verdict == of_all.verdict
    assert "there are 400 rows, but 401 are needed" in of_slice.reason
    assert "there are 800 rows, but 801 are needed" in of_all.reason
    assert Verdict.PASS == sliced(rows, atLeast=0.8, minimumRows=800).verdict


def test_an_area_needs_both_classes_in_each_slice(sliced):
    rows = rows_of({"north": 20, "south": 20})
    rows = [(k, 0 if r == "south" else y, s, r) for k, y, s, r in rows]

    bound = sliced(rows, metric="roc-auc", atLeast=0.5)
    point = sliced(rows, metric="roc-auc", atLeast=0.5, decide="point", smallSlices="report")
    few = sliced(rows[:400] + rows[400:420], metric="roc-auc", atLeast=0.5)

    for found in (bound, point):
        assert (Verdict.NOT_EVALUATED, "parts-not-evaluated") == (found.verdict, found.reason_code)
        assert "one-class" in {each.reason_code for each in found.parts}
    assert Verdict.INCONCLUSIVE == few.verdict
    assert "rows, but 30 are needed" in few.reason


def test_precision_without_predicted_positives_in_a_slice_is_not_evaluated_by_points(sliced):
    rows = rows_of({"north": 20, "south": 20})
    rows = [(k, y, 0.1 if r == "south" else s, r) for k, y, s, r in rows]

    found = sliced(rows, metric="precision", atLeast=0.5, decide="point")

    assert Verdict.NOT_EVALUATED == found.verdict
    assert "undefined-metric" in {each.reason_code for each in found.parts}


def test_rows_without_a_value_are_a_slice(sliced):
    rows = rows_of({"north": 20, "south": 20, "": 2})

    found = sliced(rows, atLeast=0.8)

    assert Verdict.FAIL == found.verdict
    assert "region: `(missing)`" == found.parts[0].name


def test_a_slice_that_vanished_is_not_a_slice_without_errors(sliced):
    by = [{"column": "region", "expected": ["north", "east"]}]

    found = sliced(rows_of({"north": 20, "south": 20}), atLeast=0.8, by=by)

    assert (Verdict.NOT_EVALUATED, "parts-not-evaluated") == (found.verdict, found.reason_code)
    assert {"region: `east`": "slice-missing"} == {
        each.name: each.reason_code for each in found.parts if each.reason_code
    }


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (rows_of({"north": 20}), "single-slice"),
        ([(k, y, s, k) for k, y, s, _ in rows_of({"north": 20})], "too-many-slices"),
        ([(k, y, s) for k, y, s, _ in rows_of({"north": 20})], "missing-column"),
    ],
)
def test_a_column_that_parts_nothing_is_not_evaluated(sliced, rows, code):
    found = sliced(rows, HEADER[: len(rows[0])], atLeast=0.5)

    assert Verdict.NOT_EVALUATED == found.verdict
    assert {code} == {found.reason_code, *(each.reason_code for each in found.parts)} - {
        "parts-not-evaluated"
    }


def test_a_single_slice_may_be_the_expected_one(sliced):
    by = [{"column": "region", "expected": ["north"]}]

    assert Verdict.PASS == sliced(rows_of({"north": 20}), atLeast=0.8, by=by).verdict


@pytest.mark.parametrize(
    ("cell", "code"),
    [("", "empty-cell"), ("nan", "not-finite"), ("inf", "not-finite"), ("high", "not-a-number")],
)
def test_a_bad_cell_is_not_left_out_of_its_slice(sliced, cell, code):
    (key, label, _, region), *rest = rows_of({"north": 20, "south": 20})

    found = sliced([(key, label, cell, region), *rest], atLeast=0.5)

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


def segments(evaluation, change=lambda rows: rows):
    rows = rows_of(dict.fromkeys(REGIONS, 20))
    evaluation.write("challenger.csv", [row[:3] for row in rows])
    evaluation.write("s.csv", change([(row[0], row[3]) for row in rows])[::-1], ("key", "region"))
    return {"sources": [{"name": "segments", "file": "s.csv"}]}


def test_slices_may_come_from_another_file_joined_by_key(sliced, evaluation):
    inputs = segments(evaluation)

    found = sliced(atLeast=0.8, source="segments", key="key", inputs=inputs)

    assert Verdict.PASS == found.verdict
    assert [400] * 3 == [dict(each.counts)["rows"] for each in found.parts]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda rows: rows[1:], "row-set-mismatch"),
        (lambda rows: [*rows, rows[0]], "duplicate-key"),
        (lambda _: [], "empty-file"),
    ],
)
def test_slices_of_another_file_belong_to_every_row(sliced, evaluation, change, code):
    inputs = segments(evaluation, change)

    found = sliced(atLeast=0.8, source="segments", key="key", inputs=inputs)

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


def test_a_source_that_is_not_named_is_missing(sliced):
    found = sliced(rows_of({"north": 20, "south": 20}), atLeast=0.8, source="segments")

    assert (Verdict.NOT_EVALUATED, "source-missing") == (found.verdict, found.reason_code)


def compared(evaluation, ours, theirs):
    evaluation.write("champion.csv", rows_of(theirs), HEADER)
    return rows_of(ours)


def test_no_slice_may_be_worse_than_the_champion(sliced, evaluation):
    rows = compared(evaluation, {"north": 40, "south": 4}, {"north": 4, "south": 20})

    found = sliced(rows, mode="non-inferiority", margin=0.05)

    assert Verdict.FAIL == found.verdict
    assert "difference of accuracy > -0.05 by region" == found.require
    worse, better = found.parts
    assert ("region: `south`", Verdict.FAIL) == (worse.name, worse.verdict)
    assert ("region: `north`", Verdict.PASS) == (better.name, better.verdict)
    assert worse.estimate == pytest.approx(-0.2)
    assert "paired-score" == worse.interval.method


def test_a_slice_that_did_not_change_is_no_sign_of_one_model(sliced, evaluation):
    rows = compared(evaluation, {"north": 40, "south": 20}, {"north": 4, "south": 20})

    found = sliced(rows, mode="non-inferiority", margin=0.05)

    assert Verdict.PASS == found.verdict
    assert {"region: `south`": 0.0} == {
        each.name: each.estimate for each in found.parts if "south" in each.name
    }


def test_the_same_predictions_are_no_comparison(sliced, evaluation):
    rows = compared(evaluation, {"north": 40, "south": 20}, {"north": 40, "south": 20})

    found = sliced(rows[::-1], mode="non-inferiority", margin=0.05)

    assert (Verdict.NOT_EVALUATED, "identical-predictions") == (found.verdict, found.reason_code)


def test_without_a_champion_nothing_is_compared(sliced):
    rows = rows_of({"north": 40, "south": 20})

    found = sliced(rows, mode="superiority", inputs={"champion": None})

    assert (Verdict.NOT_EVALUATED, "champion-missing") == (found.verdict, found.reason_code)


def test_lower_is_better_for_an_error(sliced, evaluation):
    rows = compared(evaluation, {"north": 40, "south": 20}, {"north": 4, "south": 10})

    found = sliced(rows, metric="brier", mode="superiority")
    bound = sliced(metric="brier", atMost=0.2)

    assert (Verdict.PASS, Verdict.PASS) == (found.verdict, bound.verdict)
    assert "difference of brier < 0 by region" == found.require
    assert bound.parts[0].estimate > bound.parts[1].estimate
    assert {"bootstrap-paired"} == {each.interval.method for each in found.parts}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, "one-requirement"),
        ({"atLeast": 0.8, "atMost": 0.9}, "one-requirement"),
        ({"atLeast": 0.8, "mode": "superiority"}, "one-requirement"),
        ({"atLeast": 80}, "bound-out-of-range"),
        ({"atLeast": 0.8, "margin": 0.1}, "margin-unused"),
        ({"mode": "non-inferiority"}, "margin-missing"),
        ({"mode": "non-inferiority", "margin": 1}, "margin-too-wide"),
        ({"metric": "pinball", "atMost": 2}, "quantile-missing"),
        ({"atLeast": 0.8, "quantile": 0.5}, "quantile-unused"),
        ({"atLeast": 0.8, "by": [{"column": "a"}, {"column": "a"}]}, "slice-column-twice"),
    ],
)
def test_a_spec_that_contradicts_itself_is_not_evaluated(sliced, change, code):
    found = sliced(rows_of({"north": 20, "south": 20}), **change)

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


@pytest.mark.parametrize("change", [{"by": []}, {"metric": "auc"}, {"smallSlices": "drop"}])
def test_a_spec_of_another_shape_does_not_bind(sliced, change):
    with pytest.raises(ValidationError):
        sliced(atLeast=0.8, **change)
