"""Who moves traffic, what the clusters run, what replicas follow: from specs to the IR."""

from __future__ import annotations

import pytest
from tests.cases.cells import specs

from mlspec.ir import Backend, GitOps, LoadScaling, Platform, Router
from mlspec.lowering import lower

QUEUE = "{queueMetric: screen_queue, queuePerReplica: 20}"


def lowered(*, backend="rollouts", strategy="canary", router="gateway-api", **changes):
    workspace = specs(backend, strategy, router, **changes)
    return lower(workspace, "prod", evidence={}, version="0.1.0")


def service(**changes):
    (found,) = lowered(**changes).bundle.services
    return found


def platform(targets):
    return lowered(targets=f", {targets}").bundle.platform


@pytest.mark.parametrize("backend", list(Backend))
def test_a_model_names_its_backend(backend):
    assert backend is service(backend=backend.value).backend


def test_a_model_without_a_backend_has_that_of_the_workspace():
    assert Backend.FLAGGER is service(backend="null", targets=", backend: flagger").backend
    assert Backend.GATEWAY is service(backend="null").backend


def test_what_nobody_says_of_the_clusters_is_the_usual():
    assert Platform() == lowered().bundle.platform


@pytest.mark.parametrize("router", list(Router))
def test_the_router_is_told(router):
    assert router is lowered(router=router.value).bundle.platform.router


def test_versions_are_cut_to_releases_and_sorted():
    found = platform("versions: {kserve: v0.20.3, argo-rollouts: '1.9', flagger: newest}")

    assert (("argo-rollouts", "1.9"), ("kserve", "0.20")) == found.versions


def test_what_controllers_ask_is_told():
    found = platform(
        "prometheus: {address: 'http://prom.obs.svc:9090', selectLabel: team=ml}, "
        "flagger: {approvalUrl: 'http://gate.ml.svc/approve'}, kserve: {mode: knative}"
    )

    assert "http://prom.obs.svc:9090" == found.prometheus
    assert ("team", "ml") == found.scrape_label
    assert "http://gate.ml.svc/approve" == found.approval_url
    assert "knative" == found.kserve_mode


@pytest.mark.parametrize(("path", "expected"), [("", "build/prod"), (", path: ml", "ml/prod")])
def test_a_gitops_tool_watches_what_compile_writes(path, expected):
    repository = "https://git.example.org/ml"
    found = platform(f"gitops: {{repository: '{repository}', revision: live{path}}}")

    assert found.gitops == GitOps(
        repository=repository,
        revision="live",
        path=expected,
        project="default",
        namespace="argocd",
        server="https://kubernetes.default.svc",
        workspace="county",
    )


@pytest.mark.parametrize(
    ("scaling", "load", "cpu"),
    [
        ("", None, None),
        ("{}", None, 0.7),
        ("{requestsPerReplica: 50}", LoadScaling(50.0), None),
        ("{requestsPerReplica: 50, cpuUtilisation: 0.6}", LoadScaling(50.0), 0.6),
        (QUEUE, LoadScaling(None, "screen_queue", 20.0), None),
    ],
)
def test_replicas_follow_the_cpu_only_where_nothing_else_is_named_or_the_spec_says_so(
    scaling, load, cpu
):
    found = service(scaling=scaling)

    assert (load, cpu) == (found.load, found.cpu_utilisation)


@pytest.mark.parametrize(
    ("scaling", "message"),
    [
        ("{queueMetric: screen_queue}", "replicas can't follow a queue without `queuePerReplica`"),
        ("{queuePerReplica: 20}", "replicas can't follow a queue without `queueMetric`"),
    ],
)
def test_half_of_a_queue_is_refused(scaling, message):
    result = lowered(scaling=scaling)

    assert () == result.bundle.services
    assert [("MLS496", message)] == [(each.code, each.message) for each in result.diagnostics]


@pytest.mark.parametrize(
    ("scaling", "codes"),
    [
        (QUEUE, []),
        ("{requestsPerReplica: 50}", ["MLS494"]),
        ("{cpuUtilisation: 0.7}", ["MLS494"]),
    ],
)
def test_only_a_queue_wakes_a_model_without_replicas(scaling, codes):
    result = lowered(scaling=scaling, replicas="{minimum: 0, maximum: 4}")

    assert codes == [each.code for each in result.diagnostics]


@pytest.mark.parametrize("backend", ["rollouts", "flagger"])
def test_a_controller_needs_a_name_for_the_challenger_whatever_ran_before(backend):
    result = lowered(backend=backend, name="s" * 60, champion="null")

    assert ["MLS490"] == [each.code for each in result.diagnostics]


def test_a_first_release_that_nothing_moves_may_have_a_long_name():
    assert () == lowered(backend="gateway", name="s" * 45, champion="null").diagnostics
