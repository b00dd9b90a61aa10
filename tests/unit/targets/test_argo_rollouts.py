"""What Argo Rollouts is told: steps, judgement, and who is who."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot
from tests.unit.targets import sample
from tests.unit.targets.analysis_run import BAD, BROKEN, GOOD, UNTOLD, phase

from mlspec.ir import AnalysisCheck, Backend, LoadScaling, Platform, Router, Strategy
from mlspec.stats import wilson
from mlspec.targets.argo_rollouts import TARGET
from mlspec.targets.kubernetes import TARGET as KUBERNETES
from mlspec.targets.prometheus import TARGET as PROMETHEUS


def bundle(rollout, router=Router.GATEWAY_API, **changes):
    service = sample.service(rollout=rollout, backend=Backend.ROLLOUTS, **changes)
    return sample.bundle(service, platform=Platform(router=router))


def documents(rollout, router=Router.GATEWAY_API, **changes):
    files = sample.emitted(TARGET, bundle(rollout, router, **changes))
    return {
        (each["kind"], each.get("metadata", {}).get("name")): each
        for group in files.values()
        for each in group
    }


def canary(rollout, router=Router.GATEWAY_API, **changes):
    found = documents(rollout, router, **changes)
    return found["Rollout", "screen"]["spec"]["strategy"]["canary"]


def metrics(rollout, looks):
    name = f"screen-{looks}-look" + ("s" if looks > 1 else "")
    template = documents(rollout)["AnalysisTemplate", name]
    return {each["name"]: each for each in template["spec"]["metrics"]}


def checked(*steps, analysis, **changes):
    return sample.rollout(Strategy.CANARY, *steps, analysis=analysis, **changes)


ERRORS = AnalysisCheck("errors", "error-share", 0.01, None, 500, 30)
SHARED = AnalysisCheck("answers", "answered_share", None, 0.9, 0, 30)


def test_a_step_is_held_by_its_looks_and_a_pause_for_the_rest():
    rollout = checked((0.05, 30), (0.25, 100), (0.5, 0), (1.0, 0), analysis=(ERRORS,))

    assert canary(rollout)["steps"] == snapshot(
        [
            {"setWeight": 5},
            {"analysis": {"templates": [{"templateName": "screen-1-look"}]}},
            {"setWeight": 25},
            {"pause": {"duration": "10m"}},
            {"analysis": {"templates": [{"templateName": "screen-3-looks"}]}},
            {"setWeight": 50},
            {"setWeight": 100},
        ]
    )


def test_a_step_without_conditions_is_a_pause():
    rollout = checked((0.05, 120), (1.0, 0), analysis=())

    assert [{"setWeight": 5}, {"pause": {"duration": "2h"}}, {"setWeight": 100}] == canary(rollout)[
        "steps"
    ]
    assert not [kind for kind, _ in documents(rollout) if kind == "AnalysisTemplate"]


def look(metric, results):
    """Return what one look comes to."""
    success, failure = (
        judged(metric[f"{key}Condition"], results) for key in ("success", "failure")
    )
    return {(True, False): GOOD, (False, True): BAD}.get((success, failure), UNTOLD)


@pytest.mark.parametrize(
    ("hold", "count", "untold"), [(30, 1, 0), (60, 2, 0), (90, 3, 1), (150, 5, 2), (3600, 120, 59)]
)
def test_more_than_half_of_the_looks_must_be_good(hold, count, untold):
    found = metrics(checked((0.05, hold), (1.0, 0), analysis=(ERRORS,)), count)["errors"]
    told = (found["count"], found["failureLimit"], found["inconclusiveLimit"])

    assert (count, 0, untold) == told
    if count > 1:
        assert ("30m", "30m") == (found["initialDelay"], found["interval"])


@settings(max_examples=200)
@given(st.data(), st.integers(1, 60))
def test_a_step_passes_by_good_looks_alone(data, count):
    found = metrics(checked((0.05, 30 * count), (1.0, 0), analysis=(ERRORS,)), count)["errors"]
    looks = st.sampled_from([GOOD, GOOD, GOOD, UNTOLD, BAD, BROKEN])
    seen = data.draw(st.lists(looks, max_size=2 * count))
    passed = [at for at in range(len(seen) + 1) if phase(found, seen[:at]) == "Successful"]

    for at in passed[:1]:
        assert BAD not in seen[:at]
        assert 2 * seen[:at].count(GOOD) > count


def test_one_good_look_of_many_promotes_nothing():
    found = metrics(checked((0.05, 3600), (1.0, 0), analysis=(ERRORS,)), 120)["errors"]

    assert "Inconclusive" == phase(found, [UNTOLD] * 119 + [GOOD])
    assert "Inconclusive" == phase(found, [GOOD] * 60 + [UNTOLD] * 60)
    assert "Successful" == phase(found, [GOOD] * 61 + [UNTOLD] * 59)
    assert "Failed" == phase(found, [GOOD] * 119 + [BAD])


@pytest.mark.parametrize(
    ("errors", "promoted", "most"), [(0.004, 0.99, 1.0), (0.0095, 0.0, 0.02), (0.012, 0.0, 0.001)]
)
def test_a_good_model_passes_a_long_step_and_one_at_the_limit_does_not(errors, promoted, most):
    found = metrics(checked((0.05, 600), (1.0, 0), analysis=(ERRORS,)), 20)["errors"]
    drawn = np.random.default_rng(7).binomial(4000, errors, size=(1000, 20))
    runs = [phase(found, [look(found, bounds(each, 4000)) for each in run]) for run in drawn]

    assert promoted <= runs.count("Successful") / len(runs) <= most


def bounds(failed, count):
    interval = wilson(int(failed), count, level=0.95)
    return [interval.lower, interval.upper]


@pytest.mark.parametrize(
    ("check", "results", "verdict"),
    [
        (ERRORS, [0.001, 0.008], GOOD),
        (ERRORS, [0.02, 0.04], BAD),
        (ERRORS, [0.004, 0.02], UNTOLD),
        (ERRORS, [0.004], UNTOLD),
        (ERRORS, [], UNTOLD),
        (ERRORS, [math.nan, math.nan], UNTOLD),
        (SHARED, [0.95], GOOD),
        (SHARED, [0.85], BAD),
        (SHARED, [math.nan], UNTOLD),
        (SHARED, [], UNTOLD),
    ],
)
def test_a_look_that_knows_nothing_neither_passes_nor_fails(check, results, verdict):
    found = metrics(checked((0.05, 30), (1.0, 0), analysis=(check,)), 1)[check.id]
    holds = [judged(found[f"{key}Condition"], results) for key in ("success", "failure")]

    assert verdict == look(found, results)
    assert not all(holds)


def test_a_failure_that_is_not_to_abort_pauses():
    rollout = checked((0.05, 30), (1.0, 0), analysis=(ERRORS,), abort_on_failure=False)
    found = metrics(rollout, 1)["errors"]

    assert not judged(found["failureCondition"], [0.5, 0.9])
    assert documents(rollout)["Rollout", "screen"]["spec"]["progressDeadlineAbort"]
    text = next(iter(TARGET.emit(bundle(rollout), None))).content
    assert "pauses the rollout for a person" in text


def test_the_first_deploy_is_said_to_be_unjudged():
    first, *_ = TARGET.emit(bundle(sample.rollouts()["canary"]), None)

    assert "first deploy of a Rollout skips steps and analysis" in first.content


def test_pods_get_their_role_from_the_controller_and_not_from_their_template():
    found = documents(sample.rollouts()["canary"])["Rollout", "screen"]["spec"]
    labels = found["template"]["metadata"]["labels"]

    assert "mlspec.dev/role" not in labels
    assert found["selector"]["matchLabels"].items() <= labels.items()
    assert (
        "challenger" == found["strategy"]["canary"]["canaryMetadata"]["labels"]["mlspec.dev/role"]
    )
    names = {each["name"] for each in found["template"]["spec"]["containers"][0]["env"]}
    assert "MLSPEC_ROLE" not in names


def test_a_mirror_is_managed_and_taken_away_again():
    found = canary(sample.rollouts()["shadow"], Router.ISTIO)

    assert [{"name": "mirror"}] == found["trafficRouting"]["managedRoutes"]
    mirrors = [each["setMirrorRoute"] for each in found["steps"] if "setMirrorRoute" in each]
    assert 10 == mirrors[0]["percentage"]
    assert {"name": "mirror"} == mirrors[-1]


def test_no_mirror_is_emitted_that_the_plugin_would_ignore():
    assert {} == documents(sample.rollouts()["shadow"], Router.GATEWAY_API)


def test_an_experiment_by_header_waits_for_a_person():
    found = canary(sample.rollouts()["split"])

    assert {"pause": {}} in found["steps"]
    assert {"setHeaderRoute": {"name": "arm-b"}} == found["steps"][-1]
    (route,) = found["trafficRouting"]["plugins"]["argoproj-labs/gatewayAPI"]["httpRoutes"]
    assert route["useHeaderRoutes"]


def test_before_the_switch_only_what_can_be_known_is_judged():
    found = documents(sample.rollouts()["blue-green"], Router.NONE)
    colours = found["Rollout", "screen"]["spec"]["strategy"]["blueGreen"]

    assert [{"templateName": "screen-scraped"}] == colours["prePromotionAnalysis"]["templates"]
    assert [{"templateName": "screen-2-looks"}] == colours["postPromotionAnalysis"]["templates"]
    assert (1800, 3600) == (colours["autoPromotionSeconds"], colours["scaleDownDelaySeconds"])
    assert colours["activeService"] != colours["previewService"]


def test_a_switch_without_a_preview_does_not_wait():
    rollout = sample.rollout(Strategy.BLUE_GREEN, (0.0, 0), (1.0, 60), analysis=())
    colours = documents(rollout)["Rollout", "screen"]["spec"]["strategy"]["blueGreen"]

    assert colours["autoPromotionEnabled"]
    assert "autoPromotionSeconds" not in colours
    assert "prePromotionAnalysis" not in colours


def test_without_a_router_one_service_leads_to_all_pods():
    found = documents(sample.rollouts()["canary"], Router.NONE)

    assert ("Service", "screen") in found
    assert "trafficRouting" not in found["Rollout", "screen"]["spec"]["strategy"]["canary"]
    assert not [kind for kind, _ in found if kind in {"HTTPRoute", "VirtualService"}]


def test_the_rollout_replaces_the_deployment_and_its_autoscaler():
    of = bundle(sample.rollouts()["canary"])
    core = [each["kind"] for each in sample.emitted(KUBERNETES, of)["kubernetes/screen.yaml"]]
    ours = documents(sample.rollouts()["canary"])

    assert ["ServiceAccount", "NetworkPolicy", "PodDisruptionBudget"] == core
    target = ours["HorizontalPodAutoscaler", "screen"]["spec"]["scaleTargetRef"]
    assert ("Rollout", "screen") == (target["kind"], target["name"])
    assert "replicas" not in ours["Rollout", "screen"]["spec"]


def test_no_autoscaler_stands_beside_keda():
    found = documents(sample.rollouts()["canary"], load=LoadScaling(50.0))

    assert ("HorizontalPodAutoscaler", "screen") not in found
    assert "replicas" not in found["Rollout", "screen"]["spec"]


def test_no_alert_watches_a_challenger_that_a_controller_judges():
    emitted = sample.emitted(PROMETHEUS, bundle(sample.rollouts()["canary"], availability=0.99))
    (document,) = emitted["prometheus/screen.rules.yaml"]

    assert ["mlspec.screen.objectives"] == [each["name"] for each in document["groups"]]


def judged(condition, results):
    """Evaluate a condition as expr-lang does; of NaN every comparison is false."""
    python = condition.replace("&&", "and").replace("!isNaN", "not math.isnan")
    return eval(python, {"math": math, "len": len, "result": results})  # ours, not a spec's
