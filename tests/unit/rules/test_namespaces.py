"""Environments that meet in a cluster, and GitOps tools that are told nothing."""

from __future__ import annotations

import pytest

from mlspec.rules import check

HEAD = "kind: Workspace\nspec:\n"
REPOSITORY = "repository: 'https://git.example.org/ml/rendered'"
ELSEWHERE = (
    "overrides: [{kind: Workspace, name: county-screening, path: spec.targets.gitops.server, "
    "value: 'https://other.example.org'}]"
)


def found(load_patched, patch, *codes):
    told = check(load_patched(HEAD + patch))
    return [(each.code, each.message) for each in told if each.code in codes]


def environments(dev, prod):
    return f"  environments:\n    dev: {{{dev}}}\n    prod: {{{prod}}}\n"


SHARED = "`dev` and `prod` both put their objects into the namespace `{}`"
CONTESTED = (
    "`dev` and `prod` have the same objects in the namespace `ml` of "
    "`https://kubernetes.default.svc`"
)


@pytest.mark.parametrize(
    ("dev", "prod", "gitops", "told"),
    [
        ("namespace: ml-dev", "namespace: ml", "", []),
        ("namespace: ml", "namespace: ml", "", [("MLS448", SHARED.format("ml"))]),
        ("namespace: null", "namespace: null", "", [("MLS448", SHARED.format("default"))]),
        ("namespace: null", "namespace: default", "", [("MLS448", SHARED.format("default"))]),
        ("namespace: ml", "namespace: ml", REPOSITORY, [("MLS453", CONTESTED)]),
        ("namespace: ml", f"namespace: ml, {ELSEWHERE}", REPOSITORY, []),
        ("namespace: ml-dev", "namespace: ml", REPOSITORY, []),
    ],
)
def test_two_environments_in_one_namespace_are_told(load_patched, dev, prod, gitops, told):
    patch = environments(dev, prod) + (f"  targets: {{gitops: {{{gitops}}}}}\n" if gitops else "")

    assert told == found(load_patched, patch, "MLS448", "MLS453")


HOSTS = "`dev` and `prod` both answer at `<model>.ml.example.org` of the Gateway `edge/ml-gateway`"
OTHER_HOSTS = (
    "overrides: [{kind: Workspace, name: county-screening, path: spec.targets.gateway.domain, "
    "value: dev.ml.example.org}]"
)
GITOPS = f"gitops: {{{REPOSITORY}}}"


@pytest.mark.parametrize(
    ("dev", "prod", "targets", "told"),
    [
        ("namespace: ml-dev", "namespace: ml", "gateway: {namespace: edge}", [HOSTS]),
        ("namespace: ml-dev", "namespace: ml", "gateway: {name: ml-gateway}", []),
        (f"namespace: d, {OTHER_HOSTS}", "namespace: ml", "gateway: {namespace: edge}", []),
        (
            "namespace: ml-dev",
            f"namespace: ml, {ELSEWHERE}",
            f"{GITOPS}, gateway: {{namespace: edge}}",
            [],
        ),
        (
            "namespace: ml-dev",
            "namespace: ml",
            "router: none, gateway: {namespace: edge}, backend: plain",
            [],
        ),
        (
            "namespace: ml-dev",
            "namespace: ml",
            "enabled: [kubernetes], gateway: {namespace: edge}",
            [],
        ),
        (
            "namespace: ml-dev",
            "namespace: ml",
            "enabled: [argo-rollouts], gateway: {namespace: edge}",
            [HOSTS],
        ),
        (
            "namespace: ml",
            "namespace: ml",
            "gateway: {namespace: edge}",
            [SHARED.format("ml")],
        ),
    ],
)
def test_routes_of_one_host_name_at_one_gateway_are_told(load_patched, dev, prod, targets, told):
    patch = environments(dev, prod) + f"  targets: {{{targets}}}\n"

    assert told == [message for _, message in found(load_patched, patch, "MLS448")]


def test_the_domain_of_production_stays_as_it_is(load_patched):
    patch = environments("namespace: ml-dev", "namespace: ml")
    patch += "  targets: {gateway: {namespace: edge}}\n"

    (told,) = [each for each in check(load_patched(HEAD + patch)) if each.code == "MLS448"]

    assert told.hint == (
        "override `spec.targets.gateway.domain` in `dev`, such as `dev.ml.example.org`"
    )


@pytest.mark.parametrize(
    ("dev", "prod", "place", "proposed"),
    [
        ("ml", "ml", "prod", "ml-prod"),
        ("ml-prod", "ml-prod", "dev", "ml-dev"),
        ("ml-dev", "ml-dev", "prod", "ml-prod"),
        ("prod", "prod", "dev", "dev"),
        ("dev", "dev", "prod", "prod"),
        ("null", "null", "prod", "ml-prod"),
        ("ml-production", "ml-production", "prod", "ml-production-prod"),
    ],
)
def test_a_name_is_proposed_that_says_which_environment_it_is(
    load_patched, dev, prod, place, proposed
):
    patch = environments(f"namespace: {dev}", f"namespace: {prod}")

    (told,) = [each for each in check(load_patched(HEAD + patch)) if each.code == "MLS448"]

    assert f"choose another one for `{place}`, such as `{proposed}`" == told.hint


@pytest.mark.parametrize(
    ("enabled", "tool", "is_told"),
    [
        ("[]", "argo-cd", False),
        ("[kubernetes]", "argo-cd", True),
        ("[argo-cd, kubernetes]", "argo-cd", False),
        ("[kubernetes, argo-cd]", "flux", True),
        ("[flux, kubernetes]", "flux", False),
    ],
)
def test_a_tool_that_nothing_is_compiled_for_is_told(load_patched, enabled, tool, is_told):
    patch = f"  targets:\n    enabled: {enabled}\n    gitops: {{tool: {tool}, {REPOSITORY}}}\n"

    assert is_told is bool(found(load_patched, patch, "MLS451"))


def test_without_gitops_no_tool_has_to_be_enabled(load_patched):
    assert [] == found(load_patched, "  targets: {enabled: [kubernetes]}\n", "MLS451")
