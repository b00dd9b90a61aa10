"""`sagemaker`: SageMaker's registry for those who serve models, and records beside it. A preview.

It has no aliases: what traffic follows is the newest version that is approved, so that an
environment is a group of its own, by a region or a prefix of names. No account of AWS was tried.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.registry._mirrored import MirroredRegistry
from mlspec.registry._port import BackendType
from mlspec.registry._sagemaker_server import SagemakerServer
from mlspec.sagemaker.client import Client, connect
from mlspec.sagemaker.model import ALIAS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.registry._port import Place

__all__ = ["BACKEND"]

_NAME = "sagemaker"


def opened(place: Place, environment: str) -> MirroredRegistry:
    """Return the registry of one environment, opened but not touched."""
    there = replace(place, options={**place.options, "alias": ALIAS})
    return MirroredRegistry(there, environment, _NAME, _server)


def _server(options: Mapping[str, str]) -> SagemakerServer:
    return SagemakerServer(Client(connect(options.get("region"), os.environ)))


BACKEND = BackendType(
    _NAME, "SageMaker's model registry, with records beside it.", opened, is_preview=True
)
