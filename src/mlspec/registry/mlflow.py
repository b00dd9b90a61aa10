"""`mlflow`: an MLflow server for those who serve models, and records beside it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mlspec.mlflow.client import Client
from mlspec.mlflow.connection import connection_to
from mlspec.registry._mirrored import MirroredRegistry
from mlspec.registry._mlflow_server import MlflowServer
from mlspec.registry._port import BackendType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.registry._port import Place

__all__ = ["BACKEND"]

_NAME = "mlflow"


def opened(place: Place, environment: str) -> MirroredRegistry:
    """Return the registry of one environment, opened but not touched."""
    return MirroredRegistry(place, environment, _NAME, _server)


def _server(options: Mapping[str, str]) -> MlflowServer:
    return MlflowServer(Client(connection_to(options.get("uri") or None, os.environ)))


BACKEND = BackendType(_NAME, "An MLflow server, with records beside it.", opened)
