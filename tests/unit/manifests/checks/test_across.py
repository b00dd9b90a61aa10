"""Several objects of a set: names that nobody has, ports, and what controllers make."""

import pytest
from inline_snapshot import snapshot

ROUTE = """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: fraud, namespace: ml}
spec:
  rules: [{backendRefs: [{name: @, port: 80}]}]
---
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: fraud, namespace: @}
spec: {clusterIP: None, ports: [{port: 80}]}
"""


def test_a_service_of_another_namespace_is_another_one(found):
    route = ROUTE.replace("@", "fraud")

    assert [] == found(route + SERVICE.replace("@", "ml"), "references")
    assert [] == found(route + SERVICE.replace(", namespace: @", ""), "references")
    assert snapshot(["MLS1290 5 the set holds no Service `fraud`"]) == found(
        route + SERVICE.replace("@", "other"), "references"
    )


@pytest.mark.parametrize(
    ("name", "maker"),
    [
        ("chat-predictor", "serving.kserve.io/v1beta1 InferenceService"),
        ("chat-kserve-workload-svc", "serving.kserve.io/v1alpha2 LLMInferenceService"),
        ("chat-canary", "flagger.app/v1beta1 Canary"),
    ],
)
def test_what_controllers_make_is_not_missing(found, name, maker):
    version, kind = maker.split()
    made = (
        f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: chat, namespace: ml}}\n"
        "spec: {service: {name: chat}}\n"
    )

    assert [] == found(ROUTE.replace("@", name) + made, "references")
    assert snapshot(["MLS1290 5 the set holds no Service `chat-other`"]) == found(
        ROUTE.replace("@", "chat-other") + made, "references"
    )


POD = """\
apiVersion: v1
kind: Pod
metadata: {name: fraud}
spec:
  serviceAccountName: @account
  volumes:
  - {name: a, configMap: {name: settings}}
  - {name: b, persistentVolumeClaim: {claimName: c}}
  containers:
  - name: server
    image: registry.example/fraud:12
    envFrom: [{configMapRef: {name: more, optional: true}}, {secretRef: {name: token}}]
    env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: a}}}]
"""


def test_what_a_pod_needs(found):
    assert snapshot(
        [
            "MLS1291 5 the set holds no ServiceAccount `scorer`",
            "MLS1290 7 the set holds no ConfigMap `settings`",
            "MLS1290 8 the set holds no PersistentVolumeClaim `c`",
            "MLS1291 12 the set holds no Secret `token`",
            "MLS1290 13 the set holds no ConfigMap `settings`",
        ]
    ) == found(POD.replace("@account", "scorer"), "references")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            (
                "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\n"
                "spec: {scaleTargetRef: {apiVersion: argoproj.io/v1alpha1, kind: Rollout,"
                " name: b}}\n"
            ),
            snapshot(["MLS1290 4 the set holds no Rollout `b`"]),
        ),
        (
            (
                "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: a}\n"
                "spec: {scaleTargetRef: {name: b}, triggers: [{authenticationRef: {name: c}}]}\n"
            ),
            snapshot(
                [
                    "MLS1290 4 the set holds no Deployment `b`",
                    "MLS1291 4 the set holds no TriggerAuthentication `c`",
                ]
            ),
        ),
        (
            (
                "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: a}\n"
                "spec: {strategy: {canary: {canaryService: b, steps: [{analysis:"
                " {templates: [{templateName: c}, {templateName: d, clusterScope: true}]}}],"
                " trafficRouting: {plugins: {p: {httpRoute: e, httpRoutes: [{name: f}]}}}}}}\n"
            ),
            snapshot(
                [
                    "MLS1290 4 the set holds no Service `b`",
                    "MLS1290 4 the set holds no AnalysisTemplate `c`",
                    "MLS1290 4 the set holds no ClusterAnalysisTemplate `d`",
                    "MLS1290 4 the set holds no HTTPRoute `e`",
                    "MLS1290 4 the set holds no HTTPRoute `f`",
                ]
            ),
        ),
        (
            (
                "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a}\n"
                "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: b}\n"
            ),
            snapshot(["MLS1290 4 the set holds no Role `b`"]),
        ),
        (
            (
                "apiVersion: argoproj.io/v1alpha1\nkind: CronWorkflow\nmetadata: {name: a}\n"
                "spec: {workflowSpec: {workflowTemplateRef: {name: b, clusterScope: true}}}\n"
            ),
            snapshot(["MLS1290 4 the set holds no ClusterWorkflowTemplate `b`"]),
        ),
        (
            (
                "apiVersion: serving.kserve.io/v1alpha1\nkind: InferenceGraph\n"
                "metadata: {name: a}\nspec: {nodes: {root: {steps: [{serviceName: b}]}}}\n"
            ),
            snapshot(["MLS1290 4 the set holds no InferenceService `b`"]),
        ),
    ],
)
def test_other_references(found, text, told):
    assert told == found(text, "references")


