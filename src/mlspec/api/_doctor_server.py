"""What `doctor` finds out about the MLflow server of an environment, by reading alone."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from mlspec.errors import MlspecError
from mlspec.state import CLOCKS_DIFFER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.mlflow import Client

__all__ = ["clock_fact", "server_facts"]


def server_facts(options: Mapping[str, str]) -> Iterator[tuple[str, bool | None, str]]:
    """Yield what is worth knowing of a server, whether it is fine, and what it is.

    Nothing is written, so nobody can tell before whether this user may.
    """
    from mlspec.mlflow import Client, connection_to

    try:
        with Client(connection_to(options.get("uri") or None, os.environ)) as client:
            yield _version(client)
            client.get("registered-models/search", [("max_results", 1)])
            yield "rights", None, "may read; whether it may write shows when it does (EDIT, MANAGE)"
            yield clock_fact(client.server_ms)
    except MlspecError as error:
        yield "server", False, error.message


def _version(client: Client) -> tuple[str, bool | None, str]:
    found, url = client.capabilities, client.connection.url
    if not found.is_known:
        told = found.version or "of a version that it does not tell"
        return "server", None, f"{url}, MLflow {told}: 2.22 to 3.x were tried"
    many = "up to 200 models" if found.reads_many else "one model"
    return "server", True, f"{url}, MLflow {found.version}, asked for {many} at a time"


def clock_fact(server_ms: int) -> tuple[str, bool | None, str]:
    """Return how far the clock of a server is off; `server_ms` is 0 where it tells no time."""
    if not server_ms:
        return "clock", None, "the server tells no time: a lock of a killed run stays"
    seconds = round(server_ms / 1000 - time.time())
    is_near = abs(seconds) <= CLOCKS_DIFFER.total_seconds()
    return "clock", True if is_near else None, f"{seconds:+} s from the one here"
