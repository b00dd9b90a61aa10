"""What GitOps tools watch, judged by their definitions and by our own checks of manifests."""

from __future__ import annotations

import json
import posixpath
import re
import shutil
import subprocess
from fnmatch import fnmatchcase

import pytest
import yaml
from tests.cases.cells import TARGETS, specs
from tests.contract import crd

from mlspec.lowering import lower
from mlspec.manifests import Manifest, ManifestSet
from mlspec.manifests._semantic import find_problems
from mlspec.syntax import SourceText, parse
from mlspec.targets import emit

TOOLS = ("argo-cd", "flux")
KINDS = {
    "Application": "argoproj.io/v1alpha1",
    "Kustomization": "kustomize.toolkit.fluxcd.io/v1",
}
BACKENDS = [("rollouts", "gateway-api"), ("flagger", "istio"), ("gateway", "gateway-api")]
BACKENDS += [("kserve", "gateway-api"), ("plain", "none")]
PASSIVE = ("AnalysisTemplate", "HorizontalPodAutoscaler", "MetricTemplate", "ScaledObject")
"""Kinds whose loss stops no answer, and leaves nothing unguarded."""
UNSTAGED = {"champion": "null"}
NEVER_MOVED = UNSTAGED | {"rollout": "    null\n"}
TOLERATED = ("MLS1193", "MLS1291")
"""Notes, see `test_targets_delivery`."""

needs_definitions = pytest.mark.skipif(not crd.CONFORMANCE.exists(), reason=crd.WHY_SKIPPED)


def lowered(tool, backend="rollouts", router="gateway-api", rest="", more=(), **model):
    watched = f"{{tool: {tool}, repository: 'https://git.example.org/ml/specs'{rest}}}"
    enabled = ", ".join((*TARGETS, *TOOLS, *more))
    told = f", gitops: {watched}, enabled: [{enabled}]"
    workspace = specs(backend, "canary", router, targets=told, **model)
    return lower(workspace, "prod", evidence={}, version="0.1.0").bundle


def compiled(tool, backend="rollouts", router="gateway-api", rest="", more=(), chosen=(), **model):
    bundle = lowered(tool, backend, router, rest, more, **model)
    return {each.path: each.content for each in emit(bundle, chosen or bundle.targets, None)}


def documents(files, *kinds):
    found = [each for text in files.values() for each in yaml.safe_load_all(text)]
    return [each for each in found if not kinds or each["kind"] in kinds]


def watched(files, folder=""):
    """Return the files that a kustomization leads to."""
    content = yaml.safe_load(files[posixpath.join(folder, "kustomization.yaml")])
    for name in content["resources"]:
        path = posixpath.normpath(posixpath.join(folder, name))
        if path in files:
            yield path
        else:
            yield from watched(files, path)


@pytest.mark.parametrize("tool", TOOLS)
def test_alerts_are_watched_as_objects_of_the_operator_and_not_as_files_of_prometheus(tool):
    files = compiled(tool, "gateway", more=("prometheus", "prometheus-operator"))

    folders = {each.partition("/")[0] for each in watched(files)}

    assert {"prometheus", "prometheus-operator"} <= {each.partition("/")[0] for each in files}
    assert "prometheus-operator" in folders
    assert "prometheus" not in folders


@needs_definitions
@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(("backend", "router"), BACKENDS)
def test_an_object_of_a_tool_is_accepted_and_stored_as_it_is_emitted(tool, backend, router):
    found = [
        each
        for each in documents(compiled(tool, backend, router), *KINDS)
        if not each["apiVersion"].startswith("kustomize.config")
    ]

    assert found
    for each in found:
        definition = crd.definition(KINDS[each["kind"]], each["kind"])
        assert [] == definition.problems(each)
        assert each == definition.defaulted(each)


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(("backend", "router"), BACKENDS)
def test_nothing_is_found_that_a_cluster_does_not_refuse(tool, backend, router):
    files = compiled(tool, backend, router)
    manifests = tuple(
        Manifest(document)
        for path, text in files.items()
        if not path.startswith("rollout/") or "/step-00-" in path
        if not path.endswith("kustomization.yaml")
        for document in parse(SourceText(path, text.encode())).documents
    )

    found = find_problems(ManifestSet(manifests))

    assert [] == [(each.code, each.message) for each in found if each.code not in TOLERATED]


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(("backend", "router"), BACKENDS)
def test_all_is_watched_but_what_moves(tool, backend, router):
    files = compiled(tool, backend, router)
    moving = {path for path in files if path.startswith("rollout/") or ".route." in path}
    own = {path for path in files if path.startswith(f"{tool}/")}
    listed = {path for path in files if path.endswith("kustomization.yaml")}

    assert set(files) - moving - own - listed == set(watched(files))


