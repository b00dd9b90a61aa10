"""What is sent to a workspace, once or again, and what its answers mean."""

from __future__ import annotations

import pytest
from tests.unity_double import CATALOG, SCHEMA, TOKEN, at_workspace, unity_double

from mlspec.errors import (
    AbsentError,
    ExistsError,
    LostAnswerError,
    NotAllowedError,
    RefusedError,
    RegistryUnavailableError,
    UsageError,
)
from mlspec.unity import Client, Schema, UnityModel, UnityVersion, connection_to, read_model
from mlspec.unity.reading import find_versions, models_named, read_models, read_versions
from mlspec.unity.writing import (
    create_model,
    delete_alias,
    delete_model,
    rename_model,
    set_alias,
    write_model,
    write_version,
)
from mlspec.wire.tries import ATTEMPTS

HERE = Schema(CATALOG, SCHEMA)
HOST = "https://dbc-1.cloud.databricks.com"


@pytest.fixture
def double():
    with unity_double() as started:
        yield started


@pytest.fixture
def client(double):
    with Client(connection_to(None, at_workspace(double.address)), pause=lambda _: None) as made:
        yield made


def test_a_model_is_made_once_and_read_as_it_was_written(client):
    made = create_model(client, HERE, "churn", {"mlspec.lock": "{}"}, "Who leaves.")

    assert made == read_model(client, HERE, "churn")
    assert ("Who leaves.", {"mlspec.lock": "{}"}, {}) == (made.description, made.tags, made.aliases)
    with pytest.raises(ExistsError):
        create_model(client, HERE, "churn", {})
    assert client.server_ms


@pytest.mark.parametrize("times", range(1, ATTEMPTS))
def test_a_lost_answer_to_a_create_is_looked_for_and_nothing_is_made_twice(client, double, times):
    double.lose_answer("CreateModel", times)

    made = create_model(client, HERE, "churn", {"a": "b"})

    assert {"a": "b"} == made.tags
    assert 1 == double.asked.count("CreateModel")


def test_a_model_that_another_made_meanwhile_is_not_taken_for_ours(client, double):
    create_model(client, HERE, "churn", {"a": "theirs"})
    double.asked.clear()
    client.once = lambda _: (_ for _ in ()).throw(LostAnswerError("lost"))

    with pytest.raises(ExistsError):
        create_model(client, HERE, "churn", {"a": "ours"})


@pytest.mark.parametrize("name", ["a.b", "a/b", "a b", "a\tb", "a\x7f", "Churn", "n" * 256])
def test_a_name_that_is_none_is_not_sent(client, double, name):
    with pytest.raises(RefusedError):
        create_model(client, HERE, name, {})
    assert [] == double.asked


def test_notes_and_the_description_are_written_without_each_other(client):
    create_model(client, HERE, "churn", {"a": "1", "b": "2"}, "One.")

    write_model(client, HERE, "churn", {"a": None, "c": "3"})
    write_model(client, HERE, "churn", {}, "")

    there = read_model(client, HERE, "churn")
    assert ("", {"b": "2", "c": "3"}) == (there.description, there.tags)
    with pytest.raises(AbsentError):
        write_model(client, HERE, "none", {})


def test_versions_are_read_on_all_pages_oldest_first_and_noted(client, double):
    numbers = [double.train("churn", f"models:/m-{each}") for each in range(5)]

    written = write_version(client, HERE, ("churn", "3"), {"mlspec.version": "v3"})

    assert list(map(str, numbers)) == [x.number for x in find_versions(client, HERE, "churn")]
    assert ("by training", {"mlspec.version": "v3"}) == (written.description, written.tags)
    keys = [("churn", "3"), ("churn", "9"), ("none", "1")]
    assert {("churn", "3"): written} == read_versions(client, HERE, keys)
    assert [] == find_versions(client, HERE, "none")
    with pytest.raises(AbsentError):
        write_version(client, HERE, ("churn", "9"), {})


def test_an_alias_is_set_and_deleted_by_requests_of_its_own(client, double):
    double.train("churn", "models:/m-1")
    set_alias(client, HERE, "churn", "champion", "1")
    assert {"champion": "1"} == read_model(client, HERE, "churn").aliases

    for _ in range(2):
        delete_alias(client, HERE, "churn", "champion")

    assert {} == read_model(client, HERE, "churn").aliases
    with pytest.raises(AbsentError):
        set_alias(client, HERE, "churn", "champion", "2")


def test_models_are_listed_on_all_pages_and_read_by_name(client):
    for each in ("a-1", "a-2", "a-3", "b-1"):
        create_model(client, HERE, each, {"of": each})

    listed = list(models_named(client, HERE, "a-"))

    assert [("a-1", "a-1"), ("a-2", "a-2"), ("a-3", "a-3")] == [
        (x.name, x.tags["of"]) for x in listed
    ]
    assert ["a-1", "b-1"] == list(read_models(client, HERE, ["b-1", "none", "a-1"]))


