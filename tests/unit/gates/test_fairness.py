"""Disparities between groups: small, missing and single groups are never taken for fair."""

from __future__ import annotations

from pathlib import Path

import pytest
from fairlearn.metrics import demographic_parity_ratio, equalized_odds_difference
from pydantic import TypeAdapter, ValidationError
from statsmodels.stats.proportion import confint_proportions_2indep

from mlspec.canonical import digest_bytes
from mlspec.evidence import Verdict
from mlspec.gates import Binding, EvaluationInputs, GateSpec, evaluate_all, reasons
from mlspec.gates.fairness import REASONS

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"
HEADER = ("id", "label", "score", "sex", "origin")

PASS, FAIL = Verdict.PASS, Verdict.FAIL
INCONCLUSIVE, NOT_EVALUATED = Verdict.INCONCLUSIVE, Verdict.NOT_EVALUATED


def people(**groups):
    """Return rows; each group is (selected, rows), every second row has label 1."""
    rows = []
    for sex, (selected, count) in groups.items():
        for place in range(count):
            score = 0.9 if place < selected else 0.1
            rows.append(
                (f"{sex}-{place}", place % 2, score, sex, "north" if place % 3 else "south")
            )
    return rows


@pytest.fixture
def fair(evaluation):
    def run(rows, **change):
        evaluation.write("people.csv", rows, HEADER)
        gate = {
            "id": "fair",
            "type": "fairness",
            "metric": "selection-rate-ratio",
            "groups": [{"column": "sex"}],
            "atLeast": 0.8,
        }
        inputs = {"predictions": "people.csv", "champion": None} | change.pop("inputs", {})
        gate = {key: value for key, value in (gate | change).items() if value is not None}
        return evaluation.result(gate, **inputs)

    return run


def of_difference(metric="selection-rate-difference", at_most=0.1):
    return {"metric": metric, "atLeast": None, "atMost": at_most}


def outcome(found):
    return found.verdict, found.reason_code


def test_equal_shares_of_large_groups_pass(fair):
    found = fair(people(f=(1000, 2000), m=(1010, 2000)))

    assert (PASS, "") == outcome(found)
    assert "selection-rate-ratio >= 0.8 by sex" == found.require
    assert 1000 / 1010 == pytest.approx(found.estimate)
    (part,) = found.parts
    assert "`f` / `m`" in part.name
    counts = {"higherSelected": 1010, "higherTrials": 2000, "lowerSelected": 1000}
    assert counts | {"lowerTrials": 2000} == dict(part.counts)


def test_a_clear_disparity_fails_whatever_group_it_hits(fair):
    for groups in ({"f": (500, 2000), "m": (1000, 2000)}, {"f": (1000, 2000), "m": (500, 2000)}):
        found = fair(people(**groups))

        assert (FAIL, "parts-fail") == outcome(found)
        assert 0.5 == found.estimate
        assert "katz-log" == found.interval.method


def test_few_rows_allow_both(fair):
    found = fair(people(f=(18, 40), m=(20, 40)))

    assert (INCONCLUSIVE, "parts-inconclusive") == outcome(found)
    assert "interval-straddles" == found.parts[0].reason_code


def test_a_point_decides_where_the_spec_says_so(fair):
    assert PASS == fair(people(f=(18, 40), m=(20, 40)), decide="point").verdict


def test_a_point_needs_thirty_rows_of_each_group_whatever_the_spec_lowers(fair):
    rows, lowered = people(f=(9, 20), m=(10, 20)), of_difference(at_most=0.9)

    bound = fair(rows, minimumGroupRows=10, **lowered)
    point = fair(rows, minimumGroupRows=10, decide="point", **lowered)

    assert PASS == bound.verdict
    assert NOT_EVALUATED == point.verdict
    small = [part for part in point.parts if part.reason_code == "small-group"]
    assert ["it has 20 rows, but 30 are needed"] * 2 == [part.reason for part in small]


