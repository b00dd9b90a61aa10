"""A proxy on loopback that stands before an MLflow server and breaks one write of its choice."""

from __future__ import annotations

import http.client
import threading
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import urlsplit

from tests.loopback import Exchange, served

_HOP = {"connection", "content-length", "date", "host", "server", "transfer-encoding"}


class Proxy:
    """Passes all on. `writes` are what was not a GET, in order, as `POST create`.

    `faults` has by number of a write, from 1, what happens to it: a function of the exchange. It
    may `pass_on()` the request or not, and then `answer` something or `cut`. `at_first` happens to
    every write when it comes for the first time. `ahead_seconds` is how much later it is by the
    answers than by the clock of the server, so that hours pass without anybody waiting.
    """

    def __init__(self, address):
        self.target = urlsplit(address)
        self.writes = []
        self.requests = []
        self.faults, self.at_first = {}, None
        self.ahead_seconds = 0
        self._known = set()
        self.lock = threading.Lock()
        self.address = ""

    def forget(self, faults=None, at_first=None):
        """Begin to count anew."""
        with self.lock:
            self.writes.clear()
            self.requests.clear()
            self._known.clear()
            self.faults, self.at_first = faults or {}, at_first
            self.ahead_seconds = 0

    def fault_of(self, method, path, body):
        """Note a request, and return what happens to it; None for nothing."""
        name = f"{method} {urlsplit(path).path.rpartition('/mlflow/')[2]}"
        with self.lock:
            self.requests.append(name)
            if method == "GET":
                return None
            self.writes.append(name)
            is_new = (name, body) not in self._known
            self._known.add((name, body))
            return self.faults.get(len(self.writes)) or (self.at_first if is_new else None)


@contextmanager
def proxied(address):
    with served(_Exchange) as server:
        server.proxy = proxy = Proxy(address)
        proxy.address = server.address
        yield proxy


class _Exchange(Exchange):
    @property
    def of(self):
        return self.server.proxy

    def take(self):
        """Take one request."""
        self.body = self.content or None
        fault = self.of.fault_of(self.command, self.path, self.body)
        if fault is None:
            self.answer(*self.pass_on())
        else:
            fault(self)

    def pass_on(self):
        """Send the request to the server and return its answer."""
        target = self.of.target
        connection = http.client.HTTPConnection(target.hostname, target.port, timeout=60)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in _HOP}
        connection.request(self.command, self.path, self.body, headers)
        response = connection.getresponse()
        found = response.status, response.read(), dict(response.headers)
        connection.close()
        return found

    def answer(self, status, content=b"", headers=None):
        """Answer the client."""
        self.send_response_only(status)
        told = {k: v for k, v in (headers or {}).items() if k.lower() not in _HOP - {"date"}}
        told = {k: self.later(v) if k.lower() == "date" else v for k, v in told.items()}
        self.end(content, told)

    def later(self, date):
        """Return the moment that the proxy says it is, by that of the server."""
        moment = parsedate_to_datetime(date) + timedelta(seconds=self.of.ahead_seconds)
        return format_datetime(moment, usegmt=True)

    def cut(self):
        """Close the connection without an answer."""
        self.close_connection = True
