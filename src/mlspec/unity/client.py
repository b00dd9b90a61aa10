"""Requests to the Unity Catalog of one workspace, and what its answers mean.

What may happen twice is repeated here; what makes something is sent once, and then the caller
looks. Which words an error has is told by no page: status and the end of the code decide
(`RESOURCE_ALREADY_EXISTS`, `ALREADY_EXISTS`; `..._DOES_NOT_EXIST`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import quote, urlencode

from mlspec.canonical import canonical_json, strict_json
from mlspec.errors import (
    AbsentError,
    ExistsError,
    LostAnswerError,
    NotAllowedError,
    RefusedError,
)
from mlspec.printable import printable
from mlspec.secrets import masked
from mlspec.wire.exchange import Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

    from mlspec.canonical import Json
    from mlspec.errors import RegistryUnavailableError
    from mlspec.wire.connection import Connection
    from mlspec.wire.exchange import Answer

__all__ = ["ATTEMPTS", "Client"]

ATTEMPTS: Final = 4
"""How often a request is sent that may be carried out twice."""
_BASE = "/api/2.1/unity-catalog/models"
_PAUSE_SECONDS = 0.2
_UNSURE = frozenset({408, 425, 429, 500, 502, 503, 504})
_AROUND = ("CATALOG_", "ENDPOINT_", "METASTORE_", "SCHEMA_")
"""How codes begin that tell of what is around a model: where that is missing, none was deleted."""
_SHOWN_CHARACTERS = 300
_MOST_ERROR_BYTES = 1 << 16


@dataclass
class Client:
    """The models of one workspace. It can be used by several threads.

    `pause` waits so many seconds between two tries. `requests` counts what was sent, `server_ms`
    is the clock of the server at its latest answer, in ms since 1970 and full seconds; 0 before
    the first one.
    """

    connection: Connection
    pause: Callable[[float], None] = time.sleep
    requests: int = 0
    server_ms: int = 0

    def __post_init__(self) -> None:
        self._wire = Wire(self.connection)
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; another request opens a new one."""
        self._wire.close()

    def get(self, *path: str, **query: str) -> dict[str, Json]:
        """Return what a path below `models` says; a lost answer is asked for again.

        Raises:
            AbsentError, LostAnswerError, NotAllowedError, RefusedError: what the answer means.
        """
        return self._repeated("GET", _target(path, query), None)

    def repeat(
        self, method: str, *path: str, body: Mapping[str, Json] | None = None
    ) -> dict[str, Json]:
        """Send what may be carried out twice with the same end, until an answer comes.

        Raises:
            AbsentError, ExistsError, LostAnswerError, NotAllowedError, RefusedError: what the
                answer means.
        """
        return self._repeated(method, _target(path, {}), body)

    def once(self, body: Mapping[str, Json]) -> dict[str, Json]:
        """Make a model, once; the errors are those of `repeat`."""
        return self._sent("POST", _BASE, body)

    def listed(self, key: str, *path: str, **query: str) -> Iterator[Json]:
        """Yield the entries of all pages; an empty one may lead to another.

        Raises:
            RefusedError: a page leads to itself, or the errors of `get`.
        """
        token = ""
        while True:
            page = self.get(*path, **query, **({"page_token": token} if token else {}))
            entries, before = page.get(key), token
            yield from entries if isinstance(entries, list) else []
            token = str(page.get("next_page_token") or "")
            if not token:
                return
            if token == before:
                raise RefusedError("a list of models of Unity Catalog leads in a circle")

    def rest(self, attempt: int) -> None:
        """Wait before the next try, twice as long each time; attempts count from 0."""
        self.pause(_PAUSE_SECONDS * 2**attempt)

    def _repeated(
        self, method: str, target: str, body: Mapping[str, Json] | None
    ) -> dict[str, Json]:
        for attempt in range(ATTEMPTS - 1):
            try:
                return self._sent(method, target, body)
            except LostAnswerError:
                self.rest(attempt)
        return self._sent(method, target, body)

    def _sent(self, method: str, target: str, body: Mapping[str, Json] | None) -> dict[str, Json]:
        with self._lock:
            self.requests += 1
        told = None if body is None else canonical_json(dict(body))
        answer = self._wire.exchange(method, target, told)
        self._note_time(answer.date)
        if answer.status != HTTPStatus.OK:
            raise self._failure(answer, method)
        return self._object(answer.content) if answer.content.strip() else {}

    def _note_time(self, date: str) -> None:
        from email.utils import parsedate_to_datetime

        try:
            self.server_ms = int(parsedate_to_datetime(date).timestamp() * 1000)
        except (ValueError, OverflowError):
            return

    def _object(self, content: bytes) -> dict[str, Json]:
        try:
            value = strict_json(content.decode())
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise RefusedError(
                f"{self._named} answers with something else than JSON",
                hint="see whether `DATABRICKS_HOST` is the address of a workspace",
            )
        return value

    def _failure(self, answer: Answer, method: str) -> RegistryUnavailableError:
        code, message = _said(answer.content)
        said = f"{self._named} answers {answer.status}{message}"
        if answer.status in _UNSURE:
            return LostAnswerError(said, hint="run the same command again in a while")
        if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            return self._not_allowed(answer.status, method)
        return _refusal(answer.status, code, said)

    def _not_allowed(self, status: int, method: str) -> NotAllowedError:
        if status == HTTPStatus.UNAUTHORIZED:
            return NotAllowedError(
                f"{self._named} does not know who asks (401)",
                hint="set `DATABRICKS_TOKEN` to one that it knows",
            )
        what = "read models" if method == "GET" else "change models"
        return NotAllowedError(
            f"{self._named} does not let this user {what} (403)",
            hint="to plan needs USE CATALOG, USE SCHEMA and EXECUTE; to apply also CREATE MODEL on"
            " the schema, and to own the models",
        )

    @property
    def _named(self) -> str:
        return f"the {self.connection.named} {self.connection.url}"


def _refusal(status: int, code: str, said: str) -> RefusedError:
    """Return why a request was refused."""
    if code.startswith(_AROUND) or not code:
        return RefusedError(said, hint="see whether workspace, catalog and schema are right")
    if status == HTTPStatus.CONFLICT or code.endswith("ALREADY_EXISTS"):
        return ExistsError(said)
    if status == HTTPStatus.NOT_FOUND or code.endswith("DOES_NOT_EXIST"):
        return AbsentError(said)
    return RefusedError(said)


def _target(path: tuple[str, ...], query: Mapping[str, str]) -> str:
    told = "".join(f"/{quote(each, safe='')}" for each in path)
    return f"{_BASE}{told}{'?' + urlencode(query) if query else ''}"


def _said(content: bytes) -> tuple[str, str]:
    """Return the code of an error, and its message to be put behind a status."""
    try:
        value = strict_json(content[:_MOST_ERROR_BYTES].decode())
    except ValueError:
        return "", ""
    facts = value if isinstance(value, dict) else {}
    message = facts.get("message")
    shown = masked(printable(str(message)[:_SHOWN_CHARACTERS]))
    return str(facts.get("error_code", "")), f": {shown}" if message else ""
