"""Where requests go and who they say they are: a spec must not decide on the second."""

from __future__ import annotations

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlspec.errors import UsageError
from mlspec.mlflow import connection_to
from mlspec.mlflow.connection import CREDENTIALS

SERVER = "https://mlflow.example.com"
NAMED = {"MLFLOW_TRACKING_URI": SERVER}
USER = {"MLFLOW_TRACKING_USERNAME": "ana", "MLFLOW_TRACKING_PASSWORD": "p:w"}
TOKEN = {"MLFLOW_TRACKING_TOKEN": "t0k"}


def authorization(*arguments):
    return connection_to(*arguments).headers.get("Authorization")


@pytest.mark.parametrize(
    ("uri", "url", "origin"),
    [
        ("http://localhost:5000", "http://localhost:5000", ("http", "localhost", 5000)),
        ("https://a.example/ml/", "https://a.example/ml", ("https", "a.example", 443)),
        ("http://a.example:80", "http://a.example", ("http", "a.example", 80)),
        ("http://[::1]:5000", "http://[::1]:5000", ("http", "::1", 5000)),
        ("HTTPS://A.Example", "https://a.example", ("https", "a.example", 443)),
    ],
)
def test_a_server_is_an_address(uri, url, origin):
    found = connection_to(uri, {})

    assert (url, origin) == (found.url, found.origin)


@pytest.mark.parametrize(
    ("uri", "word"),
    [
        ("databricks", "Databricks"),
        ("databricks://profile", "Databricks"),
        ("databricks-uc", "registry.backend: unity-catalog"),
        ("uc://x", "Unity Catalog"),
        ("arn:aws:sagemaker:eu-west-1:1:mlflow/x", "SageMaker"),
        ("file:///mlruns", "folder"),
        ("sqlite:///m.db", "database"),
        ("postgresql+psycopg2://u:p@h/d", "database"),
        ("./mlruns", "no HTTP address"),
        ("http://", "no HTTP address"),
        ("http://a.example:port", "no HTTP address"),
        ("http://a.example/\r\nX: y", "no HTTP address"),
        ("http://a b", "no HTTP address"),
    ],
)
def test_what_is_no_server_is_refused_with_a_reason_and_no_password(uri, word):
    with pytest.raises(UsageError, match=word) as caught:
        connection_to(None, {"MLFLOW_TRACKING_URI": uri})

    assert caught.value.hint
    assert "u:p@" not in str(caught.value)


def test_the_environment_names_a_server_where_the_workspace_does_not():
    registry = {"MLFLOW_REGISTRY_URI": "http://registry.example"}

    assert SERVER == connection_to(None, NAMED).url
    assert "http://registry.example" == connection_to(None, NAMED | registry).url
    with pytest.raises(UsageError, match="no MLflow server is named"):
        connection_to(None, {})


def test_a_name_with_a_password_goes_before_a_token():
    both = authorization(None, NAMED | USER | TOKEN)

    assert b"ana:p:w" == b64decode(both.removeprefix("Basic "))
    assert "Bearer t0k" == authorization(None, NAMED | TOKEN)
    assert None is authorization(None, NAMED)
    assert "Bearer t0k" == authorization(None, NAMED | TOKEN | {"MLFLOW_TRACKING_USERNAME": "ana"})


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example",
        "http://mlflow.example.com",
        "https://mlflow.example.com:8443",
        "https://mlflow.example.com.evil.example",
        "https://mlflow.example.comx",
    ],
)
@pytest.mark.parametrize("credential", CREDENTIALS)
def test_a_workspace_can_not_choose_who_gets_a_credential(uri, credential):
    with pytest.raises(UsageError, match="no variable of the environment names") as caught:
        connection_to(uri, NAMED | {credential: "s3cr3t"})

    assert "s3cr3t" not in f"{caught.value}{caught.value.details}{caught.value.hint}"


@given(host=st.from_regex(r"[a-z]{1,8}(\.[a-z]{2,5})?", fullmatch=True), port=st.integers(1, 65535))
def test_credentials_go_to_an_origin_exactly_where_the_environment_names_it(host, port):
    uri = f"https://{host}:{port}"
    is_named = (host, port) == ("mlflow.example.com", 443)
    if not is_named:
        with pytest.raises(UsageError):
            connection_to(uri, NAMED | TOKEN)
    named = {"MLFLOW_REGISTRY_URI": uri} | TOKEN

    assert "Bearer t0k" == authorization(f"{uri}/any/path", named)


def test_without_credentials_any_server_may_be_named():
    assert {} == connection_to("https://other.example", NAMED).headers


def test_a_password_in_a_workspace_is_refused_and_one_in_the_environment_is_used():
    uri = "https://ana:p%3Aw@mlflow.example.com"

    with pytest.raises(UsageError, match="holds a password") as caught:
        connection_to(uri, {"MLFLOW_TRACKING_URI": uri})
    found = connection_to(None, {"MLFLOW_TRACKING_URI": uri})

    assert "p%3Aw" not in str(caught.value)
    assert b"ana:p:w" == b64decode(found.headers["Authorization"].removeprefix("Basic "))
    assert SERVER == found.url


def test_what_is_shown_of_a_connection_holds_no_secret():
    shown = repr(
        connection_to(None, NAMED | USER | {"https_proxy": "http://me:hidden@proxy.example:3128"})
    )

    for secret in ("p:w", "YW5h", "hidden", "bWU6"):
        assert secret not in shown


@pytest.mark.parametrize("value", ["a\nb", "a\r\nX: y", "é"])
def test_what_would_break_a_header_is_refused(value):
    for variable in ("MLFLOW_TRACKING_TOKEN", "MLFLOW_WORKSPACE"):
        with pytest.raises(UsageError, match=variable):
            connection_to(None, NAMED | {variable: value})


def test_requests_that_are_signed_for_aws_are_refused():
    with pytest.raises(UsageError, match="AWS"):
        connection_to(None, NAMED | {"MLFLOW_TRACKING_AWS_SIGV4": "true"})


@pytest.mark.parametrize(
    ("variables", "proxy"),
    [
        ({"https_proxy": "http://p.example:3128"}, ("p.example", 3128)),
        ({"HTTPS_PROXY": "p.example:3128"}, ("p.example", 3128)),
        ({"HTTPS_PROXY": "http://up:1", "https_proxy": "http://low:2"}, ("low", 2)),
        ({"ALL_PROXY": "http://p.example:1"}, ("p.example", 1)),
        ({"http_proxy": "http://p.example:1"}, None),
        ({"https_proxy": "http://p:1", "no_proxy": "example.com"}, None),
        ({"https_proxy": "http://p:1", "no_proxy": "*"}, None),
        ({"https_proxy": "http://p:1", "NO_PROXY": "other.com"}, ("p", 1)),
    ],
)
def test_a_proxy_is_the_one_that_the_environment_names(variables, proxy):
    found = connection_to(None, NAMED | variables).proxy

    assert proxy == (found and (found.host, found.port))


@pytest.mark.parametrize(
    ("text", "seconds"), [("5", 5), ("0", 30), ("-1", 30), ("x", 30), ("nan", 30), ("1e9", 600)]
)
def test_a_request_never_waits_for_ever(text, seconds):
    assert (
        seconds
        == connection_to(None, NAMED | {"MLFLOW_HTTP_REQUEST_TIMEOUT": text}).timeout_seconds
    )
