"""Where an MLflow server is, and who asks: from a URI and the environment variables of MLflow.

A URI in a spec comes from a pull request, so it must not choose who gets a credential: those of
the environment are sent only to an origin (scheme, host, port) that a variable of the
environment names, too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from mlspec.errors import UsageError
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["CREDENTIALS", "URI_VARIABLES", "Connection", "Proxy", "Tls", "connection_to"]

URI_VARIABLES = ("MLFLOW_REGISTRY_URI", "MLFLOW_TRACKING_URI")
"""The variables that name a server, the first one that is set decides."""
CREDENTIALS = (
    "MLFLOW_TRACKING_USERNAME",
    "MLFLOW_TRACKING_PASSWORD",
    "MLFLOW_TRACKING_TOKEN",
    "MLFLOW_TRACKING_CLIENT_CERT_PATH",
)
_PORTS = {"http": 80, "https": 443}
_TIMEOUT_SECONDS = 30.0
_LONGEST_TIMEOUT_SECONDS = 600.0
_TRUE = ("1", "true", "yes")
_REFUSED = {
    "arn": "SageMaker has a registry of its own, `registry.backend: sagemaker`",
    "databricks": "Databricks is not spoken to yet",
    "databricks-uc": "Unity Catalog is not spoken to: its interface makes no versions",
    "file": "a folder has no server that could order two writers",
    "uc": "Unity Catalog is not spoken to: its interface makes no versions",
}
_DATABASES = ("mssql", "mysql", "postgresql", "sqlite")


@dataclass(frozen=True, slots=True)
class Tls:
    """How a server proves who it is: by a file of authorities, or the system's where it is "".

    `client` is a PEM file with a certificate and its key, or "".
    """

    authorities: str = ""
    client: str = ""
    is_verified: bool = True


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy on the way; `authorization` is the value of its header, or ""."""

    host: str
    port: int
    authorization: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Connection:
    """Everything that a request needs besides itself. Its text never shows a credential."""

    scheme: str
    host: str
    port: int
    path: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    tls: Tls = Tls()
    proxy: Proxy | None = None
    timeout_seconds: float = _TIMEOUT_SECONDS

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port."""
        return self.scheme, self.host, self.port

    @property
    def url(self) -> str:
        """The address as people know it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


def connection_to(uri: str | None, variables: Mapping[str, str]) -> Connection:
    """Return how to reach a server; without a URI, the one that the environment names.

    The variables are those of MLflow's client (`MLFLOW_REGISTRY_URI`, `MLFLOW_TRACKING_URI`,
    `_USERNAME` and `_PASSWORD`, `_TOKEN`, `_INSECURE_TLS`, `_SERVER_CERT_PATH`,
    `_CLIENT_CERT_PATH`, `MLFLOW_WORKSPACE`, `MLFLOW_HTTP_REQUEST_TIMEOUT`) and those that name
    proxies. A name and a password go before a token, as there.

    Raises:
        UsageError: no server is named, it is of another kind, or the credentials of the
            environment are not meant for it.
    """
    if variables.get("MLFLOW_TRACKING_AWS_SIGV4", "").lower() in _TRUE:
        raise UsageError(
            "`MLFLOW_TRACKING_AWS_SIGV4` is set, but requests can't be signed for AWS",
            hint="reach the server through a proxy that signs, and unset the variable",
        )
    if uri is None:
        uri = next(filter(None, map(variables.get, URI_VARIABLES)), None)
        if uri is None:
            raise UsageError(
                "no MLflow server is named",
                hint="set `registry.mlflow.uri` in `mlspec.yaml`, or `MLFLOW_TRACKING_URI`",
            )
    elif urlsplit(uri).password:
        raise UsageError(
            "the URI of the MLflow server in `mlspec.yaml` holds a password",
            hint="take it out, and set `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`",
        )
    parts = _http(uri)
    _require_meant(parts, variables)
    proxy = _proxy(parts, variables)
    return Connection(
        scheme=parts.scheme,
        host=parts.hostname or "",
        port=_port(parts),
        path=parts.path.rstrip("/"),
        headers=dict(_headers(parts, variables)),
        tls=_tls(variables),
        proxy=proxy,
        timeout_seconds=_timeout(variables),
    )


