"""`explain FIELD`: fields of `mlspec.yaml` and of all kinds, by their key or their path."""

from __future__ import annotations

import pytest

from mlspec.api.manuals import manual
from mlspec.api.reference import explain
from mlspec.errors import UsageError


@pytest.mark.parametrize(
    "word",
    [
        "modelCard",
        "modelcard",
        "targets.modelCard",
        "spec.targets.modelCard",
        "Workspace.targets.modelCard",
        "Workspace.spec.targets.modelCard",
        "field:modelCard",
    ],
)
def test_a_field_of_the_configuration_goes_by_its_key_and_by_its_path(word):
    told = manual(word).to_text()

    assert told.startswith("spec.targets.modelCard (field of Workspace, `mlspec.yaml`)\n")
    assert '    formats: list of html or json or markdown, default ["markdown"]\n' in told


@pytest.mark.parametrize(
    ("word", "path"),
    [
        ("Workspace.environments", "spec.environments"),
        ("environments.prod.publish", "spec.environments.*.publish"),
        ("targets.patches[0].file", "spec.targets.patches.file"),
        ("Model.serving.replicas", "spec.serving.replicas"),
    ],
)
def test_names_and_indices_in_a_path_stand_for_any(word, path):
    assert [path] == [each["path"] for each in manual(word).to_json()["fields"]]


@pytest.mark.parametrize("word", ["metadata.owner", "field:metadata.owner", "metadata.Owner"])
def test_fields_of_metadata_are_of_every_kind(word):
    told = manual(word).to_text()

    assert told.startswith("metadata.owner (field of every kind)\n")
    assert "The team that answers for the resource." in told


def test_a_path_that_begins_at_spec_is_meant_whole():
    paths = [each["path"] for each in manual("spec.champion").to_json()["fields"]]

    assert ["spec.champion"] == paths
    assert "spec.evaluation.champion" in manual("champion").to_text()


def test_a_key_of_several_fields_lists_them_those_of_the_configuration_first():
    told = manual("name").to_text()

    assert told.index("(field of Workspace, `mlspec.yaml`)") < told.index("(field of Dataset)")
    assert "write more of a path" in told
    assert len(told.splitlines()) < 60


def test_fields_of_one_path_in_several_kinds_are_told_apart_by_the_kind():
    told = manual("serving").to_text().splitlines()[0]

    assert told.startswith("serving (2 fields: write the kind before the path, as `Model.serving`")
    assert len(manual("Model.serving").fields) == 1


def test_an_example_shows_how_a_field_is_written():
    assert 'Example: ["html", "json", "markdown"]' in manual("modelCard.formats").to_text()


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("modelCrad", "modelCard"),
        ("targets.modelCrad", "targets.modelCard"),
        ("field:modelCrad", "field:modelCard"),
    ],
)
def test_a_misspelt_field_is_guessed(word, meant):
    assert manual(word) is None

    with pytest.raises(UsageError) as error:
        explain(word)

    assert f"did you mean `{meant}`?" == error.value.hint


@pytest.mark.parametrize("word", ["rule", "policy", "kinds", "prompt", "latency"])
def test_words_that_mean_something_else_are_no_fields(word):
    page = manual(word)

    assert page is None or "(field of" not in page.to_text()
