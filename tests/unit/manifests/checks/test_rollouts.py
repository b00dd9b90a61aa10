"""Argo Rollouts: the parts of rules that the examples of their codes do not show."""

import pytest
from inline_snapshot import snapshot

ROLLOUT = """\
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: fraud}
spec:
  progressDeadlineAbort: true
  workloadRef: {apiVersion: apps/v1, kind: Deployment, name: fraud}
  strategy: {canary: {@}}
"""
ISTIO = (
    "canaryService: a, stableService: b, trafficRouting: {istio: {virtualService: {name: v}},"
    " managedRoutes: [{name: r}]}"
)


@pytest.mark.parametrize(
    ("canary", "told"),
    [
        (
            "canaryService: a, stableService: a",
            snapshot(["MLS1146 7 `a` is the Service of the canary and of the stable version"]),
        ),
        (
            "trafficRouting: {nginx: {stableIngress: a}}",
            snapshot(
                [
                    "MLS1146 7 this traffic router needs `canaryService`",
                    "MLS1146 7 this traffic router needs `stableService`",
                ]
            ),
        ),
        (
            "trafficRouting: {istio: {virtualService: {name: v}, destinationRule: {name: a}}}",
            snapshot([]),
        ),
        ("trafficRouting: {plugins: {a: {}}}", snapshot([])),
        (
            "pingPong: {pingService: a, pongService: a}, trafficRouting: {alb: {ingress: a}}",
            snapshot(
                [
                    "MLS1146 7 ping-pong needs two Services, `pingService` and `pongService`",
                    "MLS1146 7 ping-pong with ALB needs `rootService`",
                ]
            ),
        ),
        (
            "pingPong: {pingService: a, pongService: b}, trafficRouting: {smi: {}}",
            snapshot(
                [
                    "MLS1146 7 this traffic router needs `canaryService`",
                    "MLS1146 7 this traffic router needs `stableService`",
                    "MLS1147 7 ping-pong works with ALB, Istio and plugins only",
                ]
            ),
        ),
        (
            "scaleDownDelaySeconds: 30",
            snapshot(["MLS1147 7 `scaleDownDelaySeconds` needs `trafficRouting`"]),
        ),
        (
            (
                "scaleDownDelaySeconds: 30, dynamicStableScale: true,"
                " trafficRouting: {plugins: {a: {}}}"
            ),
            snapshot(["MLS1147 7 `dynamicStableScale` excludes `scaleDownDelaySeconds`"]),
        ),
        (
            f"{ISTIO[:-1]}, maxTrafficWeight: 1000}}",
            snapshot(["MLS1147 7 `maxTrafficWeight` works with NGINX and plugins only"]),
        ),
        ("trafficRouting: {maxTrafficWeight: 1000, plugins: {a: {}}}", snapshot([])),
        (
            "maxSurge: 0%, maxUnavailable: '0'",
            snapshot(
                ["MLS1148 7 `maxSurge` and `maxUnavailable` are both 0: no pod can be replaced"]
            ),
        ),
        (
            "antiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: {weight: 101}}",
            snapshot(["MLS1149 7 the weight is 1 to 100"]),
        ),
    ],
)
def test_strategies(found, canary, told):
    assert told == found(ROLLOUT.replace("@", canary), "rollout-strategies")