@pytest.mark.parametrize(("tool", "path"), [("argo-cd", "build/prod"), ("flux", "./build/prod")])
def test_the_watched_folder_is_where_the_kustomization_lies(tool, path):
    (whole,) = (
        each
        for each in documents(compiled(tool), "Application", "Kustomization")
        if each.get("metadata", {}).get("name") == "county-prod"
    )

    assert path == whole["spec"].get("path", whole["spec"].get("source", {}).get("path"))


def test_argo_cd_makes_a_route_that_is_not_there_and_leaves_the_rules_of_others_alone():
    routes, whole = documents(compiled("argo-cd"), "Application")

    assert {"prune": True, "selfHeal": True} == whole["spec"]["syncPolicy"]["automated"]
    assert {"prune": False, "selfHeal": True} == routes["spec"]["syncPolicy"]["automated"]
    assert ["RespectIgnoreDifferences=true"] == routes["spec"]["syncPolicy"]["syncOptions"]
    assert {
        "HTTPRoute": ["/spec/rules"],
        "VirtualService": ["/spec/http"],
    } == {each["kind"]: each["jsonPointers"] for each in routes["spec"]["ignoreDifferences"]}


@pytest.mark.parametrize(
    ("backend", "model"), [("rollouts", UNSTAGED), ("gateway", UNSTAGED), ("gateway", {})]
)
def test_argo_cd_finds_the_routes_that_are_moved_and_no_other_file(backend, model):
    files = compiled("argo-cd", backend, **model)
    routes = documents(files, "Application")[0]["spec"]["source"]
    # Argo CD matches the path below the folder, and `*` matches `/` as well.
    included = [each for each in files if fnmatchcase(each, routes["directory"]["include"])]

    assert "build/prod" == routes["path"]
    assert routes["directory"]["recurse"] is True
    assert [f"{'argo-rollouts' if backend == 'rollouts' else 'gateway-api'}/screen.route.yaml"] == (
        included
    )


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(
    ("backend", "router"),
    [("rollouts", "gateway-api"), ("rollouts", "istio"), ("gateway", "gateway-api")],
)
def test_a_first_release_is_reached_by_what_the_tool_applies(tool, backend, router):
    files = compiled(tool, backend, router, **UNSTAGED)
    applied = [*watched(files), *moved(files, tool)]
    objects = [each for path in applied for each in yaml.safe_load_all(files[path])]
    services = {each["metadata"]["name"] for each in objects if each["kind"] == "Service"}
    (route,) = (each for each in objects if each["kind"] in ("HTTPRoute", "VirtualService"))

    assert targets_of(route) <= services


def moved(files, tool):
    """Return the files that the object of routes leads to."""
    if tool == "flux":
        return list(watched(files, "flux/routes"))
    return [each for each in files if each.endswith(".route.yaml")]


def targets_of(route):
    return set(re.findall(r"(?:name|host)': '(screen[a-z-]*)'", str(route["spec"])))


@pytest.mark.parametrize("tool", TOOLS)
def test_a_route_that_nothing_moves_is_applied_with_everything_else(tool):
    files = compiled(tool, "gateway", **NEVER_MOVED)

    assert "gateway-api/screen.yaml" in set(watched(files))
    assert not [each for each in files if ".route." in each or "rollout/" in each]


