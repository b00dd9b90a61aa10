"""KServe: the parts of rules that the examples of their codes do not show."""

import pytest
from inline_snapshot import snapshot


def service(spec, annotations=""):
    return (
        "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\n"
        f"metadata: {{name: fraud, annotations: {{{annotations}}}}}\nspec: {{{spec}}}\n"
    )


STANDARD = "serving.kserve.io/deploymentMode: Standard"
HPA = f"{STANDARD}, serving.kserve.io/autoscalerClass: hpa"
KEDA = f"{STANDARD}, serving.kserve.io/autoscalerClass: keda"


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (
            "predictor: {}",
            snapshot(["MLS1186 4 the component has 0 implementations instead of one"]),
        ),
        ("predictor: {containers: [{name: a, image: b}, {name: c, image: d}]}", snapshot([])),
        ("predictor: {model: {}, containers: [{name: sidecar}]}", snapshot([])),
        (
            "predictor: {model: {}, containers: [{name: kserve-container}]}",
            snapshot(["MLS1186 4 the component has 2 implementations instead of one"]),
        ),
        (
            "predictor: {model: {}}, transformer: {}",
            snapshot(["MLS1186 4 the component has 0 implementations instead of one"]),
        ),
        (
            "predictor: {onnx: {name: a}}",
            snapshot(["MLS1187 4 a predictor that KServe knows can't name its container"]),
        ),
        ("predictor: {model: {}, maxReplicas: 0, minReplicas: 3}", snapshot([])),
        (
            "predictor: {model: {}, minReplicas: -1, containerConcurrency: -1}",
            snapshot(
                [
                    "MLS1188 4 `minReplicas` is negative",
                    "MLS1188 4 `containerConcurrency` is negative",
                ]
            ),
        ),
        ("predictor: {model: {}, logger: {url: a}}", snapshot(["MLS1188 4 a logger needs a mode"])),
        (
            "predictor: {model: {storageUri: a}, storageUris: [{uri: b}]}",
            snapshot(["MLS1189 4 `storageUri` can't stand beside `storageUris`"]),
        ),
        (
            "predictor: {model: {}, storageUris: [{mountPath: /a/../b}]}",
            snapshot(
                [
                    "MLS1189 4 the place of the files is empty",
                    "MLS1189 4 `/a/../b` can't be mounted",
                ]
            ),
        ),
        (
            (
                "predictor: {model: {}, storageUris: [{uri: a, mountPath: /a/b},"
                " {uri: b, mountPath: /c/d}]}"
            ),
            snapshot(["MLS1189 4 the paths share no folder"]),
        ),
    ],
)
def test_components(found, spec, told):
    assert told == found(service(spec), "inference-services")


CANARY = "{trafficPercent: 10, predictor: {name: b, model: {}}}"
DARK = CANARY.replace("10", "0")


