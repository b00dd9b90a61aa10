"""The looks that are simulated are those that are compiled."""

from __future__ import annotations

import re

import pytest
from tests.unit.targets import sample

from mlspec.ir import Backend, Platform, Router, Strategy
from mlspec.planning.odds import Traffic, rollout_odds
from mlspec.targets import argo_rollouts, controller_looks, flagger

ROLLOUTS = {
    **sample.rollouts(),
    "uneven": sample.rollout(Strategy.CANARY, (0.05, 30), (0.25, 100), (1.0, 45)),
    "whole": sample.rollout(Strategy.SHADOW, (1.0, 95)),
}
JUDGED = sorted(name for name, each in ROLLOUTS.items() if each.analysis)


def documents(target, backend, rollout):
    service = sample.service(rollout=rollout, backend=backend)
    files = sample.emitted(target, sample.bundle(service, platform=Platform(router=Router.ISTIO)))
    return [each for found in files.values() for each in found]


def minutes(text):
    number, unit = re.fullmatch(r"(\d+)([mh])", text).groups()
    return int(number) * (60 if unit == "h" else 1)


def compiled_runs(found):
    """Return of every AnalysisRun of a Rollout: pause before it, first look, interval, limits."""
    metrics = {
        each["metadata"]["name"]: each["spec"]["metrics"]
        for each in found
        if each["kind"] == "AnalysisTemplate"
    }
    (rollout,) = (each for each in found if each["kind"] == "Rollout")
    strategy, pause = rollout["spec"]["strategy"], 0
    post = strategy.get("blueGreen", {}).get("postPromotionAnalysis")
    for step in [{"analysis": post}] if post else strategy.get("canary", {}).get("steps", ()):
        pause = minutes(step["pause"]["duration"]) if step.get("pause") else pause
        if "analysis" in step:
            (template,) = step["analysis"]["templates"]
            for each in metrics[template["templateName"]]:
                delay = minutes(each["initialDelay"])
                every = minutes(each.get("interval", each["initialDelay"]))
                yield pause + delay, every, each["count"], each["inconclusiveLimit"]
            pause = 0


@pytest.mark.parametrize("name", JUDGED)
def test_the_looks_of_argo_rollouts_are_those_of_its_analysis_templates(name):
    rollout = ROLLOUTS[name]
    planned = controller_looks(rollout, Backend.ROLLOUTS).steps

    runs = list(compiled_runs(documents(argo_rollouts.TARGET, Backend.ROLLOUTS, rollout)))

    each = len(rollout.analysis)
    assert len(runs) == each * len(planned) > 0
    for place, step in enumerate(planned):
        expected = (step.first, step.every, step.count, step.inconclusive)
        assert runs[place * each : (place + 1) * each] == [expected] * each


def weights(analysis, shares):
    """Return share and number of looks of every stage that Flagger goes through."""
    if "stepWeights" in analysis:
        return [(each / 100, 1) for each in analysis["stepWeights"]]
    looks = (shares[0], analysis["iterations"])
    # after mirrored iterations all traffic is routed, and looked at once
    return [looks, (1.0, 1)] if analysis.get("mirror") else [looks]


@pytest.mark.parametrize("name", [each for each in JUDGED if each != "blue-green"])
def test_the_looks_of_flagger_are_those_of_its_canary(name):
    rollout = ROLLOUTS[name]
    planned = controller_looks(rollout, Backend.FLAGGER)

    found = documents(flagger.TARGET, Backend.FLAGGER, rollout)
    analysis = next(each["spec"]["analysis"] for each in found if each["kind"] == "Canary")

    shares = [each.share for each in rollout.steps]
    stages = weights(analysis, shares)
    assert [each.count for each in planned.steps] == [count for _, count in stages]
    assert [each.share for each in planned.steps] == pytest.approx(
        [share for share, _ in stages], abs=0.01
    )
    assert {each.every for each in planned.steps} == {minutes(analysis["interval"])}
    assert planned.delay == analysis["threshold"] * minutes(analysis["interval"])
    assert planned.is_strict


@pytest.mark.parametrize("backend", [Backend.ROLLOUTS, Backend.FLAGGER])
@pytest.mark.parametrize("name", [each for each in JUDGED if each != "blue-green"])
def test_what_is_simulated_are_the_looks_of_the_controller(name, backend):
    rollout = ROLLOUTS[name]

    found = rollout_odds(rollout, backend, Traffic(20, 0.005, 0.02), seed=1)

    planned = controller_looks(rollout, backend)
    assert tuple(each.looks for each in found.steps) == planned.steps


@pytest.mark.parametrize("backend", [Backend.GATEWAY, Backend.KSERVE, Backend.PLAIN])
def test_other_backends_have_no_looks_of_their_own(backend):
    assert controller_looks(ROLLOUTS["canary"], backend) is None