def test_a_point_of_a_rate_needs_thirty_rows_with_its_label(fair):
    few = {"minimumGroupPositives": 10, "minimumGroupNegatives": 10}
    rows = people(f=(18, 40), m=(20, 40))

    found = fair(rows, decide="point", **few, **of_difference("equalised-odds", 0.9))

    assert NOT_EVALUATED == found.verdict
    small = {part.reason for part in found.parts if part.reason_code == "small-group"}
    assert {
        "it has 20 rows with the favourable label, but 30 are needed",
        "it has 20 rows with the other label, but 30 are needed",
    } == small


@pytest.mark.parametrize("reverse", [False, True])
def test_differences_are_those_of_newcombe(fair, reverse):
    shares = [(900, 2000), (1000, 2000)]
    first, second = reversed(shares) if reverse else shares

    found = fair(people(f=first, m=second), **of_difference(at_most=0.1))

    lower, upper = confint_proportions_2indep(
        1000, 2000, 900, 2000, compare="diff", method="newcomb", alpha=0.1
    )
    assert (PASS, 0.05) == (found.verdict, pytest.approx(found.estimate))
    assert (lower, upper) == pytest.approx((found.interval.lower, found.interval.upper), abs=1e-9)


@pytest.mark.parametrize("metric", ["equal-opportunity", "equalised-odds"])
def test_rates_are_those_of_fairlearn(fair, metric):
    rows = people(f=(700, 2000), m=(1000, 2000))
    # women with label 1 are selected less often, those with label 0 alike
    rows = [
        (key, int(place % 5 < 2), score, sex, origin)
        for place, (key, _, score, sex, origin) in enumerate(rows)
    ]

    found = fair(rows, **of_difference(metric, 0.3))

    labels = [row[1] for row in rows]
    classes = [int(row[2] >= 0.5) for row in rows]
    expected = equalized_odds_difference(labels, classes, sensitive_features=[r[3] for r in rows])
    largest = max(part.estimate for part in found.parts)
    assert PASS == found.verdict
    assert (2 if metric == "equalised-odds" else 1) == len(found.parts)
    if metric == "equalised-odds":
        assert expected == pytest.approx(largest)


def test_the_favourable_class_may_be_the_negative_one(fair):
    rows = people(f=(1800, 2000), m=(1000, 2000))

    positive = fair(rows)
    negative = fair(rows, favourable="negative")

    assert 1000 / 1800 == pytest.approx(positive.estimate)
    assert 200 / 1000 == pytest.approx(negative.estimate)


def test_a_small_group_blocks_or_is_listed(fair):
    rows = people(f=(1000, 2000), m=(1010, 2000), x=(3, 5))

    blocking, listing = fair(rows), fair(rows, smallGroups="report")

    assert (INCONCLUSIVE, "parts-inconclusive") == outcome(blocking)
    assert "x" in blocking.reason
    assert PASS == listing.verdict
    small = listing.parts[-1]
    assert (INCONCLUSIVE, "small-group", 5) == (
        small.verdict,
        small.reason_code,
        dict(small.counts)["rows"],
    )
    assert 1.0 == dict(listing.facts)["smallGroups"]


def test_reporting_small_groups_does_not_leave_a_single_one_to_pass(fair):
    found = fair(people(f=(1000, 2000), x=(3, 5)), smallGroups="report")

    assert NOT_EVALUATED == found.verdict
    assert "single-group" == found.parts[0].reason_code


def with_column(rows, values):
    """Return the rows with another column of groups: `values` says which."""
    return [(*row[:4], values(place)) for place, row in enumerate(rows)]


BOTH = [{"column": "sex"}, {"column": "origin"}]


@pytest.mark.parametrize(
    "metric", ["selection-rate-difference", "equal-opportunity", "equalised-odds"]
)
def test_every_column_needs_a_comparison(fair, metric):
    rows = with_column(people(f=(1000, 2000), m=(1000, 2000)), lambda n: "x" if n < 5 else "y")

    found = fair(rows, groups=BOTH, smallGroups="report", **of_difference(metric))

    assert NOT_EVALUATED == found.verdict
    assert {("origin", "single-group")} == {
        (part.name, part.reason_code) for part in found.parts if part.verdict is NOT_EVALUATED
    }


