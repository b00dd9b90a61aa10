"""Logs of decisions: exploration, chances, and outcomes of what was not chosen."""

from __future__ import annotations

import math

import pytest
from pydantic import ValidationError
from statsmodels.stats.proportion import proportion_confint

from mlspec.canonical import digest_bytes
from mlspec.evidence import Verdict
from mlspec.gates import reasons
from mlspec.gates.feedback_loop import REASONS

HEADER = ("id", "explored", "propensity", "other", "action", "flagged", "label", "target")

PASS, FAIL = Verdict.PASS, Verdict.FAIL
INCONCLUSIVE, NOT_EVALUATED = Verdict.INCONCLUSIVE, Verdict.NOT_EVALUATED


def log(count=2000, **cells):
    """Return decisions: 5 % by chance, two actions, every third flagged; `cells` replace some."""
    rows = []
    for place in range(count):
        explored = place % 20 == 0
        row = {
            "id": f"d{place}",
            "explored": int(explored),
            "propensity": 0.05 if explored else 0.95,
            "other": 0.95 if explored else 0.05,
            "action": "decline" if explored else "approve",
            "flagged": int(place % 3 == 0),
            "label": "" if place % 10 == 1 else place % 2,
            "target": 0.5,
        }
        row |= {name: make(place) if callable(make) else make for name, make in cells.items()}
        rows.append(tuple(row[name] for name in HEADER))
    return rows


@pytest.fixture
def loop(evaluation):
    def run(rows, metric="exploration-share", at_least=0.01, inputs=None, **change):
        evaluation.write("log.csv", rows, HEADER)
        gate = {
            "id": "loop",
            "type": "feedback-loop",
            "metric": metric,
            "source": "log",
            "atLeast": at_least,
        }
        read = {"sources": [{"name": "log", "file": "log.csv"}]} | (inputs or {})
        return evaluation.result(gate | change, **read)

    return run


def outcome(found):
    return found.verdict, found.reason_code


def test_exploration_is_a_share_with_an_interval(loop):
    found = loop(log())

    lower, upper = proportion_confint(100, 2000, alpha=0.1, method="wilson")
    assert (PASS, 0.05) == (found.verdict, found.estimate)
    assert (lower, upper) == pytest.approx((found.interval.lower, found.interval.upper))
    assert (FAIL, "requirement-missed") == outcome(loop(log(), at_least=0.1))
    assert (INCONCLUSIVE, "interval-straddles") == outcome(loop(log(), at_least=0.05))
    assert PASS == loop(log(), at_least=0.05, decide="point").verdict


def test_few_decisions_do_not_pass(loop):
    for metric, rows in (
        ("exploration-share", 20),
        ("minimum-propensity", 20),
        ("effective-sample-size", 20),
        ("action-entropy", 100),
        ("label-coverage", 20),
    ):
        found = loop(log(rows, explored=1), metric)

        assert (INCONCLUSIVE, "too-few-rows") == outcome(found)
        assert found.interval is None


def test_the_smallest_chance_decides(loop):
    found = loop(log(), "minimum-propensity", 0.05)

    assert (PASS, 0.05, "census") == (found.verdict, found.estimate, found.interval.method)
    assert FAIL == loop(log(), "minimum-propensity", 0.06).verdict
    assert FAIL == loop(log(propensity=0), "minimum-propensity", 0.001).verdict


def test_an_eligible_action_without_chance_is_found(loop):
    never = log(propensity=1.0, other=0.0)
    eligible = ["propensity", "other"]

    taken = loop(never, "minimum-propensity", 0.01)
    every = loop(never, "minimum-propensity", 0.01, eligible=eligible)

    assert (FAIL, FAIL) == (taken.verdict, every.verdict)
    assert (0.0, 0.0) == (taken.estimate, every.estimate)
    assert PASS == loop(log(), "minimum-propensity", 0.01, eligible=eligible).verdict


def test_chances_of_one_row_add_up_to_one(loop):
    found = loop(log(other=0.95), "minimum-propensity", 0.01, eligible=["propensity", "other"])

    few = loop(log(other=0.01), "minimum-propensity", 0.01, eligible=["propensity", "other"])
    rounded = loop(
        log(other=0.99, propensity=0.003),
        "minimum-propensity",
        0.001,
        eligible=["propensity", "other"],
    )

    assert (NOT_EVALUATED, "propensities-too-large") == outcome(found)
    assert (NOT_EVALUATED, "propensities-incomplete") == outcome(few)
    assert PASS is rounded.verdict


def test_weights_tell_how_many_rows_the_log_is_worth(loop):
    weights = [20.0 if place % 20 == 0 else 1 / 0.95 for place in range(2000)]
    expected = sum(weights) ** 2 / sum(each**2 for each in weights)

    found = loop(log(), "effective-sample-size", 1000)

    assert FAIL == found.verdict
    assert expected == pytest.approx(found.estimate)
    assert 2000.0 == loop(log(propensity=0.3), "effective-sample-size", 1000).estimate
    assert PASS == loop(log(propensity=0.3), "effective-sample-size", 1000).verdict


