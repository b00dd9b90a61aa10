"""`mlflow`: an MLflow server for those who serve models, and records beside it."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from mlspec.mlflow.client import Client
from mlspec.mlflow.connection import connection_to
from mlspec.registry._mirrored import MirroredRegistry
from mlspec.registry._mlflow_server import MlflowServer
from mlspec.registry._port import BackendType

if TYPE_CHECKING:
    from mlspec.registry._port import Place

__all__ = ["BACKEND"]

_NAME = "mlflow"


def opened(place: Place, environment: str) -> MirroredRegistry:
    """Return the registry of one environment, opened but not touched."""

    @cache
    def client() -> Client:
        """Return the one client, whose connections are kept."""
        return Client(connection_to(place.options.get("uri") or None, os.environ))

    return MirroredRegistry(
        place,
        environment,
        _NAME,
        connect=lambda _options: MlflowServer(client()),
        prompts=lambda _options: MlflowServer(client(), prompts=True),
    )


BACKEND = BackendType(_NAME, "An MLflow server, with records beside it.", opened)
