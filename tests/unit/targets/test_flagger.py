"""What Flagger is told: weights, iterations, conditions as one range each."""

from __future__ import annotations

import re

import pytest
from tests.unit.targets import sample

from mlspec.ir import AnalysisCheck, Backend, LoadScaling, Platform, Router, Strategy
from mlspec.targets.flagger import TARGET
from mlspec.targets.gateway_api import TARGET as GATEWAY_API
from mlspec.targets.kubernetes import TARGET as KUBERNETES
from mlspec.targets.prometheus import TARGET as PROMETHEUS

LATENCY = AnalysisCheck("latency", "latency-p99-ms", 250.0, None, 200, 60)


def bundle(rollout, router=Router.GATEWAY_API, approval="", **changes):
    service = sample.service(rollout=rollout, backend=Backend.FLAGGER, **changes)
    return sample.bundle(service, platform=Platform(router=router, approval_url=approval))


def documents(rollout, router=Router.GATEWAY_API, approval="", **changes):
    return sample.emitted(TARGET, bundle(rollout, router, approval, **changes)).get(
        "flagger/screen.yaml", []
    )


def analysis(rollout, router=Router.GATEWAY_API, approval=""):
    return documents(rollout, router, approval)[0]["spec"]["analysis"]


def test_every_weight_is_held_for_the_longest_step():
    found = analysis(
        sample.rollout(Strategy.CANARY, (0.05, 30), (0.5, 90), (1.0, 0), analysis=(LATENCY,))
    )

    assert ("90m", [5, 50]) == (found["interval"], found["stepWeights"])


def test_all_traffic_is_a_weight_only_if_it_is_held():
    held = sample.rollout(Strategy.CANARY, (0.5, 30), (1.0, 30), analysis=())

    assert [50, 100] == analysis(held)["stepWeights"]


def test_the_first_condition_that_is_not_proven_goes_back():
    assert 1 == analysis(sample.rollouts()["canary"])["threshold"]


def test_a_condition_is_one_range_over_the_window_of_a_step():
    rollout = sample.rollouts()["canary"]
    _, *templates = documents(rollout)
    found = {each["name"]: each for each in analysis(rollout)["metrics"]}

    assert {"max": 0.01} == found["errors"]["thresholdRange"]
    assert {"min": 0.2} == found["approvals"]["thresholdRange"]
    assert {"30m"} == {each["interval"] for each in found.values()}
    assert [each["templateRef"]["name"] for each in found.values()] == [
        each["metadata"]["name"] for each in templates
    ]


def test_the_challengers_pods_are_told_from_the_copy_by_name():
    pattern = re.compile(r'pod=~"([^"]+)"')
    queries = [each["spec"]["query"] for each in documents(sample.rollouts()["canary"])[1:]]
    found = {each for query in queries for each in pattern.findall(query)}

    (pods,) = found
    assert re.fullmatch(pods, "screen-6d4cf56db6-x2x9z")
    assert not re.fullmatch(pods, "screen-primary-6d4cf56db6-x2x9z")
    assert not re.fullmatch(pods, "screening-6d4cf56db6-x2x9z-1")


def test_a_shadow_is_mirrored_for_as_long_as_the_spec_says():
    shadow = sample.rollout(Strategy.SHADOW, (0.1, 600), analysis=(LATENCY,))
    found = analysis(shadow, Router.ISTIO)

    assert ("60m", 10) == (found["interval"], found["iterations"])
    assert (True, 10) == (found["mirror"], found["mirrorWeight"])
    assert "mirrorWeight" not in analysis(shadow, Router.GATEWAY_API)


def test_an_experiment_matches_its_header_in_lower_case():
    found = analysis(sample.rollouts()["split"])

    assert [{"headers": {"x-arm": {"exact": "b"}}}] == found["match"]
    assert found["iterations"] == 1440 // 30
    assert "stepWeights" not in found


def test_an_experiment_without_a_header_is_not_emitted():
    assert [] == documents(sample.rollout(Strategy.SPLIT, (0.5, 1440)))


def test_two_colours_need_no_router():
    rollout = sample.rollout(Strategy.BLUE_GREEN, (0.0, 30), (1.0, 60), analysis=())
    (canary,) = documents(rollout, Router.NONE)

    assert "kubernetes" == canary["spec"]["provider"]
    assert ("1m", 30) == tuple(
        canary["spec"]["analysis"][key] for key in ("interval", "iterations")
    )
    assert not {"hosts", "gatewayRefs", "gateways"} & canary["spec"]["service"].keys()


@pytest.mark.parametrize(("url", "count"), [("", 0), ("http://gate.ml.svc/approve", 1)])
def test_an_approval_is_asked_for_where_somebody_answers(url, count):
    hooks = analysis(sample.rollouts()["canary"], approval=url).get("webhooks", [])

    assert count == len(hooks)
    assert all("confirm-promotion" == each["type"] for each in hooks)


def test_flagger_makes_services_and_route_and_owns_the_replicas():
    of = bundle(sample.rollouts()["canary"])
    core = sample.emitted(KUBERNETES, of)["kubernetes/screen.yaml"]
    kinds = [each["kind"] for each in core]

    assert "Deployment" in kinds
    assert "Service" not in kinds
    assert {} == sample.emitted(GATEWAY_API, of)
    (deployment,) = (each for each in core if each["kind"] == "Deployment")
    assert "replicas" not in deployment["spec"]


def test_policies_cover_the_copy_that_flagger_makes():
    core = sample.emitted(KUBERNETES, bundle(sample.rollouts()["canary"]))["kubernetes/screen.yaml"]
    selectors = {
        each["kind"]: each["spec"].get("podSelector", each["spec"].get("selector"))["matchLabels"]
        for each in core
        if each["kind"] in {"NetworkPolicy", "PodDisruptionBudget"}
    }

    assert {"NetworkPolicy", "PodDisruptionBudget"} == selectors.keys()
    assert all({"mlspec.dev/model": "screen"} == each for each in selectors.values())


def test_the_copy_scales_by_queries_of_its_own():
    load = LoadScaling(50.0, "screen_queue", 3.0)
    (canary, *_) = documents(sample.rollouts()["canary"], load=load)
    found = canary["spec"]["autoscalerRef"]

    assert ("ScaledObject", "screen") == (found["kind"], found["name"])
    assert "screen-primary-" in found["primaryScalerQueries"]["requests"]
    assert 'sum(screen_queue{namespace="ml"})' == found["primaryScalerQueries"]["queue"]


def test_errors_of_a_shadow_spend_no_budget():
    shadow = sample.rollout(Strategy.SHADOW, (1.0, 600))
    emitted = sample.emitted(PROMETHEUS, bundle(shadow, availability=0.999))
    (document,) = emitted["prometheus/screen.rules.yaml"]
    burns = [rule["expr"] for group in document["groups"] for rule in group["rules"]][:3]

    assert all('pod!~"screen-[0-9a-z]+-[0-9a-z]+"' in each for each in burns)
