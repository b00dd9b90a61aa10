"""What the intervals say where their formula says nothing."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest

from mlspec import stats

LABELS = stats.vector([0.0] * 30 + [1.0] * 30)


def test_perfect_separation_is_not_certainty():
    found = stats.delong(LABELS, stats.vector(range(60)), level=0.9)

    assert 1.0 == found.area
    assert found.degenerate
    assert 0.9172 == pytest.approx(found.bounds.lower, abs=1e-4)
    assert 1.0 == found.bounds.upper


def test_constant_scores_are_not_certainty():
    found = stats.delong(LABELS, np.zeros(60), level=0.9)

    assert 0.5 == found.area
    assert found.bounds.upper - found.bounds.lower > 0.2


def test_two_perfect_models_may_still_differ():
    first, second = stats.vector(range(60)), stats.vector([*range(30), *range(90, 60, -1)])

    found = stats.delong_difference(LABELS, first, second, level=0.9)

    assert found.degenerate
    assert found.bounds.lower < -0.05 < 0.05 < found.bounds.upper


@pytest.mark.parametrize("positives", [0, 1, 59, 60])
def test_fewer_than_two_rows_of_a_class_leave_everything_open(positives):
    labels = stats.vector([1.0] * positives + [0.0] * (60 - positives))
    scores = stats.vector(range(60))

    one = stats.delong(labels, scores, level=0.9)
    two = stats.delong_difference(labels, scores, -scores, level=0.9)

    assert (0.0, 1.0) == (one.bounds.lower, one.bounds.upper)
    assert (-1.0, 1.0) == (two.bounds.lower, two.bounds.upper)


def test_nothing_is_known_without_trials():
    nothing = stats.Discordance(0, 0, 0)

    assert stats.wilson(0, 0, level=0.9) == stats.Bounds(0.0, 1.0)
    assert stats.Bounds(-1.0, 1.0) == stats.paired_score(nothing, level=0.9)
    assert 1.0 == stats.mcnemar_exact(nothing)


def test_no_discordant_pairs_leave_a_width():
    score = stats.paired_score(stats.Discordance(0, 0, 100), level=0.9)

    assert -0.0263 == pytest.approx(score.lower, abs=1e-4)
    assert 0.0263 == pytest.approx(score.upper, abs=1e-4)


def test_mcnemar_counts_a_million_pairs_without_overflow():
    assert 0.0 <= stats.mcnemar_exact(stats.Discordance(400_000, 600_000, 10**6)) < 1e-300
    assert 1.0 == stats.mcnemar_exact(stats.Discordance(500_000, 500_000, 10**6))


def test_overflow_is_undefined_and_silent():
    huge = stats.vector([1e308, -1e308])

    assert math.inf == stats.rmse(huge, -huge)


def test_metrics_without_rows_are_undefined():
    nothing = stats.vector([])

    for metric in (stats.accuracy, stats.average_precision, stats.mae, stats.r2, stats.roc_auc):
        assert math.isnan(metric(nothing, nothing))


def test_vectors_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        stats.vector([1.0])[0] = 2.0


def test_importing_the_package_imports_no_numpy():
    code = "import sys, mlspec.stats; sys.exit('numpy' in sys.modules)"

    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode


def test_every_public_name_is_there():
    assert all(hasattr(stats, name) for name in dir(stats))
    with pytest.raises(AttributeError, match="no attribute 'absent'"):
        _ = stats.absent