@pytest.mark.parametrize(
    ("spec", "annotations", "told"),
    [
        (
            f"predictor: {{model: {{}}}}, canary: [{CANARY}]",
            "",
            snapshot(
                [
                    "MLS1192 4 canaries need the mode `Standard`, stated as an annotation",
                    "MLS1193 4 not every version of KServe sends the canary its share",
                ]
            ),
        ),
        (
            f"predictor: {{name: b, model: {{}}}}, canary: [{CANARY}]",
            STANDARD,
            snapshot(
                [
                    "MLS1193 4 not every version of KServe sends the canary its share",
                    "MLS1192 4 a canary needs a name that the stable version does not have",
                ]
            ),
        ),
        (
            f"predictor: {{model: {{}}}}, canary: [{CANARY}, {CANARY}]",
            STANDARD,
            snapshot(
                [
                    "MLS1193 4 not every version of KServe sends the canary its share",
                    "MLS1193 4 not every version of KServe sends the canary its share",
                    "MLS1192 4 two canaries have the name `b`",
                ]
            ),
        ),
        (
            (
                "predictor: {model: {}}, canary: [{trafficPercent: 0, predictor: {model: {},"
                " maxReplicas: 2, minReplicas: 2, workerSpec: {}}}]"
            ),
            STANDARD,
            snapshot(
                [
                    "MLS1192 4 a canary needs a name that the stable version does not have",
                    "MLS1192 4 a canary has fixed replicas and can't set `maxReplicas`",
                    "MLS1192 4 the canary has 2 replicas, the stable version 1",
                    "MLS1192 4 a canary has fixed replicas and can't set `workerSpec`",
                ]
            ),
        ),
        (
            f"predictor: {{containers: [{{name: kserve-container}}]}}, canary: [{DARK}]",
            STANDARD,
            snapshot(["MLS1192 4 the stable version has no model that KServe loads"]),
        ),
        (
            (
                "predictor: {containers: [{name: kserve-container, env: [{name: STORAGE_URI, "
                f"value: 's3://models/1'}}]}}]}}, canary: [{DARK}]"
            ),
            STANDARD,
            snapshot([]),
        ),
        ("predictor: {canaryTrafficPercent: 100, model: {}}", STANDARD, snapshot([])),
        (
            "predictor: {canaryTrafficPercent: 5, model: {}}",
            "serving.kserve.io/deploymentMode: RawDeployment",
            snapshot(
                ["MLS1190 4 the mode `RawDeployment` ignores the share: everybody gets the release"]
            ),
        ),
    ],
)
def test_canaries(found, spec, annotations, told):
    assert told == found(service(spec, annotations), "inference-canaries")


@pytest.mark.parametrize(
    ("component", "annotations", "told"),
    [
        ("scaleTarget: 0", HPA, snapshot(["MLS1196 4 a target of 0 per cent can't be reached"])),
        ("scaleMetric: memory, scaleTarget: 2000", HPA, snapshot([])),
        (
            "scaleMetric: rps, scaleTarget: 20",
            HPA,
            snapshot(["MLS1196 4 the autoscaler has no metric `rps`"]),
        ),
        ("scaleMetric: rps, scaleTarget: 200", "", snapshot([])),
        ("scaleMetric: cpu", KEDA, snapshot(["MLS1196 4 KEDA takes no `scaleMetric`"])),
        (
            (
                "autoScaling: {metrics: [{type: Resource, resource: {name: cpu,"
                " target: {type: Utilization, averageUtilization: 101}}}]}"
            ),
            KEDA,
            snapshot(["MLS1196 4 `averageUtilization` of such a target is 1 to 100"]),
        ),
        (
            "scaleMetric: rps, scaleTarget: 200",
            "autoscaling.knative.dev/class: hpa.x",
            snapshot(
                [
                    "MLS1196 4 the autoscaler has no metric `rps`",
                    "MLS1196 4 a target of 200 per cent can't be reached",
                ]
            ),
        ),
    ],
)
def test_scaling(found, component, annotations, told):
    text = service(f"predictor: {{model: {{}}, {component}}}", annotations)

    assert told == found(text, "inference-scaling")


