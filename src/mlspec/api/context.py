"""What holds for a whole plan, read from a session: settings, digests of tools, evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api._patching import files_of_patches
from mlspec.api._signers import signers_text
from mlspec.api.pack_sources import lock_of
from mlspec.canonical import digest_bytes, digest_file, digest_value
from mlspec.ledger import Strength
from mlspec.planning import (
    SIGNERS_FILE,
    Action,
    Freeze,
    Level,
    Move,
    PlanContext,
    Removal,
    Toolchain,
    desired_objects,
)
from mlspec.resources import data_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.planning import Desired, Law
    from mlspec.workspace import Workspace

__all__ = ["context_of", "wanted_objects"]


def wanted_objects(session: Session, workspace: Workspace) -> Mapping[str, Desired]:
    """Return what the registry should hold: signers, digests of packs, files of patches included.

    Raises:
        UsageError: the file of allowed signers can't be read, or lies elsewhere; `mlspec.lock` is
            no lock.
    """
    signers = signers_text(session.root).splitlines()
    patches = files_of_patches(session.root, workspace)
    return desired_objects(workspace, signers, _locked(session, workspace), patches)


def _locked(session: Session, workspace: Workspace) -> Mapping[str, str]:
    """Return the digests of locked policy packs by name; nothing is read where none is bound."""
    if not workspace.of_kind("PolicyBinding"):
        return {}
    return {name: each.digest for name, each in (lock_of(session.root) or {}).items()}


def context_of(
    session: Session,
    workspace: Workspace,
    *,
    backend: str | None = None,
    law: Law | None = None,
) -> PlanContext:
    """Return the context of an environment as the specs state it.

    `backend` is the name of the one that its state comes from, by default of the one in force;
    `law` has the policy packs that decide, too.
    What is known of a plan only is left out: its scope, its authors, from when it is good.
    """
    spec = workspace.spec
    settings = spec.environments[workspace.environment]
    strength = settings.minimum_strength
    return PlanContext(
        environment=workspace.environment,
        backend=backend or session.place()[0],
        toolchain=_toolchain(law),
        sources=_sources(session),
        require_gates=settings.require_gates,
        signed_evidence=settings.signed_evidence,
        signed_profiles=settings.signed_profiles,
        recomputed_evidence=settings.recomputed_evidence,
        require_approvals=settings.require_approvals,
        minimum_strength=None if strength is None else Strength(strength),
        freezes=tuple(
            Freeze(each.id, each.start, each.end, each.reason, Level(each.allow))
            for each in settings.freezes
        ),
        delete_budget=settings.delete_budget,
        moves=tuple(Move(each.previous, each.address) for each in spec.moved),
        removals=tuple(
            Removal(each.address, Action(each.action), each.reason) for each in spec.removed
        ),
    )


def _sources(session: Session) -> dict[str, str]:
    files = {each.file: each.digest for each in session.sources.values()}
    signers = signers_text(session.root)
    files |= {SIGNERS_FILE: digest_bytes(signers.encode())} if signers else {}
    return files | _own_templates(session) | _patches(session)


def _own_templates(session: Session) -> dict[str, str]:
    """Return the digests of the templates of the workspace: they decide what an apply publishes."""
    folder = session.sound().spec.paths.templates
    root = session.root.resolve()
    found = sorted((root / folder).rglob("*")) if folder else []
    inside = (each for each in found if each.resolve().is_relative_to(root) and each.is_file())
    return {each.relative_to(root).as_posix(): digest_file(each) for each in inside}


def _patches(session: Session) -> dict[str, str]:
    """Return the digests of the files that patches name: they, too, decide what is published."""
    from mlspec.api._patch_sources import patch_sources

    found = patch_sources(session.root, session.sound())
    return {name: each.digest for name, each in found.items()}


def _toolchain(law: Law | None) -> Toolchain:
    return Toolchain(
        policy=law.digest if law else "",
        schema=_folder_digest(data_path("schemas") / "v1"),
        templates=_folder_digest(data_path("templates")),
    )


def _folder_digest(folder: Path) -> str:
    files: Mapping[str, str] = {
        path.relative_to(folder).as_posix(): digest_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return digest_value(files)
