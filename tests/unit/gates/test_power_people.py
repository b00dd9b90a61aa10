"""Rows that gates over scores and decisions need: enough of them decide, fewer do not."""

from __future__ import annotations

import math
import random

import pytest
from pydantic import TypeAdapter

from mlspec.evidence import Verdict
from mlspec.gates import Assumed, GateSpec, find_gate

CALIBRATION = {"id": "g", "type": "calibration", "metric": "ece", "atMost": 0.05}
REVIEW = {
    "id": "g",
    "type": "human-review",
    "metric": "automated-error",
    "confidenceThreshold": 0.9,
    "atMost": 0.1,
}


def rows(count, *, wrong=0.08, seed=4):
    noise = random.Random(seed)
    found = []
    for place in range(count):
        label = int(noise.random() < 0.5)
        right = noise.random() >= wrong
        found.append((f"r{place}", label, 0.92 if label == right else 0.08))
    return found


@pytest.fixture
def needed(evaluation):
    def run(gate, count, **change):
        evaluation.write("rows.csv", rows(count))
        observed = evaluation.result(gate | change, predictions="rows.csv", champion=None)
        spec = TypeAdapter(GateSpec).validate_python(gate | change)
        return list(find_gate(spec).power(spec, observed, Assumed())), observed

    return run


@pytest.mark.parametrize("gate", [CALIBRATION, REVIEW])
def test_as_many_rows_as_are_said_decide(needed, gate):
    (found,), _ = needed(gate, 1200)
    (enough,), _ = needed(gate, math.ceil(found.needed * 1.2))

    assert enough.is_enough
    assert 1200 == found.have
    assert enough.decides is not None


def test_a_share_told_from_its_limit_takes_what_the_formula_says(needed):
    (found,), observed = needed(REVIEW, 4000)

    share = observed.estimate
    z = 1.644854 + 0.841621
    assert z**2 * share * (1 - share) / 0.02**2 == pytest.approx(found.needed, rel=0.02)


def test_more_confidence_and_a_nearer_limit_need_more_rows(needed):
    (plain,), _ = needed(REVIEW, 4000)
    (sure,), _ = needed(REVIEW, 4000, confidence=0.99)
    (narrow,), _ = needed(REVIEW, 4000, atMost=0.05)

    assert plain.needed < sure.needed
    assert plain.needed < narrow.needed


def test_too_few_rows_are_told_what_the_method_needs(needed):
    (found,), observed = needed(CALIBRATION, 500)

    assert Verdict.INCONCLUSIVE == observed.verdict
    assert (1000, 500, False) == (found.needed, found.have, found.is_enough)


def test_a_range_is_told_from_its_middle(needed):
    gate = REVIEW | {"metric": "automation-share", "atLeast": 0.1, "atMost": 0.9}
    (found,), _ = needed(gate, 2000)
    (point,), _ = needed(REVIEW, 2000, decide="point")

    assert "0.08 inside" in found.assuming
    assert 30 == point.needed


def test_nothing_read_is_nothing_known(evaluation):
    spec = TypeAdapter(GateSpec).validate_python(CALIBRATION)
    observed = evaluation.result(CALIBRATION, predictions="absent.csv")

    (found,) = find_gate(spec).power(spec, observed, Assumed())

    assert (None, None, None) == (found.needed, found.have, found.is_enough)


def test_every_bin_needs_rows_of_its_own(needed):
    gate = CALIBRATION | {"metric": "mce", "atMost": 0.2, "binning": "equal-width"}

    found, observed = needed(gate, 2000)

    assert [part.name for part in observed.parts] == [each.part for each in found]
    assert all(each.needed >= 30 for each in found)


def test_a_floor_of_a_log_and_of_an_estimate_need_rows_too(evaluation):
    log = [(f"d{n}", int(n % 20 == 0)) for n in range(2000)]
    evaluation.write("log.csv", log, ("id", "explored"))
    evaluation.write("before.csv", rows(2000, seed=5))
    evaluation.write("today.csv", [(row[0], row[2]) for row in rows(2000)], ("id", "score"))
    sources = [{"name": name, "file": f"{name}.csv"} for name in ("log", "before", "today")]
    loop = {"type": "feedback-loop", "metric": "exploration-share", "source": "log"}
    likely = {"type": "estimated-performance", "metric": "accuracy", "reference": "before"}
    for gate in (
        {"id": "g", "atLeast": 0.03} | loop,
        {"id": "g", "atLeast": 0.8, "current": "today"} | likely,
    ):
        observed = evaluation.result(gate, sources=sources)
        spec = TypeAdapter(GateSpec).validate_python(gate)

        (found,) = find_gate(spec).power(spec, observed, Assumed())

        assert (2000, Verdict.PASS) == (found.have, observed.verdict)
        assert 30 <= found.needed < math.inf


LOG = [(f"d{n}", int(n % 20 == 0), 0.5 if n % 2 else 0.25) for n in range(2000)]
LOOP = {"id": "g", "type": "feedback-loop", "source": "log"}


@pytest.mark.parametrize(
    ("metric", "limit", "least", "most"),
    [
        ("effective-sample-size", 5000, 5000, 5000),
        ("effective-sample-size", 1000, 1000, 1000),
        ("minimum-propensity", 0.01, 30, 30),
        ("exploration-share", 0.01, 50_000, 80_000),
    ],
)
def test_a_log_is_planned_by_what_its_number_can_be(evaluation, metric, limit, least, most):
    """The best share is 1, but nobody who asks for 1 % explores 21 % of the time."""
    evaluation.write("log.csv", LOG, ("id", "explored", "propensity"))
    gate = LOOP | {"metric": metric, "atLeast": limit}
    observed = evaluation.result(gate, sources=[{"name": "log", "file": "log.csv"}])

    (found,) = find_gate(spec_of(gate)).power(spec_of(gate), observed, Assumed())

    assert least <= found.needed <= most
    assert found.decides is None or found.decides > 1e-6


def spec_of(gate):
    return TypeAdapter(GateSpec).validate_python(gate)


def test_the_rows_for_a_calibration_error_decide_as_often_as_planned(evaluation):
    """Its interval is lopsided: the lower end allows for bias, and only the upper one decides."""
    observed = calibrated(evaluation, 4000, seed=1)
    (found,) = find_gate(spec_of(CALIBRATION)).power(spec_of(CALIBRATION), observed, Assumed())
    rows = int(found.needed)

    passed = [
        calibrated(evaluation, rows, seed=seed).verdict is Verdict.PASS for seed in range(10, 40)
    ]

    assert rows < 14_000
    assert 0.6 <= sum(passed) / len(passed) <= 0.97


def calibrated(evaluation, count, *, seed):
    """Scores that are 0.04 too high everywhere, judged against 0.05."""
    noise = random.Random(seed)
    found = []
    for place in range(count):
        score = noise.uniform(0.2, 0.8)
        found.append((f"r{place}", int(noise.random() < score - 0.04), round(score, 6)))
    evaluation.write("rows.csv", found)
    return evaluation.result(CALIBRATION, predictions="rows.csv", champion=None)
