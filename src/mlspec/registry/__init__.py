"""Registry backends: where applied state is kept. One module is one backend."""

from mlspec.registry._find import backend_names, find_backend, open_backend
from mlspec.registry._port import Backend, BackendType, Place, Transaction

__all__ = [
    "Backend",
    "BackendType",
    "Place",
    "Transaction",
    "backend_names",
    "find_backend",
    "open_backend",
]
