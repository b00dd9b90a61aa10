"""Core kinds: the parts of rules that the examples of their codes do not show."""

import pytest
from inline_snapshot import snapshot

CONTAINER = """\
apiVersion: v1
kind: Pod
metadata: {name: fraud}
spec:
  volumes: [{name: model, emptyDir: {}}]
  containers:
  - name: server
    image: registry.example/fraud:12
    ports: [{name: http, containerPort: 8080}]
    @
"""


@pytest.mark.parametrize(
    ("container", "told"),
    [
        (
            "volumeMounts: [{name: model, mountPath: /a}, {name: model, mountPath: /a}]",
            snapshot(["MLS1110 10 two mounts have the path `/a`"]),
        ),
        (
            "livenessProbe: {}",
            snapshot(["MLS1114 10 `livenessProbe` has 0 handlers instead of one"]),
        ),
        (
            "readinessProbe: {httpGet: {port: http}, exec: {command: [a]}}",
            snapshot(["MLS1114 10 `readinessProbe` has 2 handlers instead of one"]),
        ),
        ("readinessProbe: {httpGet: {port: http}, successThreshold: 3}", snapshot([])),
        ("startupProbe: {tcpSocket: {port: '8080'}}", snapshot([])),
        (
            "env: [{value: a}, {name: A=B}]",
            snapshot(
                [
                    "MLS1116 10 the variable has no name, or one with `=`",
                    "MLS1116 10 the variable has no name, or one with `=`",
                ]
            ),
        ),
        (
            "securityContext: {privileged: true, allowPrivilegeEscalation: false}",
            snapshot(["MLS1118 10 a privileged container can always escalate its privileges"]),
        ),
        ("securityContext: {runAsUser: 0}", snapshot([])),
        ("command: [serve]", snapshot([])),
    ],
)
def test_containers(found, container, told):
    assert told == found(CONTAINER.replace("@", container), "containers")


@pytest.mark.parametrize(
    ("pod", "told"),
    [
        ("containers: []", snapshot(["MLS1117 5 the pod has no container"])),
        (
            "containers: [{name: a, image: b}, {name: a, image: b}]",
            snapshot(["MLS1110 5 two containers have the name `a`"]),
        ),
        (
            "initContainers: [{name: a, image: b}]\n  containers: [{name: a, image: b}]",
            snapshot(["MLS1110 6 two containers have the name `a`"]),
        ),
        (
            (
                "securityContext: {runAsNonRoot: true, runAsUser: 0}\n"
                "  containers: [{name: a, image: b}]"
            ),
            snapshot(["MLS1118 5 `runAsUser` is 0, but `runAsNonRoot` is set"]),
        ),
        (
            (
                "containers: [{name: a, image: b, ports: [{containerPort: 0},"
                " {containerPort: 70000}, {name: '80', containerPort: 80}]}]"
            ),
            snapshot(
                [
                    "MLS1115 5 a port is a whole number from 1 to 65535",
                    "MLS1115 5 a port is a whole number from 1 to 65535",
                    "MLS1115 5 the port name `80` is refused",
                ]
            ),
        ),
    ],
)
def test_pods(found, pod, told):
    text = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: fraud}}\nspec:\n  {pod}\n"

    assert told == found(text, "containers")


def test_claims_of_a_stateful_set_are_volumes(found):
    text = """
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: fraud}
    spec:
      volumeClaimTemplates: [{metadata: {name: data}}]
      template:
        spec:
          containers:
          - {name: a, image: b, volumeMounts: [{name: data, mountPath: /data}]}
    """

    assert [] == found(text, "containers")


