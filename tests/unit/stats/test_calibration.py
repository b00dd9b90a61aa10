"""Calibration and quantiles where little or nothing can be said."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from mlspec import stats

NAN, INF = math.nan, math.inf
NOTHING = stats.vector([])
LATENCIES = Path(__file__).parents[4] / "shared/data/latency_measured/latency_ms.csv"
ROLE = "challenger"


def test_without_rows_nothing_is_known():
    assert () == stats.equal_mass_edges(NOTHING)
    assert () == stats.reliability(NOTHING, NOTHING, (0.5,), level=0.9)
    for error in (stats.ece, stats.mce):
        assert math.isnan(error(NOTHING, NOTHING, (0.5,)).value())
    found = stats.ece_interval(NOTHING, NOTHING, (0.5,), level=0.9)
    assert math.isnan(found.value)
    assert stats.Bounds(0.0, 1.0) == found.bounds
    assert math.isnan(stats.brier_parts(NOTHING, NOTHING, (0.5,)).within)


def test_bins_are_closed_on_the_right():
    scores = stats.vector([0.0, 0.1, 0.100001, 1.0])

    found = stats.reliability(np.zeros(4), scores, stats.equal_width_edges(), level=0.9)

    assert [2, 1, 1] == [each.positives.trials for each in found]
    assert (0.0, 0.1) == (found[0].lower, found[0].upper)
    assert 1.0 == found[-1].upper


def test_equal_scores_are_one_bin():
    scores = np.full(100, 0.3)

    assert () == stats.equal_mass_edges(scores)
    assert 0.3 == pytest.approx(stats.ece(np.zeros(100), scores, ()).value())


def test_a_perfect_model_on_few_rows_is_not_proven_calibrated():
    scores = np.linspace(0.05, 0.95, 20)
    labels = (scores > 0.5).astype(float)

    found = stats.ece_interval(labels, scores, stats.equal_mass_edges(scores), level=0.9)

    assert found.bounds.upper >= found.noise > 0.1


@pytest.mark.parametrize("rows", [300, 2000])
@pytest.mark.parametrize("tilt", [0.0, 0.5])
def test_the_error_is_covered_as_often_as_the_level_says(rows, tilt):
    noise = np.random.default_rng(31)
    missed = 0
    for _ in range(200):
        scores = noise.beta(2, 3, rows)
        truth = 1 / (1 + np.exp(-np.log(scores / (1 - scores)) - tilt))
        labels = (noise.uniform(size=rows) < truth).astype(float)
        edges = stats.equal_mass_edges(scores)
        found = stats.ece_interval(labels, scores, edges, level=0.9)
        expected = float(
            np.abs(np.bincount(np.searchsorted(edges, scores), scores - truth)).sum() / rows
        )
        missed += not found.bounds.lower <= expected + 1e-12 <= found.bounds.upper + 2e-12

    assert missed <= 24


def test_the_bootstrap_takes_the_error_as_any_metric():
    noise = np.random.default_rng(1)
    scores = noise.uniform(size=500)
    labels = (noise.uniform(size=500) < scores**2).astype(float)
    statistic = stats.ece(labels, scores, stats.equal_mass_edges(scores))

    found = stats.percentile_bootstrap(statistic, seed=1, level=0.9, resamples=300)

    assert 0.05 < found.lower < statistic.value() < found.upper < 0.3


@pytest.mark.parametrize(
    ("flaw", "labels", "scores"),
    [
        ("one-class", [], []),
        ("one-class", [1, 1], [0.2, 0.4]),
        ("constant-scores", [0, 1], [0.4, 0.4]),
        ("separable", [0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]),
        ("separable", [1, 1, 0, 0], [0.1, 0.2, 0.8, 0.9]),
        ("separable", [0, 0, 1, 1], [0.1, 0.5, 0.5, 0.9]),
        ("separable", [0, 1], [0, 1]),
    ],
)
def test_a_slope_that_is_not_defined_says_why(flaw, labels, scores):
    found = stats.recalibration(stats.vector(labels), stats.vector(scores), level=0.9)

    assert flaw == found.flaw
    assert math.isnan(found.slope)
    assert math.isnan(found.intercept)
    assert stats.Bounds(-INF, INF) == found.slope_bounds == found.intercept_bounds


def test_a_calibrated_model_has_slope_one_and_a_sharpened_one_less():
    noise = np.random.default_rng(8)
    truth = noise.uniform(0.02, 0.98, 20_000)
    labels = (noise.uniform(size=20_000) < truth).astype(float)
    odds = (truth / (1 - truth)) ** 2 * 3

    honest = stats.recalibration(labels, truth, level=0.99)
    sharp = stats.recalibration(labels, odds / (1 + odds), level=0.9)

    assert honest.slope_bounds.lower < 1 < honest.slope_bounds.upper
    assert honest.intercept_bounds.lower < 0 < honest.intercept_bounds.upper
    assert sharp.slope == pytest.approx(honest.slope / 2, rel=1e-6)
    assert sharp.intercept == pytest.approx(honest.intercept - sharp.slope * math.log(3), abs=1e-6)


def test_scores_that_differ_in_the_last_bit_fit_no_line():
    above = math.nextafter(0.5, 1)

    found = stats.recalibration(
        stats.vector([0, 1, 0, 1]), stats.vector([0.5, 0.5, above, above]), level=0.9
    )

    assert "not-converged" == found.flaw


def test_too_few_steps_are_no_estimate(monkeypatch):
    monkeypatch.setattr("mlspec.stats._recalibration._STEPS", 1)

    labels, scores = stats.vector([0, 1, 0, 1]), stats.vector([0.1, 0.2, 0.3, 0.9])
    assert "not-converged" == stats.recalibration(labels, scores, level=0.9).flaw


def test_a_far_score_does_not_throw_the_fit_off():
    near = np.linspace(-0.0015, 0.0015, 48)
    log_odds = np.array([34.0, 34.0, *near])
    labels = np.zeros(50)
    labels[[28, 29]] = 1

    found = stats.recalibration(labels, 1 / (1 + np.exp(-log_odds)), level=0.9)

    fitted = 1 / (1 + np.exp(-np.clip(found.intercept + found.slope * log_odds, -700, 700)))
    assert found.flaw is None
    assert 2.0 == pytest.approx(fitted.sum(), abs=1e-6)
    assert 0.0 == pytest.approx(((labels - fitted) * log_odds).sum(), abs=1e-4)


def test_scores_of_zero_and_one_that_are_wrong_are_no_error():
    labels, scores = stats.vector([0, 1, 0, 1, 1, 0]), stats.vector([0, 0, 1, 1, 0.5, 0.5])

    found = stats.recalibration(labels, scores, level=0.9)

    assert found.flaw is None
    assert 0.0 == pytest.approx(found.slope, abs=1e-9)


@pytest.mark.parametrize(("rows", "level"), [(299, 0.9), (368, 0.95)])
def test_a_99th_percentile_needs_hundreds_of_requests(rows, level):
    enough, fewer = (
        stats.quantile(stats.vector(range(n)), 0.99, level=level) for n in (rows, rows - 1)
    )

    assert rows - 1 == enough.bounds.upper
    assert INF == fewer.bounds.upper


@pytest.mark.parametrize(
    ("values", "share"), [([], 0.5), ([1, NAN], 0.5), ([1], 0), ([1], 1), ([1], NAN)]
)
def test_a_quantile_of_nothing_is_undefined(values, share):
    found = stats.quantile(stats.vector(values), share, level=0.9)

    assert math.isnan(found.value)
    assert stats.Bounds(-INF, INF) == found.bounds


def test_the_bucket_decides_what_is_known_of_a_quantile():
    buckets = [(1, 0), (2, 2_960), (5, 3_000), (10, 3_000), (INF, 3_000)]

    found = stats.histogram_quantile(stats.Histogram.from_cumulative(buckets), 0.99, level=0.9)

    assert stats.Bounds(2.0, 5.0) == found.bounds
    assert 2.75 == pytest.approx(found.value)


def test_above_the_last_bucket_a_quantile_is_censored():
    histogram = stats.Histogram((1.0, 2.0), (50, 40, 10))

    found = stats.histogram_quantile(histogram, 0.95, level=0.9)

    assert found.censored
    assert math.isnan(found.value)
    assert INF == found.bounds.upper


@pytest.mark.parametrize(
    "histogram",
    [
        stats.Histogram((1.0,), (0, 0)),
        stats.Histogram((1.0,), (5, -1)),
        stats.Histogram((1.0,), (5, NAN)),
        stats.Histogram((1.0,), (5,)),
        stats.Histogram((2.0, 1.0), (5, 5, 5)),
        stats.Histogram((NAN,), (5, 5)),
        stats.Histogram((-1.0,), (5, 5)),
        stats.Histogram.from_cumulative([(1, 10), (2, 5), (INF, 20)]),
        stats.Histogram.from_cumulative([]),
    ],
)
def test_buckets_that_cannot_be_say_nothing(histogram):
    found = stats.histogram_quantile(histogram, 0.5, level=0.9)

    assert math.isnan(found.value)
    assert INF == found.bounds.upper


def test_fractional_counts_do_not_fall_out_of_the_last_bucket():
    histogram = stats.Histogram(tuple(map(float, range(1, 10))), (0.1 + 0.1,) * 10)

    found = stats.histogram_quantile(histogram, 0.999999999, level=0.9)

    assert found.bounds.upper == INF


def test_a_histogram_without_an_infinite_bucket_has_nothing_above():
    assert (5, 0.0) == stats.Histogram.from_cumulative([(1.0, 5)]).counts


@pytest.fixture(scope="module")
def latencies():
    if not LATENCIES.exists():
        pytest.skip("the real data (../shared/data/latency_measured) are not beside this checkout")
    with LATENCIES.open(encoding="utf-8", newline="") as text:
        return [float(row["latency_ms"]) for row in csv.DictReader(text) if row["role"] == ROLE]


def test_a_bucketed_percentile_is_decided_by_the_buckets(latencies):
    upto = [(edge, sum(v <= edge for v in latencies)) for edge in (1, 2, 5, 10, INF)]

    exact = stats.quantile(stats.vector(latencies), 0.99, level=0.9)
    bucketed = stats.histogram_quantile(stats.Histogram.from_cumulative(upto), 0.99, level=0.9)

    assert (3.8488, 4.9868) == pytest.approx((exact.value, bucketed.value), abs=1e-4)
    assert 2 < exact.bounds.lower < 4.5 < exact.bounds.upper < 10
    assert stats.Bounds(2.0, 10.0) == bucketed.bounds
