"""The name and password in `~/.mlflow/credentials`: to whom they go, and what is no such file."""

from __future__ import annotations

import os
from base64 import b64decode
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlspec.errors import UsageError
from mlspec.mlflow import connection_to
from mlspec.mlflow._credentials import LONGEST_BYTES

SERVER = "https://mlflow.example.com"
KEPT = "[mlflow]\nmlflow_tracking_username = ana\nmlflow_tracking_password = s3cr3t\n"
NAME, PASSWORD = "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD"


@pytest.fixture
def home(tmp_path):
    """The variables of somebody who has such a file, and whose environment names the server."""
    keep(tmp_path, KEPT)
    return {"HOME": str(tmp_path), "MLFLOW_TRACKING_URI": SERVER}


def keep(folder, text):
    file = folder / ".mlflow" / "credentials"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def who(variables, uri=None):
    """Return what a server is told of who asks; None for nothing."""
    found = connection_to(uri, variables).headers.get("Authorization")
    is_basic = found is not None and found.startswith("Basic ")
    return b64decode(found.removeprefix("Basic ")).decode() if is_basic else found


def test_the_kept_name_and_password_go_to_the_server_that_the_environment_names(home):
    assert "ana:s3cr3t" == who(home)
    assert "ana:s3cr3t" == who(home, f"{SERVER}/any/path")


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example",
        "http://mlflow.example.com",
        "https://mlflow.example.com:8443",
        "https://mlflow.example.com.evil.example",
    ],
)
def test_a_workspace_can_not_choose_who_gets_them(home, uri):
    assert None is who(home, uri)
    assert None is who({"HOME": home["HOME"]}, SERVER)


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({NAME: "bo", PASSWORD: "pw"}, "bo:pw"),
        ({"MLFLOW_TRACKING_TOKEN": "t0k"}, "Bearer t0k"),
        ({PASSWORD: "pw"}, "ana:s3cr3t"),
        ({NAME: "ana"}, "ana:s3cr3t"),
        ({NAME: "bo"}, None),
        ({NAME: "", PASSWORD: ""}, "ana:s3cr3t"),
        ({"MLFLOW_TRACKING_URI": "https://bo:pw@mlflow.example.com"}, "bo:pw"),
        ({"HOME": ""}, None),
    ],
)
def test_everything_else_goes_before_them_and_nobody_gets_the_password_of_another(
    home, variables, told
):
    assert told == who(home | variables)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", None),
        ("[other]\nmlflow_tracking_username = x\nmlflow_tracking_password = y\n", None),
        ("[mlflow]\nmlflow_tracking_username = ana\n", None),
        (KEPT.replace("mlflow_tracking", "MLFLOW_TRACKING").replace(" =", ":"), "ana:s3cr3t"),
        (KEPT.replace("s3cr3t", "a:b = c"), "ana:a:b = c"),
        (KEPT.replace("\n", "\r\n").replace("s3cr3t", "50%%"), "ana:50%"),
        ("# of Ana\n" + KEPT + "[else]\na = b\n", "ana:s3cr3t"),
        ("[mlflow]\nmlflow_tracking_username = å\nmlflow_tracking_password = é\n", "å:é"),
    ],
)
def test_the_file_is_read_as_mlflow_reads_it(home, tmp_path, text, told):
    keep(tmp_path, text)

    assert told == who(home)


@pytest.mark.parametrize(
    "content",
    [
        "mlflow_tracking_password = s3cr3t\n",
        KEPT.replace("s3cr3t", "s3cr3t%"),
        KEPT + "s3cr3t\n",
        KEPT + KEPT,
        b"\xff\xfe" + KEPT.encode(),
        KEPT + "#" * LONGEST_BYTES,
    ],
)
def test_what_is_no_such_file_is_told_and_nothing_of_it(home, tmp_path, content):
    keep(tmp_path, content)

    with pytest.raises(UsageError, match=r"`~/\.mlflow/credentials` can't be read") as caught:
        connection_to(None, home)

    shown = f"{caught.value}{caught.value.details}{caught.value.hint}{caught.value.__cause__}"
    assert "s3cr3t" not in shown


def test_a_pipe_is_not_waited_for(home, tmp_path):
    file = keep(tmp_path, "")
    file.unlink()
    os.mkfifo(file)

    with pytest.raises(UsageError, match="can't be read"):
        connection_to(None, home)


def test_a_file_that_is_not_needed_is_not_read(home, tmp_path):
    keep(tmp_path, b"\xff")

    assert None is who(home, "https://other.example")
    assert "Bearer t0k" == who(home | {"MLFLOW_TRACKING_TOKEN": "t0k"})
    assert None is who(home | {"HOME": str(tmp_path / "nobody")})
    assert None is who(home | {"HOME": str(tmp_path / ".mlflow" / "credentials")})


@given(content=st.binary(max_size=300))
def test_any_bytes_are_a_name_and_a_password_or_nothing_or_refused(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("home")
    keep(folder, content)

    told = None
    with suppress(UsageError):
        told = who({"HOME": str(folder), "MLFLOW_TRACKING_URI": SERVER})
    assert told is None or ":" in told
