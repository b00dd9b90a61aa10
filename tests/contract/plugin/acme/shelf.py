"""`shelf`: the embedded registry in a file of another name."""

from mlspec.registry import BackendType
from mlspec.registry.embedded import EmbeddedRegistry


def open_shelf(place, environment):
    """Return the registry of one environment."""
    return EmbeddedRegistry(place.path.with_name("shelf.db"), environment)


BACKEND = BackendType("shelf", "The embedded registry, elsewhere.", open_shelf)