def test_a_model_is_renamed_and_deleted_after_its_versions(client, double):
    double.train("churn", "models:/m-1")
    create_model(client, HERE, "taken", {})
    with pytest.raises(ExistsError):
        rename_model(client, HERE, "churn", "taken")

    rename_model(client, HERE, "churn", "leavers")
    assert "1" == find_versions(client, HERE, "leavers")[0].number
    for _ in range(2):
        delete_model(client, HERE, "leavers")

    assert [f"{CATALOG}.{SCHEMA}.taken"] == list(double.models)


def test_a_patch_of_aliases_would_be_passed_over(client, double):
    """Which is why there is none: the double does what was reported of the service."""
    double.train("churn", "models:/m-1")
    alias = {"alias_name": "champion", "version_num": 1}

    client.repeat("PATCH", HERE.full("churn"), body={"aliases": [alias]})

    assert {} == read_model(client, HERE, "churn").aliases


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "INVALID_PARAMETER_VALUE", RefusedError),
        (400, "RESOURCE_ALREADY_EXISTS", ExistsError),
        (400, "RESOURCE_DOES_NOT_EXIST", AbsentError),
        (401, "UNAUTHENTICATED", NotAllowedError),
        (403, "PERMISSION_DENIED", NotAllowedError),
        (404, "NOT_FOUND", AbsentError),
        (404, "CATALOG_DOES_NOT_EXIST", RefusedError),
        (404, "SCHEMA_DOES_NOT_EXIST", RefusedError),
        (404, "ENDPOINT_NOT_FOUND", RefusedError),
        (404, "", RefusedError),
        (409, "ALREADY_EXISTS", ExistsError),
        (429, "REQUEST_LIMIT_EXCEEDED", LostAnswerError),
        (503, "TEMPORARILY_UNAVAILABLE", LostAnswerError),
        (302, "", RefusedError),
    ],
)
def test_an_answer_means_what_its_status_and_code_say(client, double, status, code, kind):
    from tests.unity_double import WrongError

    def refuse(*_):
        raise WrongError(status, code, f"no \x1b[31m {TOKEN}")

    double.answer = refuse

    with pytest.raises(RegistryUnavailableError) as caught:
        client.get(HERE.full("churn"))

    assert kind is type(caught.value)
    assert "\x1b" not in caught.value.message
    assert (ATTEMPTS if kind is LostAnswerError else 1) == client.requests


def test_a_list_that_leads_in_a_circle_ends(client, double):
    double.answer = lambda *_: {"next_page_token": "again"}

    with pytest.raises(RefusedError, match="circle"):
        list(models_named(client, HERE, ""))


@pytest.mark.parametrize("where", [Schema("other", SCHEMA), Schema(CATALOG, "other")])
def test_what_is_in_no_schema_was_not_deleted(client, where):
    for ask in (read_model, find_versions, create_model):
        with pytest.raises(RefusedError, match=r"no (catalog|schema) other") as caught:
            ask(client, where, "churn", *([{}] if ask is create_model else []))
        assert type(caught.value) is RefusedError


@pytest.mark.parametrize("value", [None, [], {}, {"name": ""}, "x"])
def test_what_is_no_model_is_refused(value):
    with pytest.raises(RegistryUnavailableError):
        UnityModel.from_json(value)
    with pytest.raises(RegistryUnavailableError):
        UnityVersion.from_json("churn", value)


@pytest.mark.parametrize(
    ("host", "meant", "url"),
    [
        (None, HOST, HOST),
        (None, "dbc-1.cloud.databricks.com/", HOST),
        (HOST, f"{HOST}:443", HOST),
        (None, "http://localhost:5001", "http://localhost:5001"),
    ],
)
def test_the_token_goes_to_the_workspace_that_the_environment_names(host, meant, url):
    made = connection_to(host, at_workspace(meant))

    assert url == made.url
    assert {"Authorization": f"Bearer {TOKEN}"} == made.headers
    assert TOKEN not in repr(made)


@pytest.mark.parametrize(
    ("host", "variables", "told"),
    [
        (None, {}, "`DATABRICKS_HOST` is not set"),
        (HOST, {"DATABRICKS_TOKEN": "t"}, "`DATABRICKS_HOST` is not set"),
        (None, {"DATABRICKS_HOST": HOST}, "`DATABRICKS_TOKEN` is not set"),
        ("https://evil.example", at_workspace(HOST), "for another workspace"),
        (HOST + ":444", at_workspace(HOST), "for another workspace"),
        (None, at_workspace("http://dbc-1.example"), "in the clear"),
        (None, at_workspace("https://u:p@dbc-1.example"), "no address"),
        (None, at_workspace("https://dbc-1.example/path"), "no address"),
        (None, at_workspace("https://a:99999999"), "no address"),
        (None, at_workspace("ftp://a"), "no address"),
        (None, at_workspace(HOST) | {"DATABRICKS_TOKEN": "a\nb"}, "can't be sent"),
    ],
)
def test_nothing_is_sent_elsewhere_or_in_the_clear(host, variables, told):
    with pytest.raises(UsageError, match=told):
        connection_to(host, variables)
