"""Where every row agrees, resampling is silent: what rows never seen could still do."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mlspec import stats

LEVEL = 0.9
OPEN = stats.Bounds(-math.inf, math.inf)


def of(name):
    def metric(lines, weights):
        return stats.statistic(name, lines[0], lines[1])(weights)

    return metric


def lines(labels, outputs):
    return np.array([labels, outputs], dtype=float)


KINDS = lines([0, 0, 1, 1], [0, 1, 0, 1])


@pytest.mark.parametrize(("rows", "share"), [(3, 0.6316), (30, 0.0950), (300, 0.00994)])
def test_the_share_that_was_not_seen_is_the_rule_of_three(rows, share):
    found = stats.unseen_share(rows, level=LEVEL)

    assert share == pytest.approx(found, abs=5e-5)
    assert found == pytest.approx(stats.clopper_pearson(0, rows, level=LEVEL).upper, rel=1e-12)


def test_nothing_seen_leaves_everything_possible():
    nothing = lines([], [])

    assert 1.0 == stats.unseen_share(0, level=LEVEL)
    assert OPEN == stats.unseen_bounds(of("f1"), nothing, KINDS, level=LEVEL)


def test_a_share_without_an_error_has_the_end_of_clopper_and_pearson():
    labels = np.arange(200) % 2

    found = stats.unseen_bounds(of("accuracy"), lines(labels, labels), KINDS, level=LEVEL)

    assert found.lower == pytest.approx(stats.clopper_pearson(200, 200, level=LEVEL).lower)
    assert 1.0 == found.upper


@pytest.mark.parametrize("metric", ["f1", "macro-f1", "balanced-accuracy", "mcc", "macro-recall"])
def test_a_perfect_model_of_few_rows_is_not_certain_and_more_rows_make_it_so(metric):
    found = []
    for rows in (3, 30, 300, 3000):
        labels = (np.arange(rows) % 3 == 0).astype(float)
        found.append(stats.unseen_bounds(of(metric), lines(labels, labels), KINDS, level=LEVEL))

    lowers = [each.lower for each in found]
    assert sorted(lowers) == lowers
    assert lowers[0] < 0.7
    assert 0.99 < lowers[-1] < 1.0
    assert {1.0} == {each.upper for each in found}


@pytest.mark.parametrize("metric", ["f1", "balanced-accuracy", "mcc", "macro-f1"])
def test_no_truth_is_excluded_under_which_perfect_samples_are_not_rare(metric):
    rows, positives = 200, 0.4
    missed = 1 - 0.06 ** (1 / rows)  # 6 % of the samples then hold no error
    kinds = lines([0, 1, 1], [0, 1, 0])
    weights = np.array([[1 - positives, positives - missed, missed]])
    truth = float(of(metric)(kinds, weights)[0])
    sample = (np.arange(rows) % 5 < 5 * positives).astype(float)

    found = stats.unseen_bounds(of(metric), lines(sample, sample), KINDS, level=LEVEL)

    assert found.lower < truth < found.upper == 1.0


def test_a_kind_that_leaves_the_metric_undefined_leaves_it_open():
    labels = np.ones(50)

    found = stats.unseen_bounds(
        of("specificity"), lines(labels, labels), lines([0], [1]), level=LEVEL
    )

    assert OPEN == found


def test_equal_resamples_give_no_percentiles():
    labels = stats.vector([0.0, 1.0] * 150)

    for name, outputs in (("f1", labels), ("mae", labels + 0.1), ("brier", labels)):
        statistic = stats.statistic(name, labels, outputs)
        found = stats.percentile_bootstrap(statistic, seed=1, level=LEVEL)
        assert OPEN == found


def test_equal_differences_give_no_percentiles():
    noise = np.random.default_rng(3)
    labels, errors = np.zeros(300), noise.random(300)
    ours, theirs = (stats.statistic("mae", labels, errors + each) for each in (0.1, 0.3))

    paired = stats.paired_bootstrap(ours, theirs, seed=1, level=LEVEL)
    constant = stats.statistic("mae", labels, labels)
    unpaired = stats.unpaired_bootstrap(constant, constant, seed=1, level=LEVEL)

    assert OPEN == paired == unpaired


def test_scores_that_are_always_right_may_still_be_wrong_in_three_rows():
    labels = stats.vector([0.0, 1.0] * 500)

    found = stats.ece_interval(labels, labels, (0.5,), level=LEVEL)

    assert 0.0 == found.value
    assert found.bounds.upper == pytest.approx(stats.unseen_share(1000, level=LEVEL))


def test_a_bin_without_a_gap_is_as_uncertain_as_one_with_a_gap():
    labels, scores = stats.vector([0.0, 1.0] * 250), stats.vector([0.5] * 500)

    found = stats.ece_interval(labels, scores, (), level=LEVEL)

    share = stats.wilson(250, 500, level=LEVEL)
    assert 0.0 == found.value == found.bounds.lower
    assert found.bounds.upper == pytest.approx(share.upper - 0.5, rel=0.01)


def test_models_that_order_the_rows_alike_may_still_differ():
    labels = stats.vector([0.0] * 30 + [1.0] * 30)
    scores = np.random.default_rng(1).uniform(size=60)

    found = stats.delong_difference(labels, scores, scores**2, level=LEVEL)

    assert (0.0, True) == (found.difference, found.degenerate)
    assert found.bounds.upper == pytest.approx(stats.unseen_share(30, level=LEVEL))
    assert found.bounds.lower == -found.bounds.upper


def test_no_spread_is_no_certainty_of_a_mean():
    alike = stats.vector([2.5] * 400)

    for found in (
        stats.t_mean(alike, level=LEVEL),
        stats.welch(alike, alike + 1, level=LEVEL),
    ):
        assert OPEN == found
