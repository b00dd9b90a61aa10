"""A fail among many comparisons is claimed where Holm's method claims it, and nowhere else."""

from __future__ import annotations

import math
from itertools import combinations
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from mlspec.evidence import Reason, Verdict
from mlspec.gates._claims import Comparison, judged, within
from mlspec.gates._decide import at_most
from mlspec.gates.fairness import Fairness
from mlspec.stats import Bounds, Share, katz_log, normal_quantile

SPEC = Fairness.model_validate(
    {
        "id": "g",
        "type": "fairness",
        "metric": "equal-opportunity",
        "groups": [{"column": "sex"}],
        "atMost": 0.0,
    }
)


def comparison(z, name="part", undecided=None):
    """Return a number with standard error 1, z above the limit 0."""

    def bounds_at(level):
        half = normal_quantile((1 + level) / 2)
        return Bounds(z - half, z + half)

    return Comparison(name, z, "wald", bounds_at, at_most(0.0), undecided=undecided)


@given(st.lists(st.integers(-40, 60).map(lambda n: n / 10 + 0.013), min_size=1, max_size=12))
def test_fails_are_those_of_holm(values):
    p_values = [1 - NormalDist().cdf(z) for z in values]
    expected = multipletests(p_values, alpha=0.05, method="holm")[0]

    found = judged(SPEC, [comparison(z) for z in values])

    assert list(expected) == [part.verdict is Verdict.FAIL for part in found]


@given(st.lists(st.integers(-40, 60).map(lambda n: n / 10), min_size=1, max_size=12))
def test_a_pass_needs_no_correction_and_a_doubted_fail_does_not_pass(values):
    alone = [judged(SPEC, [comparison(z)])[0].verdict for z in values]

    together = [part.verdict for part in judged(SPEC, [comparison(z) for z in values])]

    for one, among in zip(alone, together, strict=True):
        assert (one is Verdict.PASS) == (among is Verdict.PASS)
        assert one is Verdict.FAIL or one is among


def test_a_comparison_that_decides_nothing_is_not_counted():
    few = Reason("too-few-rows", "three")
    undecided = [comparison(9.0, undecided=few)] * 20

    found = judged(SPEC, [comparison(1.7), *undecided])

    assert [Verdict.FAIL, *[Verdict.INCONCLUSIVE] * 20] == [part.verdict for part in found]
    assert found[1].interval is None


@pytest.mark.parametrize("count", [2, 10, 300])
def test_the_bounds_of_a_comparison_are_asked_for_a_few_times_however_many_there_are(count):
    asked = []

    def counted(z):
        plain = comparison(z)

        def bounds_at(level):
            asked.append(level)
            return plain.bounds_at(level)

        return Comparison(plain.name, z, "wald", bounds_at, plain.bound)

    # each stands by a hair once all before it stand, so that Holm takes as many steps as tests
    steps = [NormalDist().inv_cdf(1 - 0.05 / (count - n) * 0.99) for n in range(count)]

    found = judged(SPEC, [counted(z) for z in steps])

    assert {Verdict.FAIL} == {part.verdict for part in found}
    assert len(asked) <= count * (2 + math.ceil(math.log2(count + 1)))


def shares(source, chances, rows):
    return [Share(float(source.binomial(rows, each)), float(rows)) for each in chances]


def ratios(groups):
    """Return every ratio of two groups, as the gate `fairness` compares them."""
    for first, second in combinations(groups, 2):
        lower, higher = sorted((first, second), key=lambda share: share.value)

        def bounds_at(level, lower=lower, higher=higher):
            return katz_log(lower, higher, level=level)

        ratio = lower.value / higher.value
        yield Comparison("part", ratio, "katz-log", bounds_at, within(0.8, 1.25))


@pytest.mark.parametrize("groups", [2, 5, 10])
def test_a_fail_at_the_limit_is_seldom_claimed_however_many_groups(groups):
    source, chances = np.random.default_rng(groups), [0.4, *[0.5] * (groups - 1)]
    runs = [judged(SPEC, list(ratios(shares(source, chances, 500)))) for _ in range(300)]

    assert 0.08 > np.mean([any(part.verdict is Verdict.FAIL for part in run) for run in runs])


@pytest.mark.parametrize("groups", [2, 5])
def test_a_pass_just_below_the_limit_is_seldom_given(groups):
    source, chances = np.random.default_rng(groups), [0.399, *[0.5] * (groups - 1)]
    runs = [judged(SPEC, list(ratios(shares(source, chances, 2000)))) for _ in range(300)]

    assert 0.08 > np.mean([all(part.verdict is Verdict.PASS for part in run) for run in runs])


@pytest.mark.parametrize(
    ("ends", "verdict"),
    [
        ((0.8, 1.25), Verdict.PASS),
        ((0.7, 0.79), Verdict.FAIL),
        ((1.26, 1.3), Verdict.FAIL),
        ((0.7, 0.9), Verdict.INCONCLUSIVE),
        ((0.9, 1.3), Verdict.INCONCLUSIVE),
        ((float("nan"), float("nan")), Verdict.INCONCLUSIVE),
    ],
)
def test_within_means_both_ends(ends, verdict):
    assert verdict is within(0.8, 1.25)(*ends)