@pytest.mark.parametrize(
    ("resources", "told"),
    [
        (
            "{requests: {cpu: 2}, limits: {cpu: 1500m}}",
            snapshot(["MLS1121 10 the limit of cpu, 1500m, is below the request, 2"]),
        ),
        ("{requests: {cpu: -1}}", snapshot(["MLS1120 10 `-1` is no quantity"])),
        (
            "{requests: {cpu: true}, limits: {memory: [1]}}",
            snapshot(["MLS1120 10 `true` is no quantity", "MLS1120 10 `[1]` is no quantity"]),
        ),
        ("{requests: {cpu: 500000}}", snapshot(["MLS1123 10 `500000` of CPU are 500000 cores"])),
        (
            "{requests: {nvidia.com/gpu: 1}}",
            snapshot(
                ["MLS1122 10 request and limit of `nvidia.com/gpu` differ, or one is missing"]
            ),
        ),
        ("{requests: {nvidia.com/gpu: 1}, limits: {nvidia.com/gpu: '1'}}", snapshot([])),
        ("{requests: {memory: 1e3Mi}}", snapshot(["MLS1120 10 `1e3Mi` is no quantity"])),
        (
            "{requests: {memory: '1e999999999'}}",
            snapshot(["MLS1120 10 `1e999999999` is no quantity"]),
        ),
        ("{requests: {memory: 1e9}, limits: {memory: 1Gi}}", snapshot([])),
    ],
)
def test_resources(found, resources, told):
    assert told == found(CONTAINER.replace("@", f"resources: {resources}"), "resources")


@pytest.mark.parametrize(
    ("kind", "name", "told"),
    [
        (
            "v1/Service",
            "1fraud",
            snapshot(["MLS1100 3 the name `1fraud` is refused for a Service"]),
        ),
        (
            "v1/Service",
            "a" * 64,
            snapshot(["MLS1100 3 the name has 64 characters, the limit of a Service is 63"]),
        ),
        (
            "v1/ConfigMap",
            "Fraud_1",
            snapshot(["MLS1100 3 the name `Fraud_1` is refused for a ConfigMap"]),
        ),
        ("v1/ConfigMap", "fraud.v1", snapshot([])),
        (
            "v1/Namespace",
            "ml.prod",
            snapshot(["MLS1100 3 the name `ml.prod` is refused for a Namespace"]),
        ),
        (
            "batch/v1/CronJob",
            "a" * 53,
            snapshot(["MLS1100 3 the name has 53 characters, the limit of a CronJob is 52"]),
        ),
        ("rbac.authorization.k8s.io/v1/Role", "system:reader", snapshot([])),
        (
            "rbac.authorization.k8s.io/v1/Role",
            "a/b",
            snapshot(["MLS1100 3 the name `a/b` is refused for a Role"]),
        ),
        ("v1/ConfigMap", "12", snapshot(["MLS1100 3 the name is no text"])),
        ("v1/ConfigMap", "''", snapshot(["MLS1100 3 the ConfigMap has no name"])),
    ],
)
def test_names(found, kind, name, told):
    version, _, kind = kind.rpartition("/")
    text = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}}}\n"

    assert told == found(text, "metadata")


def test_a_generated_name_is_a_name_and_a_kustomization_needs_none(found):
    assert [] == found("apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\n", "metadata")
    text = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n"
    assert [] == found(text, "metadata")


@pytest.mark.parametrize(
    ("metadata", "told"),
    [
        (
            "labels: {'a b': c}",
            snapshot(
                ["MLS1101 3 the key `a b` is none: 63 letters, digits, `-`, `_` and `.` at most"]
            ),
        ),
        (
            "labels: {'/a': c, 'Example.org/a': c, 'example.org/a': c}",
            snapshot(
                [
                    "MLS1101 3 the key `/a` must have a domain name before the `/`",
                    "MLS1101 3 the key `Example.org/a` must have a domain name before the `/`",
                ]
            ),
        ),
        (
            f"labels: {{a: {'b' * 64}}}",
            snapshot(["MLS1101 3 the value of the label `a` has 64 characters, the limit is 63"]),
        ),
        (
            "labels: {a: sha256:4f}, annotations: {b: sha256:4f}",
            snapshot(
                ["MLS1101 3 the value of the label `a` may hold letters, digits, `-`, `_` and `.`"]
            ),
        ),
        (
            "annotations: {'a b': c}",
            snapshot(
                ["MLS1101 3 the key `a b` is none: 63 letters, digits, `-`, `_` and `.` at most"]
            ),
        ),
    ],
)
def test_labels(found, metadata, told):
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: fraud, {metadata}}}\n"

    assert told == found(text, "metadata")


