"""What moves traffic, judged by published schemas and by the rules that no cluster checks."""

from __future__ import annotations

import kubernetes_validate
import promql_parser
import pytest
import yaml
from tests.cases.cells import CELLS, compiled, specs, told
from tests.contract import crd

from mlspec.diagnostics import Severity
from mlspec.manifests import Manifest, ManifestSet
from mlspec.manifests._semantic import find_problems
from mlspec.syntax import SourceText, parse

KUBERNETES_VERSION = "1.37"
CUSTOM = {
    "AnalysisTemplate",
    "Canary",
    "HTTPRoute",
    "InferencePool",
    "InferenceService",
    "LLMInferenceService",
    "MetricTemplate",
    "Rollout",
    "ScaledObject",
}
UNRECORDED = {"VirtualService"}
"""Kinds whose definition was not collected."""
LOAD = "{requestsPerReplica: 50, queueMetric: screen_queue, queuePerReplica: 3}"
TOLERATED = ("MLS1193", "MLS1291")
"""Notes: a canary of KServe needs a version that routes it, the Gateway is somebody else's."""
SCALED = ("canary", "unjudged-blue-green")
SCALINGS = ("", "{cpuUtilisation: 0.6}", LOAD)
UNSCALED = {"kserve": SCALINGS[:2], "kserve-llm": SCALINGS[:1]}
"""KServe counts no queue, and no replicas of a language model."""

needs_definitions = pytest.mark.skipif(not crd.CONFORMANCE.exists(), reason=crd.WHY_SKIPPED)


def possible():
    for backend, strategy, router in CELLS:
        offered = UNSCALED.get(backend, UNSCALED.get(backend.partition("-")[0], SCALINGS))
        for scaling in offered if strategy in SCALED else SCALINGS[:1]:
            approval = ", flagger: {approvalUrl: 'http://gate.ml.svc/approve'}"
            workspace = specs(backend, strategy, router, scaling=scaling, targets=approval)
            if not told(workspace, Severity.ERROR):
                name = f"{router}-{backend}-{strategy}-{scaling[1:4] or 'fixed'}"
                yield pytest.param(compiled(workspace), id=name)


POSSIBLE = list(possible())
CORE = {"Deployment", "HorizontalPodAutoscaler", "NetworkPolicy", "PodDisruptionBudget"}
CORE |= {"Service", "ServiceAccount"}
ASKING = {"AnalysisTemplate", "Canary", "MetricTemplate", "ScaledObject"}
NAMING = {"Canary", "HTTPRoute", "HorizontalPodAutoscaler", "Rollout", "ScaledObject"}


def states(files):
    """Yield what is applied together: the files of one step of a rollout, and all others."""
    plain = {path: each for path, each in files.items() if not path.endswith("kustomization.yaml")}
    steps = {path: each for path, each in plain.items() if path.startswith("rollout/")}
    rest = {path: each for path, each in plain.items() if path not in steps}
    for path, text in steps.items() or [("", "")]:
        yield rest | ({path: text} if path else {})


def objects(files):
    for path, text in files.items():
        if not path.endswith("kustomization.yaml"):
            yield from ((path, each) for each in yaml.safe_load_all(text))


def kinds_where(said):
    """Return the kinds of which some object of some cell has something to judge."""
    emitted = (each for one in POSSIBLE for _, each in objects(one.values[0]))
    return {each["kind"] for each in emitted if any(said(each))}


def test_what_is_judged_here_is_emitted_by_some_cell():
    assert CUSTOM | UNRECORDED | CORE == kinds_where(lambda _: [True])
    assert ASKING == kinds_where(queries)
    assert NAMING == kinds_where(references)


@pytest.mark.parametrize("files", POSSIBLE)
def test_every_cell_emits_what_a_cluster_can_run(files):
    kinds = {each["kind"] for _, each in objects(files)}

    assert "ServiceAccount" in kinds
    assert kinds & {"Deployment", "InferenceService", "LLMInferenceService", "Rollout"}