@pytest.mark.parametrize(("large", "verdict"), [(1, NOT_EVALUATED), (2, PASS)])
def test_a_calibration_error_needs_two_groups_in_every_column(fair, large, verdict):
    sizes = {1: ("x", 3990), 2: ("x", 2000)}
    name, start = sizes[large]
    rows = [
        (
            f"r{n}",
            int(n % 10 < 4),
            0.35 + 0.1 * (n % 2),
            "fm"[n // 2000],
            "y" if n < start else name,
        )
        for n in range(4000)
    ]

    found = fair(rows, groups=BOTH, smallGroups="report", **of_difference("calibration-error", 0.3))

    assert verdict == found.verdict
    codes = {part.name: part.reason_code for part in found.parts}
    assert (codes.get("origin") == "single-group") == (verdict is NOT_EVALUATED)


def test_a_small_reference_is_not_only_reported(fair):
    rows = people(a=(1000, 2000), b=(1000, 2000), c=(5, 9))

    found = fair(rows, groups=[{"column": "sex", "reference": "c"}], smallGroups="report")

    assert NOT_EVALUATED == found.verdict
    assert "`c` or every other group of `sex` is too small" in found.reason


def test_a_large_group_whose_rate_is_undefined_is_not_only_reported(fair):
    rows = [
        (key, 0 if sex == "f" else label, score, sex, origin)
        for key, label, score, sex, origin in people(
            f=(1000, 2000), m=(1000, 2000), x=(1000, 2000), s=(3, 6)
        )
    ]

    found = fair(rows, smallGroups="report", **of_difference("equal-opportunity", 0.2))

    assert (NOT_EVALUATED, "parts-not-evaluated") == outcome(found)
    assert {"sex: `f`": "undefined-group", "sex: `s`": "small-group"} == {
        part.name: part.reason_code for part in found.parts if part.reason_code
    }


def test_a_group_without_positive_label_is_undefined_and_not_fair(fair):
    rows = [
        (key, 0 if sex == "f" else label, score, sex, origin)
        for key, label, score, sex, origin in people(f=(1000, 2000), m=(1000, 2000))
    ]

    found = fair(rows, **of_difference("equal-opportunity", 0.2))

    assert (NOT_EVALUATED, "parts-not-evaluated") == outcome(found)
    assert "undefined-group" in {part.reason_code for part in found.parts}


def test_nobody_selected_is_no_parity(fair):
    found = fair(people(f=(0, 2000), m=(0, 2000)))

    assert NOT_EVALUATED == found.verdict
    assert ["nobody-selected"] == [part.reason_code for part in found.parts]


@pytest.mark.parametrize(
    "metric", ["selection-rate-difference", "equal-opportunity", "equalised-odds"]
)
@pytest.mark.parametrize("decide", ["bound", "point"])
def test_a_model_that_selects_nobody_treats_no_group_well(fair, metric, decide):
    found = fair(people(f=(0, 2000), m=(0, 2000)), decide=decide, **of_difference(metric, 0.2))

    assert (NOT_EVALUATED, "parts-not-evaluated") == outcome(found)
    assert "nobody-selected" in {part.reason_code for part in found.parts}


def test_two_groups_of_which_nobody_is_selected_have_a_difference_where_others_are(fair):
    found = fair(people(f=(0, 2000), m=(0, 2000), x=(20, 2000)), **of_difference())

    assert (PASS, 3) == (found.verdict, len(found.parts))


def test_no_false_positive_in_any_group_is_no_flaw(fair):
    rows = [
        (key, label, 0.9 if label else 0.1, sex, origin)
        for key, label, _, sex, origin in people(f=(0, 2000), m=(0, 2000))
    ]

    assert PASS == fair(rows, **of_difference("equalised-odds", 0.2)).verdict


def test_one_group_never_selected_fails(fair):
    found = fair(people(f=(0, 2000), m=(1000, 2000)))

    assert (FAIL, 0.0) == (found.verdict, found.estimate)
    assert "mover-ratio" == found.interval.method


def test_everybody_selected_keeps_a_width(fair):
    found = fair(people(f=(40, 40), m=(40, 40)), atLeast=0.95)

    assert (INCONCLUSIVE, 1.0) == (found.verdict, found.estimate)
    assert found.interval.lower < 0.95


def test_a_fail_among_many_groups_needs_holm(fair):
    # 0.67 misses 0.8 alone (upper bound 0.78), not among ten comparisons
    shares = {"a": (103, 250), "b": (153, 250), "c": (130, 250), "d": (130, 250), "e": (130, 250)}
    alone = fair(people(a=shares["a"], b=shares["b"]))
    among = fair(people(**shares))

    assert FAIL == alone.verdict
    assert INCONCLUSIVE == among.verdict
    assert "fail-by-chance" in {part.reason_code for part in among.parts}
    assert "differ by chance" in among.reason
    assert 10.0 == dict(among.facts)["comparisons"]


def test_a_large_disparity_among_many_groups_still_fails(fair):
    found = fair(people(a=(50, 250), b=(150, 250), c=(140, 250), d=(140, 250)))

    assert FAIL == found.verdict
    failing = [part for part in found.parts if part.verdict is FAIL]
    assert all("`a` /" in part.name for part in failing)


def test_a_reference_is_what_all_others_are_compared_with(fair):
    rows = people(a=(100, 250), b=(150, 250), c=(140, 250))

    found = fair(rows, groups=[{"column": "sex", "reference": "b"}])
    absent = fair(rows, groups=[{"column": "sex", "reference": "z"}])

    assert 2 == len(found.parts)
    assert all("`b`" in part.name for part in found.parts)
    assert "reference-group-missing" == absent.parts[0].reason_code


def test_intersections_find_what_single_columns_hide(fair):
    rows = []
    for sex, origin, share in [("f", "n", 8), ("f", "s", 2), ("m", "n", 2), ("m", "s", 8)]:
        for place in range(1000):
            score = 0.9 if place % 10 < share else 0.1
            rows.append((f"{sex}{origin}{place}", place % 2, score, sex, origin))
    columns = [{"column": "sex"}, {"column": "origin"}]

    apart = fair(rows, groups=columns)
    crossed = fair(rows, groups=columns, intersections=True)

    assert (PASS, FAIL) == (apart.verdict, crossed.verdict)
    assert 0.25 == crossed.estimate


def test_combinations_that_read_alike_are_not_one_group(fair):
    rows = []
    for sex, origin, share in [("a & b", "c", 8), ("a", "b & c", 2)]:
        for place in range(1000):
            score = 0.9 if place % 10 < share else 0.1
            rows.append((f"{sex}{origin}{place}", place % 2, score, sex, origin))

    found = fair(rows, groups=BOTH, intersections=True)

    assert (FAIL, 3) == (found.verdict, len(found.parts))
    assert {0.25} == {part.estimate for part in found.parts}


def test_calibration_is_judged_inside_each_group(fair):
    rows = []
    for sex, truth in (("f", 0.9), ("m", 0.5)):
        for place in range(2000):
            score = 0.4 + 0.2 * (place % 2)
            rows.append((f"{sex}{place}", int(place % 20 < 20 * truth), score, sex, "n"))

    found = fair(rows, **of_difference("calibration-error", 0.15))

    verdicts = {part.name: part.verdict for part in found.parts}
    assert {"sex: `f`": FAIL, "sex: `m`": PASS} == verdicts
    assert "bias-corrected" == found.interval.method


def test_rows_without_a_group_are_a_group(fair):
    rows = people(f=(1000, 2000), m=(1000, 2000))
    rows = [
        (*row[:3], "" if place % 4 == 0 and row[2] < 0.5 else row[3], row[4])
        for place, row in enumerate(rows)
    ]

    found = fair(rows)

    assert FAIL == found.verdict
    assert "(missing)" in found.reason


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"inputs": {"predictions": "absent.csv"}}, "missing-file"),
        ({"groups": [{"column": "gender"}]}, "missing-column"),
        ({"source": "groups"}, "source-missing"),
        ({"inputs": {"score": "nothing"}}, "missing-column"),
        ({"metric": "calibration-error", "atLeast": None, "atMost": 0.1, "inputs": {"label": "x"}},
         "missing-column"),
        ({"atLeast": None}, "fairness-bound"),
        ({"atLeast": 0}, "fairness-bound"),
        ({"atMost": 0.1}, "fairness-bound"),
        ({"metric": "equal-opportunity"}, "fairness-bound"),
        ({"groups": [{"column": "sex"}, {"column": "sex"}]}, "group-column-twice"),
        ({"intersections": True}, "no-intersection"),
    ],
)  # fmt: skip
def test_what_is_missing_or_contradicts_itself_is_not_evaluated(fair, change, code):
    found = fair(people(f=(1000, 2000), m=(1000, 2000)), **change)

    codes = {found.reason_code, *(part.reason_code for part in found.parts)}
    assert NOT_EVALUATED == found.verdict
    assert code in codes


