from __future__ import annotations

import dataclasses
from itertools import cycle

import pytest
from tests.unit.targets import sample

from mlspec.ir import Artifact, Backend, Scope, alert_name
from mlspec.targets import gateway_api, kubernetes, prometheus
from mlspec.targets._stencils import Stencils

CHANGES = {
    "as it is": lambda name: name,
    "as an alert": alert_name,
    "in lower case": str.lower,
    "without hyphens": lambda name: name.replace("-", ""),
    "with underscores": lambda name: name.replace("-", "_"),
    "its head": lambda name: name[:4],
    "its tail": lambda name: name[-4:],
    "its length": lambda name: str(len(name)),
    "escaped": lambda name: name.replace(".", "\\."),
}


def model(number, **changes):
    return sample.service(
        f"screen-v.{number}A",
        artifact_digest=f"sha256:{number:064}",
        source=f"specs/{number}.yaml",
        **changes,
    )


def made_in_turn(make, services):
    """Return what stencils give for one model after the other, and how often files were made."""
    made = []

    def counted(bundle, monitors, services):
        made.append(services)
        return make(bundle, monitors, services)

    stencils = Stencils(counted)
    digests = [(each.source, f"sha256:{place:08}") for place, each in enumerate(services)]
    bundle = sample.bundle(sources=sorted(digests))
    found = [stencils.artifacts(bundle, (), [each]) for each in services]
    anew = [[*make(bundle, (), [each])] for each in services]
    assert found == anew
    assert claims(found) == claims(anew)
    return len(made)


def claims(found):
    return [[artifact.claims for artifact in each] for each in found]


@pytest.mark.parametrize(
    "make", [kubernetes.model_files, gateway_api.model_files, prometheus.model_files]
)
@pytest.mark.parametrize("rollout", sorted(sample.rollouts()))
def test_models_that_differ_in_words_are_made_three_times_and_then_filled_in(make, rollout):
    changes = {"rollout": sample.rollouts()[rollout], "availability": 0.999, "p99_ms": 20.0}
    changes["scope"] = Scope("prod", (("cluster", "eu-1"), ("namespace", "ml")))

    assert made_in_turn(make, [model(number, **changes) for number in range(9)]) == 3


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_what_is_done_with_a_word_is_done_with_each_word(change):
    def make(bundle, monitors, services):
        (service,) = services
        yield Artifact(f"{service.name}.txt", CHANGES[change](service.name), service.source)

    services = [model(each) for each in (1, 2, 345678, 3, 2, 7.5)]
    made_in_turn(make, services)


@pytest.mark.parametrize(
    "odd", ["Zqhole-0.x_Elohqz", "Zqhole/1:Elohqz@x_y+z-w.v", "Zqhole", "ELOHQZ zqhole-99.x_Elohqz"]
)
def test_a_text_that_looks_like_a_mark_stays_as_it_is(odd):
    services = [model(number, tier=odd, path=f"/{odd}", runbook=odd) for number in range(5)]

    made_in_turn(kubernetes.model_files, services)
    made_in_turn(lambda _, __, services: [Artifact("a", repr(services), "b")], services)


@pytest.mark.parametrize(
    "word", ["yes", "null", "7", "1.5e3", "a b", "a: b", "", "é", "{{", "a::b"]
)
def test_a_word_that_is_written_in_another_way_is_no_word_to_fill_in(word):
    plain = [model(number) for number in range(4)]
    odd = [dataclasses.replace(each, version=word, owner=word, image=word) for each in plain]

    made_in_turn(kubernetes.model_files, [*plain, *odd, *plain, *odd])


@pytest.mark.parametrize(
    "word", ["default", "infrastructure", "champion", "http://prometheus-operated"]
)
def test_a_word_that_files_hold_anyway_is_filled_in_as_any_other(word):
    words = ("owner", "receiver", "runbook", "namespace", "version", "image", "artifact_uri")
    for rollout, backend in zip(sample.rollouts().values(), cycle(Backend), strict=False):
        changes = {"rollout": rollout, "backend": backend, "availability": 0.99, "p99_ms": 20.0}
        changes["namespace"] = "of-its-own"  # equal to no other word
        plain = [model(number, **changes) for number in range(2)]
        known = [dataclasses.replace(plain[0], **{each: word}) for each in words]
        for make in (kubernetes.model_files, gateway_api.model_files, prometheus.model_files):
            made_in_turn(make, [*plain, *known, dataclasses.replace(plain[0], name="champion-1")])


def test_likeness_that_is_rare_costs_no_stencils():
    services = [model(number, port=8000 + number) for number in range(300)]

    assert made_in_turn(gateway_api.model_files, services) == len(services)
