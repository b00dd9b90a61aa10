"""`training-serving-skew`: joined by key, missing equals missing, nothing unjoined passes."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from mlspec import stats
from mlspec.canonical import digest_bytes
from mlspec.evidence import Verdict
from mlspec.gates import Binding, EvaluationInputs, GateSpec, evaluate_all, problems, reasons
from mlspec.gates.training_serving_skew import TrainingServingSkew

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"


def rows(count=2000):
    return [(f"k{n}", str(n % 90), "" if n % 50 == 0 else "abc"[n % 3]) for n in range(count)]


class Tables:
    header = ("id", "age", "town")

    def __init__(self, root):
        self.root = root
        self.sources = [
            {"name": "offline", "file": "offline.csv"},
            {"name": "online", "file": "online.csv"},
        ]
        self.write("offline.csv", rows())
        self.write("online.csv", rows()[::-1])

    def write(self, file, lines, header=header):
        text = "\n".join(",".join(line) for line in [header, *lines]) + "\n"
        (self.root / file).write_text(text, "utf-8")

    def judge(self, at_most=0.01, features=({"name": "age"}, {"name": "town"}), **more):
        gate = {"id": "skew", "type": "training-serving-skew", "offline": "offline"}
        gate |= {"online": "online", "atMost": at_most, "features": list(features)} | more
        record = evaluate_all(
            TypeAdapter(list[GateSpec]).validate_python([gate]),
            EvaluationInputs.model_validate({"sources": self.sources}),
            self.root,
            binding=Binding("m", "sha256:1", "1", ""),
        )
        return record.results[0]


@pytest.fixture
def tables(tmp_path):
    return Tables(tmp_path)


def changed(share):
    return [
        (key, str(int(age) + 1) if n < share * 2000 else age, town)
        for n, (key, age, town) in enumerate(rows())
    ]


def codes(found):
    return {each.name: each.reason_code for each in found.parts}


def test_the_same_values_in_another_order_pass(tables):
    found = tables.judge()

    assert (Verdict.PASS, "") == (found.verdict, found.reason_code)
    assert {0.0} == {each.estimate for each in found.parts}


def test_a_feature_that_is_served_otherwise_fails_by_name(tables):
    tables.write("online.csv", changed(0.05))

    found = tables.judge()

    assert (Verdict.FAIL, {"age": "requirement-missed", "town": ""}) == (
        found.verdict,
        codes(found),
    )
    assert 100 == dict(found.parts[0].counts)["different"]


def test_a_share_at_the_limit_is_inconclusive(tables):
    tables.write("online.csv", changed(0.01))

    found = tables.judge()

    assert (Verdict.INCONCLUSIVE, "interval-straddles") == (found.verdict, codes(found)["age"])


def test_differences_within_the_tolerance_are_none(tables):
    tables.write("online.csv", changed(1))

    assert Verdict.PASS is tables.judge(features=[{"name": "age", "tolerance": 1}]).verdict
    relative = tables.judge(features=[{"name": "age", "relativeTolerance": 0.02}])
    assert Verdict.FAIL is relative.verdict


def test_a_feature_that_nobody_recorded_is_not_the_same(tables):
    silent = [(key, "", "") for key, _, _ in rows()]
    for file in ("offline.csv", "online.csv"):
        tables.write(file, silent if file == "offline.csv" else silent[::-1])

    found = tables.judge()

    assert Verdict.NOT_EVALUATED == found.verdict
    assert {"nothing-measured"} == {part.reason_code for part in found.parts}


def test_a_value_that_became_missing_differs(tables):
    tables.write("online.csv", [(key, "", town) for key, _, town in rows()])

    found = tables.judge(features=[{"name": "age", "tolerance": 1000}])

    assert (Verdict.FAIL, 1.0) == (found.verdict, found.estimate)


@pytest.mark.parametrize(("count", "decide"), [(999, "bound"), (3, "bound"), (3, "point")])
def test_few_keys_decide_nothing(tables, count, decide):
    tables.write("online.csv", rows(count))

    found = tables.judge(decide=decide)

    assert Verdict.INCONCLUSIVE is found.verdict
    assert {"too-few-rows"} == set(codes(found).values())


def test_keys_that_the_offline_table_has_alone_are_of_no_matter(tables):
    tables.write("online.csv", rows(1500))

    assert Verdict.PASS is tables.judge().verdict


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([*rows(), ("new", "1", "a")], "row-set-mismatch"),
        ([*rows(), rows()[0]], "duplicate-key"),
        ([("", "1", "a"), *rows()], "empty-cell"),
        ([], "empty-file"),
    ],
)
def test_rows_that_can_not_be_joined_are_not_evaluated(tables, lines, code):
    tables.write("online.csv", lines)

    found = tables.judge()

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)
    assert code in reasons()


def test_a_key_that_stands_twice_offline_is_not_evaluated(tables):
    tables.write("offline.csv", [*rows(), rows()[0]])

    assert "duplicate-key" == tables.judge().reason_code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"file": "absent.csv"}, "missing-file"),
        ({"file": "offline.csv"}, "same-data"),
        ({"digest": digest_bytes(b"other")}, "digest-mismatch"),
        ({"name": "served"}, "source-missing"),
        ({"maximumAgeDays": 1}, "age-unknown"),
    ],
)
def test_a_source_that_is_not_what_it_has_to_be_is_not_evaluated(tables, change, code):
    tables.sources[1] |= change

    found = tables.judge()

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


@pytest.mark.parametrize(
    ("cell", "features", "code"),
    [
        ("high", [{"name": "age"}], "not-a-number"),
        ("inf", [{"name": "age"}], "not-finite"),
        ("1", [{"name": "absent"}], "missing-column"),
        ("1", [{"name": "town", "tolerance": 0.1}], "not-a-number"),
    ],
)
def test_values_that_can_not_be_compared_are_not_evaluated(tables, cell, features, code):
    first, *rest = rows()
    tables.write("online.csv", [(first[0], cell, first[2]), *rest])

    found = tables.judge(features=features)

    assert (Verdict.NOT_EVALUATED, [code]) == (found.verdict, list(codes(found).values()))


def test_a_spec_that_says_nothing_is_refused():
    base = {"id": "s", "type": "training-serving-skew", "offline": "a", "online": "b"}
    base |= {"features": [{"name": "x"}], "atMost": 0.1}

    def codes_of(**change):
        return [e.reason.code for e in problems(TrainingServingSkew.model_validate(base | change))]

    assert [] == codes_of()
    assert ["same-data"] == codes_of(online="a")
    assert ["limit-out-of-range"] == codes_of(atMost=1)


@given(
    st.lists(
        st.tuples(*[st.one_of(st.floats(allow_nan=True), st.just(1.0))] * 2),
        min_size=1,
        max_size=40,
    ),
    st.floats(0, 10),
    st.floats(0, 0.9),
)
def test_differences_are_those_of_a_loop_over_rows(pairs, absolute, relative):
    def differ(a, b):
        if math.isnan(a) or math.isnan(b):
            return math.isnan(a) != math.isnan(b)
        return a != b and not abs(a - b) <= absolute + relative * abs(a)

    first, second = (np.array([each[side] for each in pairs]) for side in (0, 1))

    found = stats.differing(first, second, absolute=absolute, relative=relative)

    assert sum(differ(a, b) for a, b in pairs) == found


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
def test_the_features_of_adult_are_served_with_skew():
    columns = ["age", "workclass", "education_num", "capital_gain", "hours_per_week", "race"]
    gate = {
        "id": "skew",
        "type": "training-serving-skew",
        "offline": "offline",
        "online": "online",
        "key": "row_id",
        "atMost": 0.01,
        "features": [{"name": each} for each in columns],
    }
    sources = [{"name": each, "file": f"features_{each}.parquet"} for each in ("offline", "online")]
    record = evaluate_all(
        TypeAdapter(list[GateSpec]).validate_python([gate]),
        EvaluationInputs.model_validate({"sources": sources}),
        DATA / "adult",
        binding=Binding("m", "sha256:1", "1", ""),
    )

    (found,) = record.results
    assert Verdict.FAIL is found.verdict
    different = {each.name: dict(each.counts)["different"] for each in found.parts}
    assert {"workclass": 644, "hours_per_week": 1777} == {n: d for n, d in different.items() if d}
