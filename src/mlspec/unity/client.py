"""Requests to the Unity Catalog of one workspace, and what its errors mean.

What may happen twice is repeated here; what makes something is sent once, and then the caller
looks. Which words an error has is told by no page: status and the end of the code decide
(`RESOURCE_ALREADY_EXISTS`, `ALREADY_EXISTS`; `..._DOES_NOT_EXIST`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import quote, urlencode

from mlspec.errors import AbsentError, ExistsError, RefusedError
from mlspec.wire.pages import listed
from mlspec.wire.rest import Dialect, Rest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.wire.connection import Connection
    from mlspec.wire.exchange import Answer

__all__ = ["Client"]

_BASE: Final = "/api/2.1/unity-catalog/models"
_AROUND = ("CATALOG_", "ENDPOINT_", "METASTORE_", "SCHEMA_")
"""How codes begin that tell of what is around a model: where that is missing, none was deleted."""


@dataclass
class Client:
    """The models of one workspace. It can be used by several threads.

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
        """The clock of the server at its latest answer, in ms since 1970; 0 before the first."""
        return self._rest.server_ms

    def get(self, *path: str, **query: str) -> dict[str, Json]:
        """Return what a path below `models` says; a lost answer is asked for again.

        Raises:
            AbsentError, LostAnswerError, NotAllowedError, RefusedError: what the answer means.
        """
        return self._object(self._rest.repeat("GET", _target(path, query)))

    def repeat(
        self, method: str, *path: str, body: Mapping[str, Json] | None = None
    ) -> dict[str, Json]:
        """Send what may be carried out twice with the same end, until an answer comes.

        Raises:
            AbsentError, ExistsError, LostAnswerError, NotAllowedError, RefusedError: what the
                answer means.
        """
        return self._object(self._rest.repeat(method, _target(path, {}), body))

    def once(self, body: Mapping[str, Json]) -> dict[str, Json]:
        """Make a model, once; the errors are those of `repeat`."""
        return self._object(self._rest.once("POST", _BASE, body))

    def listed(self, key: str, *path: str, **query: str) -> Iterator[Json]:
        """Yield the entries of all pages; an empty one may lead to another.

        Raises:
            RefusedError: a page leads to itself, or the errors of `get`.
        """

        def page(token: str) -> dict[str, Json]:
            return self.get(*path, **query, **({"page_token": token} if token else {}))

        return listed(page, key, "next_page_token", "a list of models of Unity Catalog")

    def _object(self, answer: Answer) -> dict[str, Json]:
        return self._rest.object_of(answer) if answer.content.strip() else {}


def _refusal(status: int, code: str, said: str) -> RefusedError:
    """Return why a request was refused."""
    if code.startswith(_AROUND) or not code:
        return RefusedError(said, hint="see whether workspace, catalog and schema are right")
    if status == HTTPStatus.CONFLICT or code.endswith("ALREADY_EXISTS"):
        return ExistsError(said)
    if status == HTTPStatus.NOT_FOUND or code.endswith("DOES_NOT_EXIST"):
        return AbsentError(said)
    return RefusedError(said)


def _denied(method: str, _target: str) -> str:
    return "read models (403)" if method == "GET" else "change models (403)"


def _target(path: tuple[str, ...], query: Mapping[str, str]) -> str:
    told = "".join(f"/{quote(each, safe='')}" for each in path)
    return f"{_BASE}{told}{'?' + urlencode(query) if query else ''}"


_DIALECT: Final = Dialect(
    refusal=_refusal,
    denied=_denied,
    place="see whether `DATABRICKS_HOST` is the address of a workspace",
    again="run the same command again in a while",
    known="set `DATABRICKS_TOKEN` to one that it knows",
    rights="to plan needs USE CATALOG, USE SCHEMA and EXECUTE; to apply also CREATE MODEL on the"
    " schema, and to own the models",
)
