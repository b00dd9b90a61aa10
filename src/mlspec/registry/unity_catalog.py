"""`unity-catalog`: models in Databricks' Unity Catalog, and records beside it. A preview.

An environment is an alias of its models, in a catalog and a schema of its own if it says so. No
workspace of Databricks was tried. It makes no versions: see `mlspec.unity.writing`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mlspec.errors import UsageError
from mlspec.registry._mirrored import MirroredRegistry
from mlspec.registry._port import BackendType
from mlspec.registry._unity_server import UnityServer
from mlspec.unity.client import Client
from mlspec.unity.connection import connection_to
from mlspec.unity.model import Schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.registry._port import Place

__all__ = ["BACKEND"]

_SETTING = "unityCatalog"


def opened(place: Place, environment: str) -> MirroredRegistry:
    """Return the registry of one environment, opened but not touched."""
    return MirroredRegistry(place, environment, _SETTING, _server)


def _server(options: Mapping[str, str]) -> UnityServer:
    catalog, schema = options.get("catalog", ""), options.get("schema", "")
    if not catalog or not schema:
        raise UsageError(
            "no catalog and schema of Unity Catalog are named",
            hint=f"set `registry.{_SETTING}.catalog` and `.schema` in `mlspec.yaml`",
        )
    return UnityServer(_client(options.get("host", "")), Schema(catalog, schema))


def _client(host: str) -> Client:
    return Client(connection_to(host or None, os.environ))


BACKEND = BackendType(
    "unity-catalog",
    "Models in Unity Catalog, with records beside it.",
    opened,
    is_preview=True,
)
