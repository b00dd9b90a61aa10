"""What a patch takes away of what judges a rollout or calls somebody."""

from __future__ import annotations

from copy import deepcopy

import pytest

from mlspec.manifests.patching import loosened

LOOKED = {"analysis": {"templates": [{"templateName": "churn-1-look"}]}}
ROLLOUT = {
    "kind": "Rollout",
    "spec": {
        "progressDeadlineAbort": True,
        "strategy": {"canary": {"steps": [{"setWeight": 5}, LOOKED, {"setWeight": 50}, LOOKED]}},
    },
}
METRIC = {
    "name": "errors",
    "count": 9,
    "failureLimit": 0,
    "successCondition": "result[0] < 0.01",
    "provider": {"prometheus": {"query": "up"}},
}
TEMPLATE = {"kind": "AnalysisTemplate", "spec": {"metrics": [METRIC]}}
CANARY = {
    "kind": "Canary",
    "spec": {
        "analysis": {
            "threshold": 1,
            "interval": "5m",
            "stepWeights": [5, 50],
            "metrics": [{"name": "errors", "thresholdRange": {"max": 0.01}}],
            "webhooks": [{"name": "approval", "type": "confirm-promotion", "url": "http://a/"}],
        }
    },
}
BY_STEP = {"stepWeights": None, "stepWeight": 5, "maxWeight": 50}
ALERT = {"alert": "Errors", "expr": "a > 1", "for": "10m", "labels": {"severity": "page"}}
RULES = {"groups": [{"name": "g", "rules": [ALERT, {"record": "r:x", "expr": "x"}]}]}
HELD = {
    "kind": "Rollout",
    "spec": {
        "strategy": {
            "canary": {
                "steps": [
                    {"setWeight": 5},
                    {"pause": {"duration": "1h30m"}},
                    {"setWeight": 50},
                    {"pause": {}},
                ]
            }
        }
    },
}
FAILING = {
    "kind": "AnalysisTemplate",
    "spec": {"metrics": [{"name": "errors", "failureCondition": "result[0] > 0.5"}]},
}
BLUE = {
    "kind": "Rollout",
    "spec": {"strategy": {"blueGreen": {"prePromotionAnalysis": LOOKED["analysis"]}}},
}
GONE = object()


def changed(value, path, new):
    """Return a copy with another value at a path."""
    result = deepcopy(value)
    at = result
    for key in path[:-1]:
        at = at[key]
    if new is GONE:
        del at[path[-1]]
    else:
        at[path[-1]] = new
    return result


STEPS = ("spec", "strategy", "canary", "steps")
FIRST = ("spec", "metrics", 0)
ANALYSIS = ("spec", "analysis")
RULE = ("groups", 0, "rules")


@pytest.mark.parametrize(
    ("before", "path", "new", "told"),
    [
        (ROLLOUT, STEPS, [{"setWeight": 5}], "the analysis `churn-1-look` is gone"),
        (ROLLOUT, (*STEPS, 3), {}, "the analysis `churn-1-look` (2) is gone"),
        (ROLLOUT, (*STEPS, 0), {"setWeight": 50}, "the rollout has another `shares`"),
        (ROLLOUT, STEPS, [LOOKED, LOOKED], "the rollout has another `shares`"),
        (ROLLOUT, ("spec", "progressDeadlineAbort"), False, "when pods do not start is gone"),
        (BLUE, ("spec", "strategy", "blueGreen"), {}, "the analysis `churn-1-look` is gone"),
        (TEMPLATE, ("spec", "metrics"), [], "the condition `errors` is gone"),
        (TEMPLATE, (*FIRST, "failureLimit"), 3, "`errors` has another `failureLimit`"),
        (CANARY, (*ANALYSIS, "metrics"), None, "the condition `errors` is gone"),
        (CANARY, (*ANALYSIS, "webhooks"), GONE, "the webhook `approval` is gone"),
        (CANARY, (*ANALYSIS, "threshold"), 99, "the rollout has another `threshold`"),
        (CANARY, (*ANALYSIS, "stepWeights"), GONE, "the rollout has another `shares`"),
        (CANARY, ("spec", "skipAnalysis"), True, "the analysis is gone"),
        (RULES, RULE, [], "the alert `Errors` is gone"),
        (HELD, (*STEPS, 1), {"pause": {"duration": "5s"}}, "the rollout has another `pauses`"),
        (HELD, (*STEPS, 3), {"pause": {"duration": "9h"}}, "the rollout has another `pauses`"),
        (HELD, (*STEPS, 2), {"setWeight": 90}, "the rollout has another `shares`"),
        (CANARY, (*ANALYSIS, "stepWeights"), [5], "the rollout has another `shares`"),
        (CANARY, (*ANALYSIS, "interval"), "1s", "the rollout has another `interval`"),
        (TEMPLATE, (*FIRST, "count"), 1, "`errors` has another `count`"),
        (TEMPLATE, (*FIRST, "consecutiveErrorLimit"), 5, "another `consecutiveErrorLimit`"),
        (TEMPLATE, (*FIRST, "successCondition"), "result[0] < 0.1", "`successCondition`"),
        (FAILING, (*FIRST, "failureCondition"), "result[0] > 0.9", "`failureCondition`"),
        (CANARY, (*ANALYSIS, "metrics", 0, "thresholdRange"), {"max": 1}, "`thresholdRange`"),
        (RULES, (*RULE, 0, "expr"), "a > 9", "the alert `Errors` has another `expr`"),
        (RULES, (*RULE, 0, "for"), "9h", "the alert `Errors` has another `for`"),
        (RULES, (*RULE, 0, "labels", "severity"), "ticket", "has another `severity`"),
    ],
)
def test_what_judges_less_than_before_is_told_and_the_way_back_is_not(before, path, new, told):
    after = changed(before, path, new)

    assert any(told in each for each in loosened(before, after))
    assert () == loosened(after, before)