@pytest.mark.parametrize(
    ("canary", "told"),
    [
        (f"{ISTIO}, steps: [{{setCanaryScale: {{}}, setHeaderRoute: {{name: r}}}}]", snapshot([])),
        ("steps: [{}]", snapshot(["MLS1155 7 the step has no action"])),
        (
            "steps: [{setWeight: 5, analysis: {templates: [{templateName: a}]}}]",
            snapshot(["MLS1155 7 the step has `setWeight` and `analysis`"]),
        ),
        (
            "steps: [{setWeight: -1}, {setWeight: '5'}, {setWeight: 100}]",
            snapshot(
                [
                    "MLS1156 7 the weight is -1, but lies between 0 and 100",
                    "MLS1156 7 the weight is 5, but lies between 0 and 100",
                ]
            ),
        ),
        (
            (
                "trafficRouting: {maxTrafficWeight: 1000, plugins: {a: {}}},"
                " steps: [{setWeight: 900}, {setWeight: 1001}]"
            ),
            snapshot(["MLS1156 7 the weight is 1001, but lies between 0 and 1000"]),
        ),
        ("steps: [{pause: {}}, {pause: {duration: 60}}, {pause: {duration: 1h30m}}]", snapshot([])),
        (
            "steps: [{pause: {duration: -5}}, {pause: {duration: 7d}}]",
            snapshot(["MLS1157 7 `-5` is no duration", "MLS1157 7 `7d` is no duration"]),
        ),
        (
            "steps: [{setCanaryScale: {weight: 25}}]",
            snapshot(["MLS1158 7 `setCanaryScale` needs `trafficRouting`"]),
        ),
        (
            "steps: [{setHeaderRoute: {name: r}}]",
            snapshot(
                ["MLS1158 7 `setHeaderRoute` needs one of the routers istio, alb, apisix, plugins"]
            ),
        ),
        (
            "steps: [{experiment: {templates: [{name: a, weight: 5}]}}]",
            snapshot(["MLS1158 7 a weight of an experiment needs ALB, SMI, Istio or a plugin"]),
        ),
        (f"{ISTIO}, steps: [{{experiment: {{templates: [{{weight: 5}}]}}}}]", snapshot([])),
        (
            f"{ISTIO}, steps: [{{setHeaderRoute: {{name: other}}}}]",
            snapshot(["MLS1159 7 `managedRoutes` does not list the route `other`"]),
        ),
        (
            (
                f"{ISTIO}, steps: [{{setMirrorRoute: {{name: r, match: [{{method: {{exact: a,"
                " prefix: b}, path: {}}]}}]"
            ),
            snapshot(
                [
                    "MLS1160 7 the match compares with 2 values",
                    "MLS1160 7 the match compares with 0 values",
                ]
            ),
        ),
        (
            (
                "canaryService: a, stableService: b, trafficRouting: {alb: {ingress: a},"
                " managedRoutes: [{name: r}]}, steps: [{setHeaderRoute: {name: r, match:"
                " [{headerName: h, headerValue: {prefix: a}}]}}]"
            ),
            snapshot(["MLS1160 7 ALB compares with `exact` only"]),
        ),
        (
            (
                "steps: [{analysis: {templates: [{templateName: a}], args: [{name: a, valueFrom:"
                " {fieldRef: {fieldPath: \"metadata.labels['team']\"}}}]}}]"
            ),
            snapshot([]),
        ),
    ],
)
def test_steps(found, canary, told):
    assert told == found(ROLLOUT.replace("@", canary), "rollout-steps")


METRIC = """\
apiVersion: argoproj.io/v1alpha1
kind: ClusterAnalysisTemplate
metadata: {name: slo}
spec:
  metrics:
  - name: errors
    successCondition: len(result) > 0 && !isNaN(result[0]) && result[0] < 1
    provider: {prometheus: {query: vector(0)}}
    @
"""


@pytest.mark.parametrize(
    ("metric", "told"),
    [
        ("count: 3\n    interval: 1m\n    failureLimit: 2", snapshot([])),
        (
            "count: '3'\n    interval: 1m\n    failureLimit: '3'",
            snapshot(["MLS1168 11 as many failures are allowed as there are measurements, 3"]),
        ),
        (
            "failureLimit: 1",
            snapshot(["MLS1168 9 as many failures are allowed as there are measurements, 1"]),
        ),
        ("interval: 1m\n    failureLimit: 5", snapshot([])),
        (
            "failureLimit: -1",
            snapshot(["MLS1167 9 `failureLimit` is -1, and no success ends the measurements"]),
        ),
        ("failureLimit: -1\n    consecutiveSuccessLimit: 3\n    interval: 1m", snapshot([])),
        (
            "count: 5\n    interval: 1m\n    failureLimit: 3\n    consecutiveSuccessLimit: 3",
            snapshot(["MLS1167 9 5 measurements can't hold 3 failures and 3 successes"]),
        ),
        (
            "count: 5\n    interval: 1m\n    inconclusiveLimit: 6",
            snapshot(["MLS1167 11 `inconclusiveLimit` is above `count`"]),
        ),
        (
            "consecutiveErrorLimit: -1\n    inconclusiveLimit: -1",
            snapshot(
                [
                    "MLS1167 9 `consecutiveErrorLimit` is negative",
                    "MLS1167 10 `inconclusiveLimit` is negative",
                ]
            ),
        ),
        (
            "interval: 1 minute\n    initialDelay: 5x",
            snapshot(["MLS1167 9 `1 minute` is no duration", "MLS1167 10 `5x` is no duration"]),
        ),
        ("count: '{{args.count}}'\n    interval: '{{args.interval}}'", snapshot([])),
    ],
)
def test_limits_of_metrics(found, metric, told):
    assert told == found(METRIC.replace("@", metric), "analysis-metrics")