def test_another_file_an_old_one_and_one_of_other_people_do_not_pass(fair, evaluation):
    rows = people(f=(1000, 2000), m=(1000, 2000))
    evaluation.write("groups.csv", [(row[0], row[3]) for row in rows], ("id", "sex"))
    evaluation.write("others.csv", [(f"x{row[0]}", row[3]) for row in rows], ("id", "sex"))
    other = {"predictionsDigest": digest_bytes(b"")}
    stale = {"sources": [{"name": "groups", "file": "groups.csv", "maximumAgeDays": 3}]}
    strange = {"sources": [{"name": "groups", "file": "others.csv"}]}

    swapped = fair(rows, inputs=other)
    old = fair(rows, source="groups", inputs=stale)
    of_others = fair(rows, source="groups", inputs=strange)

    assert (NOT_EVALUATED, "digest-mismatch") == outcome(swapped)
    assert (NOT_EVALUATED, "age-unknown") == outcome(old)
    assert (NOT_EVALUATED, "row-set-mismatch") == outcome(of_others)


@pytest.mark.parametrize("score", ["", "nan", "inf", "high"])
def test_a_bad_score_is_not_left_out(fair, score):
    (key, label, _, *rest), *others = people(f=(1000, 2000), m=(1000, 2000))

    assert NOT_EVALUATED == fair([(key, label, score, *rest), *others]).verdict


