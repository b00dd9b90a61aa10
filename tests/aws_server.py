"""A server of AWS on this machine, for tests: what clients say to it is what they say to AWS."""

from __future__ import annotations

import warnings
from contextlib import contextmanager

import pytest

QUIET = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # sockets of clients of AWS
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
"""Marks of a module whose tests speak to the server."""
KEY, SECRET = "AKIAEXAMPLEEXAMPLE12", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"


@contextmanager
def aws_server():
    """Start a server on a free port of loopback; the address of it, until it is left."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from moto.server import ThreadedMotoServer
    found = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    found.start()
    yield "http://{}:{}".format(*found.get_host_and_port())
    found.stop()


def use_aws_server(server, monkeypatch):
    """Let clients of AWS take this server and its key, and nothing of the person who runs tests."""
    nothing = {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
    stated = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    where = {"AWS_ENDPOINT_URL": server, "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in (nothing | stated | where | {"AWS_EC2_METADATA_DISABLED": "true"}).items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def aws():
    """The address of a server that the tests of a module share."""
    with aws_server() as address:
        yield address
