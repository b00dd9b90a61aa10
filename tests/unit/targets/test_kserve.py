"""What serves a model on KServe, step by step."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.targets import sample

from mlspec.ir import Backend, LlmServing, LoadScaling, Platform, Rollout, Router, Strategy
from mlspec.targets.kserve import TARGET

KNATIVE = Platform(kserve_mode="knative", router=Router.NONE)
STANDARD = Platform()
OLD = Platform(versions=(("kserve", "0.20"),))
LOADED = {
    "artifact_uri": "s3://models/screen/v2",
    "backend": Backend.KSERVE,
    "is_loaded": True,
}
CHAMPION = {"champion_uri": "s3://models/screen/v1"}
CANARY = sample.rollout(Strategy.CANARY, (0.25, 30), (0.5, 60), (1.0, 0), **CHAMPION)
COLOURS = sample.rollout(Strategy.BLUE_GREEN, (0.0, 30), (1.0, 60), **CHAMPION)
SPLIT = sample.rollout(Strategy.SPLIT, (0.5, 1440), outcome="answers_total", **CHAMPION)
SHADOW = sample.rollout(Strategy.SHADOW, (0.5, 600), **CHAMPION)
LLM = {"image": "", "llm": LlmServing("acme/chat", tensor=2), "gpu": 2, "cpu_utilisation": None}


def emitted(rollout=None, platform=STANDARD, **changes):
    fields = LOADED | {"rollout": rollout or Rollout(Strategy.NONE)}
    service = sample.service(**fields | changes)
    return sample.emitted(TARGET, sample.bundle(service, platform=platform))


def steps(rollout, platform=STANDARD, **changes):
    found = emitted(rollout, platform, **changes)
    return [found[path] for path in sorted(found) if path.startswith("rollout/")]


def alone(platform=STANDARD, **changes):
    (found,) = (
        each
        for each in emitted(platform=platform, **changes)["kserve/screen.yaml"]
        if each["kind"] != "ServiceAccount"
    )
    return found


def predictors(service):
    spec = service["spec"]
    return [spec["predictor"], *(each["predictor"] for each in spec.get("canary", ()))]


def containers(service):
    return [each["containers"][0] for each in predictors(service)]


@pytest.mark.parametrize("platform", [STANDARD, KNATIVE])
@pytest.mark.parametrize("rollout", [CANARY, COLOURS])
def test_a_rollout_ends_with_what_serves_a_model_alone(rollout, platform):
    (last,) = steps(rollout, platform)[-1]

    assert alone(platform) == last


def test_a_first_release_says_who_has_to_begin():
    first = replace(CANARY, champion_uri="", champion_image="")
    by_steps, alone = (
        {each.path: each.content for each in TARGET.emit(bundle, None)}
        for platform in (KNATIVE, STANDARD)
        for bundle in [
            sample.bundle(sample.service(**LOADED | {"rollout": first}), platform=platform)
        ]
    )

    assert "there is no revision before" in by_steps["rollout/screen/step-00-waiting.yaml"]
    assert "no revision before" not in by_steps["rollout/screen/step-01-25-percent.yaml"]
    assert "this is a first release" in alone["kserve/screen.yaml"]
    assert not [each for each in alone if each.startswith("rollout/")]


@pytest.mark.parametrize("rollout", [CANARY, COLOURS, SPLIT])
def test_no_deployment_changes_its_name(rollout):
    for (service,) in steps(rollout):
        assert "name" not in service["spec"]["predictor"]
        assert {"challenger"} >= {each["predictor"]["name"] for each in canaries(service)}


def canaries(service):
    return service["spec"].get("canary", [])


def shares(rollout, platform=STANDARD):
    return [
        [each["trafficPercent"] for each in canaries(one)] for (one,) in steps(rollout, platform)
    ]


def test_the_challenger_of_standard_mode_is_a_canary_until_the_predictor_is_it_too():
    assert [[], [25], [50], [100], [100], []] == shares(CANARY)
    assert [[], [0], [100], [100], []] == shares(COLOURS)
    assert [[], [50], [100], []] == shares(SPLIT)


@pytest.mark.parametrize("platform", [OLD, Platform(router=Router.ISTIO)])
def test_where_a_canary_gets_no_request_none_is_promised(platform):
    assert [[], [0], []] == shares(COLOURS, platform)
    assert [] == steps(CANARY, platform)


@settings(max_examples=25)
@given(
    share=st.integers(1, 99),
    least=st.integers(1, 40),
    rollout=st.sampled_from([CANARY, COLOURS, SPLIT]),
)
def test_what_answers_a_share_has_its_share_of_the_replicas(share, least, rollout):
    if rollout.strategy is not Strategy.BLUE_GREEN:
        rollout = replace(rollout, steps=(replace(rollout.steps[0], share=share / 100),))
    for (service,) in steps(rollout, replicas_minimum=least, replicas_maximum=least + 2):
        stable = service["spec"]["predictor"]
        beside = sum(each["predictor"]["minReplicas"] for each in canaries(service))
        percent = sum(each["trafficPercent"] for each in canaries(service))
        # KServe takes the replicas of ready canaries away from the predictor, down to one.
        kept = max(stable["minReplicas"] - beside, 1)

        assert kept >= ceil(least * (100 - percent) / 100)
        assert beside >= ceil(least * percent / 100)
        assert all(each["predictor"]["minReplicas"] >= 1 for each in canaries(service))
        assert stable["minReplicas"] <= stable["maxReplicas"]


def test_a_mode_is_stated_to_the_letter_and_has_no_fields_of_the_other():
    for platform, mode in ((STANDARD, "Standard"), (KNATIVE, "Knative")):
        for (service,) in steps(CANARY, platform):
            stated = service["metadata"]["annotations"]

            assert mode == stated["serving.kserve.io/deploymentMode"]
            assert not (mode == "Knative" and canaries(service))
            assert not (
                mode == "Standard" and "canaryTrafficPercent" in service["spec"]["predictor"]
            )


@pytest.mark.parametrize(
    ("rollout", "expected"), [(CANARY, [0, 25, 50, 100, None]), (COLOURS, [0, 100, None])]
)
def test_a_revision_gets_one_share_per_step(rollout, expected):
    found = [
        service["spec"]["predictor"].get("canaryTrafficPercent")
        for (service,) in steps(rollout, KNATIVE)
    ]

    assert expected == found


def test_knative_knows_what_ran_before_whatever_the_spec_says():
    unnamed = replace(CANARY, champion_image="", champion_uri="", champion_version="")

    assert steps(CANARY, KNATIVE) == steps(unnamed, KNATIVE)
    assert sample.CHAMPION not in str(steps(CANARY, KNATIVE))


def test_a_share_moves_without_a_new_revision():
    templates = [
        {key: value for key, value in service["spec"]["predictor"].items() if key != PERCENT}
        for (service,) in steps(CANARY, KNATIVE)[:-1]
    ]

    assert all(one == other for one, other in pairwise(templates))


PERCENT = "canaryTrafficPercent"


@pytest.mark.parametrize("rollout", [SHADOW, replace(SPLIT, header="X-Arm")])
@pytest.mark.parametrize("platform", [STANDARD, KNATIVE])
def test_what_kserve_can_not_do_is_not_emitted(rollout, platform):
    assert [] == steps(rollout, platform)


def test_pods_do_not_change_with_the_spec_file():
    service = sample.service(**LOADED)
    bundle = sample.bundle(service)
    other = replace(bundle, sources=((sample.SPEC, "sha256:" + "9" * 64),))
    found = [
        [each for each in objects if each["kind"] == "InferenceService"]
        for each in (bundle, other)
        for path, objects in sample.emitted(TARGET, each).items()
        if path == "kserve/screen.yaml"
    ]

    assert found[0] == found[1]


@pytest.mark.parametrize("platform", [STANDARD, KNATIVE])
def test_limits_are_stated_since_the_webhook_would_limit_to_one_core(platform):
    for (service,) in steps(CANARY, platform, cpu="8"):
        assert {"8"} == {each["resources"]["limits"]["cpu"] for each in containers(service)}


def test_a_canary_has_bytes_on_both_sides_since_the_webhook_asks_for_them():
    places = [
        [each["value"] for each in container["env"] if each["name"] == "STORAGE_URI"]
        for container in containers(steps(CANARY)[1][0])
    ]

    assert [["s3://models/screen/v1"], ["s3://models/screen/v2"]] == places


def test_bytes_in_the_repository_are_left_to_the_image():
    (container,) = containers(alone(artifact_uri="models/screen.onnx", is_loaded=False))

    assert "STORAGE_URI" not in {each["name"] for each in container["env"]}


@pytest.mark.parametrize(
    ("runtime", "stored", "expected", "server"),
    [
        ("triton", "onnx", "onnx", "kserve-tritonserver"),
        ("mlserver", "xgboost", "xgboost", "kserve-mlserver"),
        ("mlserver", "joblib", "sklearn", "kserve-mlserver"),
    ],
)
def test_a_runtime_loads_the_artifact(runtime, stored, expected, server):
    service = alone(image="", runtime=runtime, artifact_format=stored)
    model = service["spec"]["predictor"]["model"]

    assert ({"name": expected}, server) == (model["modelFormat"], model["runtime"])
    assert "s3://models/screen/v2" == model["storageUri"]
    assert expected == service["metadata"]["annotations"]["modelFormat"]


def test_a_model_has_a_name_in_a_canary_alone():
    rollout = replace(CANARY, champion_image="")
    (service,) = steps(rollout, image="", runtime="triton", artifact_format="onnx")[1]
    stable, canary = predictors(service)

    assert "name" not in stable["model"]
    assert "kserve-container" == canary["model"]["name"]


@pytest.mark.parametrize(
    ("platform", "changes", "expected"),
    [
        (STANDARD, {"cpu_utilisation": 0.6}, ("cpu", 60)),
        (STANDARD, {"cpu_utilisation": None}, (None, None)),
        (
            KNATIVE,
            {"cpu_utilisation": None, "load": LoadScaling(requests_per_replica=50.0)},
            ("rps", 50),
        ),
    ],
)
def test_replicas_follow_what_the_spec_says(platform, changes, expected):
    found = alone(platform, **changes)["spec"]["predictor"]

    assert expected == (found.get("scaleMetric"), found.get("scaleTarget"))


def test_nothing_scales_a_model_that_does_not_ask_for_it():
    annotations = alone(cpu_utilisation=None)["metadata"]["annotations"]

    assert "none" == annotations["serving.kserve.io/autoscalerClass"]


def test_both_members_of_a_group_serve_one_name():
    for members in steps(CANARY, **LLM):
        names = {each["spec"]["model"]["name"] for each in members}
        routes = [each["spec"]["router"]["route"] for each in members]

        assert {"acme/chat"} == names
        assert {"screen"} == {each["group"] for each in routes}
        assert 100 == sum(each["weight"] for each in routes)


def test_a_language_model_alone_is_in_no_group():
    service = alone(**LLM)

    assert "LLMInferenceService" == service["kind"]
    assert {"http": {}} == service["spec"]["router"]["route"]
    assert {"tensor": 2} == service["spec"]["parallelism"]
    assert (
        "2" == service["spec"]["template"]["containers"][0]["resources"]["limits"]["nvidia.com/gpu"]
    )


def test_who_starts_no_scheduler_has_none():
    llm = LlmServing("acme/chat", pipeline=2, has_scheduler=False)
    spec = alone(**LLM | {"llm": llm})["spec"]

    assert "scheduler" not in spec["router"]
    assert {"pipeline": 2, "tensor": 1} == spec["parallelism"]


def test_a_step_says_which_it_is_and_what_it_waits_for():
    service = sample.service(**LOADED | {"rollout": CANARY})
    texts = {each.path: each.content for each in TARGET.emit(sample.bundle(service), None)}
    step = texts["rollout/screen/step-02-50-percent.yaml"]

    assert "# Step 3 of 6: the challenger answers 50 % of the requests." in step
    assert "# Hold it for 60 minutes" in step


def test_other_backends_are_left_alone():
    service = sample.service(backend=Backend.GATEWAY)

    assert {} == sample.emitted(TARGET, sample.bundle(service))
