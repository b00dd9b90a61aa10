"""Laws of what controllers are told, for rollouts of every shape."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.targets import sample

from mlspec.ir import AnalysisCheck, Backend, Platform, Rollout, RolloutStep, Router, Strategy
from mlspec.kinds.rollout_policy import window_of
from mlspec.manifests import Manifest, ManifestSet
from mlspec.manifests._semantic import find_problems
from mlspec.syntax import SourceText, parse
from mlspec.targets.argo_rollouts import TARGET as ROLLOUTS
from mlspec.targets.flagger import TARGET as FLAGGER
from mlspec.targets.kubernetes import TARGET as KUBERNETES

ELSEWHERE = {"MLS1291", "MLS1232"}
"""A Gateway that is somebody else's; a Canary that the spec gave no condition."""
DURATION = re.compile(r"([0-9]+)([mh])")
MINUTES = st.integers(0, 3000)
SHARES = st.sets(st.integers(1, 99), min_size=1, max_size=6).map(sorted)
LIMITS = st.floats(1e-6, 1e6, allow_nan=False)


@st.composite
def checks(draw, window):
    metrics = st.sampled_from(["error-share", "latency-p95-ms", "latency-p99-ms", "screen_share"])
    found = []
    for number in range(draw(st.integers(0, 3))):
        limits = (draw(LIMITS), None) if draw(st.booleans()) else (None, draw(LIMITS))
        requests = draw(st.integers(0, 10_000))
        found.append(AnalysisCheck(f"c{number}", draw(metrics), *limits, requests, window))
    return tuple(found)


@st.composite
def rollouts(draw):
    strategy = draw(st.sampled_from([each for each in Strategy if each is not Strategy.NONE]))
    match strategy:
        case Strategy.CANARY:
            steps = [(share / 100, draw(MINUTES)) for share in draw(SHARES)] + [(1.0, 0)]
        case Strategy.BLUE_GREEN:
            steps = [(0.0, draw(MINUTES)), (1.0, draw(MINUTES))]
        case _:
            steps = [(draw(st.integers(1, 99)) / 100, draw(MINUTES))]
    return Rollout(
        strategy,
        steps=tuple(RolloutStep(*each) for each in steps),
        analysis=draw(checks(window_of(steps))),
        header=draw(st.sampled_from(["", "X-Arm"])) if strategy is Strategy.SPLIT else "",
        abort_on_failure=draw(st.booleans()),
    )


PLATFORMS = st.builds(Platform, router=st.sampled_from(list(Router)))


def bundle(rollout, platform, backend):
    service = sample.service(rollout=rollout, backend=backend)
    return sample.bundle(service, platform=platform)


def problems(of, target):
    texts = {
        each.path: each.content for each in [*target.emit(of, None), *KUBERNETES.emit(of, None)]
    }
    documents = [
        Manifest(document)
        for path, text in texts.items()
        if not path.endswith("kustomization.yaml")
        for document in parse(SourceText(path, text.encode())).documents
    ]
    found = find_problems(ManifestSet(tuple(documents)))
    return [(each.code, each.message) for each in found if each.code not in ELSEWHERE]


def minutes(text):
    amount, unit = DURATION.fullmatch(text).groups()
    return int(amount) * (60 if unit == "h" else 1)


def rollout_objects(of):
    return [
        each
        for group in sample.emitted(ROLLOUTS, of).values()
        for each in group
        if each["kind"] in {"Rollout", "AnalysisTemplate"}
    ]


@settings(max_examples=60)
@given(rollouts(), PLATFORMS)
def test_argo_rollouts_is_told_nothing_that_it_or_we_would_refuse(rollout, platform):
    assert [] == problems(bundle(rollout, platform, Backend.ROLLOUTS), ROLLOUTS)


@settings(max_examples=60)
@given(rollouts(), PLATFORMS)
def test_flagger_is_told_nothing_that_we_would_refuse(rollout, platform):
    if rollout.strategy is Strategy.BLUE_GREEN:
        rollout = Rollout(rollout.strategy, steps=rollout.steps)

    assert [] == problems(bundle(rollout, platform, Backend.FLAGGER), FLAGGER)


@settings(max_examples=60)
@given(rollouts(), PLATFORMS)
def test_a_step_lasts_as_long_as_the_spec_says_or_one_window(rollout, platform):
    objects = rollout_objects(bundle(rollout, platform, Backend.ROLLOUTS))
    lengths = {
        each["metadata"]["name"]: minutes(each["spec"]["metrics"][0]["initialDelay"])
        * each["spec"]["metrics"][0]["count"]
        for each in objects
        if each["kind"] == "AnalysisTemplate"
    }
    for each in objects:
        canary = each["spec"].get("strategy", {}).get("canary")
        if canary is None:
            continue
        spent = sum(length(step, lengths) for step in canary["steps"])
        window = rollout.analysis[0].window_minutes if rollout.analysis else 0
        asked = [step.hold_minutes for step in rollout.steps if step.hold_minutes]

        assert spent == sum(max(hold, window) for hold in asked)


@settings(max_examples=60)
@given(rollouts(), PLATFORMS)
def test_every_gate_can_fail_and_can_tell(rollout, platform):
    for each in rollout_objects(bundle(rollout, platform, Backend.ROLLOUTS)):
        for metric in each["spec"].get("metrics", ()):
            assert metric["failureLimit"] < metric["count"]
            assert 2 * metric["inconclusiveLimit"] < metric["count"]
            assert metric["successCondition"] != metric["failureCondition"]


@settings(max_examples=60)
@given(rollouts(), PLATFORMS)
def test_weights_of_flagger_only_grow(rollout, platform):
    files = sample.emitted(FLAGGER, bundle(rollout, platform, Backend.FLAGGER))
    for canary, *_ in (group for path, group in files.items() if path.endswith("screen.yaml")):
        weights = canary["spec"]["analysis"].get("stepWeights", [1])

        assert sorted(set(weights)) == weights
        assert 0 < weights[0]
        assert weights[-1] <= 100


def length(step, lengths):
    if "pause" in step:
        return minutes(step["pause"]["duration"]) if "duration" in step["pause"] else 0
    names = step.get("analysis", {}).get("templates", ())
    return sum(lengths[each["templateName"]] for each in names)
