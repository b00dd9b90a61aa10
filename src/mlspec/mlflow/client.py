"""Requests to one MLflow server, and what its answers mean.

MLflow's own client sends a request again that a server may have carried out, so that one call
makes two versions. Here only what may happen twice is repeated; after anything else the caller
looks first (`LostAnswerError`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import quote, urlsplit

from mlspec.canonical import canonical_json, strict_json
from mlspec.errors import (
    AbsentError,
    ExistsError,
    LostAnswerError,
    NotAllowedError,
    RefusedError,
)
from mlspec.mlflow.capabilities import capabilities_of
from mlspec.printable import printable
from mlspec.secrets import masked
from mlspec.wire.exchange import Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from mlspec.canonical import Json
    from mlspec.errors import RegistryUnavailableError
    from mlspec.mlflow.capabilities import Capabilities
    from mlspec.wire.connection import Connection
    from mlspec.wire.exchange import Answer

__all__ = ["ATTEMPTS", "Client"]

ATTEMPTS: Final = 4
"""How often a request is sent that may be carried out twice."""
_PAUSE_SECONDS = 0.2
_BASE = "/api/2.0/mlflow/"
_UNSURE = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 307, 308})
_MOST_REDIRECTS = 3
_SHOWN_CHARACTERS = 300
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

    `pause` waits so many seconds between two tries. `requests` counts what was sent, `server_ms`
    is the clock of the server at its latest answer, in milliseconds since 1970 and full seconds;
    0 before the first one, or where it tells none.
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

    @cached_property
    def capabilities(self) -> Capabilities:
        """What the server can do, asked for once."""
        try:
            answer = self._repeated("GET", self.connection.path + "/version", None)
        except (AbsentError, RefusedError):  # a proxy that lets only the API through
            return capabilities_of("")
        return capabilities_of(answer.content[:40].decode(errors="replace").strip())

    def get(self, path: str, query: Sequence[tuple[str, str | int]] = ()) -> dict[str, Json]:
        """Return what a path says; a lost answer is asked for again.

        Raises:
            AbsentError: it does not exist.
            LostAnswerError, NotAllowedError, RefusedError: no answer, or another one.
        """
        told = "&".join(f"{key}={quote(str(value), safe=_IN_QUERY)}" for key, value in query)
        return self._object(self._repeated("GET", self._target(path, told), None))

    def repeat(self, method: str, path: str, body: Mapping[str, Json]) -> dict[str, Json]:
        """Send what may be carried out twice with the same end, until an answer comes.

        Raises:
            AbsentError, LostAnswerError, NotAllowedError, RefusedError: it was not, or who knows.
        """
        return self._object(self._repeated(method, self._target(path), canonical_json(body)))

    def once(self, path: str, body: Mapping[str, Json]) -> dict[str, Json]:
        """Send what must not be carried out twice, once.

        Raises:
            ExistsError: what it creates exists.
            LostAnswerError: it may have been carried out, or not.
            AbsentError, NotAllowedError, RefusedError: it was not carried out.
        """
        return self._object(self._sent("POST", self._target(path), canonical_json(body)))

    def rest(self, attempt: int) -> None:
        """Wait before the next try, twice as long each time; attempts count from 0."""
        self.pause(_PAUSE_SECONDS * 2**attempt)

    def _repeated(self, method: str, target: str, body: bytes | None) -> Answer:
        for attempt in range(ATTEMPTS - 1):
            try:
                return self._sent(method, target, body)
            except LostAnswerError:
                self.rest(attempt)
        return self._sent(method, target, body)

    def _sent(self, method: str, target: str, body: bytes | None) -> Answer:
        answer = self._exchanged(method, target, body)
        for _ in range(_MOST_REDIRECTS):
            if answer.status not in _REDIRECTS:
                break
            target = self._redirected(answer, method)
            answer = self._exchanged(method, target, body)
        if answer.status != HTTPStatus.OK:
            raise self._failure(answer, method, target)
        return answer

    def _exchanged(self, method: str, target: str, body: bytes | None) -> Answer:
        with self._lock:
            self.requests += 1
        answer = self._wire.exchange(method, target, body)
        self._note_time(answer.date)
        return answer

    def _redirected(self, answer: Answer, method: str) -> str:
        """Return where to ask instead, on this server: another one must not see who asks."""
        parts = urlsplit(answer.location)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
        is_here = not parts.netloc or (parts.scheme, parts.hostname, port) == self.connection.origin
        if not is_here or method != "GET" or not parts.path.startswith("/"):
            raise RefusedError(
                f"{self._named} sends elsewhere: `{_shown(answer.location)}`",
                hint="name that address, if it is the right one",
            )
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def _note_time(self, date: str) -> None:
        from email.utils import parsedate_to_datetime

        try:
            self.server_ms = int(parsedate_to_datetime(date).timestamp() * 1000)
        except (ValueError, OverflowError):
            return

    def _object(self, answer: Answer) -> dict[str, Json]:
        try:
            value = strict_json(answer.content.decode())
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise RefusedError(
                f"{self._named} answers with something else than JSON",
                hint="see whether the address is that of an MLflow server, and not of a page"
                " to log in",
            )
        return value

    def _failure(self, answer: Answer, method: str, target: str) -> RegistryUnavailableError:
        code, message = _said(answer.content)
        if answer.status in _UNSURE:
            return LostAnswerError(
                f"{self._named} answers {answer.status}{message}",
                hint="its log says why; run the same command again when it is well",
            )
        if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            return self._not_allowed(answer.status, method, target)
        kind = _KINDS.get(
            code, AbsentError if answer.status == HTTPStatus.NOT_FOUND else RefusedError
        )
        return kind(f"{self._named} answers {answer.status}{message}")

    def _not_allowed(self, status: int, method: str, target: str) -> NotAllowedError:
        if status == HTTPStatus.UNAUTHORIZED:
            return NotAllowedError(
                f"{self._named} does not know who asks (401)",
                hint="set `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`, or"
                " `MLFLOW_TRACKING_TOKEN`, to what it knows",
            )
        what = target.partition("?")[0].rpartition(_BASE)[2]
        return NotAllowedError(
            f"{self._named} does not let this user {_RIGHTS[method]} (403 for `{what}`)",
            hint="to plan needs the right READ, to apply EDIT, to delete or rename MANAGE on the"
            " registered model",
        )

    def _target(self, path: str, query: str = "") -> str:
        return f"{self.connection.path}{_BASE}{path}{'?' + query if query else ''}"

    @property
    def _named(self) -> str:
        return f"the MLflow server {self.connection.url}"


_IN_QUERY = "'(),!*~"
"""What stands in a query as it is: a list of 200 quoted names would be three times as long."""


def _said(content: bytes) -> tuple[str, str]:
    """Return the code of an error, and its message to be put behind a status."""
    try:
        value = strict_json(content[: 1 << 16].decode())
    except ValueError:
        return "", ""
    facts = value if isinstance(value, dict) else {}
    message = facts.get("message")
    return str(facts.get("error_code", "")), f": {_shown(message)}" if message else ""


def _shown(text: object) -> str:
    return masked(printable(str(text)[:_SHOWN_CHARACTERS]))
