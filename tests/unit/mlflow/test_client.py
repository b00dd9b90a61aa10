"""What answers mean, asked of a small server on loopback that says whatever a test wants."""

from __future__ import annotations

import json

import pytest
from tests.loopback import Exchange, served

from mlspec.errors import (
    AbsentError,
    ExistsError,
    LostAnswerError,
    NotAllowedError,
    RefusedError,
    RegistryUnavailableError,
)
from mlspec.mlflow import (
    Client,
    capabilities_of,
    connection_to,
    list_models,
)
from mlspec.mlflow.model import ModelVersion, RegisteredModel
from mlspec.mlflow.writing import create_model, create_version
from mlspec.wire.tries import ATTEMPTS


class Answers(Exchange):
    script, asked = [], []

    def take(self):
        self.asked.append((self.command, self.path, dict(self.headers)))
        status, content, headers = (*self.script.pop(0), {})[:3] if self.script else (200, "{}", {})
        if status == 0:
            self.close_connection = True
        else:
            self.say(status, content if isinstance(content, bytes) else content.encode(), headers)


@pytest.fixture
def said():
    """A list of answers to give, in order; afterwards `{}`."""
    Answers.script, Answers.asked = [], []
    return Answers.script


@pytest.fixture(scope="module")
def address():
    with served(Answers) as server:
        yield server.address


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def client(address, pauses):
    with Client(connection_to(address, {}), pauses.append) as opened:
        yield opened


def error(code, message="no"):
    return json.dumps({"error_code": code, "message": message})


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (400, error("RESOURCE_ALREADY_EXISTS"), ExistsError),
        (404, error("RESOURCE_DOES_NOT_EXIST"), AbsentError),
        (400, error("INVALID_PARAMETER_VALUE"), RefusedError),
        (404, "<html>", AbsentError),
        (401, "", NotAllowedError),
        (403, error("PERMISSION_DENIED"), NotAllowedError),
        (503, "busy", LostAnswerError),
        (500, error("INTERNAL_ERROR"), LostAnswerError),
        (429, "", LostAnswerError),
        (0, "", LostAnswerError),
        (200, "<html>log in</html>", RefusedError),
        (200, "[1]", RefusedError),
        (200, '{"a": NaN}', RefusedError),
        (200, '{"a": 1, "a": 2}', RefusedError),
        (200, b"\xff", RefusedError),
    ],
)
def test_each_answer_has_one_meaning(client, said, status, content, kind):
    said.append((status, content))

    with pytest.raises(kind) as caught:
        client.once("registered-models/create", {})

    assert kind is type(caught.value)
    assert 69 == caught.value.exit_code
    assert 1 == client.requests


def test_what_makes_something_is_sent_once_and_all_else_until_it_is_answered(client, said, pauses):
    said[:] = [(503, "")] * 9

    with pytest.raises(LostAnswerError):
        client.once("registered-models/create", {})
    assert (1, []) == (client.requests, pauses)
    with pytest.raises(LostAnswerError):
        client.repeat("POST", "registered-models/set-tag", {})
    assert 1 + ATTEMPTS == client.requests
    assert [0.2, 0.4, 0.8] == pauses


def test_an_answer_that_comes_late_is_waited_for(client, said):
    said[:] = [(503, ""), (0, ""), (200, '{"a": 1}')]

    assert {"a": 1} == client.get("registered-models/get")


def test_a_redirect_is_followed_here_and_nowhere_else(client, said, address):
    said[:] = [(302, "", {"Location": f"{address}/other?x=1"}), (200, '{"a": 1}')]
    assert {"a": 1} == client.get("registered-models/get")
    assert "/other?x=1" == Answers.asked[-1][1]

    for elsewhere in ("http://evil.example/", "https://127.0.0.1/", "//evil.example/x", "x"):
        said[:] = [(302, "", {"Location": elsewhere})]
        with pytest.raises(RefusedError, match="sends elsewhere"):
            client.get("registered-models/get")
    said[:] = [(307, "", {"Location": f"{address}/other"})]
    with pytest.raises(RefusedError, match="sends elsewhere"):
        client.once("registered-models/create", {})


def test_a_circle_of_redirects_ends(client, said, address):
    said[:] = [(302, "", {"Location": f"{address}/again"})] * 20

    with pytest.raises(RefusedError):
        client.get("registered-models/get")
    assert 10 > client.requests


