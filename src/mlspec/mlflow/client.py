"""Requests to one MLflow server, and what its errors mean.

MLflow's own client sends a request again that a server may have carried out, so that one call
makes two versions. Here only what may happen twice is repeated; after anything else the caller
looks first (`LostAnswerError`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import quote

from mlspec.errors import AbsentError, ExistsError, RefusedError
from mlspec.mlflow.capabilities import capabilities_of
from mlspec.wire.rest import Dialect, Rest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.mlflow.capabilities import Capabilities
    from mlspec.wire.connection import Connection

__all__ = ["Client"]

_BASE: Final = "/api/2.0/mlflow/"
_IN_QUERY: Final = "'(),!*~"
"""What stands in a query as it is: a list of 200 quoted names would be three times as long."""
_MOST_REDIRECTS: Final = 3
_KINDS = {
    "RESOURCE_ALREADY_EXISTS": ExistsError,
    "RESOURCE_DOES_NOT_EXIST": AbsentError,
}
_RIGHTS = {
    "DELETE": "delete",
    "GET": "read",
    "PATCH": "change",
    "POST": "write",
}


@dataclass
class Client:
    """One server. It can be used by several threads; each has a connection of its own.

    `pause` waits so many seconds between two tries.
    """

    connection: Connection
    pause: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        self._rest = Rest(self.connection, _DIALECT, self.pause)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_ended: object) -> None:
        self._rest.close()

    @property
    def requests(self) -> int:
        """How many requests were sent."""
        return self._rest.requests

    @property
    def server_ms(self) -> int:
        """The clock of the server at its latest answer, in ms since 1970; 0 where it tells none."""
        return self._rest.server_ms

    @cached_property
    def capabilities(self) -> Capabilities:
        """What the server can do, asked for once."""
        try:
            answer = self._rest.repeat("GET", self.connection.path + "/version")
        except RefusedError:  # a proxy that lets only the API through
            return capabilities_of("")
        return capabilities_of(answer.content[:40].decode(errors="replace").strip())

    def get(self, path: str, query: Sequence[tuple[str, str | int]] = ()) -> dict[str, Json]:
        """Return what a path says; a lost answer is asked for again.

        Raises:
            AbsentError: it does not exist.
            LostAnswerError, NotAllowedError, RefusedError: no answer, or another one.
        """
        told = "&".join(f"{key}={quote(str(value), safe=_IN_QUERY)}" for key, value in query)
        return self._rest.object_of(self._rest.repeat("GET", self._target(path, told)))

    def repeat(self, method: str, path: str, body: Mapping[str, Json]) -> dict[str, Json]:
        """Send what may be carried out twice with the same end, until an answer comes.

        Raises:
            AbsentError, LostAnswerError, NotAllowedError, RefusedError: it was not, or who knows.
        """
        return self._rest.object_of(self._rest.repeat(method, self._target(path), body))

    def once(self, path: str, body: Mapping[str, Json]) -> dict[str, Json]:
        """Send what must not be carried out twice, once.

        Raises:
            ExistsError: what it creates exists.
            LostAnswerError: it may have been carried out, or not.
            AbsentError, NotAllowedError, RefusedError: it was not carried out.
        """
        return self._rest.object_of(self._rest.once("POST", self._target(path), body))

    def _target(self, path: str, query: str = "") -> str:
        return f"{self.connection.path}{_BASE}{path}{'?' + query if query else ''}"


def _refusal(status: int, code: str, said: str) -> RefusedError:
    """Return why a request was refused."""
    kind = _KINDS.get(code, AbsentError if status == HTTPStatus.NOT_FOUND else RefusedError)
    return kind(said)


def _denied(method: str, target: str) -> str:
    what = target.partition("?")[0].rpartition(_BASE)[2]
    return f"{_RIGHTS[method]} (403 for `{what}`)"


_DIALECT: Final = Dialect(
    refusal=_refusal,
    denied=_denied,
    place="see whether the address is that of an MLflow server, and not of a page to log in",
    again="its log says why; run the same command again when it is well",
    known="set `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`, or"
    " `MLFLOW_TRACKING_TOKEN`, to what it knows",
    rights="to plan needs the right READ, to apply EDIT, to delete or rename MANAGE on the"
    " registered model",
    redirects=_MOST_REDIRECTS,
)
