"""A model without a champion: excused where the spec says so and a floor passes, never a pass."""

from __future__ import annotations

import pytest

from mlspec.evidence import Verdict, read_record, write_record

FLOOR = {"id": "floor", "type": "metric-threshold", "metric": "roc-auc", "atLeast": 0.6}
BETTER = {
    "id": "better",
    "type": "champion-challenger",
    "metric": "roc-auc",
    "mode": "superiority",
    "onMissingBaseline": "first-release",
}
SLICES = {
    "id": "slices",
    "type": "slices",
    "metric": "accuracy",
    "by": [{"column": "region"}],
}


@pytest.fixture
def first(evaluation):
    def run(*gates, champion=None, **more):
        return evaluation.record(*gates, champion=champion, **more)

    return run


def result_of(record, gate="better"):
    (found,) = (each for each in record.results if each.gate == gate)
    return found


def test_a_first_release_goes_through_on_a_floor_and_stays_not_evaluated(first):
    record = first(FLOOR, BETTER)

    found = result_of(record)
    assert (Verdict.NOT_EVALUATED, "first-release") == (found.verdict, found.reason_code)
    assert ("first-release", False) == (found.excused, found.blocks)
    assert "a first release: there is no champion, but floor pass" == found.reason
    assert Verdict.PASS == record.overall


def test_the_record_keeps_the_excuse(first):
    record = first(FLOOR, BETTER)

    assert record == read_record(write_record(record))
    assert '"excused": "first-release"' in write_record(record)
    assert "excused" not in write_record(first(FLOOR))


def test_the_gate_blocks_where_the_spec_does_not_say_so(first):
    record = first(FLOOR, BETTER | {"onMissingBaseline": "block"})

    assert ("champion-missing", True) == (
        result_of(record).reason_code,
        result_of(record).blocks,
    )
    assert Verdict.NOT_EVALUATED == record.overall


@pytest.mark.parametrize(
    "floor",
    [
        FLOOR | {"required": False},
        FLOOR | {"atLeast": 0.9999},
        FLOOR | {"minimumRows": 5000},
        FLOOR | {"minimumRows": 5000, "onInconclusive": "allow"},
        FLOOR | {"atMost": 0.9},
        FLOOR | {"metric": "auc", "source": "metrics", "decide": "point"},
        BETTER | {"id": "other"},
    ],
)
def test_without_a_required_floor_that_passes_nothing_goes_through(first, evaluation, floor):
    (evaluation.root / "m.json").write_text('{"auc": 0.9}')

    record = first(floor, BETTER, metrics="m.json")

    found = result_of(record)
    assert (Verdict.NOT_EVALUATED, "first-release-without-floor") == (
        found.verdict,
        found.reason_code,
    )
    assert found.blocks
    assert Verdict.PASS != record.overall


def test_a_comparison_alone_is_never_a_first_release(first):
    assert Verdict.NOT_EVALUATED == first(BETTER).overall


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"champion": "gone.csv"}, "missing-file"),
        ({"champion": "challenger.csv"}, "same-file"),
        ({"champion": "champion.csv", "championDigest": f"sha256:{'0' * 64}"}, "digest-mismatch"),
    ],
)
def test_a_champion_that_is_named_and_bad_is_no_first_release(first, inputs, code):
    record = first(FLOOR, BETTER, **inputs)

    assert (code, True) == (result_of(record).reason_code, result_of(record).blocks)
    assert Verdict.NOT_EVALUATED == record.overall


def test_with_a_champion_the_comparison_decides(first):
    swapped = {"predictions": "champion.csv", "champion": "challenger.csv"}

    assert Verdict.PASS == first(FLOOR, BETTER, champion="champion.csv").overall
    assert Verdict.FAIL == first(FLOOR, BETTER, **swapped).overall


def test_slices_may_be_the_floor_and_the_comparison(first, evaluation):
    rows = [(*row, "ab"[n % 2]) for n, row in enumerate(evaluation.read("challenger.csv"))]
    evaluation.write("challenger.csv", rows, ("id", "label", "score", "region"))
    floor = SLICES | {"atLeast": 0.5}
    against = SLICES | {"id": "better", "mode": "superiority"}

    excused = first(floor, against | {"onMissingBaseline": "first-release"})
    blocked = first(floor, against)

    assert (Verdict.PASS, "first-release") == (excused.overall, result_of(excused).excused)
    assert Verdict.NOT_EVALUATED == blocked.overall