@pytest.mark.parametrize("tool", TOOLS)
def test_the_route_is_still_in_git_while_steps_move_it(tool):
    files = compiled(tool, "gateway")

    assert ["gateway-api/screen.route.yaml"] == moved(files, tool)
    before, step = (
        yaml.safe_load(files[each])["spec"]["rules"]
        for each in ("gateway-api/screen.route.yaml", "rollout/screen/step-00-champion.yaml")
    )
    assert before == step


def test_flux_says_which_version_knows_what_is_ignored():
    told = compiled("flux")["flux/county-prod.yaml"]

    assert "ignore:" in told
    assert "Flux 2.9" in told
    assert "Flux 2.9" not in compiled("flux", "gateway")["flux/county-prod.yaml"]


def test_flux_applies_the_routes_once_and_leaves_them_alone():
    files = compiled("flux")
    (routes,) = (
        each
        for each in documents(files, "Kustomization")
        if each.get("metadata", {}).get("name") == "county-prod-routes"
    )

    assert ["argo-rollouts/screen.route.yaml"] == list(watched(files, "flux/routes"))
    assert "./build/prod/flux/routes" == routes["spec"]["path"]
    assert "IfNotPresent" == stated(routes["spec"]["commonMetadata"], "ssa")
    assert "disabled" == stated(routes["spec"]["commonMetadata"], "prune")


def stated(metadata, word):
    return metadata["annotations"][f"kustomize.toolkit.fluxcd.io/{word}"]


@pytest.mark.parametrize(
    ("tool", "annotation"),
    [
        ("argo-cd", ("argocd.argoproj.io~1sync-options", "Delete=confirm,Prune=confirm")),
        ("flux", ("kustomize.toolkit.fluxcd.io~1prune", "disabled")),
    ],
)
@pytest.mark.parametrize(("backend", "router"), BACKENDS)
def test_what_answers_requests_is_not_pruned_when_a_rollout_begins(
    tool, annotation, backend, router
):
    files = compiled(tool, backend, router)
    patch, needed = yaml.safe_load(files["kustomization.yaml"])["patches"]
    (change,) = json.loads(patch["patch"])
    objects = [each for path in watched(files) for each in yaml.safe_load_all(files[path])]
    steps = [
        each
        for path, text in files.items()
        if path.startswith("rollout/")
        for each in yaml.safe_load_all(text)
    ]

    assert ("add", f"/metadata/annotations/{annotation[0]}", annotation[1]) == (
        change["op"],
        change["path"],
        change["value"],
    )
    kept = "|".join(each["target"]["kind"] for each in (patch, needed))
    for each in [*objects, *steps]:
        if each["kind"] not in PASSIVE:
            assert re.fullmatch(kept, each["kind"])
            assert each["metadata"]["annotations"]
    assert patch["patch"] == needed["patch"]


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(("backend", "router"), BACKENDS)
def test_the_account_of_pods_that_stay_is_not_pruned_either(tool, backend, router):
    files = compiled(tool, backend, router)
    _, needed = yaml.safe_load(files["kustomization.yaml"])["patches"]
    name, _, value = needed["target"]["labelSelector"].partition("=")
    accounts = documents(files, "ServiceAccount")
    assert "ServiceAccount" in needed["target"]["kind"].split("|")
    pods = {each["spec"]["template"]["spec"]["serviceAccountName"]: each for each in served(files)}

    kept = {
        each["metadata"]["name"]
        for each in accounts
        if each["metadata"]["labels"].get(name) == value
    }
    assert set(pods) <= kept
    assert kept == {"screen"}


@pytest.mark.parametrize("tool", TOOLS)
def test_what_guards_pods_that_stay_is_not_pruned_either(tool):
    files = compiled(tool, more=("prometheus-operator",))
    _, needed = yaml.safe_load(files["kustomization.yaml"])["patches"]
    name, _, value = needed["target"]["labelSelector"].partition("=")
    guards = documents(files, "NetworkPolicy", "PodDisruptionBudget", "ServiceMonitor")

    assert 3 == len(guards)
    for each in guards:
        assert re.fullmatch(needed["target"]["kind"], each["kind"])
        assert each["metadata"]["labels"][name] == value


