"""`diff`: two environments side by side, as the specs want them or as they were applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api.context import wanted_objects
from mlspec.api.session import open_session
from mlspec.planning.compare import Side, compare
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.planning.compare import ComparedView

__all__ = ["compare_environments"]


def compare_environments(
    left: str, right: str, directory: Path | None = None, *, applied: bool = False
) -> ComparedView:
    """Return how two environments differ: by their effective specs, or by what is `applied`.

    Raises:
        UsageError: there is no such workspace or environment.
        SpecInvalidError: the specs have errors.
        RegistryUnavailableError: a registry can't be read.
    """
    session = open_session(directory)
    side = _applied if applied else _specified
    return compare(side(session, left), side(session, right), "registry" if applied else "specs")


def _specified(session: Session, environment: str) -> Side:
    desired = wanted_objects(session, session.environment(environment))
    return Side.of(environment, {each.address: each.body for each in desired.values()})


def _applied(session: Session, environment: str) -> Side:
    workspace = session.environment(environment)
    records = session.backend(workspace.environment).observe().objects.values()
    live = {each.address: each.body for each in records if each.lifecycle is Lifecycle.LIVE}
    return Side.of(environment, live)