def _http(uri: str) -> SplitResult:
    """Return the parts of a URI of a server.

    Raises:
        UsageError: it is the URI of something else.
    """
    try:
        parts = urlsplit(uri)
        port = _port(parts)
    except ValueError:
        parts, port = SplitResult("", "", "", "", ""), 0
    if parts.scheme in _PORTS and parts.hostname and port and uri.isprintable() and " " not in uri:
        return parts
    scheme = parts.scheme or uri.partition(":")[0]
    hint = "name a server, as `https://mlflow.example.com`"
    kind = scheme.partition("+")[0]
    if kind in _DATABASES:
        reason = "a database is written by its server alone"
    else:
        reason = _REFUSED.get(kind, "it is no HTTP address")
    raise UsageError(f"`{printable(kind)}:` can't be used for MLflow: {reason}", hint=hint)


def _port(parts: SplitResult) -> int:
    return parts.port or _PORTS.get(parts.scheme, 0)


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    return parts.scheme, parts.hostname or "", _port(parts)


def _require_meant(parts: SplitResult, variables: Mapping[str, str]) -> None:
    """Refuse to send a credential where no variable of the environment sends it."""
    held = [each for each in CREDENTIALS if variables.get(each)]
    if not held or _origin(parts) in set(_named(variables)):
        return
    raise UsageError(
        f"`{held[0]}` is set, but no variable of the environment names the MLflow server that"
        " `mlspec.yaml` does, so nothing is sent to it",
        details=(f"the workspace names `{parts.scheme}://{parts.hostname}:{_port(parts)}`",),
        hint="if it is meant, set `MLFLOW_TRACKING_URI` to it where the credential is set",
    )


def _named(variables: Mapping[str, str]) -> Iterator[tuple[str, str, int]]:
    for name in URI_VARIABLES:
        try:
            yield _origin(urlsplit(variables.get(name, "")))
        except ValueError:
            continue


def _headers(parts: SplitResult, variables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    name, password = (variables.get(each, "") for each in CREDENTIALS[:2])
    token = variables.get("MLFLOW_TRACKING_TOKEN", "")
    if parts.password:
        name, password = unquote(parts.username or ""), unquote(parts.password)
    if name and password:
        yield "Authorization", _basic(name, password)
    elif token:
        yield "Authorization", f"Bearer {_in_header(token, 'MLFLOW_TRACKING_TOKEN')}"
    if workspace := variables.get("MLFLOW_WORKSPACE", ""):
        yield "X-MLFLOW-WORKSPACE", _in_header(workspace, "MLFLOW_WORKSPACE")


def _in_header(value: str, variable: str) -> str:
    """Return a value that can stand in a header; a line break would start another one."""
    if not (value.isascii() and value.isprintable()):
        raise UsageError(
            f"`{variable}` holds what can't be sent: a line break, or letters beyond ASCII",
            hint="set it again; a secret read from a file often ends with a line break",
        )
    return value


def _basic(name: str, password: str) -> str:
    from base64 import b64encode

    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()


def _tls(variables: Mapping[str, str]) -> Tls:
    is_insecure = variables.get("MLFLOW_TRACKING_INSECURE_TLS", "").lower() in _TRUE
    return Tls(
        variables.get("MLFLOW_TRACKING_SERVER_CERT_PATH", ""),
        variables.get("MLFLOW_TRACKING_CLIENT_CERT_PATH", ""),
        is_verified=not is_insecure,
    )


def _timeout(variables: Mapping[str, str]) -> float:
    try:
        seconds = float(variables.get("MLFLOW_HTTP_REQUEST_TIMEOUT", _TIMEOUT_SECONDS))
    except ValueError:
        return _TIMEOUT_SECONDS
    return min(seconds, _LONGEST_TIMEOUT_SECONDS) if seconds > 0 else _TIMEOUT_SECONDS


def _proxy(parts: SplitResult, variables: Mapping[str, str]) -> Proxy | None:
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
    if way.scheme not in _PORTS or not way.hostname:
        raise UsageError(
            f"the proxy for `{scheme}` is none that can be used",
            hint=f"set `{scheme}_proxy` to an address such as `http://proxy.example.com:3128`",
        )
    known = _basic(unquote(way.username), unquote(way.password or "")) if way.username else ""
    return Proxy(way.hostname, _port(way), known)


def _is_bypassed(parts: SplitResult, found: Mapping[str, str]) -> bool:
    from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # no stub

    return bool(proxy_bypass_environment(f"{parts.hostname}:{_port(parts)}", dict(found)))
