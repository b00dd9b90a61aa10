"""Replicas by load: what KEDA asks, and what happens when nobody answers."""

from __future__ import annotations

import pytest
from tests.unit.targets import sample

from mlspec.ir import Backend, LoadScaling, Rollout, Strategy
from mlspec.targets.keda import TARGET
from mlspec.targets.kubernetes import TARGET as KUBERNETES

LOAD = LoadScaling(requests_per_replica=50.0)
PLAIN = Rollout(Strategy.NONE)


def scaled(rollout=PLAIN, *, load=LOAD, cpu_utilisation=None, **changes):
    service = sample.service(rollout=rollout, load=load, cpu_utilisation=cpu_utilisation, **changes)
    files = sample.emitted(TARGET, sample.bundle(service))
    return {each["metadata"]["name"]: each["spec"] for each in files.get("keda/screen.yaml", [])}


def triggers(**changes):
    return {each["name"]: each for each in scaled(**changes)["screen"]["triggers"]}


def test_each_arm_scales_by_its_own_requests():
    found = scaled(sample.rollouts()["canary"])

    assert {"screen-champion", "screen-challenger"} == found.keys()
    for name, spec in found.items():
        role = name.removeprefix("screen-")
        assert f'role="{role}"' in spec["triggers"][0]["metadata"]["query"]
        assert ("Deployment", name) == (
            spec["scaleTargetRef"]["kind"],
            spec["scaleTargetRef"]["name"],
        )


def test_a_controlled_model_scales_by_all_its_requests():
    (spec,) = scaled(sample.rollouts()["canary"], backend=Backend.ROLLOUTS).values()

    assert "Rollout" == spec["scaleTargetRef"]["kind"]
    assert "role" not in spec["triggers"][0]["metadata"]["query"]


@pytest.mark.parametrize(
    ("load", "names"),
    [
        (LoadScaling(50.0), ["requests"]),
        (LoadScaling(None, "queue_length", 20.0), ["queue"]),
        (LoadScaling(50.0, "queue_length", 20.0), ["requests", "queue"]),
    ],
)
def test_what_is_declared_is_counted(load, names):
    assert names == list(triggers(load=load))


def test_the_cpu_is_counted_where_the_spec_says_so():
    found = triggers(cpu_utilisation=0.7)

    assert {"value": "70"} == found["cpu"]["metadata"]
    assert "Utilization" == found["cpu"]["metricType"]


def test_no_answer_is_not_no_load():
    (spec,) = scaled().values()

    assert "false" == spec["triggers"][0]["metadata"]["ignoreNullValues"]
    assert "currentReplicasIfHigher" == spec["fallback"]["behavior"]
    assert 1 <= spec["fallback"]["replicas"] <= spec["maxReplicaCount"]


def test_nothing_is_written_where_nothing_asks_for_it():
    assert {} == scaled(load=None)
    assert {} == scaled(backend=Backend.KSERVE)


def test_no_autoscaler_and_no_number_stand_beside_it():
    service = sample.service(load=LOAD, cpu_utilisation=0.7)
    core = sample.emitted(KUBERNETES, sample.bundle(service))["kubernetes/screen.yaml"]

    assert "HorizontalPodAutoscaler" not in {each["kind"] for each in core}
    (deployment,) = (each for each in core if each["kind"] == "Deployment")
    assert "replicas" not in deployment["spec"]


def test_replicas_that_are_the_share_of_traffic_are_left_alone():
    assert {} == scaled(sample.rollouts()["canary"], backend=Backend.PLAIN)
