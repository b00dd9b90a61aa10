"""The table of risk: complete, as documented, and of one piece with the schemas."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mlspec.kinds import Metadata, find_kind, kind_names
from mlspec.kinds._papers import Paper
from mlspec.kinds.workspace import Governed
from mlspec.planning._lookup import traits_of
from mlspec.planning._risk_rules import class_of_rule
from mlspec.planning._risk_table import REACH, TABLE
from mlspec.planning.diff import parts_of
from mlspec.schema import (
    Direction,
    FieldClass,
    ListShape,
    MapShape,
    ModelShape,
    UnionShape,
    fields_of,
)

PAGE = Path(__file__).parents[3] / "docs" / "pages" / "risk.md"
GROWTH = (Direction.GROWTH_IS_TIGHTER, Direction.GROWTH_IS_LOOSER)


def models_below(shape):
    match shape:
        case ListShape(item):
            return models_below(item)
        case MapShape(value):
            return models_below(value)
        case UnionShape():
            return [each.model for each in shape.members.values()]
        case ModelShape(model):
            return [model]
    return []


def fields_below(model):
    """Every field of a model and of what is inside it, with the path to it."""
    for key, field in fields_of(model).items():
        yield key, field
        for inner in models_below(field.shape):
            for below, each in fields_below(inner):
                yield f"{key}.{below}", each


def all_fields():
    return list(_params())


def _params():
    roots = {name: find_kind(name).spec for name in kind_names()}
    for name, model in {**roots, "metadata": Metadata, "governed": Governed}.items():
        for path, field in fields_below(model):
            yield pytest.param(field, id=f"{name}.{path}")


def test_every_class_has_a_row_and_a_way_to_be_reached():
    assert set(TABLE) == set(REACH) == set(FieldClass)


def test_the_page_shows_the_table():
    rows = [
        f"| {' | '.join([name.value, *(each.value for each in row), REACH[name].value])} |"
        for name, row in TABLE.items()
    ]
    shown = PAGE.read_text(encoding="utf-8")
    lines = shown.partition("<!-- table:")[2].partition("<!-- end of table -->")[0].splitlines()

    assert [line for line in lines if line.startswith("| ")][2:] == rows


def test_the_page_names_every_rule_that_the_code_can_give():
    folder = Path(__file__).parents[3] / "src" / "mlspec" / "planning"
    code = "".join(each.read_text(encoding="utf-8") for each in folder.glob("_risk_*.py"))
    written = set(re.findall(r"\"(R-[A-Z]+-?[A-Z]+)\"", code))

    assert "R-TIER-LOWERED" in written
    assert {
        each for each in written if f"`{each}`" not in PAGE.read_text(encoding="utf-8")
    } == set()


@pytest.mark.parametrize("field", all_fields())
def test_a_section_whose_presence_means_something_holds_one_class(field):
    """Papers are proof: compliance answers for them in whatever section they stand."""
    if field.traits.direction not in GROWTH:
        return
    papers = {id(each) for _, each in fields_below(Paper)}
    inside = [
        each
        for model in models_below(field.shape)
        for _, each in fields_below(model)
        if id(each) not in papers
    ]
    allowed = {field.traits.field_class, FieldClass.COSMETIC}

    assert {each.traits.field_class for each in inside} <= allowed


def test_a_paper_that_goes_loosens_policy_in_whatever_section_it_stands():
    paper = {"uri": "a", "digest": "sha256:" + "0" * 64}
    old, new = ({"spec": {"transparency": each}} for each in ({"instructions": paper}, {}))
    parts = parts_of(old, new, traits_of("Model", old, new))

    assert {("contract", "loosened"), ("policy", "loosened")} == {
        (each.field_class.value, each.direction.value) for each in parts
    }


@pytest.mark.parametrize("field", all_fields())
def test_what_only_readers_see_has_no_direction(field):
    if field.traits.field_class is FieldClass.COSMETIC:
        assert field.traits.direction in (Direction.NONE, *GROWTH)


@pytest.mark.parametrize(
    ("rule", "field_class"),
    [
        ("R-GATE-LOOSENED", "gate"),
        ("R-SERVING-CHANGED", "serving"),
        ("R-TIER-LOWERED", "tier"),
        ("R-CONTRACT-BREAKING", "contract"),
        ("R-UNKNOWN-FIELD", "unknown"),
        ("R-CREATED", ""),
        ("R-RETIRE-LIVE", ""),
        ("R-OF-TOMORROW", ""),
    ],
)
def test_a_rule_is_about_a_class_or_about_the_whole(rule, field_class):
    assert class_of_rule(rule) == field_class
