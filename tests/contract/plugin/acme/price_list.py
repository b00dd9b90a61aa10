"""`price-list`: what is served, as CSV."""

from mlspec.ir import Artifact
from mlspec.targets import Target


def emit(bundle, _renderer):
    """Yield one file with a line for each service."""
    lines = [f"{each.name},{each.replicas_maximum}" for each in bundle.services]
    yield Artifact("prices/services.csv", "\n".join(["service,replicas", *lines, ""]), "")


TARGET = Target("price-list", "What is served, as CSV.", emit)