def test_the_rows_of_all_groups_have_to_be_enough(fair):
    found = fair(people(f=(1000, 2000), m=(1000, 2000)), minimumRows=4001)

    assert INCONCLUSIVE == found.verdict
    assert ["too-few-rows"] == [part.reason_code for part in found.parts]
    assert PASS == fair(people(f=(1000, 2000), m=(1000, 2000)), minimumRows=4000).verdict


def test_a_single_group_three_rows_and_none_do_not_pass(fair):
    single = fair(people(f=(1000, 2000)))
    three = fair(people(f=(1, 2), m=(1, 1)))
    none = fair([])

    assert "single-group" == single.parts[0].reason_code
    assert [NOT_EVALUATED] * 3 == [single.verdict, three.verdict, none.verdict]


def test_a_column_of_names_is_not_compared(fair):
    rows = [(*row[:3], f"p{place}", row[4]) for place, row in enumerate(people(f=(500, 1001)))]
    bands = people(**{f"g{place}": (10, 30) for place in range(41)})

    assert "too-many-groups" == fair(rows).parts[0].reason_code
    assert "too-many-groups" == fair(bands).parts[0].reason_code


def test_many_small_groups_do_not_keep_the_large_ones_from_being_compared(fair):
    small = {f"g{place}": (1, 2) for place in range(60)}

    found = fair(people(f=(1000, 2000), m=(500, 2000), **small), smallGroups="report")

    assert (FAIL, 0.5) == (found.verdict, found.estimate)
    assert 61 == len(found.parts)


