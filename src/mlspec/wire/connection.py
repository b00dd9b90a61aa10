"""Where a server is and how it is reached: what a request over HTTP needs besides itself.

Whose server it is and which variables of the environment name it is decided elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, unquote, urlsplit

from mlspec.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "PORTS",
    "TIMEOUT_SECONDS",
    "Connection",
    "Proxy",
    "Tls",
    "basic",
    "in_header",
    "origin_of",
    "port_of",
    "proxy_to",
]

PORTS: Final = {"http": 80, "https": 443}
TIMEOUT_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Tls:
    """How a server proves who it is: by a file of authorities, or the system's where it is "".

    `client` is a PEM file with a certificate and its key, or "". `hint` says where they are named.
    """

    authorities: str = ""
    client: str = ""
    is_verified: bool = True
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy on the way; `authorization` is the value of its header, or ""."""

    host: str
    port: int
    authorization: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Connection:
    """Everything that a request needs besides itself. Its text never shows a credential.

    `named` is what people are told that the server is.
    """

    scheme: str
    host: str
    port: int
    named: str
    path: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    tls: Tls = Tls()
    proxy: Proxy | None = None
    timeout_seconds: float = TIMEOUT_SECONDS

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port."""
        return self.scheme, self.host, self.port

    @property
    def url(self) -> str:
        """The address as people know it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


def port_of(parts: SplitResult) -> int:
    """Return the port of an address; 0 where its scheme has none."""
    return parts.port or PORTS.get(parts.scheme, 0)


def origin_of(parts: SplitResult) -> tuple[str, str, int]:
    """Return scheme, host and port of an address."""
    return parts.scheme, parts.hostname or "", port_of(parts)


def in_header(value: str, variable: str) -> str:
    """Return a value that can stand in a header; a line break would start another one."""
    if not (value.isascii() and value.isprintable()):
        raise UsageError(
            f"`{variable}` holds what can't be sent: a line break, or letters beyond ASCII",
            hint="set it again; a secret read from a file often ends with a line break",
        )
    return value


def basic(name: str, password: str) -> str:
    """Return the value of a header that tells a name and a password."""
    from base64 import b64encode

    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()


def proxy_to(parts: SplitResult, variables: Mapping[str, str]) -> Proxy | None:
    """Return the proxy that the environment names for a server, by the rules of `urllib`."""
    ending = "_proxy"
    found = {
        key.lower().removesuffix(ending): value
        for key, value in sorted(variables.items())  # upper case first: lower case wins
        if key.lower().endswith(ending)
    }
    if variables.get("REQUEST_METHOD"):  # a header `Proxy` of a CGI request is no setting
        found["http"] = variables.get("http_proxy", "")
    chosen = found.get(parts.scheme) or found.get("all")
    return None if not chosen or _is_bypassed(parts, found) else _way(chosen, parts.scheme)


def _way(chosen: str, scheme: str) -> Proxy:
    way = urlsplit(chosen if "://" in chosen else f"http://{chosen}")
    if way.scheme not in PORTS or not way.hostname:
        raise UsageError(
            f"the proxy for `{scheme}` is none that can be used",
            hint=f"set `{scheme}_proxy` to an address such as `http://proxy.example.com:3128`",
        )
    known = basic(unquote(way.username), unquote(way.password or "")) if way.username else ""
    return Proxy(way.hostname, port_of(way), known)


def _is_bypassed(parts: SplitResult, found: Mapping[str, str]) -> bool:
    from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # no stub

    return bool(proxy_bypass_environment(f"{parts.hostname}:{port_of(parts)}", dict(found)))
