"""Finding backends by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.errors import UsageError
from mlspec.extensions import find
from mlspec.registry._port import BackendType

if TYPE_CHECKING:
    from mlspec.registry._port import Backend, Place

__all__ = ["backend_names", "find_backend", "open_backend"]


def backend_names() -> tuple[str, ...]:
    """Return the names of all backends, sorted, without importing any."""
    return tuple(each.name for each in find("mlspec.registry", "mlspec.backends"))


def find_backend(name: str) -> BackendType:
    """Return the backend of that name, importing its module.

    Raises:
        UsageError: there is none, or its module does not define a backend.
    """
    for extension in find("mlspec.registry", "mlspec.backends"):
        if extension.name == name:
            backend = extension.load("BACKEND").BACKEND
            if not isinstance(backend, BackendType):
                raise UsageError(f"`BACKEND` of the extension `{extension.module}` is no backend")
            return backend
    listed = ", ".join(f"`{each}`" for each in backend_names())
    raise UsageError(f"there is no registry backend `{name}`", hint=f"there are {listed}")


def open_backend(name: str, place: Place, environment: str) -> Backend:
    """Return the registry of one environment, opened but not touched.

    Raises:
        UsageError: there is no backend of that name.
    """
    return find_backend(name).open(place, environment)