def test_groups_come_from_a_source_by_key_and_not_by_order(fair, evaluation):
    rows = people(f=(500, 2000), m=(1000, 2000))
    groups = [(row[0], row[3]) for row in reversed(rows)]
    source = {"name": "groups", "file": "groups.csv"}
    change = {"source": "groups", "key": "person", "inputs": {"sources": [source]}}

    evaluation.write("groups.csv", groups, ("person", "sex"))
    whole = fair(rows, **change)
    evaluation.write("groups.csv", groups[1:], ("person", "sex"))
    lacking = fair(rows, **change | {"inputs": {"sources": [source]}})
    evaluation.write("groups.csv", [*groups, groups[0]], ("person", "sex"))
    twice = fair(rows, **change | {"inputs": {"sources": [source]}})

    assert (FAIL, 0.5) == (whole.verdict, whole.estimate)
    assert (NOT_EVALUATED, "row-set-mismatch") == outcome(lacking)
    assert (NOT_EVALUATED, "duplicate-key") == outcome(twice)


@pytest.mark.parametrize(
    "change",
    [{"groups": []}, {"minimumGroupRows": 3}, {"atLeast": 1.2}, {"metric": "parity"}],
)
def test_a_spec_of_another_shape_does_not_bind(fair, change):
    with pytest.raises(ValidationError):
        fair(people(f=(1, 2), m=(1, 2)), **change)


def test_the_order_of_rows_changes_nothing(fair):
    rows = people(a=(100, 250), b=(150, 250), c=(140, 250))

    assert fair(rows).parts == fair(rows[::-1]).parts


def test_every_reason_is_explained():
    assert set(REASONS) <= set(reasons())


def adult(file, *gates):
    record = evaluate_all(
        TypeAdapter(list[GateSpec]).validate_python(list(gates)),
        EvaluationInputs.model_validate(
            {
                "predictions": file,
                "labels": "labels.csv",
                "key": "row_id",
                "prediction": "prediction",
                "sources": [{"name": "groups", "file": "groups.parquet"}],
            }
        ),
        DATA / "adult",
        binding=Binding("model/adult", "sha256:0", "0"),
    )
    return {each.gate: each for each in record.results}


COMMON = {"type": "fairness", "source": "groups", "key": "row_id"}
FOUR_FIFTHS = COMMON | {
    "id": "four-fifths",
    "metric": "selection-rate-ratio",
    "groups": [{"column": "sex"}],
    "atLeast": 0.8,
}
OPPORTUNITY = COMMON | {"metric": "equal-opportunity", "atMost": 0.1}


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
def test_adult_gets_the_numbers_of_the_reference():
    by_race = OPPORTUNITY | {"id": "race", "groups": [{"column": "race"}]}

    found = adult("challenger_predictions.parquet", FOUR_FIFTHS, by_race)

    four_fifths, race = found["four-fifths"], found["race"]
    assert (FAIL, "katz-log") == (four_fifths.verdict, four_fifths.interval.method)
    assert 0.298412 == pytest.approx(four_fifths.estimate, abs=1e-6)
    assert 0.323491 == pytest.approx(four_fifths.interval.upper, abs=1e-6)
    counts = dict(four_fifths.counts)
    assert (429, 5623, 2933, 11472) == tuple(
        counts[each] for each in ("lowerSelected", "lowerTrials", "higherSelected", "higherTrials")
    )
    assert INCONCLUSIVE == race.verdict
    small = {part.name: dict(part.counts)["trials"] for part in race.parts
             if part.reason_code == "small-group"}  # fmt: skip
    assert {"race: `Other`": 18, "race: `Amer-Indian-Eskimo`": 15} == small


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
def test_the_biased_challenger_on_adult_fails_on_opportunity():
    by_sex = OPPORTUNITY | {"id": "sex", "groups": [{"column": "sex"}]}

    biased = adult("challenger_biased_predictions.parquet", by_sex)["sex"]
    plain = adult("challenger_predictions.parquet", by_sex)["sex"]

    assert FAIL == biased.verdict
    assert biased.estimate > 0.3 > plain.estimate
    assert "`Female` / `Male`" in biased.parts[0].name


def test_the_ratio_is_that_of_fairlearn(fair):
    rows = people(a=(100, 250), b=(150, 250), c=(140, 250))

    expected = demographic_parity_ratio(
        [row[1] for row in rows],
        [int(row[2] >= 0.5) for row in rows],
        sensitive_features=[row[3] for row in rows],
    )

    assert expected == pytest.approx(fair(rows).parts[0].estimate)
