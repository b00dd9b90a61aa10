"""Where an MLflow server is, and who asks: from a URI and the environment variables of MLflow.

A URI in a spec comes from a pull request, so it must not choose who gets a credential: those of
the environment are sent only to an origin (scheme, host, port) that a variable of the
environment names, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from mlspec.errors import UsageError
from mlspec.mlflow._credentials import kept_credentials
from mlspec.printable import printable
from mlspec.wire.connection import (
    PORTS,
    TIMEOUT_SECONDS,
    Connection,
    Tls,
    basic,
    in_header,
    origin_of,
    port_of,
    proxy_to,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["CREDENTIALS", "URI_VARIABLES", "Connection", "connection_to"]

URI_VARIABLES = ("MLFLOW_REGISTRY_URI", "MLFLOW_TRACKING_URI")
"""The variables that name a server, the first one that is set decides."""
CREDENTIALS = (
    "MLFLOW_TRACKING_USERNAME",
    "MLFLOW_TRACKING_PASSWORD",
    "MLFLOW_TRACKING_TOKEN",
    "MLFLOW_TRACKING_CLIENT_CERT_PATH",
)
_LONGEST_TIMEOUT_SECONDS = 600.0
_TRUE = ("1", "true", "yes")
_UNITY = "Unity Catalog has a registry of its own, `registry.backend: unity-catalog`"
_REFUSED = {
    "arn": "SageMaker has a registry of its own, `registry.backend: sagemaker`",
    "databricks": "a workspace of Databricks is spoken to for Unity Catalog alone,"
    " by `registry.backend: unity-catalog`",
    "databricks-uc": _UNITY,
    "file": "a folder has no server that could order two writers",
    "uc": _UNITY,
}
_DATABASES = ("mssql", "mysql", "postgresql", "sqlite")


def connection_to(uri: str | None, variables: Mapping[str, str]) -> Connection:
    """Return how to reach a server; without a URI, the one that the environment names.

    The variables are those of MLflow's client (`MLFLOW_REGISTRY_URI`, `MLFLOW_TRACKING_URI`,
    `_USERNAME` and `_PASSWORD`, `_TOKEN`, `_INSECURE_TLS`, `_SERVER_CERT_PATH`,
    `_CLIENT_CERT_PATH`, `MLFLOW_WORKSPACE`, `MLFLOW_HTTP_REQUEST_TIMEOUT`) and those that name
    proxies. A name and a password go before a token, as there. Where neither is set, those of
    `~/.mlflow/credentials` go to a server that the environment names, and to no other one.

    Raises:
        UsageError: no server is named, it is of another kind, or the credentials of the
            environment are not meant for it.
    """
    parts = _http(_told(uri, variables))
    _require_meant(parts, variables)
    return Connection(
        scheme=parts.scheme,
        host=parts.hostname or "",
        port=port_of(parts),
        named="MLflow server",
        path=parts.path.rstrip("/"),
        headers=dict(_headers(parts, variables)),
        tls=_tls(variables),
        proxy=proxy_to(parts, variables),
        timeout_seconds=_timeout(variables),
    )


def _told(uri: str | None, variables: Mapping[str, str]) -> str:
    """Return the URI of a spec, or else the one that the environment names.

    Raises:
        UsageError: none is named, it holds a password, or requests to it have to be signed.
    """
    if variables.get("MLFLOW_TRACKING_AWS_SIGV4", "").lower() in _TRUE:
        raise UsageError(
            "`MLFLOW_TRACKING_AWS_SIGV4` is set, but requests can't be signed for AWS",
            hint="reach the server through a proxy that signs, and unset the variable",
        )
    if uri is None:
        return _of_environment(variables)
    if urlsplit(uri).password:
        raise UsageError(
            "the URI of the MLflow server in `mlspec.yaml` holds a password",
            hint="take it out, and set `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`",
        )
    return uri


def _of_environment(variables: Mapping[str, str]) -> str:
    uri = next(filter(None, map(variables.get, URI_VARIABLES)), None)
    if uri is None:
        raise UsageError(
            "no MLflow server is named",
            hint="set `registry.mlflow.uri` in `mlspec.yaml`, or `MLFLOW_TRACKING_URI`",
        )
    return uri


def _http(uri: str) -> SplitResult:
    """Return the parts of a URI of a server.

    Raises:
        UsageError: it is the URI of something else.
    """
    try:
        parts = urlsplit(uri)
        port = port_of(parts)
    except ValueError:
        parts, port = SplitResult("", "", "", "", ""), 0
    if parts.scheme in PORTS and parts.hostname and port and uri.isprintable() and " " not in uri:
        return parts
    scheme = parts.scheme or uri.partition(":")[0]
    hint = "name a server, as `https://mlflow.example.com`"
    kind = scheme.partition("+")[0]
    if kind in _DATABASES:
        reason = "a database is written by its server alone"
    else:
        reason = _REFUSED.get(kind, "it is no HTTP address")
    raise UsageError(f"`{printable(kind)}:` can't be used for MLflow: {reason}", hint=hint)


def _require_meant(parts: SplitResult, variables: Mapping[str, str]) -> None:
    """Refuse to send a credential where no variable of the environment sends it."""
    held = [each for each in CREDENTIALS if variables.get(each)]
    if not held or origin_of(parts) in set(_named(variables)):
        return
    raise UsageError(
        f"`{held[0]}` is set, but no variable of the environment names the MLflow server that"
        " `mlspec.yaml` does, so nothing is sent to it",
        details=(f"the workspace names `{parts.scheme}://{parts.hostname}:{port_of(parts)}`",),
        hint="if it is meant, set `MLFLOW_TRACKING_URI` to it where the credential is set",
    )


def _named(variables: Mapping[str, str]) -> Iterator[tuple[str, str, int]]:
    for name in URI_VARIABLES:
        try:
            yield origin_of(urlsplit(variables.get(name, "")))
        except ValueError:
            continue


def _headers(parts: SplitResult, variables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    name, password = _asking(parts, variables)
    token = variables.get("MLFLOW_TRACKING_TOKEN", "")
    if name and password:
        yield "Authorization", basic(name, password)
    elif token:
        yield "Authorization", f"Bearer {in_header(token, 'MLFLOW_TRACKING_TOKEN')}"
    if workspace := variables.get("MLFLOW_WORKSPACE", ""):
        yield "X-MLFLOW-WORKSPACE", in_header(workspace, "MLFLOW_WORKSPACE")


def _asking(parts: SplitResult, variables: Mapping[str, str]) -> tuple[str, str]:
    """Return the name and password of who asks: of the URI, the variables, or the user's file."""
    if parts.password:
        return unquote(parts.username or ""), unquote(parts.password)
    name, password = (variables.get(each, "") for each in CREDENTIALS[:2])
    if (name and password) or variables.get("MLFLOW_TRACKING_TOKEN"):
        return name, password
    return _kept(parts, variables, name)


