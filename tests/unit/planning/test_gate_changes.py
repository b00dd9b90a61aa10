"""Which way a change of a gate goes, where the value alone does not say it."""

from __future__ import annotations

import pytest

from mlspec.planning._direction import combined
from mlspec.planning._lookup import traits_of
from mlspec.planning.diff import diff, parts_of

T, L, N, U = "tightened", "loosened", "neutral", "unknown"
FLIPPED = {T: L, L: T}
FAIR = {"type": "fairness", "metric": "equal-opportunity", "atMost": 0.1}
SLICES = {"type": "slices", "metric": "accuracy", "atLeast": 0.8}
DRIFT = {"type": "data-drift", "reference": "then", "current": "now"}
FLOOR = {"type": "metric-threshold", "metric": "roc-auc", "atLeast": 0.8}
WAIVER = {"reason": "Known.", "owner": "li", "approver": "ana", "until": "2027-01-31"}
REST = {"name": "*", "atMost": 0.1}
WIDE, NARROW = {"name": "age", "atMost": 0.3}, {"name": "age", "atMost": 0.05}
FILES = {"predictions": "new.csv", "champion": "old.csv"}


def body_of(**spec):
    return {"kind": "Model", "metadata": {"name": "it"}, "spec": spec}


def directions(old, new):
    """What the change does as it is told, and what its single values do, as risk reads them."""
    traits = traits_of("Model", old, new)
    told = combined(each.direction for each in diff(old, new, traits, lambda _path: ""))
    single = combined(each.direction for each in parts_of(old, new, traits))
    return told.value, single.value


def of_gate(old, new):
    return directions(*(body_of(gates=[{"id": "it", **each}]) for each in (old, new)))


def of_evaluation(old, new):
    return directions(body_of(evaluation=old), body_of(evaluation=new))


@pytest.mark.parametrize(
    ("gate", "field", "mode"),
    [
        (FAIR, "minimumGroupRows", "smallGroups"),
        (FAIR, "minimumGroupPositives", "smallGroups"),
        (FAIR, "minimumGroupNegatives", "smallGroups"),
        (SLICES, "minimumSliceRows", "smallSlices"),
    ],
)
class TestMinimumsOfParts:
    def test_a_higher_one_tightens_where_small_parts_block(self, gate, field, mode):
        assert of_gate({**gate, field: 50}, {**gate, field: 500}) == (T, T)
        assert of_gate(gate, {**gate, field: 500, mode: "block"}) == (T, T)

    def test_a_higher_one_loosens_where_small_parts_are_left_out(self, gate, field, mode):
        left_out = {**gate, mode: "report"}

        assert of_gate({**left_out, field: 50}, {**left_out, field: 500}) == (L, L)
        assert of_gate({**left_out, field: 500}, {**left_out, field: 50}) == (T, T)
        assert of_gate(left_out, {**left_out, field: 500}) == (L, L)

    def test_whether_small_parts_count_goes_before_how_small_they_are(self, gate, field, mode):
        left_out, counted = {**gate, mode: "report"}, {**gate, mode: "block"}

        for before, after in ((50, 500), (500, 50)):
            assert of_gate({**left_out, field: before}, {**counted, field: after}) == (T, T)
            assert of_gate({**counted, field: before}, {**left_out, field: after}) == (L, L)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([REST], [REST, WIDE], L),
        ([REST], [REST, NARROW], T),
        ([REST], [REST, {**REST, "name": "age"}], N),
        ([REST], [REST, {**NARROW, "method": "ks"}], U),
        ([REST, NARROW], [REST, {"name": "pay", "atMost": 0.1}], L),
        ([REST], [{**REST, "atMost": 0.4}, WIDE], L),
        ([{**REST, "atMost": 0.4}], [REST, WIDE], T),
        ([NARROW], [NARROW, {"name": "pay", "atMost": 9}], T),
        ([NARROW], [NARROW, REST], T),
        ([NARROW], [NARROW, {"name": "pay", "atMost": 9, "method": "ks"}], T),
    ],
)
def test_the_limit_of_a_feature_is_compared_with_the_one_that_held_for_it(old, new, expected):
    there = of_gate({**DRIFT, "features": old}, {**DRIFT, "features": new})
    back = of_gate({**DRIFT, "features": new}, {**DRIFT, "features": old})

    assert there == (expected, expected)
    assert back == (FLIPPED.get(expected, expected),) * 2


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"until": "2027-02-01"}, L),
        ({"until": "2026-12-31"}, T),
        ({"until": "2027-02-30"}, U),
        ({"approver": "eve"}, U),
        ({"reason": "Known and small."}, N),
        ({"owner": "eve"}, N),
    ],
)
def test_a_waiver_that_holds_longer_loosens_and_another_approver_is_not_known(changes, expected):
    waived = {**FLOOR, "waiver": WAIVER}

    assert of_gate(waived, {**FLOOR, "waiver": WAIVER | changes}) == (expected, expected)


