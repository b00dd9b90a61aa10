"""`explain KIND`: every kind says what it is for, with a document that binds, and its fields."""

from __future__ import annotations

import json

import pytest

from mlspec.api.manuals import manual
from mlspec.api.reference import explain
from mlspec.errors import UsageError
from mlspec.kinds import find_kind, kind_names
from mlspec.schema import fields_of
from mlspec.syntax import SourceText, parse
from mlspec.workspace import bind_sources


@pytest.mark.parametrize("name", kind_names())
def test_every_kind_is_explained_with_a_document_of_it_that_binds(name):
    page = manual(name)
    source = SourceText("specs/example.yaml", page.example.encode())
    (document,) = parse(source).documents

    assert name == document.data["kind"]
    assert [] == [each.message for each in bind_sources([source]).diagnostics]
    assert f"{name} (kind)\n\n{find_kind(name).summary}\n" in page.to_text()


@pytest.mark.parametrize("name", kind_names())
def test_every_field_of_its_spec_is_listed(name):
    page, fields = manual(name), [*fields_of(find_kind(name).spec)]
    told = page.to_text()

    assert fields == [each["name"] for each in json.loads(json.dumps(page.to_json()))["fields"]]
    assert all(f"\n    {each}: " in told for each in fields)
    assert "](#" not in told


@pytest.mark.parametrize("word", ["FeatureView", "featureview", "feature-view", "kind:FeatureView"])
def test_a_kind_goes_by_its_name_and_by_its_prefix_in_any_case(word):
    assert "FeatureView" == manual(word).to_json()["kind"]


def test_kinds_are_listed():
    assert [*kind_names()] == [each["kind"] for each in manual("kinds").to_json()["kinds"]]


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("Promt", "did you mean `Prompt`?"),
        ("policy", "`mlspec policy explain RULE"),
        ("RuleTest", "`mlspec policy list PACK`"),
        ("model/churn", "`mlspec show model/churn`"),
    ],
)
def test_what_is_explained_elsewhere_is_pointed_to(word, says):
    with pytest.raises(UsageError) as error:
        explain(word)

    assert says in error.value.hint
