"""Finding backends by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlspec.errors import UsageError
from mlspec.extensions import find
from mlspec.registry._port import BackendType

if TYPE_CHECKING:
    from mlspec.extensions import Extension
    from mlspec.registry._port import Backend, Place

__all__ = ["backend_names", "find_backend", "open_backend"]

_FAMILY: Final = ("mlspec.registry", "mlspec.backends")


def backend_names() -> tuple[str, ...]:
    """Return the names of all backends, sorted, without importing any."""
    return tuple(sorted(_word(each) for each in find(*_FAMILY)))


def find_backend(name: str) -> BackendType:
    """Return the backend of that name, importing its module.

    Raises:
        UsageError: there is none, or its module does not define a backend.
    """
    for extension in find(*_FAMILY):
        if _word(extension) == name:
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


def _word(extension: Extension) -> str:
    """Return the name of a backend: no module of ours can have a `-` in its own."""
    is_ours = extension.module.startswith(_FAMILY[0])
    return extension.name.replace("_", "-") if is_ours else extension.name
