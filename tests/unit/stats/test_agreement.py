"""Judges, rankings, shifts and detectors where there is little, nothing, or no variation."""

from __future__ import annotations

import hashlib
import math

import numpy as np
import pytest

from mlspec import stats
from mlspec.stats import Bounds, Share

NOTHING = stats.vector([])


def test_full_agreement_is_not_certainty():
    ratings = stats.vector([0, 1] * 10)

    found = stats.kappa(ratings, ratings, level=0.9)

    assert (1.0, 1.0) == (found.kappa, found.bounds.upper)
    assert found.degenerate
    assert 0.76 == pytest.approx(found.bounds.lower, abs=0.01)


def test_a_judge_that_always_says_the_same_is_worth_nothing_and_not_certainly_so():
    human = stats.vector([1] * 18 + [0] * 2)

    found = stats.kappa(np.ones(20), human, level=0.9)

    assert 0.0 == pytest.approx(found.kappa)
    assert 0.9 == found.agreement.value
    assert found.bounds.lower < 0 < found.bounds.upper


def test_a_constant_rater_has_no_variance_whatever_rounding_leaves():
    found = stats.kappa(
        stats.vector([1, 1, 4]), stats.vector([2, 2, 2]), level=0.9, weighting="quadratic"
    )

    assert found.degenerate
    assert 0.0 == found.variance


def test_agreement_flatters_where_one_answer_is_common():
    judge = stats.vector([1] * 10 + [0] * 20 + [1] * 10 + [0] * 160)
    human = stats.vector([1] * 30 + [0] * 170)

    found = stats.kappa(judge, human, level=0.9)

    assert 0.85 == found.agreement.value
    assert 0.318 == pytest.approx(found.kappa, abs=1e-3)
    assert found.bounds.upper < 0.6


@pytest.mark.parametrize(
    "ratings",
    [
        (NOTHING, NOTHING),
        (np.ones(9), np.ones(9)),
        (stats.vector([1, math.nan]), stats.vector([1, 2])),
    ],
)
def test_kappa_is_undefined_without_variation_rows_or_numbers(ratings):
    found = stats.kappa(*ratings, level=0.9, weighting="quadratic")

    assert math.isnan(found.kappa)
    assert Bounds(-1.0, 1.0) == found.bounds


def test_the_bootstrap_of_kappa_agrees_with_its_large_sample_interval():
    noise = np.random.default_rng(3)
    human = noise.integers(1, 6, size=400).astype(float)
    judge = np.clip(human + noise.integers(-1, 2, size=400), 1, 5)

    exact = stats.kappa(judge, human, level=0.9, weighting="quadratic").bounds
    statistic = stats.kappa_statistic(judge, human, weighting="quadratic")
    drawn = stats.percentile_bootstrap(statistic, seed=1, level=0.9)

    assert (exact.lower, exact.upper) == pytest.approx((drawn.lower, drawn.upper), abs=0.006)


def test_a_judge_is_counted_on_both_kinds_of_cases():
    judge, human = stats.vector([1, 0, 0, 0, 1]), stats.vector([1, 1, 0, 0, 0])

    found = stats.judge_rates(judge, human)

    assert (Share(1, 2), Share(2, 3), Share(3, 5)) == (
        found.sensitivity,
        found.specificity,
        found.agreement,
    )


@pytest.mark.parametrize(
    ("shares", "rate", "ends"),
    [
        ((Share(23, 150), Share(96, 100), Share(89, 100)), 0.0510, (0.0, 0.1457)),
        ((Share(60, 150), Share(80, 100), Share(85, 100)), 0.3846, (0.2369, 0.5313)),
    ],
)
def test_the_corrected_rate_is_that_of_the_published_algorithm(shares, rate, ends):
    found = stats.rogan_gladen(*shares, level=0.95)

    assert rate == pytest.approx(found.rate, abs=1e-4)
    assert ends == pytest.approx((found.bounds.lower, found.bounds.upper), abs=1e-4)


def test_the_corrected_rate_is_covered_as_often_as_the_level_says():
    noise = np.random.default_rng(5)
    true, sensitivity, specificity = 0.2, 0.8, 0.9
    flagged = true * sensitivity + (1 - true) * (1 - specificity)
    draws = zip(
        noise.binomial(500, flagged, size=1500),
        noise.binomial(60, sensitivity, size=1500),
        noise.binomial(60, specificity, size=1500),
        strict=True,
    )

    bounds = [
        stats.rogan_gladen(Share(k, 500), Share(a, 60), Share(b, 60), level=0.9).bounds
        for k, a, b in draws
    ]

    covered = np.mean([each.lower <= true <= each.upper for each in bounds])
    assert 0.88 < covered < 0.97


@pytest.mark.parametrize(
    ("sensitivity", "specificity"),
    [
        (Share(50, 100), Share(50, 100)),
        (Share(0, 0), Share(9, 10)),
        (Share(30, 100), Share(60, 100)),
    ],
)
def test_a_judge_no_better_than_chance_corrects_nothing(sensitivity, specificity):
    found = stats.rogan_gladen(Share(5, 10), sensitivity, specificity, level=0.9)

    assert math.isnan(found.rate)
    assert Bounds(0.0, 1.0) == found.bounds


def test_a_judge_hardly_better_than_chance_leaves_the_rate_open():
    found = stats.rogan_gladen(Share(5, 10), Share(1, 1), Share(1, 100), level=0.9)

    assert Bounds(0.0, 1.0) == found.bounds


def _run(*rows):
    return stats.Run(*(stats.vector(each) for each in zip(*rows, strict=True)))