def test_a_waiver_that_comes_loosens_and_one_that_goes_tightens():
    assert of_gate(FLOOR, {**FLOOR, "waiver": WAIVER}) == (L, L)
    assert of_gate({**FLOOR, "waiver": WAIVER}, FLOOR) == (T, T)


@pytest.mark.parametrize(
    ("gate", "change"),
    [
        (FLOOR, {"metric": "accuracy"}),
        (DRIFT | {"features": [REST]}, {"method": "ks"}),
        (DRIFT | {"features": [REST]}, {"reference": "yesterday"}),
        (FAIR, {"favourable": "negative"}),
        (FAIR, {"type": "calibration"}),
        ({"type": "latency", "source": "load", "p99Ms": 5}, {"unit": "us"}),
        ({"type": "calibration", "metric": "ece", "atMost": 0.1}, {"bins": 2}),
        ({"type": "ab-test", "minimumGain": 0.1}, {"chanceOfBest": 0.51}),
    ],
)
def test_what_asks_for_something_else_may_ask_for_less(gate, change):
    assert of_gate(gate, gate | change) == (U, U)
    assert of_gate(gate | change, gate) == (U, U)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (FILES, {"predictions": "new.csv"}, L),
        ({"predictions": "new.csv"}, FILES, T),
        (FILES, FILES | {"predictions": "newer.csv"}, N),
        (FILES | {"predictionsDigest": "sha256:a"}, FILES, L),
        (FILES | {"predictionsDigest": "a"}, FILES | {"predictionsDigest": "b"}, N),
        (FILES | {"labels": "truth.csv"}, FILES | {"labels": "other.csv"}, U),
        (FILES | {"labels": "truth.csv"}, FILES, L),
        (FILES, FILES | {"label": "repaid"}, U),
        (FILES, FILES | {"positiveThreshold": 0.3}, U),
        (FILES, FILES | {"sources": [{"name": "a", "file": "a.csv", "format": "csv"}]}, T),
    ],
)
def test_files_of_a_release_are_neutral_and_promises_about_them_are_not(old, new, expected):
    assert of_evaluation(old, new) == (expected, expected)


def test_a_champion_that_serves_and_is_not_named_any_more_loosens():
    serves = body_of(champion={"image": "screen@sha256:a", "version": "v1"})
    other = body_of(champion={"image": "screen@sha256:b", "version": "v2"})

    assert directions(serves, body_of()) == (L, L)
    assert directions(body_of(), serves) == (T, T)
    assert directions(serves, other) == (N, N)


def test_files_that_are_named_for_the_first_time_tighten():
    old, new = body_of(gates=[]), body_of(gates=[], evaluation=FILES | {"label": "repaid"})

    assert directions(old, new) == (T, T)
    assert directions(new, old) == (L, L)


@pytest.mark.parametrize("field", [{"confidence": 0.95}, {"required": True}, {"waiver": None}])
def test_a_default_that_is_written_out_changes_nothing(field):
    assert of_gate(FLOOR, FLOOR | field) == (N, N)
    assert of_gate(FLOOR | field, FLOOR) == (N, N)
    assert of_gate(DRIFT, DRIFT | {"method": "psi"}) == (N, N)
