"""A server on a free port of loopback, for as long as a block of a test lasts."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["Double", "Exchange", "doubled", "served"]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def served(exchange):
    """Start a server whose requests are each an `exchange`, and end it afterwards."""
    server = _Server(("127.0.0.1", 0), exchange)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Exchange(BaseHTTPRequestHandler):
    """One request and its answer: `take` has to answer, whatever the method is."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet for an answer

    def take(self):
        """Take the request, of which the content has been read."""
        raise NotImplementedError

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self._taken
        raise AttributeError(name)

    def _taken(self):
        self.content = self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.take()

    def say(self, status, content, headers=None):
        """Answer with bytes."""
        self.send_response(status)
        self.end(content, headers or {})

    def say_json(self, status, value, kind="application/json"):
        """Answer with a value."""
        self.say(status, json.dumps(value).encode(), {"Content-Type": kind})

    def end(self, content, headers):
        """Send all that follows the status."""
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Say nothing."""


class Double:
    """What stands for a service that can't run here; `holds` names the attributes of its state.

    `asked` are the operations in order, `denied` those that nobody may do.
    """

    holds = ()

    def __init__(self):
        self.lock = threading.RLock()
        self.asked, self.lost, self.denied = [], {}, set()
        self.address = ""

    def like(self, other):
        """Hold what another one holds."""
        self.__dict__ |= deepcopy({name: getattr(other, name) for name in self.holds})

    def lose_answer(self, operation, times=1):
        """Carry an operation out and answer 503, so many times."""
        self.lost[operation] = times

    def is_lost(self, operation):
        """Tell whether the answer to an operation that was carried out is lost."""
        left = self.lost.get(operation, 0)
        self.lost[operation] = max(0, left - 1)
        return left > 0


@contextmanager
def doubled(double, exchange):
    """Start a double, whose requests are each an `exchange`, and end it afterwards."""
    with served(exchange) as server:
        server.double, double.address = double, server.address
        yield double
