"""Installing packs from git, and writing down which bytes of which packs are meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from mlspec.api.files import write_text
from mlspec.api.pack_sources import fetched, installed, keep_pack, lock_of
from mlspec.api.session import open_session
from mlspec.diagnostics import has_errors
from mlspec.errors import UsageError
from mlspec.policy import LOCK_FILE, in_force, lock_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mlspec.kinds.policy_binding import PolicyBindingSpec
    from mlspec.policy import LockedPack, Origin, Pack, PackFiles
    from mlspec.workspace import Workspace

__all__ = ["LockWritten", "PackInstalled", "install_packs", "lock_packs"]

_UNLOCKED = "unlocked-pack"
"""What a lock is there to mend."""


@dataclass(frozen=True, slots=True)
class LockWritten:
    """The lock, the packs in it, and whether it is another one than before."""

    path: Path
    packs: tuple[Pack, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class PackInstalled:
    """A pack from git, its digest, and whether it was fetched just now."""

    name: str
    digest: str
    commit: str
    is_new: bool


def lock_packs(directory: str | Path | None = None) -> LockWritten:
    """Write the digests of the packs in force; packs from git are fetched from where refs lead.

    Raises:
        SpecInvalidError: the specs have errors.
        UsageError: a pack can't be read, or has errors; the lock stays as it was.
    """
    session = open_session(directory)
    origins: dict[str, Origin] = {}

    def fetch(spec: PolicyBindingSpec) -> PackFiles:
        if spec.source is None or spec.source.repository is None:
            return installed(session.root, spec, None)
        files, origins[spec.pack] = fetched(session.root, spec.source)
        keep_pack(session.root, files)
        return files

    force = in_force(session.sound(), fetch, None)
    broken = [each for each in force.diagnostics if has_errors([each]) and each.name != _UNLOCKED]
    if broken:
        raise UsageError(broken[0].message, hint=broken[0].hint)
    packs = tuple(each.pack for each in force.packs)
    path, text = session.root / LOCK_FILE, lock_text(packs, origins)
    is_new = not path.exists() or path.read_text("utf-8", "replace") != text
    if is_new:
        write_text(path, text)
    return LockWritten(path, packs, is_new)


def install_packs(directory: str | Path | None = None) -> tuple[PackInstalled, ...]:
    """Fetch the packs from git that the lock names and that are not on this machine yet.

    Raises:
        SpecInvalidError: the specs have errors.
        UsageError: the lock does not name one, or what was fetched is not what it names.
    """
    session = open_session(directory)
    lock = lock_of(session.root) or {}
    return tuple(
        _install(session.root, spec, lock.get(spec.pack)) for spec in _from_git(session.sound())
    )


def _from_git(workspace: Workspace) -> Iterator[PolicyBindingSpec]:
    for binding in workspace.of_kind("PolicyBinding"):
        spec = cast("PolicyBindingSpec", binding.spec)  # resources of this kind have it
        if spec.source is not None and spec.source.repository is not None:
            yield spec


def _install(root: Path, spec: PolicyBindingSpec, locked: LockedPack | None) -> PackInstalled:
    source = spec.source
    if source is None or locked is None or locked.origin is None:
        raise UsageError(
            f"`{LOCK_FILE}` does not say which bytes of `{spec.pack}` are meant",
            hint="`mlspec policy lock` fetches it and writes that down",
        )
    try:
        found = installed(root, spec, {spec.pack: locked})
    except UsageError:
        found = None
    if found is not None and found.digest == locked.digest:
        return PackInstalled(spec.pack, locked.digest, locked.origin.commit, is_new=False)
    files, origin = fetched(root, source, locked.origin.commit)
    if files.digest != locked.digest:
        raise UsageError(
            f"`{spec.pack}` at `{origin.commit[:12]}` is {files.digest[:19]}..., and"
            f" `{LOCK_FILE}` has {locked.digest[:19]}...",
            hint="somebody changed the lock or the repository; `git log mlspec.lock` says who",
        )
    keep_pack(root, files)
    return PackInstalled(spec.pack, files.digest, origin.commit, is_new=True)
