"""`plan`: what a change means. Writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec import __version__
from mlspec.api.context import context_of, known_evidence
from mlspec.api.session import open_session
from mlspec.planning import Envelope, desired_objects, make_plan, observe_for

if TYPE_CHECKING:
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.planning import Plan

__all__ = ["plan"]


def plan(directory: Path | None = None, environment: str | None = None) -> Plan:
    """Compare the specs of an environment with its registry. Writes nothing.

    Raises:
        SpecInvalidError: the specs have errors.
        UsageError: there is no such workspace or environment.
        RegistryUnavailableError: the registry can't be read.
        TamperedPlanError: an evidence record does not match its own digest.
    """
    session = open_session(directory)
    workspace = session.environment(environment)
    backend = session.backend(workspace.environment)
    desired = desired_objects(workspace)
    context = context_of(session, workspace, envelope=_envelope(session))
    return make_plan(
        desired,
        observe_for(backend, desired, context),
        context,
        known_evidence(session, workspace),
    )


def _envelope(session: Session) -> Envelope:
    from mlspec.vcs import head_commit

    paths = ["mlspec.yaml", session.sound().spec.paths.specs]
    commit = head_commit(session.root, paths)
    return Envelope(
        rendered_by=f"mlspec {__version__}",
        commit=commit.id if commit else None,
        dirty=commit.dirty if commit else False,
    )
