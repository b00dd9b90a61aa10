from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from tests.unit.targets import sample

from mlspec.targets._gateway_api_steps import fraction
from mlspec.targets.gateway_api import TARGET


def routes(name):
    service = sample.service(rollout=sample.rollouts()[name])
    return {
        path.removeprefix("rollout/screen/"): documents[0]
        for path, documents in sample.emitted(TARGET, sample.bundle(service)).items()
    }


def weights(route):
    return [
        {each["name"]: each["weight"] for each in rule["backendRefs"]}
        for rule in route["spec"]["rules"]
    ]


def test_a_canary_starts_at_the_champion_and_ends_at_the_challenger():
    steps = {path: weights(route) for path, route in routes("canary").items()}

    assert steps == snapshot(
        {
            "step-00-champion.yaml": [{"screen-champion": 100, "screen-challenger": 0}],
            "step-01-5-percent.yaml": [{"screen-champion": 95, "screen-challenger": 5}],
            "step-02-12.5-percent.yaml": [{"screen-champion": 875, "screen-challenger": 125}],
            "step-03-100-percent.yaml": [{"screen-champion": 0, "screen-challenger": 100}],
        }
    )


def test_blue_green_shows_the_challenger_and_then_switches():
    steps = {path: weights(route) for path, route in routes("blue-green").items()}

    assert steps == snapshot(
        {
            "step-00-preview.yaml": [{"screen-champion": 100, "screen-challenger": 0}],
            "step-01-switch.yaml": [{"screen-champion": 0, "screen-challenger": 100}],
        }
    )


def test_a_split_sends_the_header_to_arm_b():
    steps = routes("split")

    assert list(steps) == snapshot(
        ["step-00-champion.yaml", "step-01-split.yaml", "step-02-challenger.yaml"]
    )
    assert steps["step-01-split.yaml"]["spec"]["rules"] == snapshot(
        [
            {
                "matches": [
                    {
                        "path": {"type": "PathPrefix", "value": "/v1/predict"},
                        "headers": [{"type": "Exact", "name": "X-Arm", "value": "b"}],
                    }
                ],
                "backendRefs": [
                    {
                        "group": "",
                        "kind": "Service",
                        "name": "screen-challenger",
                        "port": 8080,
                        "weight": 1,
                    }
                ],
            },
            {
                "matches": [{"path": {"type": "PathPrefix", "value": "/v1/predict"}}],
                "backendRefs": [
                    {
                        "group": "",
                        "kind": "Service",
                        "name": "screen-champion",
                        "port": 8080,
                        "weight": 50,
                    },
                    {
                        "group": "",
                        "kind": "Service",
                        "name": "screen-challenger",
                        "port": 8080,
                        "weight": 50,
                    },
                ],
            },
        ]
    )


@pytest.mark.parametrize(
    ("name", "amount"),
    [
        ("shadow", {"percent": 10}),
        ("thin-shadow", {"fraction": {"numerator": 5, "denominator": 1000}}),
    ],
)
def test_a_shadow_gets_a_copy_and_answers_nobody(name, amount):
    steps = routes(name)
    (rule,) = steps["step-01-shadow.yaml"]["spec"]["rules"]

    backend = {"group": "", "kind": "Service", "name": "screen-challenger", "port": 8080}
    assert rule["filters"] == [
        {"type": "RequestMirror", "requestMirror": {"backendRef": backend, **amount}}
    ]
    assert [{"screen-champion": 100, "screen-challenger": 0}] == weights(
        steps["step-01-shadow.yaml"]
    )


def test_a_first_release_has_one_route_that_steps_will_move():
    assert {"gateway-api/screen.route.yaml": [{"screen": 1}]} == {
        path: weights(route) for path, route in routes("first").items()
    }


def test_a_model_that_is_never_rolled_out_has_one_route_in_a_kustomization():
    files = routes("plain")

    assert [{"screen": 1}] == weights(files["gateway-api/screen.yaml"])
    assert ["screen.yaml"] == files["gateway-api/kustomization.yaml"]["resources"]
    assert 2 == len(files)


def test_a_first_release_says_that_its_rollout_begins_with_the_next_one():
    service = sample.service(rollout=sample.rollouts()["first"])
    (artifact,) = TARGET.emit(sample.bundle(service), None)

    assert "first release: it answers every request, and no canary is compiled" in artifact.content


def test_steps_that_nothing_watches_stand_alone():
    assert not [each for each in routes("canary") if each.startswith("gateway-api/")]


@pytest.mark.parametrize("name", sorted(sample.rollouts()))
def test_steps_differ_in_rules_alone(name):
    shells = [
        {**route, "spec": {**route["spec"], "rules": None}}
        for route in routes(name).values()
        if route["kind"] == "HTTPRoute"
    ]

    assert all(shell == shells[0] for shell in shells)


def test_the_header_says_that_somebody_must_move_the_weights():
    service = sample.service(rollout=sample.rollouts()["canary"])
    artifacts = {each.path: each.content for each in TARGET.emit(sample.bundle(service), None)}

    content = artifacts["rollout/screen/step-01-5-percent.yaml"]
    comments = [line for line in content.splitlines() if line.startswith("#")]

    assert "\n".join(comments) == snapshot("""\
# Generated by mlspec 0.1.0 for the environment prod; do not edit.
# Source: specs/models/screen.yaml
# Digest: sha256:33333333
# Step 2 of 4: the challenger answers 5 % of the requests.
# Hold it for 30 minutes, and go on only while no alert fires.
# Nothing in the cluster moves these weights: apply the next step, or step 00 to go back.\
""")


def test_a_gateway_of_the_same_namespace_is_named_without_it():
    gateway = sample.bundle().gateway
    bundle = sample.bundle(sample.service(), gateway=type(gateway)(gateway.name, "", "ml.local"))

    (route,) = sample.emitted(TARGET, bundle)["gateway-api/screen.yaml"]

    assert "namespace" not in route["spec"]["parentRefs"][0]
    assert ["screen.ml.local"] == route["spec"]["hostnames"]


@given(st.decimals(0, 1, places=6))
def test_a_share_of_six_digits_is_exact(share):
    numerator, denominator = fraction(float(share))

    assert Fraction(share) == Fraction(numerator, denominator)


@given(st.floats(0, 1))
def test_a_share_is_never_rounded_to_nothing_or_everything(share):
    numerator, denominator = fraction(share)

    assert (share == 0) == (numerator == 0)
    assert (share == 1) == (numerator == denominator)
    assert abs(numerator / denominator - share) <= 1e-6
