"""What `doctor` finds out about the MLflow server of an environment, by reading alone."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from mlspec.errors import MlspecError
from mlspec.state import CLOCKS_DIFFER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.mlflow import Client

__all__ = ["server_facts"]


def server_facts(uri: str | None) -> Iterator[tuple[str, bool | None, str]]:
    """Yield what is worth knowing of a server, whether it is fine, and what it is.

    Nothing is written, so nobody can tell before whether this user may.
    """
    from mlspec.mlflow import Client, connection_to

    try:
        with Client(connection_to(uri, os.environ)) as client:
            yield _version(client)
            client.get("registered-models/search", [("max_results", 1)])
            yield "rights", None, "may read; whether it may write shows when it does (EDIT, MANAGE)"
            yield _clock(client)
    except MlspecError as error:
        yield "server", False, error.message


def _version(client: Client) -> tuple[str, bool | None, str]:
    found, url = client.capabilities, client.connection.url
    if not found.is_known:
        told = found.version or "of a version that it does not tell"
        return "server", None, f"{url}, MLflow {told}: 2.22 to 3.x were tried"
    many = "200 models in one request" if found.reads_many else "each model in a request"
    return "server", True, f"{url}, MLflow {found.version}, reads {many}"


def _clock(client: Client) -> tuple[str, bool | None, str]:
    if not client.server_ms:
        return "clock", None, "the server tells no time: a lock of a killed run stays"
    seconds = round(client.server_ms / 1000 - time.time())
    is_near = abs(seconds) <= CLOCKS_DIFFER.total_seconds()
    return "clock", True if is_near else None, f"{seconds:+} s from the one here"