@pytest.mark.parametrize(
    ("before", "path", "new", "told"),
    [
        (TEMPLATE, (*FIRST, "successCondition"), "true", "another `successCondition`"),
        (TEMPLATE, (*FIRST, "provider"), {}, "`errors` has another `provider`"),
        (CANARY, (*ANALYSIS, "metrics", 0, "thresholdRange"), {"min": 0}, "`thresholdRange`"),
        (RULES, (*RULE, 0, "expr"), "b > 1", "the alert `Errors` has another `expr`"),
        (RULES, (*RULE, 0, "for"), "soon", "the alert `Errors` has another `for`"),
        (RULES, (*RULE, 0, "labels"), {}, "the alert `Errors` has another `severity`"),
        (RULES, (*RULE, 0, "labels", "owner"), "b", "the alert `Errors` has another `owner`"),
        (RULES, (*RULE, 1, "expr"), "0", "the record `r:x` has another `expr`"),
    ],
)
def test_what_judges_by_another_text_is_told_both_ways(before, path, new, told):
    after = changed(before, path, new)

    assert any(told in each for each in loosened(before, after))
    assert any(told in each for each in loosened(after, before))


@pytest.mark.parametrize(
    ("before", "path", "new"),
    [
        (ROLLOUT, (*STEPS, 0), {"setWeight": 1}),
        (ROLLOUT, ("metadata",), {"labels": {"team": "a"}}),
        (TEMPLATE, (*FIRST, "failureLimit"), 0.0),
        (CANARY, (*ANALYSIS, "threshold"), 0),
        (RULES, ("groups", 0, "interval"), "2m"),
        (RULES, (*RULE, 0, "annotations"), {"runbook_url": "https://a"}),
        (RULES, (*RULE, 0, "for"), "90s"),
        (RULES, (*RULE, 0, "for"), None),
        (RULES, (*RULE, 0, "keep_firing_for"), "1h"),
        (RULES, (*RULE, 0, "labels", "severity"), "critical"),
        (RULES, (*RULE, 0, "expr"), "a  >  1"),
        (HELD, (*STEPS, 1), {"pause": {"duration": 7200}}),
        (HELD, (*STEPS, 1), {"pause": {}}),
        (HELD, (*STEPS, 2), {"setWeight": 40}),
        (HELD, (*STEPS, 2), {"setWeight": 5}),
        (CANARY, (*ANALYSIS, "interval"), "1h"),
        (CANARY, (*ANALYSIS, "stepWeights"), [1, 5, 50]),
        (CANARY, ANALYSIS, {**CANARY["spec"]["analysis"], **BY_STEP}),
        (CANARY, (*ANALYSIS, "metrics", 0, "thresholdRange"), {"min": 0, "max": 0.001}),
    ],
)
def test_what_judges_as_much_as_before_is_not(before, path, new):
    assert () == loosened(before, changed(before, path, new))


@pytest.mark.parametrize("rules", [RULES, {"kind": "PrometheusRule", "spec": RULES}])
def test_rules_that_are_deleted_are_told(rules):
    assert ("the alert `Errors` is gone", "the record `r:x` is gone") == loosened(rules, None)
