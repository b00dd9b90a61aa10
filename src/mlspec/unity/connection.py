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
    meant, token = variables.get(HOST_VARIABLE, ""), variables.get(TOKEN_VARIABLE, "")
    if not meant or not token:
        missing = TOKEN_VARIABLE if meant else HOST_VARIABLE
        raise UsageError(
            f"Unity Catalog can't be asked: `{missing}` is not set",
            hint=f"set `{HOST_VARIABLE}` to the address of the workspace, and `{TOKEN_VARIABLE}`",
        )
    named = _address(meant)
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
        headers={"Authorization": f"Bearer {in_header(token, TOKEN_VARIABLE)}"},
        tls=Tls(),
        proxy=proxy_to(parts, variables),
        named="Databricks workspace",
    )


def _address(host: str) -> SplitResult:
    """Return the parts of an address.

    Raises:
        UsageError: it is none, or would send a token in the clear.
    """
    text = host if "://" in host else f"https://{host}"
    try:
        parts = urlsplit(text.rstrip("/"))
        is_address = parts.scheme in PORTS and bool(parts.hostname) and bool(port_of(parts))
    except ValueError:
        parts, is_address = SplitResult("", "", "", "", ""), False
    is_whole = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc)
    if not (is_address and is_whole and text.isprintable() and " " not in text):
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
