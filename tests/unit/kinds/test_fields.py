"""What every field of every kind owes to the rest of mlspec."""

from __future__ import annotations

import re
import types
from typing import Annotated, get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from mlspec.kinds import Metadata, find_kind, kind_names
from mlspec.schema import fields_of
from mlspec.schema._shape import pattern_of
from mlspec.schema._words import FORMS


def models_in(annotation):
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return [annotation] if issubclass(annotation, BaseModel) else []
    arguments = get_args(annotation)
    inner = arguments[:1] if get_origin(annotation) is Annotated else arguments
    return [model for each in inner for model in models_in(each)]


def all_models():
    roots = [Metadata, *(find_kind(name).spec for name in kind_names())]
    found: list[type[BaseModel]] = []
    while roots:
        model = roots.pop()
        if model not in found:
            found.append(model)
            roots += [
                each for info in model.model_fields.values() for each in models_in(info.annotation)
            ]
    return sorted(found, key=lambda each: each.__name__)


def all_fields():
    return [
        pytest.param(field, key, id=f"{model.__name__}.{key}")
        for model in all_models()
        for key, field in fields_of(model).items()
    ]


def test_the_walk_reaches_the_members_of_unions():
    names = {each.__name__ for each in all_models()}

    assert {"Canary", "Split", "MetricThreshold", "ChampionChallenger", "Override"} <= names


@pytest.mark.parametrize(("field", "key"), all_fields())
def test_every_field_is_declared_with_traits_and_a_description(field, key):
    assert field.traits is not None
    assert field.info.description.endswith(".")


@pytest.mark.parametrize(("field", "key"), all_fields())
def test_every_reference_names_a_kind(field, key):
    assert field.traits.ref is None or field.traits.ref in kind_names()


@pytest.mark.parametrize(("field", "key"), all_fields())
def test_every_pattern_is_said_in_words(field, key):
    pattern = pattern_of(field)

    assert pattern is None or pattern in FORMS or field.traits.form


@pytest.mark.parametrize(("field", "key"), all_fields())
def test_every_pattern_covers_the_whole_text_in_any_dialect(field, key):
    pattern = pattern_of(field) or "^$"

    assert pattern.startswith("^")
    assert pattern.endswith("$")
    assert not re.search(r"\\[dwsbDWSB]|\(\?", pattern), "dialects disagree on these"


@pytest.mark.parametrize(("field", "key"), all_fields())
def test_the_key_of_a_list_is_a_required_key_of_its_entries(field, key):
    if field.traits.list_key is None:
        return
    entries = models_in(field.info.annotation)

    assert entries
    assert all(fields_of(each)[field.traits.list_key].required for each in entries)


@pytest.mark.parametrize(("field", "key"), all_fields())
def test_keys_are_camel_case_and_need_no_quotes(field, key):
    assert re.fullmatch(r"[a-z][a-zA-Z0-9]*", key)


@pytest.mark.parametrize("model", all_models(), ids=lambda each: each.__name__)
def test_every_default_is_a_value_that_could_have_been_written(model):
    for key, field in fields_of(model).items():
        default = field.info.default
        if default is PydanticUndefined or isinstance(default, BaseModel):
            continue
        plain = list(default) if isinstance(default, tuple) else default
        validator = model.__pydantic_validator__
        errors = []
        try:
            validator.validate_python({key: plain})
        except ValueError as error:
            errors = [each for each in error.errors() if each["loc"][0] == key]
        assert errors == [], key


@pytest.mark.parametrize("name", kind_names())
def test_a_kind_is_called_after_its_module_and_has_a_summary(name):
    kind = find_kind(name)

    assert name == kind.name
    assert kind.summary.endswith(".")


def test_an_address_is_the_kind_in_kebab_case():
    assert find_kind("FeatureView").prefix == "feature-view"


def test_an_unknown_kind_is_none():
    assert find_kind("Taem") is None
