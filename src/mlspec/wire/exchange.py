"""One HTTP connection per thread, kept open: a new one costs more than most requests."""

from __future__ import annotations

import selectors
import ssl
import threading
import weakref
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Final

from mlspec.errors import LostAnswerError, UsageError

if TYPE_CHECKING:
    from mlspec.wire.connection import Connection, Tls

__all__ = ["MOST_BYTES", "Answer", "Wire"]

MOST_BYTES: Final = 64 << 20
"""How long an answer may be; a page of 1,000 models with 5 tags has 1.4 MB."""
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, the header `Date`, where it points to, and the content."""

    status: int
    date: str
    location: str
    content: bytes


class Wire:
    """Requests over kept connections, one of each thread."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._of_thread = threading.local()
        self._all: list[HTTPConnection] = []
        self._lock = threading.Lock()
        weakref.finalize(self, _close, self._all)  # whoever forgets to

    def exchange(self, method: str, target: str, body: bytes | None) -> Answer:
        """Send one request, once, and return the answer.

        Raises:
            LostAnswerError: none came, or it is longer than `MOST_BYTES`.
        """
        connection = self._opened()
        try:
            connection.request(method, self._target(target), body, self._headers(body))
            response = connection.getresponse()
            content = response.read(MOST_BYTES + 1)
        except (OSError, HTTPException) as error:
            connection.close()
            raise LostAnswerError(
                f"{self._named} does not answer: {_words(error)}",
                hint="see whether it runs and is reached from here, and run the command again",
            ) from error
        if len(content) > MOST_BYTES:
            connection.close()
            raise LostAnswerError(
                f"{self._named} sends an answer of more than {MOST_BYTES >> 20} MiB",
                hint="see whether the address is the right one",
            )
        return Answer(
            response.status,
            response.headers.get("Date", ""),
            response.headers.get("Location", ""),
            content,
        )

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            _close(self._all)
            self._of_thread = threading.local()

    @property
    def _named(self) -> str:
        return f"the {self._connection.named} {self._connection.url}"

    def _opened(self) -> HTTPConnection:
        """Return the connection of this thread; one that the server has closed is opened anew."""
        kept: HTTPConnection | None = getattr(self._of_thread, "connection", None)
        if kept is None:
            kept = self._of_thread.connection = self._new()
            with self._lock:
                self._all.append(kept)
        elif _is_ended(kept):
            kept.close()
        return kept

    def _new(self) -> HTTPConnection:
        to, proxy = self._connection, self._connection.proxy
        host, port = (proxy.host, proxy.port) if proxy else (to.host, to.port)
        if to.scheme == "http":
            return HTTPConnection(host, port, timeout=to.timeout_seconds)
        made = HTTPSConnection(
            host, port, timeout=to.timeout_seconds, context=_context(to.tls, to.named)
        )
        if proxy:
            known = {"Proxy-Authorization": proxy.authorization} if proxy.authorization else {}
            made.set_tunnel(to.host, to.port, known)
        return made

    def _target(self, target: str) -> str:
        """Return the target of a request; a proxy for HTTP is told the whole address."""
        to = self._connection
        if to.proxy and to.scheme == "http":
            return to.url.removesuffix(to.path) + target
        return target

    def _headers(self, body: bytes | None) -> dict[str, str]:
        to = self._connection
        found = {"Accept": "application/json", "User-Agent": "mlspec", **to.headers}
        if body is not None:
            found["Content-Type"] = "application/json"
        if to.proxy and to.proxy.authorization and to.scheme == "http":
            found["Proxy-Authorization"] = to.proxy.authorization
        return found


def _close(connections: list[HTTPConnection]) -> None:
    for each in connections:
        each.close()
    connections.clear()


def _is_ended(connection: HTTPConnection) -> bool:
    """Tell whether something lies in a connection that waits for nothing: its end, mostly."""
    if connection.sock is None:
        return False
    with selectors.DefaultSelector() as selector:
        selector.register(connection.sock, selectors.EVENT_READ)
        return bool(selector.select(0))


def _context(tls: Tls, named: str) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=tls.authorities or None)
        if tls.client:
            context.load_cert_chain(tls.client)
    except OSError as error:
        raise UsageError(
            f"the certificates for the {named} can't be read: {_words(error)}",
            hint=tls.hint,
        ) from error
    if not tls.is_verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _words(error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error)
    return str(reason or type(error).__name__)