JUDGED = stats.Judgements(*(stats.vector(each) for each in ([1, 2, 3], [5, 5, 5], [1, 1, 0])))


def test_a_query_that_found_nothing_scores_zero_and_is_not_left_out():
    ranked = stats.rankings(_run((1, 5, 0.5), (3, 5, 0.5), (9, 5, 0.5)), JUDGED)

    assert [1.0, 2.0] == ranked.queries.tolist()
    assert 2 == ranked.excluded
    for score in (stats.recall_at, stats.success_at, stats.ndcg_at):
        assert [1.0, 0.0] == score(ranked, 3).tolist()
    assert [1.0, 0.0] == stats.reciprocal_rank(ranked).tolist()


def test_equal_scores_have_no_order():
    """One relevant document among three: its rank is 1, 2 or 3, each with one chance in three."""
    for documents in ((7, 5, 2), (2, 5, 7), (5, 8, 9), (1, 2, 5)):
        ranked = stats.rankings(_run(*((1, each, 0.5) for each in documents)), JUDGED)

        assert [(1 + 1 / 2 + 1 / 3) / 3, 0.0] == pytest.approx(stats.reciprocal_rank(ranked))
        assert [1 / 3, 0.0] == pytest.approx(stats.recall_at(ranked, 1))
        assert [2 / 3, 0.0] == pytest.approx(stats.success_at(ranked, 2))
        assert [1.0, 0.0] == pytest.approx(stats.success_at(ranked, 3))


def test_a_document_found_twice_counts_once():
    ranked = stats.rankings(_run((1, 5, 0.1), (1, 5, 0.9), (1, 6, 0.5)), JUDGED)

    assert [1.0, 0.0] == stats.recall_at(ranked, 3).tolist()
    assert [0.5, 0.0] == stats.precision_at(ranked, 2).tolist()
    assert [1.0, 0.0] == stats.ndcg_at(ranked, 2).tolist()


def test_a_score_that_is_nan_counts_as_not_found():
    ranked = stats.rankings(_run((1, 5, math.nan)), JUDGED)

    assert [0.0, 0.0] == stats.recall_at(ranked, 1).tolist()


def test_nothing_relevant_leaves_nothing_to_score():
    empty = stats.Judgements(NOTHING, NOTHING, NOTHING)

    ranked = stats.rankings(_run((1, 5, 0.5)), empty)

    assert (0, 1) == (ranked.queries.size, ranked.excluded)
    assert 0 == stats.ndcg_at(ranked, 5).size


def test_a_hundred_thousand_values_on_each_side_are_compared_without_their_pairs():
    noise = np.random.default_rng(1)
    first, second = noise.lognormal(size=(2, 100_000))

    found = stats.hodges_lehmann(first + 0.05, second, level=0.9)

    assert found.bounds.lower < 0.05 < found.bounds.upper
    assert found.bounds.upper - found.bounds.lower < 0.02


@pytest.mark.parametrize("other", [NOTHING, stats.vector([1, math.nan])])
def test_samples_that_cannot_be_compared_give_no_number(other):
    sample = stats.vector([1, 2, 3])

    for pair in ((sample, other), (other, sample)):
        assert math.isnan(stats.mann_whitney(*pair).p)
        found = stats.hodges_lehmann(*pair, level=0.9)
        assert math.isnan(found.shift)
        assert Bounds(-math.inf, math.inf) == found.bounds


def test_too_few_values_for_the_level_give_a_shift_without_ends():
    found = stats.hodges_lehmann(stats.vector([3]), stats.vector([1]), level=0.9)

    assert (2.0, Bounds(-math.inf, math.inf)) == (found.shift, found.bounds)


def _stream(name, shares, each):
    """Errors whose rate changes from part to part, the same on every machine."""
    texts = [
        (f"{name}:{part}:{i}", share) for part, share in enumerate(shares) for i in range(each)
    ]
    drawn = [int.from_bytes(hashlib.sha256(t.encode()).digest()[:4], "big") for t, _ in texts]
    return stats.vector(
        [float(d / 2**32 < share) for d, (_, share) in zip(drawn, texts, strict=True)]
    )


@pytest.mark.parametrize(
    ("detector", "options", "expected"),
    [
        (stats.adwin_alarms, {}, [831, 1631, 2143]),
        (stats.ddm_alarms, {}, [55, 778, 2199]),
        (stats.page_hinkley_alarms, {}, [998, 1832, 2246]),
        (
            stats.page_hinkley_alarms,
            {"threshold": 10},
            [753, 1451, 2029, 2127, 2213, 2321, 2430, 2713],
        ),
    ],
)
def test_detectors_alarm_where_river_0_26_does(detector, options, expected):
    errors = _stream("a", [0.1, 0.3, 0.1, 0.5], 700)

    assert expected == detector(errors, **options).tolist()


@pytest.mark.parametrize(
    ("detector", "expected"),
    [
        (stats.adwin_alarms, [3103, 4543, 6015]),
        (stats.ddm_alarms, [215, 284, 3118, 4615]),
        (stats.page_hinkley_alarms, [3196, 4572, 6057]),
    ],
)
def test_slow_and_fast_changes_alarm_where_river_0_26_does(detector, expected):
    errors = _stream("c", [0.05, 0.06, 0.3, 0.9, 0.1], 1500)

    assert expected == detector(errors).tolist()


@pytest.mark.parametrize(
    "detector", [stats.adwin_alarms, stats.ddm_alarms, stats.page_hinkley_alarms]
)
def test_a_steady_stream_raises_no_alarm(detector):
    assert not detector(_stream("b", [0.2], 5000)).size
    assert not detector(np.ones(500)).size
    assert not detector(NOTHING).size
