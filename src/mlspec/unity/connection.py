"""Where a workspace of Databricks is, and who asks: `DATABRICKS_HOST` and `DATABRICKS_TOKEN`.

A host in a spec comes from a pull request, so it must not choose who gets the token: it is sent
only to the origin that `DATABRICKS_HOST` names, and over TLS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit

from mlspec.errors import UsageError
from mlspec.printable import printable
from mlspec.wire.connection import (
    PORTS,
    Connection,
    Tls,
    in_header,
    origin_of,
    port_of,
    proxy_to,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["HOST_VARIABLE", "TOKEN_VARIABLE", "connection_to"]

HOST_VARIABLE: Final = "DATABRICKS_HOST"
TOKEN_VARIABLE: Final = "DATABRICKS_TOKEN"  # noqa: S105
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})


def connection_to(host: str | None, variables: Mapping[str, str]) -> Connection:
    """Return how to reach a workspace; without a host, the one that the environment names.

    A host without a scheme is meant with `https://`, as by every tool of Databricks. Plain HTTP is
    taken to this machine alone.

    Raises:
        UsageError: none is named, there is no token, or it is not meant for that host.
    """
    named, token = _address(_set(HOST_VARIABLE, variables)), _set(TOKEN_VARIABLE, variables)
    parts = _address(host) if host else named
    if origin_of(parts) != origin_of(named):
        raise UsageError(
            f"`{TOKEN_VARIABLE}` is set for another workspace than the one that `mlspec.yaml`"
            " names, so nothing is sent to it",
            details=(f"the workspace names `{parts.scheme}://{parts.netloc}`",),
            hint=f"if it is meant, set `{HOST_VARIABLE}` to it where the token is set",
        )
    return Connection(
        scheme=parts.scheme,
        host=parts.hostname or "",
        port=port_of(parts),
        named="Databricks workspace",
        headers={"Authorization": f"Bearer {in_header(token, TOKEN_VARIABLE)}"},
        tls=Tls(),
        proxy=proxy_to(parts, variables),
    )


def _set(variable: str, variables: Mapping[str, str]) -> str:
    value = variables.get(variable, "")
    if not value:
        raise UsageError(
            f"Unity Catalog can't be asked: `{variable}` is not set",
            hint=f"set `{HOST_VARIABLE}` to the address of the workspace, and `{TOKEN_VARIABLE}`",
        )
    return value


def _address(host: str) -> SplitResult:
    """Return the parts of an address.

    Raises:
        UsageError: it is none, or would send a token in the clear.
    """
    text = host if "://" in host else f"https://{host}"
    parts = _parts(text.rstrip("/"))
    if parts is None:
        raise UsageError(
            f"`{printable(host[:80])}` is no address of a Databricks workspace",
            hint="name one, as `https://dbc-a1b2c3d4-e5f6.cloud.databricks.com`",
        )
    if parts.scheme == "http" and parts.hostname not in _HERE:
        raise UsageError(
            f"`{printable(host[:80])}` would get the token in the clear",
            hint="name the workspace with `https://`",
        )
    return parts


def _parts(text: str) -> SplitResult | None:
    """Return the parts of an address that is an origin and no more; None where it is none."""
    try:
        parts = urlsplit(text)
        is_origin = bool(parts.hostname) and text == f"{parts.scheme}://{parts.netloc}"
        is_reached = port_of(parts) > 0 and parts.scheme in PORTS
    except ValueError:
        return None
    is_plain = text.isprintable() and not set(text) & set(" @")
    return parts if is_origin and is_reached and is_plain else None