def served(files):
    return [*documents(files, "Deployment"), *documents(files, "Rollout")]


@pytest.mark.parametrize("tool", TOOLS)
def test_the_selectors_that_argo_rollouts_changes_are_ignored(tool):
    files = compiled(tool)
    services = {each["metadata"]["name"]: each for each in documents(files, "Service")}
    (whole,) = (
        each
        for each in documents(files, "Application", "Kustomization")
        if each.get("metadata", {}).get("name") == "county-prod"
    )
    rules = whole["spec"].get("ignoreDifferences") or whole["spec"]["ignore"]

    assert services
    for name, service in services.items():
        assert any(is_meant(rule, name, service["metadata"]["labels"]) for rule in rules)


def is_meant(rule, name, labels):
    if "target" not in rule:
        return rule["name"] == name and "rollouts-pod-template-hash" in rule["jsonPointers"][0]
    key, _, value = rule["target"]["labelSelector"].partition("=")
    return labels[key] == value and "rollouts-pod-template-hash" in rule["paths"][0]


@pytest.mark.parametrize("tool", TOOLS)
def test_a_target_alone_says_the_same_of_the_others(tool):
    whole = compiled(tool)
    alone = compiled(tool, chosen=(tool,))

    assert {"kustomization.yaml", f"{tool}/county-prod.yaml"} <= set(alone)
    assert {path: whole[path] for path in alone} == alone


@pytest.mark.parametrize("tool", TOOLS)
def test_the_other_tool_writes_nothing(tool):
    (other,) = (each for each in TOOLS if each != tool)

    assert not [path for path in compiled(tool) if path.startswith(f"{other}/")]


def test_nothing_is_written_where_nothing_is_watched():
    enabled = ", ".join((*TARGETS, *TOOLS))
    workspace = specs("rollouts", "canary", "gateway-api", targets=f", enabled: [{enabled}]")
    bundle = lower(workspace, "prod", evidence={}, version="0.1.0").bundle
    paths = {each.path for each in emit(bundle, bundle.targets, None)}

    assert "kustomization.yaml" not in paths
    assert not [path for path in paths if path.startswith(TOOLS)]


def test_what_the_workspace_says_of_a_tool_reaches_it():
    rest = ", path: live, revision: release, namespace: tools, intervalMinutes: 3, project: ml"
    (source,) = documents(compiled("flux", rest=rest), "GitRepository")
    whole = documents(compiled("argo-cd", rest=rest), "Application")[-1]

    assert {"branch": "release"} == source["spec"]["ref"]
    assert ("3m", "tools") == (source["spec"]["interval"], source["metadata"]["namespace"])
    assert ("ml", "live/prod") == (whole["spec"]["project"], whole["spec"]["source"]["path"])


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is missing: it has kustomize")
@pytest.mark.parametrize("tool", TOOLS)
def test_kustomize_builds_what_is_watched(tool, tmp_path):
    files = compiled(tool)
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    given = [each for path in watched(files) for each in yaml.safe_load_all(files[path])]

    built = built_by_kustomize(tmp_path)

    assert sorted(map(identity, given)) == sorted(map(identity, built))
    for each in built:
        kept = "confirm" in str(each["metadata"]["annotations"]) or "disabled" in str(
            each["metadata"]["annotations"]
        )
        assert kept is (each["kind"] not in PASSIVE)
    if tool == "flux":
        (route,) = built_by_kustomize(tmp_path / "flux/routes", "LoadRestrictionsNone")
        assert "HTTPRoute" == route["kind"]


def built_by_kustomize(folder, restrictions="LoadRestrictionsRootOnly"):
    command = ["kubectl", "kustomize", str(folder), f"--load-restrictor={restrictions}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return list(yaml.safe_load_all(done.stdout))


def identity(document):
    return document["apiVersion"], document["kind"], document["metadata"]["name"]
