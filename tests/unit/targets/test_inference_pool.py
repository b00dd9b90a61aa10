"""Pools of servers of a language model, and the routes that lead to them."""

from __future__ import annotations

import pytest
from tests.unit.targets import sample

from mlspec.ir import Backend, LlmServing
from mlspec.targets.gateway_api import TARGET as GATEWAY_API
from mlspec.targets.inference_pool import TARGET
from mlspec.targets.kubernetes import TARGET as KUBERNETES

LLM = LlmServing("chat")


def pools(service):
    found = sample.emitted(TARGET, sample.bundle(service))
    return {each["metadata"]["name"]: each["spec"] for each in found["inference-pool/screen.yaml"]}


@pytest.mark.parametrize("name", ["canary", "blue-green", "shadow", "split", "plain"])
def test_a_pool_has_the_pods_of_one_arm(name):
    service = sample.service(rollout=sample.rollouts()[name], llm=LLM)
    deployed = sample.emitted(KUBERNETES, sample.bundle(service))["kubernetes/screen.yaml"]
    wanted = {
        each["metadata"]["name"]: each["spec"]["selector"]
        for each in deployed
        if each["kind"] == "Deployment"
    }

    assert wanted == {name: spec["selector"] for name, spec in pools(service).items()}


@pytest.mark.parametrize("name", ["canary", "blue-green", "shadow", "split", "plain"])
def test_routes_lead_to_pools_alone(name):
    service = sample.service(rollout=sample.rollouts()[name], llm=LLM)
    routes = sample.emitted(GATEWAY_API, sample.bundle(service)).values()
    led_to = [
        backend
        for (route,) in routes
        if route["kind"] == "HTTPRoute"
        for rule in route["spec"]["rules"]
        for backend in [
            *rule["backendRefs"],
            *(each["requestMirror"]["backendRef"] for each in rule.get("filters", ())),
        ]
    ]

    assert {"InferencePool"} == {each["kind"] for each in led_to}
    assert set(pools(service)) >= {each["name"] for each in led_to}


def test_each_pool_has_a_picker_of_its_own_and_outlives_it():
    service = sample.service(rollout=sample.rollouts()["canary"], llm=LLM)
    pickers = [spec["endpointPickerRef"] for spec in pools(service).values()]

    assert ["screen-challenger-epp", "screen-champion-epp"] == sorted(
        each["name"] for each in pickers
    )
    assert {"FailOpen"} == {each["failureMode"] for each in pickers}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"llm": LlmServing("chat", has_scheduler=False)},
        {"llm": LLM, "backend": Backend.KSERVE},
    ],
)
def test_what_no_queue_routes_has_no_pool(changes):
    service = sample.service(**changes)

    assert {} == sample.emitted(TARGET, sample.bundle(service))
