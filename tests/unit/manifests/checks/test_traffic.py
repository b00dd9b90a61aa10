"""Flagger, routes, scalers, GitOps: the parts that the examples of their codes do not show."""

import pytest
from inline_snapshot import snapshot


def canary(spec):
    return (
        "apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: {name: fraud}\nspec:\n"
        f"  targetRef: {{apiVersion: apps/v1, kind: Deployment, name: fraud}}\n  {spec}\n"
    )


METRIC = "metrics: [{name: request-duration, threshold: 500}]"


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (
            "provider: istio",
            snapshot(["MLS1232 5 no metric and no webhook could stop the release"]),
        ),
        (
            f"skipAnalysis: true\n  analysis: {{{METRIC}}}",
            snapshot(["MLS1232 6 the analysis is skipped: the release goes to everybody at once"]),
        ),
        ("analysis: {webhooks: [{name: a, type: confirm-promotion, url: b}]}", snapshot([])),
        (
            "analysis: {webhooks: [{name: a, type: event, url: b}]}",
            snapshot(["MLS1232 6 no metric and no webhook could stop the release"]),
        ),
        (
            f"provider: nginx\n  analysis: {{mirror: true, iterations: 5, {METRIC}}}",
            snapshot(["MLS1233 7 the provider `nginx` copies no requests"]),
        ),
        (
            f"provider: 'gatewayapi:v1'\n  analysis: {{mirror: true, mirrorWeight: 5, {METRIC}}}",
            snapshot(["MLS1233 7 the provider `gatewayapi` copies all requests, or none"]),
        ),
        (
            f"analysis: {{match: [{{headers: {{}}}}], maxWeight: 50, {METRIC}}}",
            snapshot(["MLS1233 6 an A/B test needs `iterations`"]),
        ),
        (
            f"analysis: {{maxWeight: 150, stepWeight: -1, {METRIC}}}",
            snapshot(
                [
                    "MLS1234 6 the weight 150 is no per cent",
                    "MLS1234 6 the weight -1 is no per cent",
                ]
            ),
        ),
        (
            f"analysis: {{stepWeights: [5, 101, many], {METRIC}}}",
            snapshot(
                [
                    "MLS1234 6 the weight 101 does not rise from 5 towards 100",
                    "MLS1234 6 the weight many does not rise from 101 towards 100",
                ]
            ),
        ),
        (
            f"autoscalerRef: {{kind: VPA, name: a}}\n  analysis: {{{METRIC}}}",
            snapshot(["MLS1235 6 the target can't have this autoscaler"]),
        ),
        (
            f"provider: knative\n  analysis: {{{METRIC}}}",
            snapshot(["MLS1235 6 the provider `knative` can't roll out this Deployment"]),
        ),
    ],
)
def test_canaries_of_flagger(found, spec, told):
    assert told == found(canary(spec), "flagger-canaries")


def test_other_targets_of_flagger(found):
    text = canary(f"analysis: {{{METRIC}}}").replace("kind: Deployment", "kind: StatefulSet")

    assert snapshot(["MLS1235 5 Flagger can't roll out a StatefulSet"]) == found(
        text, "flagger-canaries"
    )


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ("[{filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}]", snapshot([])),
        (
            "[{filters: [{type: RequestMirror, requestMirror: {}}]}]",
            snapshot(["MLS1241 4 the rule has no backend"]),
        ),
        (
            "[{backendRefs: [{name: a, port: 80, weight: 0}]}]",
            snapshot(["MLS1240 4 every backend has the weight 0"]),
        ),
        ("[{backendRefs: [{name: a, port: 80}, {name: a, port: 81}]}]", snapshot([])),
        ("[{backendRefs: [{name: a, namespace: ml, port: 80}]}]", snapshot([])),
        (
            "[{backendRefs: [{name: a, namespace: other, port: 80}]}]",
            snapshot(["MLS1245 4 nothing in the set grants the namespace `ml` a way to `other`"]),
        ),
    ],
)
def test_routes(found, rules, told):
    text = (
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n"
        f"metadata: {{name: fraud, namespace: ml}}\nspec: {{rules: {rules}}}\n"
    )

    assert told == found(text, "http-routes")


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (
            "minReplicaCount: 200\n  triggers: [{type: cpu, metadata: {value: '7'}}]",
            snapshot(
                ["MLS1250 6 `minReplicaCount` is 200, above `maxReplicaCount`, 100 (the default)"]
            ),
        ),
        (
            (
                "idleReplicaCount: 1\n  minReplicaCount: 1\n  maxReplicaCount: -1\n"
                "  triggers: [{type: kafka, metadata: {consumerGroup: a}}]"
            ),
            snapshot(
                [
                    "MLS1250 6 `idleReplicaCount` is 1, not below `minReplicaCount`, 1",
                    "MLS1250 8 `maxReplicaCount` is negative",
                ]
            ),
        ),
        ("triggers: [{type: cpu, metadata: {value: '7'}}]", snapshot([])),
        (
            (
                "minReplicaCount: 0\n  triggers: [{type: cpu, metadata: {value: '7'}},"
                " {type: kafka, metadata: {consumerGroup: a}}]"
            ),
            snapshot([]),
        ),
        (
            "triggers: [{type: prometheus, metadata: {query: up, threshold: 5}}]",
            snapshot(
                [
                    "MLS1251 6 a trigger of type `prometheus` needs `serverAddress`",
                    "MLS1251 6 `5` is no number in quotes",
                ]
            ),
        ),
        (
            "triggers: [{type: prometheus, authenticationRef: {name: a}, metadata: {query: up}}]",
            snapshot([]),
        ),
        (
            (
                "triggers: [{type: cron, metadata: {timezone: Etc/UTC, start: 0 8 * * *,"
                " end: 0 25 * * *, desiredReplicas: '2'}}]"
            ),
            snapshot(
                ["MLS1251 6 `0 25 * * *` can't be scheduled: the hour `25` lies outside of 0 to 23"]
            ),
        ),
        (
            (
                "triggers: [{type: cron, metadata: {timezone: Etc/UTC, start: 0 8 * * *,"
                " end: 0 8 * * *, desiredReplicas: '2'}}]"
            ),
            snapshot(["MLS1251 6 the trigger starts and ends at the same time"]),
        ),
        ("triggers: [{type: made-up}, {type: made-up, name: a}]", snapshot([])),
    ],
)
def test_scaled_objects(found, spec, told):
    text = (
        "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: fraud}\nspec:\n"
        f"  scaleTargetRef: {{name: fraud}}\n  {spec}\n"
    )

    assert told == found(text, "scaled-objects")


