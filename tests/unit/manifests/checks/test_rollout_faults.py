"""One fault in a sound Rollout or AnalysisTemplate that its controller refuses or never reads."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest

ROLLOUT = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Rollout",
    "metadata": {"name": "fraud"},
    "spec": {
        "progressDeadlineAbort": True,
        "selector": {"matchLabels": {"app": "fraud"}},
        "template": {
            "metadata": {"labels": {"app": "fraud"}},
            "spec": {"containers": [{"name": "server", "image": "registry.example/fraud:12"}]},
        },
        "strategy": {
            "canary": {
                "canaryService": "fraud-next",
                "stableService": "fraud",
                "maxSurge": "25%",
                "maxUnavailable": 0,
                "trafficRouting": {"istio": {"virtualService": {"name": "fraud"}}},
                "analysis": {"templates": [{"templateName": "errors"}], "startingStep": 1},
                "steps": [{"setWeight": 5}, {"pause": {}}],
            }
        },
    },
}
TEMPLATE = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "AnalysisTemplate",
    "metadata": {"name": "errors"},
    "spec": {
        "args": [{"name": "limit", "value": "1"}],
        "metrics": [
            {
                "name": "errors",
                "successCondition": "len(result) > 0 && !isNaN(result[0]) && result[0] < 1",
                "provider": {
                    "job": {
                        "spec": {
                            "template": {
                                "spec": {
                                    "restartPolicy": "Never",
                                    "containers": [{"name": "a", "image": "registry.example/a:1"}],
                                }
                            }
                        }
                    }
                },
            }
        ],
    },
}
CANARY = "spec.strategy.canary"
ROUTING = f"{CANARY}.trafficRouting"
JOB = "spec.metrics.0.provider.job.spec"
SECRET = {"secretKeyRef": {"name": "a", "key": "b"}}
QUIET = ("MLS1290",)


def codes(found, resources):
    told = found("---\n".join(f"{json.dumps(each)}\n" for each in resources))
    return {each.split()[0] for each in told} - {*QUIET}


def changed(resource, path, value):
    after = deepcopy(resource)
    *steps, last = (int(step) if step.isdigit() else step for step in path.split("."))
    place = after
    for step in steps:
        place = place[step]
    place[last] = value
    return after


def test_both_are_sound(found):
    assert set() == codes(found, [ROLLOUT, TEMPLATE])


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("spec.selector.matchExpressions", [{"key": "a", "operator": "Is"}], "MLS1320"),
        ("spec.selector.matchExpressions", [{"key": "app", "operator": "Exists"}], None),
        ("spec.template.spec.activeDeadlineSeconds", 5, "MLS1325"),
        (f"{CANARY}.maxSurge", "abc", "MLS1148"),
        (f"{CANARY}.maxSurge", "2", None),
        (f"{ROUTING}.istio", {}, "MLS1147"),
        (
            f"{ROUTING}.istio",
            {"virtualService": {"name": "a"}, "virtualServices": [{"name": "b"}]},
            "MLS1147",
        ),
        (ROUTING, {"nginx": {}}, "MLS1147"),
        (ROUTING, {"nginx": {"stableIngress": "a", "stableIngresses": ["b"]}}, "MLS1147"),
        (ROUTING, {"nginx": {"stableIngresses": ["a", "b"]}}, None),
        (ROUTING, {"alb": {"ingress": "a", "ingresses": ["b"], "servicePort": 1}}, "MLS1147"),
        (f"{CANARY}.analysis.startingStep", 2, "MLS1147"),
        (f"{CANARY}.analysis.startingStep", 0, None),
        (f"{CANARY}.analysis.dryRun", [{"metricName": "latency"}], "MLS1166"),
        (f"{CANARY}.analysis.dryRun", [{"metricName": "error"}], "MLS1174"),
        (f"{CANARY}.analysis.dryRun", [{"metricName": "lat.*"}], "MLS1174"),
        (f"{CANARY}.analysis.measurementRetention", [{"metricName": "a", "limit": 5}], "MLS1166"),
    ],
)
def test_a_fault_in_a_rollout(found, path, value, code):
    told = codes(found, [changed(ROLLOUT, path, value), TEMPLATE])

    assert ({code} if code else set()) == told


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("spec.args.0", {"name": "limit", "value": "1", "valueFrom": SECRET}, "MLS1323"),
        ("spec.args.0", {"name": "limit", "valueFrom": SECRET}, None),
        ("spec.dryRun", [{"metricName": "latency"}], "MLS1166"),
        ("spec.measurementRetention", [{"metricName": "eror", "limit": 5}], "MLS1166"),
        ("spec.measurementRetention", [{"metricName": "err.*", "limit": 5}], None),
        (f"{JOB}.template.spec.restartPolicy", "Always", "MLS1320"),
        (f"{JOB}.template.spec", {"containers": [{"name": "a", "image": "b:1"}]}, "MLS1324"),
        (f"{JOB}.template.spec.containers.0.imagePullPolicy", "Often", "MLS1320"),
        (f"{JOB}.completionMode", "indexed", "MLS1320"),
    ],
)
def test_a_fault_in_a_template(found, path, value, code):
    told = codes(found, [ROLLOUT, changed(TEMPLATE, path, value)])

    assert ({code} if code else set()) == told


@pytest.mark.parametrize("others", [[], [changed(TEMPLATE, "spec.templates", [])]])
def test_metrics_of_templates_that_are_not_at_hand_are_not_guessed(found, others):
    dry = changed(ROLLOUT, f"{CANARY}.analysis.dryRun", [{"metricName": "latency"}])

    assert "MLS1166" not in codes(found, [dry, *others])


def test_templates_that_a_template_joins_are_looked_for(found):
    joined = changed(TEMPLATE, "spec.templates", [{"templateName": "latency"}])

    (told,) = found(json.dumps(joined), "references")

    assert told.endswith("the set holds no AnalysisTemplate `latency`")