WORKLOAD = """\
apiVersion: @version
kind: @kind
metadata: {name: fraud}
spec:
  @spec
  template:
    metadata: {labels: {app: fraud, tier: ml}}
    spec: {containers: [{name: a, image: b}]}
"""


@pytest.mark.parametrize(
    ("kind", "spec", "told"),
    [
        (
            "apps/v1/Deployment",
            "selector: {}",
            snapshot(["MLS1105 5 the selector has no requirement"]),
        ),
        (
            "apps/v1/DaemonSet",
            "selector: {matchExpressions: [{key: tier, operator: In, values: [web]}]}",
            snapshot(["MLS1105 7 the selector does not match these labels"]),
        ),
        (
            "apps/v1/DaemonSet",
            (
                "selector: {matchExpressions: [{key: tier, operator: Exists},"
                " {key: old, operator: DoesNotExist}, {key: app, operator: NotIn, values: [b]}]}"
            ),
            snapshot([]),
        ),
        (
            "apps/v1/Deployment",
            (
                "selector: {matchLabels: {app: fraud}}\n  strategy: {type: Recreate,"
                " rollingUpdate: {maxSurge: 1}}"
            ),
            snapshot(["MLS1106 6 `rollingUpdate` can't be set for the strategy `Recreate`"]),
        ),
        (
            "apps/v1/Deployment",
            "selector: {matchLabels: {app: fraud}}\n  minReadySeconds: 600",
            snapshot(["MLS1106 6 `minReadySeconds` is 600, but the progress deadline is 600"]),
        ),
        (
            "apps/v1/Deployment",
            "selector: {matchLabels: {app: fraud}}\n  revisionHistoryLimit: -1",
            snapshot(["MLS1107 6 `revisionHistoryLimit` is -1"]),
        ),
        (
            "batch/v1/Job",
            "backoffLimit: 0",
            snapshot(
                ["MLS1108 8 pods of a Job can't have the restart policy `Always`, the default"]
            ),
        ),
    ],
)
def test_workloads(found, kind, spec, told):
    version, _, kind = kind.rpartition("/")
    text = WORKLOAD.replace("@version", version).replace("@kind", kind).replace("@spec", spec)

    assert told == found(text, "workloads")


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("{ports: []}", snapshot(["MLS1126 4 the Service has no port"])),
        (
            "{type: ExternalName}",
            snapshot(["MLS1127 4 the type `ExternalName` needs `externalName`"]),
        ),
        ("{type: ExternalName, externalName: a.example}", snapshot([])),
        ("{clusterIP: None}", snapshot([])),
        ("{ports: [{port: 0}]}", snapshot(["MLS1126 4 a port is a whole number from 1 to 65535"])),
        (
            "{ports: [{name: a, port: 80}, {name: a, port: 81}]}",
            snapshot(["MLS1126 4 two ports have the name `a`"]),
        ),
        ("{ports: [{name: a, port: 53}, {name: b, port: 53, protocol: UDP}]}", snapshot([])),
        (
            "{ports: [{port: 80, nodePort: 30000}]}",
            snapshot(["MLS1127 4 `nodePort` can't be set for the type `ClusterIP`"]),
        ),
        ("{type: NodePort, ports: [{port: 80, nodePort: 30000}]}", snapshot([])),
    ],
)
def test_services(found, spec, told):
    text = f"apiVersion: v1\nkind: Service\nmetadata: {{name: fraud}}\nspec: {spec}\n"

    assert told == found(text, "services")


