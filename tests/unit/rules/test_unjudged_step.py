"""A step that takes no time is never judged, whatever the strategy calls its time."""

from __future__ import annotations

import pytest

from mlspec.rules import check

CHECKS = "analysis: [{id: errors, metric: error-share, atMost: 0.01}]"


def patched(strategy, fields, checks=CHECKS):
    dropped = "" if strategy == "canary" else "steps: null, "
    return f"kind: Model\nspec: {{rollout: {{strategy: {strategy}, {dropped}{fields}, {checks}}}}}"


def codes(resources):
    return [each.code for each in check(resources)]


@pytest.mark.parametrize(
    ("strategy", "fields", "is_found"),
    [
        ("canary", "steps: [{share: 0.1, holdMinutes: 60}, {share: 0.5, holdMinutes: 0}]", True),
        ("shadow", "share: 0.1, holdMinutes: 0", True),
        ("blue-green", "previewMinutes: 10, keepMinutes: 0", True),
        ("a-b", "share: 0.5, outcome: sales_total, durationDays: 0, minimumSamples: 9", True),
        ("canary", "steps: [{share: 0.1, holdMinutes: 60}, {share: 1, holdMinutes: 0}]", False),
        ("shadow", "share: 0.1, holdMinutes: 60", False),
        ("blue-green", "previewMinutes: 0, keepMinutes: 60", False),
    ],
)
def test_a_step_without_time_is_found_where_conditions_stand(
    load_patched, strategy, fields, is_found
):
    assert is_found is ("MLS429" in codes(load_patched(patched(strategy, fields))))


def test_steps_without_conditions_may_take_no_time(load_patched):
    workspace = load_patched(patched("shadow", "share: 0.1, holdMinutes: 0", "analysis: []"))

    assert "MLS429" not in codes(workspace)