@needs_definitions
@pytest.mark.parametrize("files", POSSIBLE)
def test_a_custom_resource_is_accepted_and_stored_as_it_is_emitted(files):
    for path, each in objects(files):
        if each["kind"] in CUSTOM:
            definition = crd.definition(each["apiVersion"], each["kind"])

            assert [] == definition.problems(each), path
            assert each == definition.defaulted(each), path


@pytest.mark.parametrize("files", POSSIBLE)
def test_a_core_object_fits_the_schema(files):
    for _, each in objects(files):
        if each["kind"] not in CUSTOM | UNRECORDED:
            kubernetes_validate.validate(each, KUBERNETES_VERSION, strict=True)


@pytest.mark.parametrize("files", POSSIBLE)
def test_nothing_is_found_that_a_cluster_does_not_refuse(files):
    for together in states(files):
        manifests = tuple(
            Manifest(document)
            for path, text in together.items()
            for document in parse(SourceText(path, text.encode())).documents
        )

        found = list(find_problems(ManifestSet(manifests)))

        assert [] == [(each.code, each.message) for each in found if not is_tolerated(each)]


def is_tolerated(problem):
    """Tell whether the header of a file says the same: endpoint pickers are the user's."""
    return problem.code in TOLERATED or (
        problem.code == "MLS1290" and problem.message.endswith("-epp`")
    )


@pytest.mark.parametrize("files", POSSIBLE)
def test_every_query_is_promql(files):
    for _, each in objects(files):
        for query in queries(each):
            promql_parser.parse(query)


@pytest.mark.parametrize("files", POSSIBLE)
def test_what_is_named_exists(files):
    known = {(each["kind"], each["metadata"]["name"]) for _, each in objects(files)}

    for _, each in objects(files):
        assert set(references(each)) <= known


@pytest.mark.parametrize("files", POSSIBLE)
def test_one_thing_at_most_owns_the_replicas(files):
    scalers = {"HorizontalPodAutoscaler", "ScaledObject"}
    scaled = [
        (each["spec"]["scaleTargetRef"]["kind"], each["spec"]["scaleTargetRef"]["name"])
        for _, each in objects(files)
        if each["kind"] in scalers
    ]

    assert sorted(set(scaled)) == sorted(scaled)
    for _, each in objects(files):
        if (each["kind"], each["metadata"]["name"]) in scaled:
            assert "replicas" not in each["spec"]


def queries(document):
    spec = document.get("spec", {})
    match document["kind"]:
        case "AnalysisTemplate":
            yield from (each["provider"]["prometheus"]["query"] for each in spec["metrics"])
        case "MetricTemplate":
            yield spec["query"]
        case "ScaledObject":
            asked = (each["metadata"].get("query") for each in spec["triggers"])
            yield from (each for each in asked if each)
        case "Canary":
            yield from spec.get("autoscalerRef", {}).get("primaryScalerQueries", {}).values()


def references(document):
    spec = document.get("spec", {})
    match document["kind"]:
        case "Rollout":
            yield from rollout_references(spec["strategy"])
        case "Canary":
            yield "Deployment", spec["targetRef"]["name"]
            if "autoscalerRef" in spec:
                yield spec["autoscalerRef"]["kind"], spec["autoscalerRef"]["name"]
            yield from (
                ("MetricTemplate", each["templateRef"]["name"])
                for each in spec["analysis"]["metrics"]
            )
        case "HorizontalPodAutoscaler" | "ScaledObject":
            yield spec["scaleTargetRef"]["kind"], spec["scaleTargetRef"]["name"]
        case "HTTPRoute":
            for rule in spec["rules"]:
                yield from ((each["kind"], each["name"]) for each in rule["backendRefs"])


def rollout_references(strategy):
    canary, colours = strategy.get("canary", {}), strategy.get("blueGreen", {})
    for key in ("stableService", "canaryService"):
        if key in canary:
            yield "Service", canary[key]
    for key in ("activeService", "previewService"):
        if key in colours:
            yield "Service", colours[key]
    judged = [each["analysis"] for each in canary.get("steps", ()) if "analysis" in each]
    judged += [colours[key] for key in colours if key.endswith("PromotionAnalysis")]
    for each in judged:
        yield from (("AnalysisTemplate", one["templateName"]) for one in each["templates"])
