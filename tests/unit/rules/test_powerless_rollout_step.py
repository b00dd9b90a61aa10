"""A step that proves nothing at the declared traffic, and the step that would."""

from __future__ import annotations

import re

import pytest

from mlspec import stats
from mlspec.rules import check

CODE = "MLS419"
OWN = """\
kind: Model
spec:
  serving: {{requestsPerSecond: {rps}}}
  rollout:
    steps: [{{share: {share}, holdMinutes: {hold}}}, {{share: 1, holdMinutes: 0}}]
    analysis: [{{id: errors, metric: error-share, atMost: {limit}, minimumRequests: {least}}}]
"""
SHARED = "kind: Model\nspec: {rollout: null, rolloutPolicy: careful-canary, serving: %s}\n"


def found(workspace):
    return [each for each in check(workspace) if each.code == CODE]


@pytest.fixture
def stepped(load_patched):
    """Look at a canary of one step; return what is found."""

    def look(*, rps=0.5, share=0.05, hold=60, limit=0.01, least=100):
        return found(load_patched(OWN.format(**locals())))

    return look


def test_the_step_is_named_with_what_it_sees_and_what_it_takes(stepped):
    (finding,) = stepped()

    assert finding.message == (
        "a share of 0.05 gets about 90 requests in 60 minutes, but `errors` needs at least 381, "
        "all without an error, to be proven"
    )
    assert finding.span.start.line


@pytest.mark.parametrize(("rps", "hold"), [(10, 5), (3, 20), (40, 2)])
def test_the_length_that_is_proposed_proves_a_model_with_half_the_errors(stepped, rps, hold):
    (finding,) = stepped(rps=rps, hold=hold)
    minutes = re.search(r"for at least (\d+) minutes", finding.hint)
    proposed = {"hold": int(minutes[1])} if minutes else None
    if proposed is None:
        share = re.search(r"share of at least ([0-9.]+)", finding.hint)
        proposed = {"hold": 60, "share": float(share[1])}

    step = {"rps": rps, "share": 0.05, "hold": hold} | proposed
    requests = step["rps"] * 60 * step["share"] * step["hold"]

    assert stepped(**step) == []
    assert stats.chance_proven(0.005, stats.Watch(0.01, 100), requests) > 0.75


def test_where_a_length_does_not_help_a_share_does(stepped):
    (finding,) = stepped(rps=1)

    assert "share of at least 0.7" in finding.hint


def test_where_nothing_helps_the_limit_is_what_to_change(stepped):
    (finding,) = stepped(rps=0.01)

    assert "raise `atMost`" in finding.hint
    assert "18 requests" not in finding.message


def test_a_minimum_of_requests_that_no_step_sees_is_found_too(stepped):
    assert stepped(rps=15) == []
    assert [each.code for each in stepped(rps=15, least=5000)] == [CODE]


@pytest.mark.parametrize("rps", ["null", 0])
def test_without_traffic_that_is_stated_nothing_is_said(stepped, rps):
    assert stepped(rps=rps) == []


def test_a_step_without_time_is_no_step_to_judge(stepped):
    assert stepped(hold=0) == []


def test_a_shared_rollout_is_judged_at_the_traffic_of_the_model(load_patched):
    (finding,) = found(load_patched(SHARED % "{requestsPerSecond: 0.5}"))

    assert "share of 0.05" in finding.message
    assert found(load_patched(SHARED % "{requestsPerSecond: 15}")) == []


@pytest.mark.parametrize(
    "rollout",
    [
        "{strategy: shadow, share: 0.1, holdMinutes: 60, steps: null}",
        "{strategy: blue-green, previewMinutes: 30, keepMinutes: 5, steps: null}",
        "{strategy: a-b, share: 0.1, outcome: x, durationDays: 7, minimumSamples: 9, steps: null}",
    ],
)
def test_other_strategies_are_judged_where_their_length_stands(load_patched, rollout):
    patch = "kind: Model\nspec:\n  serving: {requestsPerSecond: %s}\n  rollout: " + rollout

    (finding,) = found(load_patched(patch % 0.3))

    assert finding.span.start.line
    assert found(load_patched(patch % 40)) == []


def test_latencies_have_no_share_to_prove(load_patched):
    patch = (
        "kind: Model\nspec:\n  serving: {requestsPerSecond: 0.1}\n"
        "  rollout: {analysis: [{id: slow, metric: latency-p99-ms, atMost: 100}]}"
    )

    assert found(load_patched(patch)) == []