def test_an_answer_that_is_too_long_is_not_read_to_its_end(client, said, monkeypatch):
    monkeypatch.setattr("mlspec.wire.exchange.MOST_BYTES", 100)
    said[:] = [(200, json.dumps({"a": "x" * 200}))] * ATTEMPTS

    with pytest.raises(LostAnswerError, match="more than"):
        client.get("registered-models/get")


def test_what_a_server_says_is_shown_without_secrets_and_without_control_characters(client, said):
    said.append((400, error("BAD", "see \x1b[31m postgresql://u:hidden@db/x")))

    with pytest.raises(RefusedError) as caught:
        client.once("x", {})

    assert "\x1b" not in caught.value.message
    assert "hidden" not in caught.value.message


def test_credentials_are_sent_with_every_request_and_the_workspace_too(address, said):
    told = {
        "MLFLOW_TRACKING_URI": address,
        "MLFLOW_TRACKING_TOKEN": "t0k",
        "MLFLOW_WORKSPACE": "risk",
    }
    with Client(connection_to(None, told)) as client:
        client.get("registered-models/get", [("name", "a b&c")])

    (_, path, headers) = Answers.asked[0]
    assert ("Bearer t0k", "risk") == (headers["Authorization"], headers["X-MLFLOW-WORKSPACE"])
    assert path.endswith("?name=a%20b%26c")


def test_a_page_that_leads_to_itself_ends(client, said):
    page = json.dumps({"registered_models": [], "next_page_token": "x"})
    said[:] = [(200, page)] * 9

    with pytest.raises(RegistryUnavailableError, match="circle"):
        list(list_models(client))


def test_what_moves_between_pages_is_told_once_and_looked_for_again(client, said):
    def page(*names, token=""):
        models = [{"name": each} for each in names]
        return 200, json.dumps({"registered_models": models, "next_page_token": token})

    said[:] = [page("a", "b", token="1"), page("b", "d"), page("a", "b", "c", "d")]
    said.append(page("a", "b", "c", "d"))

    assert ["a", "b", "d", "c"] == [each.name for each in list_models(client)]


@pytest.mark.parametrize("made", [True, False])
def test_a_model_whose_answer_was_lost_is_looked_for(client, said, made):
    there = {"name": "a", "tags": [{"key": "k", "value": "v"}]}
    answer = (200, json.dumps({"registered_model": there}))
    absent = (404, error("RESOURCE_DOES_NOT_EXIST"))
    said[:] = [(503, ""), answer] if made else [(503, ""), absent, answer]

    assert {"k": "v"} == dict(create_model(client, "a", {"k": "v"}).tags)
    posts = [each for each in Answers.asked if each[0] == "POST"]
    assert (1 if made else 2) == len(posts)


def test_a_version_whose_answer_was_lost_is_found_by_its_mark(client, said):
    versions = [
        {"name": "a", "version": n, "tags": [{"key": "op", "value": f"x-{n}"}]} for n in (1, 2)
    ]
    said[:] = [(0, ""), (200, json.dumps({"model_versions": versions}))]

    assert "2" == create_version(client, "a", "s3://m", {"op": "x-2"}, "op").number
    assert ["POST", "GET"] == [each[0] for each in Answers.asked]


@pytest.mark.parametrize("value", [None, [], "x", {}, {"name": 1}])
def test_what_is_no_model_is_refused(value):
    for kind in (RegisteredModel, ModelVersion):
        with pytest.raises(RegistryUnavailableError):
            kind.from_json(value)


@pytest.mark.parametrize("number", [None, True, "x", -1, 1.5, "9" * 30, [], {}])
def test_numbers_that_are_none_are_nought(number):
    assert 0 == RegisteredModel.from_json({"name": "a", "creation_timestamp": number}).created_ms


@pytest.mark.parametrize(
    ("version", "many", "known"),
    [
        ("2.22.5", False, True),
        ("2.9.0", False, False),
        ("3.0.0rc1", True, True),
        ("3.17.2", True, True),
        ("4.0", True, False),
        ("", False, False),
        ("<html>", False, False),
    ],
)
def test_a_version_says_what_can_be_asked(version, many, known):
    found = capabilities_of(version)

    assert (many, known) == (found.reads_many, found.is_known)
