"""Requests with JSON to one server, and what its answers mean.

Which paths there are and which words an error has is told by the client of each server, in a
`Dialect`; what may be sent again, what a status means and what is shown of it is the same for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from mlspec.canonical import canonical_json, strict_json
from mlspec.errors import LostAnswerError, NotAllowedError, RefusedError
from mlspec.wire.connection import origin_of
from mlspec.wire.exchange import Wire
from mlspec.wire.said import clock_ms, shown
from mlspec.wire.tries import repeated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlspec.canonical import Json
    from mlspec.errors import RegistryUnavailableError
    from mlspec.wire.connection import Connection
    from mlspec.wire.exchange import Answer

    Body = Mapping[str, Json]

__all__ = ["Dialect", "Rest"]

_UNSURE: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS: Final = frozenset({301, 302, 307, 308})
_MOST_ERROR_BYTES: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Dialect:
    """What is a server's own in its errors.

    `refusal` makes an error of a status, the code of an error and what to say. `denied` says what
    a user may not do, by the method and target of a request. The rest are next steps: where an
    answer is no object of JSON (`place`), where a status leaves open what happened (`again`), where
    nobody knows who asks (`known`), and where that one lacks a right (`rights`). `redirects` of a
    question are followed, on the same server.
    """

    refusal: Callable[[int, str, str], RefusedError]
    denied: Callable[[str, str], str]
    place: str
    again: str
    known: str
    rights: str
    redirects: int = 0


class Rest:
    """One server. It can be used by several threads; each has a connection of its own.

    `pause` waits so many seconds between two tries. `requests` counts what was sent, `server_ms`
    is the clock of the server at its latest answer, in milliseconds since 1970 and full seconds;
    0 before the first one, or where it tells none.
    """

    def __init__(
        self, connection: Connection, dialect: Dialect, pause: Callable[[float], None]
    ) -> None:
        self.pause = pause
        self.requests = 0
        self.server_ms = 0
        self._connection, self._dialect = connection, dialect
        self._wire, self._lock = Wire(connection), Lock()

    def close(self) -> None:
        """Close the connections; another request opens a new one."""
        self._wire.close()

    def repeat(self, method: str, target: str, body: Body | None = None) -> Answer:
        """Send what may be carried out twice with the same end, until an answer comes.

        Raises:
            LostAnswerError, NotAllowedError, RefusedError: what the last answer means.
        """
        return repeated(self.pause, lambda: self.once(method, target, body))

    def once(self, method: str, target: str, body: Body | None = None) -> Answer:
        """Send one request, once, and return its answer, which is a good one.

        Raises:
            LostAnswerError: it may have been carried out, or not.
            NotAllowedError, RefusedError: it was not.
        """
        told = None if body is None else canonical_json(dict(body))
        answer = self._exchanged(method, target, told)
        for _ in range(self._dialect.redirects):
            if answer.status not in _REDIRECTS:
                break
            target = self._redirected(answer, method)
            answer = self._exchanged(method, target, told)
        if answer.status != HTTPStatus.OK:
            raise self._failure(answer, method, target)
        return answer

    def object_of(self, answer: Answer) -> dict[str, Json]:
        """Return the object of JSON that an answer is.

        Raises:
            RefusedError: it is something else.
        """
        value = _json(answer.content)
        if not isinstance(value, dict):
            raise RefusedError(
                f"{self._named} answers with something else than JSON", hint=self._dialect.place
            )
        return value

    def _exchanged(self, method: str, target: str, body: bytes | None) -> Answer:
        with self._lock:
            self.requests += 1
        answer = self._wire.exchange(method, target, body)
        self.server_ms = clock_ms(answer.date) or self.server_ms
        return answer

    def _redirected(self, answer: Answer, method: str) -> str:
        """Return where to ask instead, on this server: another one must not see who asks."""
        parts = urlsplit(answer.location)
        is_here = not parts.netloc or origin_of(parts) == self._connection.origin
        if not is_here or method != "GET" or not parts.path.startswith("/"):
            raise RefusedError(
                f"{self._named} sends elsewhere: `{shown(answer.location)}`",
                hint="name that address, if it is the right one",
            )
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def _failure(self, answer: Answer, method: str, target: str) -> RegistryUnavailableError:
        code, message = _told(answer.content)
        said = f"{self._named} answers {answer.status}{message}"
        if answer.status in _UNSURE:
            return LostAnswerError(said, hint=self._dialect.again)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            return NotAllowedError(
                f"{self._named} does not know who asks (401)", hint=self._dialect.known
            )
        if answer.status == HTTPStatus.FORBIDDEN:
            denied = self._dialect.denied(method, target)
            return NotAllowedError(
                f"{self._named} does not let this user {denied}", hint=self._dialect.rights
            )
        return self._dialect.refusal(answer.status, code, said)

    @property
    def _named(self) -> str:
        return f"the {self._connection.named} {self._connection.url}"


def _told(content: bytes) -> tuple[str, str]:
    """Return the code of an error, and its message to be put behind a status."""
    value = _json(content[:_MOST_ERROR_BYTES])
    facts = value if isinstance(value, dict) else {}
    message = facts.get("message")
    return str(facts.get("error_code", "")), f": {shown(message)}" if message else ""


def _json(content: bytes) -> Json:
    try:
        return strict_json(content.decode())
    except ValueError:
        return None
