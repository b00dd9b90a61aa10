"""Reading an MLflow server, on both generations and both databases."""

from __future__ import annotations

import pytest

from mlspec.mlflow import (
    Client,
    connection_to,
    list_models,
    list_versions,
    read_model,
    read_models,
    read_version,
    read_versions,
)
from mlspec.mlflow.model import LOCK_TAG, PROMPT_TAG, PROMPT_TEXT_TAG
from mlspec.mlflow.reading import find_versions


@pytest.fixture(params=["mlflow", "mlflow_2", "mlflow_postgres"])
def client(request):
    address = request.getfixturevalue(request.param)
    with Client(connection_to(address, {})) as opened:
        yield opened


def create(client, name, **tags):
    client.once("registered-models/create", {"name": name, "tags": pairs(tags)})


def add_version(client, name, source="s3://models/a", **tags):
    body = {"name": name, "source": source, "tags": pairs(tags)}
    return client.once("model-versions/create", body)["model_version"]["version"]


def pairs(tags):
    return [{"key": key, "value": value} for key, value in tags.items()]


def test_a_model_is_read_with_all_that_a_server_tells_of_it(client, unique):
    name = f"{unique}churn"
    create(client, name, owner="growth")
    for source in ("s3://models/one", "s3://models/two"):
        add_version(client, name, source, digest="sha256:ab")
    client.repeat(
        "POST", "registered-models/alias", {"name": name, "alias": "champion", "version": "1"}
    )
    client.repeat("PATCH", "registered-models/update", {"name": name, "description": "Who leaves."})

    found = read_models(client, [name])[name]

    assert (name, "Who leaves.") == (found.name, found.description)
    assert ({"owner": "growth"}, {"champion": "1"}) == (dict(found.tags), dict(found.aliases))
    assert ["2"] == [each.number for each in found.latest]
    assert 0 < found.created_ms <= found.updated_ms
    assert (False, False) == (found.is_prompt, found.is_lock)
    assert found == read_model(client, name)


def test_a_version_is_read_with_its_tags_and_by_itself_with_its_aliases(client, unique):
    name = f"{unique}churn"
    create(client, name)
    number = add_version(client, name, "s3://models/one", digest="sha256:ab")
    body = {"name": name, "alias": "champion", "version": number}
    client.repeat("POST", "registered-models/alias", body)

    alone = read_version(client, name, number)
    among = read_versions(client, [(name, number), (name, "99"), (f"{name}x", "1")])

    assert ("s3://models/one", {"digest": "sha256:ab"}) == (alone.source, dict(alone.tags))
    assert ("champion",) == alone.aliases
    assert [(name, number)] == list(among)
    assert alone.created_ms == among[name, number].created_ms
    assert [number] == [each.number for each in find_versions(client, name)]


def test_what_does_not_exist_is_absent(client, unique):
    assert None is read_model(client, f"{unique}none")
    assert {} == read_models(client, [f"{unique}none", f"{unique}other"])
    assert None is read_version(client, f"{unique}none", "1")
    assert {} == read_versions(client, [])
    assert [] == find_versions(client, f"{unique}none")


@pytest.mark.parametrize(
    "ending", ["it's", 'say "yes"', "both ' and \"", "é 漢", "a, b", "100 %", "(x)", "A", "a#b?c&d"]
)
def test_names_of_any_letters_are_found_as_they_are_written(client, unique, ending):
    name = unique + ending
    create(client, name)
    add_version(client, name)

    assert [name] == list(read_models(client, [name, unique + ending.lower() + "-"]))
    assert [(name, "1")] == list(read_versions(client, [(name, "1")]))
    assert ["1"] == [each.number for each in find_versions(client, name)]


def test_a_name_in_other_letters_is_another_model(client, unique):
    create(client, f"{unique}Churn")

    assert {} == read_models(client, [f"{unique}churn"])


def test_listing_yields_models_and_versions_once_and_no_lock(client, unique):
    names = [f"{unique}{number}" for number in range(3)]
    for name in names:
        create(client, name)
        add_version(client, name)
    create(client, f"{unique}lock", **{LOCK_TAG: "1"})
    told = []

    listed = [each.name for each in list_models(client, progress=told.append)]
    versions = [(each.name, each.number) for each in list_versions(client)]

    assert names == sorted(each for each in listed if each.startswith(unique))
    assert len(listed) == len(set(listed)) == told[-1]
    assert len(versions) == len(set(versions))
    assert [(name, "1") for name in names] == sorted(x for x in versions if x[0] in names)


def test_prompts_are_listed_apart_with_their_text(client, unique):
    if not client.capabilities.reads_many:
        pytest.skip("MLflow 2 hides prompts in another way")
    name = f"{unique}greeting"
    create(client, name, **{PROMPT_TAG: "true"})
    text = "Hello {{name}}"
    add_version(client, name, "prompt-template", **{PROMPT_TAG: "true", PROMPT_TEXT_TAG: text})

    assert name in {each.name for each in list_models(client, prompts=True) if each.is_prompt}
    assert name not in {each.name for each in list_models(client)}
    assert text == read_version(client, name, "1").prompt_text


def test_200_names_are_one_request_where_many_can_be_read(client, unique):
    create(client, f"{unique}a")
    at_once = client.capabilities.reads_many
    before = client.requests

    found = read_models(client, [f"{unique}{number:03}" for number in range(199)] + [f"{unique}a"])

    assert [f"{unique}a"] == list(found)
    assert (1 if at_once else 200) == client.requests - before
