"""Targets that work part by part give what they give of the whole, and see nothing but the part."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.benchmarks.workload import generate
from tests.unit.targets import sample

from mlspec.api.session import open_session
from mlspec.ir import Locks
from mlspec.lowering import lower
from mlspec.targets import anew, in_turn, load_targets, template_renderer
from mlspec.targets._jobs import jobs
from mlspec.targets._parts import parts_of

RENDERER = template_renderer()
IN_PARTS = [each for each in load_targets() if each.is_by_card or each.is_by_model]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("workspace")
    generate(folder, 3)
    return lower(open_session(folder).environment(None), "prod", evidence={}, version="1").bundle


def made(target, bundle):
    return sorted((each.path, each.content, each.source) for each in target.emit(bundle, RENDERER))


def of_parts(target, bundle):
    return sorted(each for part in parts_of(target, bundle) for each in made(target, part()))


def test_rules_and_cards_are_made_in_parts():
    assert ["model_card", "prometheus"] == [each.name for each in IN_PARTS]


@pytest.mark.parametrize("target", IN_PARTS, ids=lambda each: each.name)
def test_the_parts_give_what_the_whole_gives(target, bundle):
    assert made(target, bundle) == of_parts(target, bundle)
    assert len(made(target, bundle)) >= 6


@pytest.mark.parametrize("target", IN_PARTS, ids=lambda each: each.name)
def test_the_parts_of_a_bundle_of_everything_give_what_it_gives(target):
    assert made(target, sample.full_bundle()) == of_parts(target, sample.full_bundle())


@pytest.mark.parametrize("target", IN_PARTS, ids=lambda each: each.name)
def test_what_another_model_or_ci_is_changes_no_part_of_a_model(target, bundle):
    moved = replace(
        bundle,
        monitors=bundle.monitors[3:],
        services=bundle.services[1:],
        cards=bundle.cards[1:],
        sources=(("aaa.yaml", "sha256:0"), *bundle.sources),
        pipeline=replace(bundle.pipeline, branch="other", locks=Locks(), trainings=()),
        on_call=(),
    )
    before = [part() for part in parts_of(target, bundle)]
    after = [part() for part in parts_of(target, moved)]

    assert before[1:] == after


def test_a_part_of_a_model_has_its_environment_its_version_and_its_files(bundle):
    target = next(each for each in IN_PARTS if each.is_by_model)
    part = parts_of(target, bundle)[0]()

    assert (bundle.environment, "1") == (part.environment, part.pipeline.mlspec_version)
    assert {part.services[0].source} == {file for file, _ in part.sources}
    assert set(part.sources) < set(bundle.sources)
    assert {part.services[0].name} == {each.model for each in part.monitors}


def test_a_part_of_a_card_has_the_files_that_it_names(bundle):
    target = next(each for each in IN_PARTS if each.is_by_card)
    part = parts_of(target, bundle)[0]()

    named = {file for file, _ in part.sources}
    assert {"mlspec.yaml", "specs/shared.yaml", "specs/teams/team-0.yaml"} < named
    assert {part.cards[0].source} == {file for file in named if "/models/" in file}
    assert () == (*part.services, *part.monitors)


def test_a_target_of_the_whole_has_no_parts(bundle):
    (target,) = (each for each in load_targets() if each.name == "kubernetes")

    assert parts_of(target, bundle) is None


def test_cards_that_are_known_stand_in_for_those_that_would_be_made(bundle):
    def known(target, part, _make):
        return (each for each in () if target and part)

    found = in_turn(*jobs(bundle, IN_PARTS, RENDERER, known))
    anew_by_target = list(in_turn(*jobs(bundle, IN_PARTS, RENDERER, anew)))

    assert [each for each in anew_by_target if each.target == "prometheus"] == list(found)
    assert anew_by_target == list(in_turn(*jobs(bundle, IN_PARTS, RENDERER)))
    assert {"model_card", "prometheus"} == {each.target for each in anew_by_target}
