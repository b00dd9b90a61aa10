"""Ports, by number and by name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeGuard

if TYPE_CHECKING:
    from mlspec.canonical import Json

__all__ = ["PORT_NAME", "is_port"]

PORT_NAME = re.compile(r"(?!.*--)(?=.*[a-z])(?=.{1,15}\Z)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")
"""Names of IANA services: what a container may call its ports."""

_HIGHEST = 65535


def is_port(value: Json) -> TypeGuard[int]:
    """Tell whether a value is the number of a port."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _HIGHEST