MONITOR = """\
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: fraud, namespace: monitoring}
spec: {@, selector: {matchLabels: {app: fraud}}, endpoints: [{port: http}]}
---
apiVersion: v1
kind: Service
metadata: {name: fraud, namespace: ml, labels: {app: fraud}}
spec: {clusterIP: None, ports: [{name: http, port: 80}]}
"""


def test_a_monitor_sees_its_own_namespace_unless_it_says_so(found):
    scopes = (
        "jobLabel: a",
        "namespaceSelector: {any: true}",
        "namespaceSelector: {matchNames: [ml]}",
    )
    told = [found(MONITOR.replace("@", scope), "selectors") for scope in scopes]

    assert snapshot([["MLS1293 4 no Service of the set has these labels"], [], []]) == told


def test_metrics_of_dashboards_and_scalers_are_compared_with_those_recorded(found):
    text = """
    groups: [{name: a, rules: [{record: 'fraud:psi:max', expr: max(psi)}]}]
    ---
    title: board
    panels:
    - targets: [{expr: 'fraud:psi:mex'}, {expr: 'fraud:psi:max'}]
      panels: [{targets: [{expr: 'other:up'}]}]
    ---
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: a}
    spec: {triggers: [{type: prometheus, metadata: {query: 'fraud:load'}}]}
    """

    assert snapshot(
        [
            "MLS1296 6 no rule records `fraud:psi:mex`",
            "MLS1296 7 no rule records `other:up`",
            "MLS1296 12 no rule records `fraud:load`",
        ]
    ) == found(text, "recorded-metrics")


OPERATED = {
    "WorkflowTemplate": "argoproj.io/v1alpha1 spec: {podMetadata: {labels: {app: @}}}",
    "Workflow": "argoproj.io/v1alpha1 spec: {podMetadata: {labels: {app: @}}}",
    "CronWorkflow": "argoproj.io/v1alpha1 spec: {workflowSpec: {podMetadata: {labels: {app: @}}}}",
    "InferenceService": "serving.kserve.io/v1beta1 spec: {predictor: {labels: {app: @}}}",
    "InferenceService ": (
        "serving.kserve.io/v1beta1 "
        "spec: {predictor: {labels: {app: no}}, canary: [{predictor: {labels: {app: @}}}]}"
    ),
    "LLMInferenceService": "serving.kserve.io/v1alpha2 spec: {labels: {app: @}}",
}
"""Where the labels of pods stand that operators make; `@` is one of them."""

PICKS = """\
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: fraud, namespace: ml}
spec: {selector: {matchLabels: {app: fraud}}, podMetricsEndpoints: [{port: http}]}
---
"""


@pytest.mark.parametrize("kind", OPERATED)
@pytest.mark.parametrize(("label", "count"), [("fraud", 0), ("other", 1)])
def test_pods_that_operators_make_are_picked_by_their_labels(found, kind, label, count):
    version, _, spec = OPERATED[kind].partition(" ")
    made = (
        f"apiVersion: {version}\nkind: {kind.strip()}\n"
        f"metadata: {{name: fraud, namespace: ml}}\n{spec.replace('@', label)}\n"
    )

    told = [each for each in found(PICKS + made, "selectors") if "MLS1293" in each]

    assert count == len(told)
