"""`data-drift`: what moved fails, what did not passes, and what is not known does neither."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import TypeAdapter

from mlspec.canonical import digest_bytes
from mlspec.evidence import (
    FileContent,
    Material,
    Profile,
    Verdict,
    Wanted,
    memory_table,
    reader_of,
    reference_features,
    write_profile,
)
from mlspec.gates import (
    Binding,
    EvaluationInputs,
    GateSpec,
    evaluate_all,
    problems,
    reasons,
)
from mlspec.gates.data_drift import DataDrift

METHODS = ("cramers-v", "jensen-shannon", "ks", "l-infinity", "psi", "wasserstein")
DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"


def rows(count=2000, *, seed=1, shift=0.0, towns="aaabbc"):
    noise = random.Random(seed)
    return [
        (f"r{place}", f"{noise.gauss(shift, 1):.6f}", noise.choice(towns)) for place in range(count)
    ]


class Windows:
    """Two windows of a table in a folder, and the verdict of a drift gate over them."""

    header = ("id", "age", "town")

    def __init__(self, root):
        self.root = root
        self.sources = [
            {"name": "then", "file": "then.csv"},
            {"name": "now", "file": "now.csv"},
        ]
        self.write("then.csv", rows(seed=1))
        self.write("now.csv", rows(seed=2))

    def write(self, file, lines, header=header):
        text = "\n".join(",".join(line) for line in [header, *lines]) + "\n"
        (self.root / file).write_text(text, "utf-8")

    def profile(self, file, name, **more):
        content = FileContent("x", file, (self.root / file).read_bytes(), "sha256:x")
        frame = reader_of(None, ".csv").read(content, Wanted(("age", "town")))
        table = memory_table(frame, ("age", "town"))
        features = reference_features(table, ("age", "town"))
        digest = digest_bytes(content.content)
        made = Profile(Material("x", file, digest), table.rows, features, (digest,), **more)
        (self.root / name).write_text(write_profile(made), "utf-8")

    def record(self, gate, as_of=""):
        specs = TypeAdapter(list[GateSpec]).validate_python([gate])
        inputs = EvaluationInputs.model_validate({"sources": self.sources})
        return evaluate_all(specs, inputs, self.root, binding=Binding("m", "sha256:1", "1", as_of))

    def judge(self, at_most=0.1, features=("age", "town"), limits=None, **more):
        limits = limits or [{"name": each, "atMost": at_most} for each in features]
        gate = {"id": "drift", "type": "data-drift", "reference": "then", "current": "now"}
        (found,) = self.record(gate | {"features": limits} | more).results
        return found


@pytest.fixture
def windows(tmp_path):
    return Windows(tmp_path)


def codes(found):
    return {each.name: each.reason_code for each in found.parts}


@pytest.mark.parametrize("method", METHODS)
def test_two_windows_of_one_distribution_pass(windows, method):
    features = ["age"] if method in {"ks", "wasserstein"} else ["age", "town"]

    found = windows.judge(0.2, features, method=method)

    assert (Verdict.PASS, "") == (found.verdict, found.reason_code)
    assert features == [each.name for each in found.parts]
    assert all(each.interval.upper <= 0.2 for each in found.parts)


@pytest.mark.parametrize("method", METHODS)
def test_a_feature_that_moved_fails_by_name(windows, method):
    windows.write("now.csv", rows(seed=2, shift=1.5, towns="bccccc"))
    features = ["age"] if method in {"ks", "wasserstein"} else ["age", "town"]

    found = windows.judge(0.2, features, method=method)

    assert (Verdict.FAIL, "parts-fail") == (found.verdict, found.reason_code)
    assert set(features) == {each.name for each in found.parts if each.verdict is Verdict.FAIL}
    assert "age" in found.reason


def test_one_feature_that_moved_is_not_outvoted_by_the_others(windows):
    header = ("id", *(f"f{n}" for n in range(10)))
    noise = random.Random(3)
    then = [("r", *(f"{noise.gauss(0, 1):.5f}" for _ in range(10))) for _ in range(2000)]
    now = [
        ("r", *(f"{noise.gauss(5 if n < 4 else 0, 1):.5f}" for n in range(10))) for _ in range(2000)
    ]
    windows.write("then.csv", then, header)
    windows.write("now.csv", now, header)

    found = windows.judge(0.25, ["*"], ignore=["id"])

    assert Verdict.FAIL is found.verdict
    failed = [each.name for each in found.parts if each.verdict is Verdict.FAIL]
    assert ["f0", "f1", "f2", "f3"] == failed
    assert 10 == len(found.parts)


@pytest.mark.parametrize("method", [*METHODS, "missing-rate"])
def test_half_of_a_column_that_became_missing_does_not_pass(windows, method):
    blank = ["", "nan"]
    halved = [
        (key, blank[n % 4 // 2] if n % 2 else age, town)
        for n, (key, age, town) in enumerate(rows(seed=2))
    ]
    windows.write("now.csv", halved)

    found = windows.judge(0.2, ["age"], method=method)

    expected = Verdict.NOT_EVALUATED if method == "wasserstein" else Verdict.FAIL
    assert expected is found.verdict
    if method == "wasserstein":
        assert {"age": "missing-changed"} == codes(found)


def test_one_outlier_does_not_hide_a_shift(windows):
    """Evidently spreads bins over the outlier and says 0.00007."""
    moved = rows(seed=2, shift=2.0)
    windows.write("now.csv", [("out", "1000000.0", "a"), *moved])

    assert Verdict.FAIL is windows.judge(0.25, ["age"]).verdict


def test_a_constant_that_moved_fails(windows):
    windows.write("then.csv", [(key, "5.0", town) for key, _, town in rows()])
    windows.write("now.csv", [(key, "5.1", town) for key, _, town in rows(seed=2)])

    assert Verdict.FAIL is windows.judge(0.25, ["age"]).verdict
    assert Verdict.FAIL is windows.judge(0.25, ["age"], method="ks").verdict
    undefined = windows.judge(0.25, ["age"], method="wasserstein")
    assert {"age": "undefined-metric"} == codes(undefined)


@pytest.mark.parametrize("method", [*METHODS, "missing-rate"])
def test_a_reference_without_values_says_nothing(windows, method):
    for file in ("then.csv", "now.csv"):
        windows.write(file, [(key + file, "", town) for key, _, town in rows()])

    assert {"age": "undefined-metric"} == codes(windows.judge(0.2, ["age"], method=method))


def test_a_current_side_without_values_does_not_pass(windows):
    windows.write("now.csv", [(key, "", town) for key, _, town in rows(seed=2)])

    for method in METHODS:
        assert Verdict.PASS is not windows.judge(0.2, ["age"], method=method).verdict


def test_a_heap_that_moved_inside_its_decile_fails(windows):
    """Right-closed deciles alone call this moderate: the heap needs a bin of its own."""
    half = rows(seed=1)
    then = [(key, "0.04" if n % 2 else age, town) for n, (key, age, town) in enumerate(half)]
    now = [(key, "0.05" if n % 2 else age, town) for n, (key, age, town) in enumerate(half)]
    windows.write("then.csv", then)
    windows.write("now.csv", now)

    assert Verdict.FAIL is windows.judge(0.25, ["age"]).verdict


def test_a_few_rows_decide_nothing(windows):
    windows.write("now.csv", rows(3, seed=2))

    for decide in ("bound", "point"):
        found = windows.judge(5.0, decide=decide)
        assert (Verdict.INCONCLUSIVE, "parts-inconclusive") == (found.verdict, found.reason_code)
        assert {"age": "too-few-rows", "town": "too-few-rows"} == codes(found)


def test_fifty_rows_are_inconclusive_rather_than_an_alarm(windows):
    windows.write("now.csv", rows(50, seed=2))

    found = windows.judge(0.1, ["age"])

    assert (Verdict.INCONCLUSIVE, {"age": "interval-straddles"}) == (found.verdict, codes(found))


def test_minimum_rows_can_only_raise_the_floor(windows):
    assert {"age": "too-few-rows"} == codes(windows.judge(0.2, ["age"], minimumRows=5000))


def test_new_categories_are_counted_and_judged(windows):
    windows.write("now.csv", rows(seed=2, towns="aaabbcz"))

    found = windows.judge(0.05, ["town"], method="new-category-share")
    loose = windows.judge(0.5, ["town"], method="new-category-share")

    assert (Verdict.FAIL, Verdict.PASS) == (found.verdict, loose.verdict)
    assert found.parts[0].estimate == pytest.approx(1 / 7, abs=0.03)
    assert 0 < dict(found.parts[0].counts)["newCategories"]


def test_a_method_that_says_nothing_about_a_feature_is_not_evaluated(windows):
    assert {"age": "", "town": "method-not-for-feature"} == codes(windows.judge(0.2, method="ks"))
    assert {"age": "method-not-for-feature"} == codes(
        windows.judge(0.2, ["age"], method="new-category-share")
    )


def test_a_feature_may_have_a_method_and_a_limit_of_its_own(windows):
    limits = [{"name": "*", "atMost": 0.2, "method": "ks"}, {"name": "town", "atMost": 0.1}]

    found = windows.judge(limits=limits, ignore=["id"])

    assert Verdict.PASS is found.verdict
    methods = {each.name: each.interval.method for each in found.parts}
    assert {"age": "dvoretzky-kiefer-wolfowitz", "town": "psi-delta"} == methods
    assert found.require == "psi of * <= 0.2 (ks), town <= 0.1"


def test_p_values_are_told_adjusted_and_decide_nothing(windows):
    found = windows.judge(0.2)

    assert {"adjustedP.age", "adjustedP.town"} == set(dict(found.facts))
    assert all(0 <= p <= 1 for p in dict(found.facts).values())


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([("r1", "high", "a"), *rows(seed=2)], "not-a-number"),
        ([("r1", "inf", "a"), *rows(seed=2)], "not-finite"),
    ],
)
def test_a_cell_that_is_no_number_is_not_left_out(windows, lines, code):
    windows.write("now.csv", lines)

    found = windows.judge(0.2)

    assert (Verdict.NOT_EVALUATED, {"age": code, "town": ""}) == (found.verdict, codes(found))


@pytest.mark.parametrize("side", ["then", "now"])
def test_a_feature_that_is_not_there_is_not_evaluated(windows, side):
    lines = [(key, town) for key, _, town in rows(seed=3)]
    windows.write(f"{side}.csv", lines, ("id", "town"))

    assert {"age": "missing-column", "town": ""} == codes(windows.judge(0.2))


def test_a_column_that_the_current_table_lost_does_not_vanish_from_the_verdict(windows):
    windows.write("now.csv", [(key, town) for key, _, town in rows(seed=3)], ("id", "town"))

    found = windows.judge(0.2, ["*"], ignore=["id"])

    assert (Verdict.NOT_EVALUATED, "missing-column") == (found.verdict, codes(found)["age"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"file": "absent.csv"}, "missing-file"),
        ({"file": "../then.csv"}, "path-escape"),
        ({"file": "then.csv"}, "same-data"),
        ({"digest": digest_bytes(b"other")}, "digest-mismatch"),
        ({"maximumAgeDays": 3}, "age-unknown"),
        ({"name": "later"}, "source-missing"),
        ({"format": "metrics", "file": "metrics.json"}, "source-of-another-kind"),
    ],
)
def test_a_source_that_is_not_what_it_has_to_be_is_not_evaluated(windows, change, code):
    (windows.root / "metrics.json").write_text('{"auc": 0.9}')
    windows.sources[1] |= change

    found = windows.judge(0.2)

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)
    assert code in reasons()


def test_an_empty_table_is_not_evaluated(windows):
    windows.write("now.csv", [])

    assert "empty-file" == windows.judge(0.2).reason_code


def test_a_reference_without_features_judges_nothing(windows):
    found = windows.judge(0.2, ["*"], ignore=["id", "age", "town"])

    assert (Verdict.NOT_EVALUATED, "no-parts") == (found.verdict, found.reason_code)


class TestProfiles:
    def test_a_profile_stands_in_for_the_reference_with_the_same_numbers(self, windows):
        raw = windows.judge(0.1)
        windows.profile("then.csv", "then.json")
        windows.sources[0] |= {"file": "then.json", "format": "profile"}

        found = windows.judge(0.1)

        assert Verdict.PASS is found.verdict
        assert [each.estimate for each in raw.parts] == [each.estimate for each in found.parts]
        assert [each.interval for each in raw.parts] == [each.interval for each in found.parts]

    def test_counts_bound_distances_of_distributions_from_both_sides(self, windows):
        raw = {m: windows.judge(0.2, ["age"], method=m) for m in ("ks", "wasserstein")}
        windows.profile("then.csv", "then.json")
        windows.sources[0] |= {"file": "then.json", "format": "profile"}

        for method, exact in raw.items():
            found = windows.judge(5 if method == "wasserstein" else 0.9, ["age"], method=method)
            assert Verdict.PASS is found.verdict
            ends = found.parts[0].interval
            assert ends.lower <= exact.parts[0].estimate <= ends.upper

    def test_profiles_with_other_bins_are_not_compared(self, windows):
        for name, side in (("then", 0), ("now", 1)):
            windows.profile(f"{name}.csv", f"{name}.json")
            windows.sources[side] |= {"file": f"{name}.json", "format": "profile"}

        assert "other-bins" == codes(windows.judge(0.2))["age"]

    def test_a_profile_of_the_same_data_is_the_same_data(self, windows):
        windows.profile("now.csv", "then.json")
        windows.sources[0] |= {"file": "then.json", "format": "profile"}

        assert "same-data" == windows.judge(0.2).reason_code

    def test_an_edited_profile_is_not_evaluated(self, windows):
        windows.profile("then.csv", "then.json")
        windows.sources[0] |= {"file": "then.json", "format": "profile"}
        path = windows.root / "then.json"
        document = json.loads(path.read_text())
        document["features"][0]["counts"][0] += 1
        path.write_text(json.dumps(document))

        assert "profile-edited" == windows.judge(0.2).reason_code


class TestFilesBeyondMemory:
    @pytest.fixture(autouse=True)
    def small(self, monkeypatch):
        """Let every CSV be too large to be read, so that the engine has to count it."""
        monkeypatch.setattr("mlspec.evidence._file.MAX_BYTES", 1000)

    def test_an_engine_counts_both_sides_with_the_same_numbers(self, windows, monkeypatch):
        far = windows.judge(0.1, ["*"], ignore=["id"])
        monkeypatch.undo()
        near = windows.judge(0.1, ["*"], ignore=["id"])

        assert Verdict.PASS is far.verdict
        assert near.parts == far.parts

    def test_what_is_wrong_is_told_without_reading_it(self, windows):
        windows.write("now.csv", [("r1", "high", "a"), *rows(seed=2)])

        found = windows.judge(0.2)

        codes = {each.name: (each.verdict, each.reason_code) for each in found.parts}
        assert (Verdict.NOT_EVALUATED, "not-a-number") == codes["age"]
        assert Verdict.NOT_EVALUATED is found.verdict

    def test_the_digest_is_that_of_the_whole_file(self, windows):
        record = windows.record(
            {
                "id": "d",
                "type": "data-drift",
                "reference": "then",
                "current": "now",
                "features": [{"name": "age", "atMost": 0.2}],
            }
        )

        expected = {digest_bytes((windows.root / f"{n}.csv").read_bytes()) for n in ("then", "now")}
        assert expected == {each.digest for each in record.materials}
        windows.sources[1]["digest"] = digest_bytes(b"other")
        assert "digest-mismatch" == windows.judge(0.2).reason_code

    def test_a_file_in_parquet_with_nan_is_counted_right(self, windows):
        noise = random.Random(4)
        half = [noise.gauss(0, 1) if n % 2 else float("nan") for n in range(4000)]
        pq.write_table(pa.table({"age": half}), windows.root / "now.parquet")
        windows.sources[1]["file"] = "now.parquet"

        found = windows.judge(0.2, ["age"])

        assert Verdict.FAIL is found.verdict
        assert 2000 == dict(found.parts[0].counts)["missing"]

    def test_sources_that_are_bins_of_each_other_do_not_loop(self, windows):
        gates = [
            {"id": f"d{a}", "type": "data-drift", "reference": a, "current": b}
            | {"features": [{"name": "age", "atMost": 0.2}]}
            for a, b in (("then", "now"), ("now", "then"))
        ]
        specs = TypeAdapter(list[GateSpec]).validate_python(gates)
        inputs = EvaluationInputs.model_validate({"sources": windows.sources})

        found = evaluate_all(specs, inputs, windows.root, binding=Binding("m", "sha256:1", "1", ""))

        assert Verdict.NOT_EVALUATED is found.overall
        assert {"other-bins"} == {each.parts[0].reason_code for each in found.results}


def test_a_spec_that_says_nothing_is_refused():
    def codes_of(**change):
        base = {"id": "d", "type": "data-drift", "reference": "a", "current": "b"}
        limits = {"features": [{"name": "*", "atMost": 0.1}]}
        spec = DataDrift.model_validate(base | limits | change)
        return [each.reason.code for each in problems(spec)]

    assert [] == codes_of()
    assert ["same-data"] == codes_of(current="a")
    assert ["feature-ignored"] == codes_of(
        features=[{"name": "age", "atMost": 0.1}], ignore=["pay", "age"]
    )
    assert ["limit-out-of-range"] == codes_of(features=[{"name": "*", "atMost": -0.1}])
    assert ["limit-out-of-range"] == codes_of(method="ks", features=[{"name": "*", "atMost": 1}])


def test_the_same_files_give_the_same_bytes(windows):
    gate = {
        "id": "d",
        "type": "data-drift",
        "reference": "then",
        "current": "now",
        "method": "jensen-shannon",
        "features": [{"name": "*", "atMost": 0.2}],
        "ignore": ["id"],
    }

    assert windows.record(gate).to_json() == windows.record(gate).to_json()


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
def test_employment_in_massachusetts_moved_in_p_values_and_in_nothing_that_matters():
    sources = [
        {"name": "then", "file": "window_2015.parquet"},
        {"name": "now", "file": "window_2016.parquet"},
    ]
    gate = {
        "id": "d",
        "type": "data-drift",
        "reference": "then",
        "current": "now",
        "features": [{"name": "*", "atMost": 0.1}],
        "ignore": ["id", "year", "used_to_train_challenger"],
    }
    record = evaluate_all(
        TypeAdapter(list[GateSpec]).validate_python([gate]),
        EvaluationInputs.model_validate({"sources": sources}),
        DATA / "employment_ma",
        binding=Binding("m", "sha256:1", "1", ""),
    )

    (found,) = record.results
    assert Verdict.PASS is found.verdict
    assert 20 == len(found.parts)
    assert min(dict(found.facts).values()) < 1e-30
    assert max(each.estimate for each in found.parts) < 0.01


CATEGORICAL = ("cramers-v", "jensen-shannon", "l-infinity", "new-category-share", "psi")


def names(prefix, count=2000):
    return [(f"r{place}", "1", f"{prefix}{place % (count // 2)}") for place in range(count)]


@pytest.mark.parametrize("method", CATEGORICAL)
def test_new_categories_among_more_than_a_profile_names_are_new(windows, method):
    windows.write("then.csv", names("u", 3000))
    windows.write("now.csv", names("v", 3000))

    found = windows.judge(0.2, ["town"], method=method)

    assert (Verdict.FAIL, {"town": "requirement-missed"}) == (found.verdict, codes(found))
    assert 3000 == dict(found.parts[0].counts)["newCategories"]


@pytest.mark.parametrize("method", CATEGORICAL)
def test_many_categories_that_stay_pass(windows, method):
    windows.write("then.csv", names("u", 3000))
    windows.write("now.csv", [(f"s{key}", *rest) for key, *rest in names("u", 3000)])

    assert Verdict.PASS is windows.judge(0.2, ["town"], method=method).verdict


@pytest.mark.parametrize("method", CATEGORICAL)
def test_a_profile_without_the_names_of_rare_categories_decides_nothing(windows, method):
    windows.write("then.csv", names("u", 3000))
    windows.write("now.csv", names("v", 3000))
    windows.profile("then.csv", "then.json")
    windows.sources[0] = {"name": "then", "file": "then.json", "format": "profile"}

    found = windows.judge(0.2, ["town"], method=method)

    assert (Verdict.NOT_EVALUATED, {"town": "categories-unknown"}) == (found.verdict, codes(found))


def test_the_share_of_missing_values_needs_no_names(windows):
    windows.write("then.csv", names("u", 3000))
    windows.profile("then.csv", "then.json")
    windows.write("now.csv", names("v", 3000))
    windows.sources[0] = {"name": "then", "file": "then.json", "format": "profile"}

    assert Verdict.PASS is windows.judge(0.2, ["town"], method="missing-rate").verdict


def crlf(lines):
    return [(*line[:-1], f"{line[-1]}\r") for line in lines]


SAME_ROWS = {
    "line ends": crlf,
    "shuffled": lambda lines: random.Random(1).sample(lines, len(lines)),
    "plus one row": lambda lines: [*lines, ("x", "9.5", "a")],
    "a part of them": lambda lines: lines[::3],
    "with rows of today": lambda lines: [*lines, *rows(100, seed=7)],
}


@pytest.mark.parametrize("change", SAME_ROWS.values(), ids=SAME_ROWS)
def test_the_same_rows_in_another_file_are_the_same_data(windows, change):
    windows.write("now.csv", change(rows(seed=1)))

    found = windows.judge(0.2)

    assert (Verdict.NOT_EVALUATED, "same-data") == (found.verdict, found.reason_code)


def test_the_same_rows_are_found_in_a_profile(windows):
    windows.profile("then.csv", "then.json")
    windows.write("now.csv", random.Random(1).sample(rows(seed=1), 2000))
    windows.sources[0] = {"name": "then", "file": "then.json", "format": "profile"}

    assert "same-data" == windows.judge(0.2).reason_code


def test_rows_of_few_values_may_be_alike(windows):
    windows.write("then.csv", [(f"a{n}", str(n % 2), "abc"[n % 3]) for n in range(2000)])
    windows.write("now.csv", [(f"b{n}", str(n % 2), "abc"[n % 3]) for n in range(2000)])

    assert Verdict.PASS is windows.judge(0.2, ["age", "town"]).verdict
