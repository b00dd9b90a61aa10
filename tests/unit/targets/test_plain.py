"""A rollout with Deployments and a Service alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.targets import sample

from mlspec.capabilities import replica_split
from mlspec.ir import Backend, Platform, Router, Strategy
from mlspec.targets.gateway_api import TARGET as GATEWAY_API
from mlspec.targets.kubernetes import TARGET


def emitted(rollout, **changes):
    fields = {"cpu_utilisation": None, "backend": Backend.PLAIN}
    service = sample.service(rollout=rollout, **fields | changes)
    return sample.emitted(TARGET, sample.bundle(service, platform=Platform(router=Router.NONE)))


def steps(rollout, **changes):
    found = emitted(rollout, **changes)
    return [found[path] for path in sorted(found) if path.startswith("rollout/")]


def test_blue_and_green_are_one_service_that_is_flipped():
    preview, switch = steps(sample.rollouts()["blue-green"])
    selected = [
        each["spec"]["selector"]["app.kubernetes.io/instance"] for (each,) in (preview, switch)
    ]

    assert ["screen-champion", "screen-challenger"] == selected
    assert {"screen"} == {each["metadata"]["name"] for (each,) in (preview, switch)}


def test_what_moves_is_in_no_other_file():
    for name, moved in (("canary", "Deployment"), ("blue-green", "Service")):
        base = emitted(sample.rollouts()[name])["kubernetes/screen.yaml"]

        assert moved not in {each["kind"] for each in base}


def test_a_canary_is_a_ratio_of_replicas_behind_one_service():
    rollout = sample.rollout(Strategy.CANARY, (0.25, 30), (0.5, 30), (1.0, 0))
    counts = [
        {each["metadata"]["name"]: each["spec"]["replicas"] for each in step}
        for step in steps(rollout)
    ]
    (service,) = (
        each for each in emitted(rollout)["kubernetes/screen.yaml"] if each["kind"] == "Service"
    )

    assert [(4, 0), (3, 1), (2, 2), (0, 4)] == [
        (each["screen-champion"], each["screen-challenger"]) for each in counts
    ]
    assert {"app.kubernetes.io/name": "screen"} == service["spec"]["selector"]


def test_a_step_says_what_it_really_is():
    rollout = sample.rollout(Strategy.CANARY, (0.05, 30), (1.0, 0))
    service = sample.service(rollout=rollout, cpu_utilisation=None, backend=Backend.PLAIN)
    texts = {each.path: each.content for each in TARGET.emit(sample.bundle(service), None)}
    (step,) = (text for path, text in texts.items() if "5-percent" in path)

    assert "1 of 4 replicas are the challenger's, about 25 %" in step
    assert "the spec asks for 5 %" in step


def test_a_first_release_has_no_steps():
    assert [] == steps(sample.rollouts()["first"])


def test_there_are_no_routes():
    services = [
        sample.service(name, rollout=rollout, backend=Backend.PLAIN)
        for name, rollout in sample.rollouts().items()
    ]

    assert {} == sample.emitted(GATEWAY_API, sample.bundle(*services))


@given(st.floats(0, 1), st.integers(0, 500))
def test_a_ratio_of_replicas_is_the_nearest_and_never_all_or_nothing_by_accident(share, replicas):
    split = replica_split(share, replicas)

    assert max(2, replicas) == split.total
    assert (split.challenger == 0) == (share == 0)
    assert (split.champion == 0) == (share == 1)
    off = abs(split.share - share)
    assert off <= 1 / (2 * split.total) + 1e-12 or 1 in (split.champion, split.challenger)