SOURCE = "{repoURL: a, path: b, targetRevision: v1}"


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (
            f"destination: {{}}, source: {SOURCE}",
            snapshot(["MLS1260 4 the destination names 0 clusters instead of one"]),
        ),
        (
            f"destination: {{name: a}}, sources: [{SOURCE}, {{repoURL: a, ref: x}}]",
            snapshot(["MLS1262 4 the source follows whatever is newest"]),
        ),
        (
            f"destination: {{name: a}}, source: {SOURCE}, sources: [{SOURCE}]",
            snapshot(["MLS1261 4 the application has 2 kinds of source instead of one"]),
        ),
        (
            "destination: {name: a}",
            snapshot(["MLS1261 4 the application has 0 kinds of source instead of one"]),
        ),
        (
            "destination: {name: a}, source: {repoURL: a, chart: b, targetRevision: HEAD}",
            snapshot(["MLS1262 4 the source follows whatever is newest"]),
        ),
    ],
)
def test_applications(found, spec, told):
    text = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: ml}\n"
        f"spec: {{{spec}}}\n"
    )

    assert told == found(text, "gitops")


@pytest.mark.parametrize(
    ("kind", "spec", "told"),
    [
        (
            "kustomize/Kustomization",
            "{interval: 0s, timeout: 1h30m}",
            snapshot(["MLS1265 4 `0s` is no period"]),
        ),
        ("source/GitRepository", "{interval: daily}", snapshot(["MLS1265 4 `daily` is no period"])),
        (
            "kustomize/Kustomization",
            "{interval: 1m, dependsOn: [{name: a}]}",
            snapshot(["MLS1264 4 Kustomizations wait for each other: /a -> /a"]),
        ),
    ],
)
def test_objects_of_flux(found, kind, spec, told):
    group, _, kind = kind.partition("/")
    text = (
        f"apiVersion: {group}.toolkit.fluxcd.io/v1\nkind: {kind}\nmetadata: {{name: a}}\n"
        f"spec: {spec}\n"
    )

    assert told == found(text, "gitops")


PODS = "labels: {app: fraud}}\nspec: {containers: [{name: a, ports: [PORTS]}, {name: b}]}\n"


@pytest.mark.parametrize(
    ("port", "declared", "told"),
    [
        ("port: 80, targetPort: 8000", "{containerPort: 8080}", ["the pods declare no port 8000"]),
        ("port: 80", "{containerPort: 8080}", ["the pods declare no port 80"]),
        ("port: 80, targetPort: 8080", "{containerPort: 8080}", []),
        ("port: 80, targetPort: 9", "{containerPort: 8}, {containerPort: 9}", []),
        ("port: 80, targetPort: 8000", "", []),
        ("port: 80, targetPort: web", "{name: web, containerPort: 8080}", []),
    ],
)
def test_a_number_that_pods_with_other_ports_do_not_declare_is_noted(found, port, declared, told):
    text = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: fraud}\n"
        f"spec: {{selector: {{app: fraud}}, ports: [{{{port}}}]}}\n---\n"
        "apiVersion: v1\nkind: Pod\nmetadata: {name: fraud, " + PODS.replace("PORTS", declared)
    )

    assert [f"MLS1339 4 {each}" for each in told] == found(text, "services")