@pytest.mark.parametrize(
    ("nodes", "told"),
    [
        (
            "root: {routerType: Splitter, steps: [{serviceName: a}, {serviceName: b}]}",
            snapshot(
                [
                    "MLS1201 4 the weights sum to 0, not to 100",
                    "MLS1201 4 a step of a Splitter needs a weight",
                    "MLS1201 4 a step of a Splitter needs a weight",
                ]
            ),
        ),
        (
            "root: {routerType: Switch, steps: [{serviceName: a, serviceUrl: b}]}",
            snapshot(["MLS1202 4 the step has 2 targets instead of one"]),
        ),
        (
            (
                "root: {routerType: Sequence, steps: [{name: a, serviceName: a},"
                " {name: a, serviceName: b}, {serviceName: c}, {serviceName: d}]}"
            ),
            snapshot(["MLS1202 4 two steps have the name `a`"]),
        ),
        (
            "root: {steps: [{nodeName: scora}]}, score: {steps: [{nodeName: score}]}",
            snapshot(["MLS1203 4 the graph has no node `scora`"]),
        ),
    ],
)
def test_graphs(found, nodes, told):
    text = (
        "apiVersion: serving.kserve.io/v1alpha1\nkind: InferenceGraph\nmetadata: {name: a}\n"
        f"spec: {{nodes: {{{nodes}}}}}\n"
    )

    assert told == found(text, "inference-graphs")


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("router: {route: {group: a, http: {}}}", snapshot(["MLS1205 4 `group` needs `weight`"])),
        (
            "router: {ingress: {}, route: {group: a, weight: 1}}",
            snapshot(["MLS1205 4 a share needs the Gateway API, not an Ingress"]),
        ),
        (
            "router: {route: {group: a, weight: 1, http: {refs: [{name: a}]}}}",
            snapshot(["MLS1205 4 a share needs a route that KServe makes, not `http.refs`"]),
        ),
        (
            "router: {gateway: {}, route: {http: {refs: [{name: a}]}}}",
            snapshot(["MLS1206 4 a route of your own needs a gateway of your own"]),
        ),
        ("router: {gateway: {refs: [{}]}, route: {http: {refs: [{name: a}]}}}", snapshot([])),
        (
            "worker: {containers: []}",
            snapshot(["MLS1207 4 workers need data or pipeline parallelism"]),
        ),
        ("worker: {containers: []}, parallelism: {pipeline: 2}", snapshot([])),
        (
            "parallelism: {pipeline: 0, data: 2, dataLocal: 1}",
            snapshot(
                [
                    "MLS1207 4 data and pipeline parallelism exclude each other",
                    "MLS1207 4 `pipeline` must be above 0",
                ]
            ),
        ),
        (
            "prefill: {parallelism: {dataLocal: 1}}",
            snapshot(["MLS1207 4 `data` and `dataLocal` belong together"]),
        ),
        (
            "router: {scheduler: {replicas: 0, config: {inline: {}, ref: {name: a}}}}",
            snapshot(
                [
                    "MLS1211 4 the scheduler has no replica",
                    "MLS1211 4 the configuration is either `inline` or a `ref`",
                ]
            ),
        ),
        (
            (
                "model: {name: chat, lora: {adapters: [{name: chat}, {name: ..}, {name: a},"
                " {name: a}]}}"
            ),
            snapshot(
                [
                    "MLS1208 4 the adapter needs a name that is not the one of the model",
                    "MLS1208 4 the adapter needs a name that is not the one of the model",
                    "MLS1208 4 two adapters have the name `a`",
                ]
            ),
        ),
    ],
)
def test_language_models(found, spec, told):
    text = (
        "apiVersion: serving.kserve.io/v1alpha2\nkind: LLMInferenceService\n"
        f"metadata: {{name: chat}}\nspec: {{{spec}}}\n"
    )

    assert told == found(text, "llm-inference-services")


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (
            "scaling: {maxReplicas: 2}",
            snapshot(["MLS1197 4 `scaling` needs one of `wva` and `keda`"]),
        ),
        (
            "scaling: {maxReplicas: 2, wva: {}, keda: {}}",
            snapshot(["MLS1197 4 `scaling` needs one of `wva` and `keda`"]),
        ),
        (
            "prefill: {scaling: {minReplicas: 3, maxReplicas: 2, wva: {}}}",
            snapshot(["MLS1197 4 `minReplicas` is 3, above `maxReplicas`, 2"]),
        ),
    ],
)
def test_scaling_of_language_models(found, spec, told):
    text = (
        "apiVersion: serving.kserve.io/v1alpha2\nkind: LLMInferenceService\n"
        f"metadata: {{name: chat}}\nspec: {{{spec}}}\n"
    )

    assert told == found(text, "inference-scaling")