@pytest.mark.parametrize(
    ("provider", "told"),
    [
        (
            "{prometheus: {query: up}, web: {url: a}}",
            snapshot(["MLS1165 8 the metric has 2 providers instead of one"]),
        ),
        (
            "{plugin: {a: {}, b: {}}}",
            snapshot(["MLS1165 8 the metric has 2 providers instead of one"]),
        ),
        ("{plugin: {a: {}}}", snapshot([])),
        ("{job: {spec: {}}}", snapshot([])),
    ],
)
def test_providers(found, provider, told):
    text = METRIC.replace("{prometheus: {query: vector(0)}}", provider).replace("@", "")

    assert told == found(text, "analysis-metrics")


@pytest.mark.parametrize(
    ("metric", "told"),
    [
        ("{name: a, provider: {job: {}}}", snapshot([])),
        (
            "{name: a, provider: {web: {url: a}}}",
            snapshot(
                ["MLS1172 6 the metric has no condition: whatever is measured counts as a success"]
            ),
        ),
        ("{name: a, provider: {web: {url: a}}, successCondition: result.ok}", snapshot([])),
        (
            "{name: a, provider: {web: {url: a}}, successCondition: result + 1}",
            snapshot(["MLS1170 6 the condition gives a number, not a truth value"]),
        ),
        (
            (
                "{name: a, provider: {prometheus: {query: a}}, failureCondition:"
                " 'len(result) == 0 || result[0] > 1'}"
            ),
            snapshot(["MLS1173 6 the condition does not think of NaN"]),
        ),
        (
            (
                "{name: a, provider: {prometheus: {query: a}}, successCondition:"
                " 'all(result, !isNaN(#) && # < 1)'}"
            ),
            snapshot([]),
        ),
        (
            "{name: a, provider: {web: {url: a}}, successCondition: 'result < {{args.most}}'}",
            snapshot([]),
        ),
    ],
)
def test_conditions(found, metric, told):
    text = (
        "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {name: slo}\n"
        f"spec:\n  metrics:\n  - {metric}\n"
    )

    assert told == found(text, "analysis-conditions")


def test_templates_that_only_join_others_need_no_metric(found):
    text = """
    apiVersion: argoproj.io/v1alpha1
    kind: AnalysisTemplate
    metadata: {name: all}
    spec: {templates: [{templateName: slo}]}
    """

    assert [] == found(text, "analysis-metrics")


def test_a_background_analysis_may_run_for_ever_and_a_cluster_template_is_found(found):
    template = METRIC.replace("@", "interval: 1m")
    use = "analysis: {templates: [{templateName: slo, clusterScope: true}]}"

    background = found(f"{ROLLOUT.replace('@', use)}---\n{template}", "analysis-uses")
    step = found(f"{ROLLOUT.replace('@', f'steps: [{{{use}}}]')}---\n{template}", "analysis-uses")

    assert snapshot([]) == background
    assert snapshot(["MLS1177 7 the metric `errors` of `slo` never ends"]) == step


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (
            (
                "duration: 24h\n  templates: [{name: a, selector: {matchLabels: {v: a}}, template:"
                " {metadata: {labels: {v: b}}}}]"
            ),
            snapshot(["MLS1180 6 the selector does not pick the pods of the template"]),
        ),
        (
            (
                "duration: 24h\n  templates: [{selector: {matchLabels: {v: a}},"
                " minReadySeconds: 601,"
                " template: {metadata: {labels: {v: a}}}}]"
            ),
            snapshot(
                [
                    "MLS1180 6 the template has no name",
                    "MLS1180 6 `minReadySeconds` is above the progress deadline, 600",
                ]
            ),
        ),
        ("analyses: [{name: a, templateName: slo, requiredForCompletion: true}]", snapshot([])),
        (
            "duration: 24h\n  analyses: [{name: a}, {name: a}]",
            snapshot(["MLS1180 6 two analyses have the name `a`"]),
        ),
    ],
)
def test_experiments(found, spec, told):
    text = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Experiment\nmetadata: {name: fraud}\n"
        f"spec:\n  {spec}\n"
    )

    assert told == found(text, "experiments")