@pytest.mark.parametrize(
    ("bounds", "told"),
    [
        ("", snapshot(["MLS1131 4 the budget has no bound, so it protects nothing"])),
        ("minAvailable: 50%,", snapshot([])),
        ("minAvailable: 100%,", snapshot(["MLS1132 4 no pod may ever be evicted"])),
        ("minAvailable: 150%,", snapshot(["MLS1130 4 `150%` is no number of pods"])),
        ("maxUnavailable: 0,", snapshot(["MLS1132 4 no pod may ever be evicted"])),
        ("maxUnavailable: 100%,", snapshot(["MLS1131 4 every pod may go at once"])),
        ("maxUnavailable: -1,", snapshot(["MLS1130 4 `-1` is no number of pods"])),
        ("maxUnavailable: some,", snapshot(["MLS1130 4 `some` is no number of pods"])),
    ],
)
def test_disruption_budgets(found, bounds, told):
    text = (
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: fraud}\n"
        f"spec: {{{bounds} selector: {{matchLabels: {{app: fraud}}}}}}\n"
    )

    assert told == found(text, "availability")


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("maxReplicas: 0", snapshot(["MLS1135 6 `maxReplicas` is 0"])),
        (
            "minReplicas: 0\n  maxReplicas: 2",
            snapshot(["MLS1135 6 `minReplicas` is 0, but the metrics come from the pods"]),
        ),
        (
            (
                "minReplicas: 0\n  maxReplicas: 2\n  metrics: [{type: External, external: {metric:"
                " {name: a}, target: {type: AverageValue, averageValue: 5}}}]"
            ),
            snapshot([]),
        ),
        (
            (
                "maxReplicas: 2\n  metrics: [{type: Pods, pods: {target: {type: Utilization,"
                " averageUtilization: 5}}}]"
            ),
            snapshot(["MLS1136 7 a metric of type `Pods` has no use to compare with a request"]),
        ),
        (
            (
                "maxReplicas: 2\n  metrics: [{type: Resource, pods: {},"
                " resource: {name: cpu, target: {type: Utilization, averageUtilization: 0}}}]"
            ),
            snapshot(
                [
                    "MLS1136 7 a metric of type `Resource` has no `pods`",
                    "MLS1136 7 a use of 0 per cent is never reached",
                ]
            ),
        ),
        (
            "maxReplicas: 2\n  metrics: [{type: Resource}]",
            snapshot(["MLS1136 7 a metric of type `Resource` needs `resource`"]),
        ),
        (
            (
                "maxReplicas: 2\n  metrics: [{type: Resource, resource: {name: cpu,"
                " target: {type: Value, averageValue: 5}}}]"
            ),
            snapshot(["MLS1136 7 a target of type `Value` has `value` and nothing else"]),
        ),
        (
            (
                "maxReplicas: 2\n  metrics: [{type: Resource, resource: {name: cpu,"
                " target: {type: Share}}}]"
            ),
            snapshot(["MLS1136 7 there is no type of target `Share`"]),
        ),
    ],
)
def test_autoscalers(found, spec, told):
    text = (
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: fraud}\n"
        f"spec:\n  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: a}}\n  {spec}\n"
    )

    assert told == found(text, "autoscaling")


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("{ports: [{port: 80, endPort: 90}]}", snapshot([])),
        (
            "{ports: [{port: http, endPort: 90}]}",
            snapshot(["MLS1140 4 a range needs a number in `port`"]),
        ),
        ("{ports: [{endPort: 90}]}", snapshot(["MLS1140 4 a range needs a number in `port`"])),
        (
            "{ports: [{port: 0}, {port: 80, protocol: HTTP}]}",
            snapshot(["MLS1140 4 `0` is no port", "MLS1140 4 there is no protocol `HTTP`"]),
        ),
        ("{from: [{}]}", snapshot(["MLS1141 4 the peer is empty"])),
        (
            "{from: [{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}]}",
            snapshot(["MLS1141 4 `ipBlock` can't stand beside a selector"]),
        ),
        (
            "{from: [{ipBlock: {cidr: 10.0.0.0}}, {ipBlock: {cidr: 10.0.0.0/33}}]}",
            snapshot(
                [
                    "MLS1141 4 `10.0.0.0` is no block of addresses",
                    "MLS1141 4 `10.0.0.0/33` is no block of addresses",
                ]
            ),
        ),
        (
            "{from: [{ipBlock: {cidr: '::/0', except: ['10.0.0.0/8', 'fe80::/10']}}]}",
            snapshot(["MLS1141 4 `10.0.0.0/8` does not lie inside of `::/0`"]),
        ),
    ],
)
def test_network_policies(found, rule, told):
    text = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: fraud}\n"
        f"spec: {{podSelector: {{}}, ingress: [{rule}]}}\n"
    )

    assert told == found(text, "network-policies")
