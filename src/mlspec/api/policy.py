"""Policy of a workspace: which packs are in force, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from mlspec.errors import UsageError
from mlspec.policy import (
    LOCK_FILE,
    Force,
    Judged,
    Stage,
    StatedWaiver,
    findings,
    in_force,
    judge,
    read_lock,
    read_pack_folder,
    shipped_folder,
    shipped_packs,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlspec.canonical import Json
    from mlspec.diagnostics import Diagnostic
    from mlspec.kinds.policy_binding import PolicyBindingSpec
    from mlspec.kinds.waiver import WaiverSpec
    from mlspec.policy import LockedPack, PackFiles
    from mlspec.workspace import Resource, Workspace

__all__ = ["PolicyReport", "force_of", "policy_of"]

_LOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class PolicyReport:
    """What policy says of the workspace of one environment."""

    force: Force
    judged: Judged
    diagnostics: tuple[Diagnostic, ...]


def policy_of(
    root: Path,
    workspace: Workspace,
    stage: Stage = Stage.VALIDATE,
    further: Mapping[str, Mapping[str, Json]] | None = None,
) -> PolicyReport:
    """Judge an (effective) workspace by the packs in force.

    `further` is what is known beside the specs, by address: `change`, `registry`, `evidence`.

    Raises:
        UsageError: `mlspec.lock` is no lock.
    """
    force = force_of(root, workspace)
    known = further or {}

    def beside(resource: Resource) -> Mapping[str, Json]:
        return known.get(resource.address, {})

    judged = judge(workspace, force.packs, _waivers(workspace), stage, beside)
    return PolicyReport(force, judged, (*force.diagnostics, *findings(workspace, judged)))


def force_of(root: Path, workspace: Workspace) -> Force:
    """Return the packs in force in a workspace.

    Raises:
        UsageError: `mlspec.lock` is no lock.
    """
    if not workspace.of_kind("PolicyBinding"):
        return Force()

    def fetch(spec: PolicyBindingSpec) -> PackFiles:
        return _fetch(root, spec)

    return in_force(workspace, fetch, _lock(root))


def _fetch(root: Path, spec: PolicyBindingSpec) -> PackFiles:
    source = spec.source
    if source is None:
        if spec.pack not in shipped_packs():
            listed = ", ".join(f"`{each}`" for each in shipped_packs())
            raise UsageError(
                f"mlspec ships no pack `{spec.pack}`",
                hint=f"it ships {listed}; another one needs `source.folder` or `source.repository`",
            )
        return read_pack_folder(shipped_folder() / spec.pack, f"policy-packs/{spec.pack}")
    folder = source.folder or ""
    location = (root / folder).resolve()
    if not location.is_relative_to(root.resolve()):
        raise UsageError(f"`{folder}` leads out of the workspace", hint="copy the pack into it")
    return read_pack_folder(location, folder)


def _lock(root: Path) -> Mapping[str, LockedPack] | None:
    try:
        with (root / LOCK_FILE).open("rb") as file:
            return read_lock(file.read(_LOCK_BYTES + 1))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"`{LOCK_FILE}` can't be read: {error.strerror}") from None


def _waivers(workspace: Workspace) -> tuple[StatedWaiver, ...]:
    return tuple(
        StatedWaiver(each.address, cast("WaiverSpec", each.spec))
        for each in workspace.of_kind("Waiver")
    )
