"""A kind from an extension gets the same words, without telling us anything about itself."""

from __future__ import annotations

import math
from typing import Annotated, Literal

import pytest
from pydantic import Field
from tests.unit.schema.documents import NOWHERE, document

from mlspec.kinds import API_VERSION, Metadata
from mlspec.schema import FieldClass, Integer, Language, Number, Share, SpecModel, bind, declare


class Leaf(SpecModel):
    """A leaf."""

    type: Literal["leaf"] = declare("Type.", FieldClass.DATA)


class Branch(SpecModel):
    """A branch."""

    type: Literal["branch"] = declare("Type.", FieldClass.DATA)


class Plant(SpecModel):
    """A plant."""

    code: str = declare("Code of it.", FieldClass.DATA, default="X1", pattern="^[A-Z][0-9]$")
    odd: str = declare("Odd.", FieldClass.DATA, default="a", pattern=r"^\p{Ll}$")
    note: str = declare("Note.", FieldClass.DATA, default="ab", min_length=2, max_length=3)
    height: Number = declare("Height.", FieldClass.DATA, default=1.0, gt=0)
    rings: Integer | bool = declare("Rings.", FieldClass.DATA, default=1)
    sizes: tuple[int, ...] = declare("Sizes.", FieldClass.DATA, default=(), max_length=2)
    level: Literal[1, 2] = declare("Level.", FieldClass.DATA, default=1)
    share: Share = declare("SHA of it.", FieldClass.DATA, default=0.5)
    part: Annotated[Leaf | Branch, Field(discriminator="type")] | None = declare(
        "Part.", FieldClass.DATA, default=None
    )
    seeds: dict[str, dict[str, int]] = declare("Seeds.", FieldClass.DATA, default={})


PLANTS = Language(API_VERSION, Metadata, lambda: ("Plant",), {"Plant": Plant}.get)


def told(**spec):
    data = document("Team") | {"kind": "Plant", "spec": spec}
    return [
        (each.code, each.message, each.hint) for each in bind(data, NOWHERE, PLANTS).diagnostics
    ]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (
            {"code": "x"},
            ("MLS108", "`code` is `x`, which does not have the form it needs", "code of it"),
        ),
        ({"odd": "A"}, ("MLS108", "`odd` is `A`, which does not have the form it needs", "odd")),
        ({"note": "a"}, ("MLS110", "`note` has 1 character, but needs at least 2", "note")),
        ({"note": "abcd"}, ("MLS110", "`note` has 4 characters, but at most 3 fit", "note")),
        (
            {"height": math.inf},
            ("MLS107", "`height` is `inf`, but a finite number is needed", "height"),
        ),
        ({"height": 0}, ("MLS107", "`height` is `0`, but must be more than 0", "height")),
        ({"height": 10**400}, ("MLS107", "`height` is too large for a number", None)),
        ({"level": 3}, ("MLS106", "`level` is `3`, but must be `1` or `2`", None)),
        ({"level": "x"}, ("MLS106", "`level` is `x`, but must be `1` or `2`", None)),
        ({"share": []}, ("MLS105", "`share` is a list, but a number is needed", "SHA of it")),
        (
            {"part": 3},
            ("MLS105", "`part` is `3`, but a mapping is needed", "it starts with `type`"),
        ),
        ({"part": "x"}, ("MLS105", "`part` is the text `x`, but a mapping is needed", None)),
        (
            {"part": {"type": 3}},
            ("MLS111", "`type` is `3`, but must be `branch` or `leaf`", None),
        ),
        ({"seeds": {"a": 1}}, ("MLS105", "`a` is `1`, but a mapping is needed", "seeds")),
    ],
)
def test_errors_of_a_foreign_model_are_told_in_our_words(spec, expected):
    found = told(**spec)

    assert [each[:2] for each in found] == [expected[:2]]
    if expected[2] is not None:
        assert found[0][2] == expected[2]


def test_an_error_without_words_of_its_own_is_still_ours():
    for _code, message, _hint in told(rings="many", sizes=[1, 2, 3]):
        assert "Input" not in message
        assert message.startswith(("`rings`", "`sizes`"))


def test_a_sound_document_of_a_foreign_kind_binds():
    data = document("Team") | {"kind": "Plant", "spec": {"part": {"type": "leaf"}}}

    assert bind(data, NOWHERE, PLANTS).spec.part == Leaf(type="leaf")
