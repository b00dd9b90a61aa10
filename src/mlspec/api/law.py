"""The law that plans are judged by: what the specs bind, and whom the registry believes.

Where nothing is bound, nothing of the language of policy is loaded.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from mlspec.api.pack_sources import recalled_files
from mlspec.api.session import described
from mlspec.diagnostics import has_errors
from mlspec.planning import Law
from mlspec.policy import Staff, stated_waivers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.canonical import Json
    from mlspec.policy import BoundPack, Looks, StatedTeam
    from mlspec.registry import Backend
    from mlspec.workspace import Resource, Workspace

    Adds = Callable[[Resource, Mapping[str, Json]], Mapping[str, Json]]

__all__ = ["law_of", "under_registry"]


def law_of(session: Session, workspace: Workspace) -> Law:
    """Return the law of the environment of an effective workspace.

    Raises:
        UsageError: `mlspec.lock` is no lock.
    """
    packs, faults = _in_force(session.root, workspace)
    return Law(
        workspace,
        packs,
        stated_waivers(workspace),
        faults,
        partial(_items, session.root, workspace, None),
        partial(recalled_files, session.root),
        looks=partial(_looks, session.root, None, None),
    )


def _looks(root: Path, signers: str | None, backend: Backend | None, workspace: Workspace) -> Looks:
    """Return what looks at papers of a workspace, and at those that a registry has kept."""
    from mlspec.api._seen import Seen

    return Seen(root, workspace, None if backend is None else lambda: backend, signers)


def _in_force(root: Path, workspace: Workspace) -> tuple[tuple[BoundPack, ...], tuple[str, ...]]:
    """Return the packs that apply in the environment, and what is wrong with any."""
    if not workspace.of_kind("PolicyBinding"):
        return (), ()
    from mlspec.api.policy import force_of

    force = force_of(root, workspace)
    faults = tuple(described(each) for each in force.diagnostics if has_errors([each]))
    return tuple(each for each in force.packs if each.applies_in(workspace.environment)), faults


def _items(
    root: Path, workspace: Workspace, signers: str | None, packs: Sequence[BoundPack]
) -> Adds:
    from mlspec.api.policy import EvidenceItems

    return EvidenceItems(root, workspace, packs, signers).added_to


def under_registry(
    law: Law,
    session: Session,
    signers: str,
    teams: Sequence[StatedTeam] | None,
    backend: Backend | None = None,
) -> Law:
    """Return a law that believes whom the registry does, as approvals do.

    Evidence counts by the allowed signers in force, and waivers by the teams that were recorded;
    None means that there are none yet. Papers that the `backend` has kept are seen; None stands for
    a state in a file, which keeps none. So a change brings neither the signer of its own evidence
    nor who approves its own waiver.
    """
    staff = None if teams is None else Staff.of(teams)
    return replace(
        law,
        waivers=stated_waivers(law.workspace, staff),
        beside=partial(_items, session.root, law.workspace, signers),
        looks=partial(_looks, session.root, signers, backend),
    )