@pytest.mark.parametrize("target", [None, "target"])
def test_a_log_without_exploration_is_worth_nothing(loop, target):
    found = loop(log(propensity=1), "effective-sample-size", 1000, target=target)
    once = loop(log(propensity=lambda n: 1 - 0.5 * (n == 3)), "effective-sample-size", 1000)

    assert (NOT_EVALUATED, "nothing-explored") == outcome(found)
    assert PASS is once.verdict


def test_the_policy_to_be_judged_gives_the_weights(loop):
    same = loop(log(target=0.3, propensity=0.3), "effective-sample-size", 1000, target="target")
    none = loop(log(target=0), "effective-sample-size", 1000, target="target")
    zero = loop(log(propensity=lambda n: 0.5 * (n > 0)), "effective-sample-size", 10)

    assert 2000.0 == same.estimate
    assert (NOT_EVALUATED, "undefined-metric") == outcome(none)
    assert (NOT_EVALUATED, "zero-propensity") == outcome(zero)


def test_the_variety_of_actions_is_bounded_in_bits(loop):
    expected = -(0.05 * math.log2(0.05) + 0.95 * math.log2(0.95))

    found = loop(log(), "action-entropy", 0.2)

    assert (PASS, pytest.approx(expected)) == (found.verdict, found.estimate)
    assert {"actions": 2, "rows": 2000} == dict(found.counts)
    assert FAIL == loop(log(), "action-entropy", 0.8).verdict
    assert FAIL == loop(log(action="approve"), "action-entropy", 0.2).verdict


def test_outcomes_of_what_was_not_flagged_have_to_be_known(loop):
    whole, none = loop(log(label=1), "label-coverage", 0.9), log(label="")
    blind = loop(log(label=lambda n: 1 if n % 3 == 0 else ""), "label-coverage", 0.1)

    assert (PASS, 1.0) == (whole.verdict, whole.estimate)
    assert (FAIL, 0.0) == (blind.verdict, blind.estimate)
    assert FAIL == loop(none, "label-coverage", 0.1).verdict
    assert (NOT_EVALUATED, "nothing-unflagged") == outcome(
        loop(log(flagged=1), "label-coverage", 0.1)
    )


@pytest.mark.parametrize(
    ("metric", "cells", "code"),
    [
        ("exploration-share", {"explored": ""}, "empty-cell"),
        ("exploration-share", {"explored": "yes"}, "not-a-number"),
        ("exploration-share", {"explored": 2}, "flag-not-binary"),
        ("exploration-share", {"id": "same"}, "duplicate-key"),
        ("minimum-propensity", {"propensity": "nan"}, "not-finite"),
        ("minimum-propensity", {"propensity": "inf"}, "not-finite"),
        ("minimum-propensity", {"propensity": 1.2}, "propensity-out-of-range"),
        ("effective-sample-size", {"propensity": -0.1}, "propensity-out-of-range"),
        ("action-entropy", {"action": ""}, "empty-cell"),
        ("label-coverage", {"flagged": 0.5}, "flag-not-binary"),
        ("label-coverage", {"label": "good"}, "not-a-number"),
    ],
)
def test_a_bad_cell_is_not_left_out(loop, metric, cells, code):
    assert (NOT_EVALUATED, code) == outcome(loop(log(300, **cells), metric))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"source": "absent"}, "source-missing"),
        ({"explored": "random"}, "missing-column"),
        ({"at_least": 1.5}, "feedback-bound"),
        ({"eligible": ["other"]}, "feedback-columns"),
        ({"target": "target"}, "feedback-columns"),
        (
            {"inputs": {"sources": [{"name": "log", "file": "log.csv",
                                     "digest": digest_bytes(b"")}]}},
            "digest-mismatch",
        ),
        (
            {"inputs": {"sources": [{"name": "log", "file": "log.csv", "maximumAgeDays": 3}]}},
            "age-unknown",
        ),
    ],
)  # fmt: skip
def test_what_is_missing_or_contradicts_itself_is_not_evaluated(loop, change, code):
    assert (NOT_EVALUATED, code) == outcome(loop(log(), **change))


def test_an_empty_log_is_not_evaluated(loop):
    assert (NOT_EVALUATED, "empty-file") == outcome(loop([]))


@pytest.mark.parametrize("change", [{"at_least": 0}, {"at_least": "1"}, {"metric": "regret"}])
def test_a_spec_of_another_shape_does_not_bind(loop, change):
    with pytest.raises(ValidationError):
        loop(log(100), **change)


def test_every_reason_is_explained():
    assert set(REASONS) <= set(reasons())