def _kept(parts: SplitResult, variables: Mapping[str, str], name: str) -> tuple[str, str]:
    """Return what the user's file keeps for a server that the environment names.

    `name` is who asks where the environment says so: the password of another one is not theirs.
    """
    if origin_of(parts) not in set(_named(variables)):
        return "", ""
    kept_name, password = kept_credentials(variables)
    is_theirs = not name or not kept_name or name == kept_name
    return (name or kept_name, password) if is_theirs else ("", "")


def _tls(variables: Mapping[str, str]) -> Tls:
    is_insecure = variables.get("MLFLOW_TRACKING_INSECURE_TLS", "").lower() in _TRUE
    return Tls(
        variables.get("MLFLOW_TRACKING_SERVER_CERT_PATH", ""),
        variables.get("MLFLOW_TRACKING_CLIENT_CERT_PATH", ""),
        is_verified=not is_insecure,
        hint="see `MLFLOW_TRACKING_SERVER_CERT_PATH` and `MLFLOW_TRACKING_CLIENT_CERT_PATH`",
    )


def _timeout(variables: Mapping[str, str]) -> float:
    try:
        seconds = float(variables.get("MLFLOW_HTTP_REQUEST_TIMEOUT", TIMEOUT_SECONDS))
    except ValueError:
        return TIMEOUT_SECONDS
    return min(seconds, _LONGEST_TIMEOUT_SECONDS) if seconds > 0 else TIMEOUT_SECONDS
