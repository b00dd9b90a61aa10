"""Where the files of policy packs come from: the wheel, a folder of the workspace, or git.

Nothing is fetched while rules are evaluated. What comes from git was installed before, by digest,
into `.mlspec/packs/` of the workspace, which may be lost at any time: the lock says what to fetch.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mlspec.errors import OutputError, UsageError
from mlspec.policy import (
    LOCK_FILE,
    MOST_BYTES,
    MOST_FILES,
    Origin,
    PackFiles,
    belongs,
    read_lock,
    read_pack_folder,
    shipped_folder,
    shipped_packs,
)
from mlspec.vcs import GitError, Remote, content_at, without_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.kinds.policy_binding import PackSource, PolicyBindingSpec
    from mlspec.policy import LockedPack

__all__ = ["fetched", "installed", "keep_pack", "lock_of", "recalled_files"]

PACKS_FOLDER = ".mlspec/packs"
_LOCK_BYTES = 1 << 20
_REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){0,9}")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
_INSTALL = "`mlspec policy install` fetches it"


def lock_of(root: Path) -> Mapping[str, LockedPack] | None:
    """Return the lock of a workspace; None where it has none.

    Raises:
        UsageError: it is no lock.
    """
    try:
        with (root / LOCK_FILE).open("rb") as file:
            return read_lock(file.read(_LOCK_BYTES + 1))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"`{LOCK_FILE}` can't be read: {error.strerror}") from None


def installed(
    root: Path, spec: PolicyBindingSpec, lock: Mapping[str, LockedPack] | None
) -> PackFiles:
    """Return the files of the pack that a binding names, from what is on this machine.

    Raises:
        UsageError: there is no such pack, it was not fetched yet, or it is no pack.
    """
    source = spec.source
    if source is None:
        return _shipped(spec.pack)
    if source.repository is None:
        return _of_folder(root, source)
    return _cached(root, spec.pack, _wanted(source), (lock or {}).get(spec.pack))


def recalled_files(root: Path, spec: PolicyBindingSpec, digest: str) -> PackFiles:
    """Return the files of a pack that the registry has in force, as far as they are still here.

    What was fetched from git is found by digest, whatever the lock says today; of a folder and of
    the wheel there is only what they hold now. Whether these are the bytes, the caller asks.

    Raises:
        UsageError: there is no such pack here.
    """
    place = _place(root, digest)
    if place is not None and place.is_dir():
        return read_pack_folder(place, f"{PACKS_FOLDER}/{place.name}")
    source = spec.source
    if source is not None and source.repository is not None:
        raise UsageError(f"the pack `{spec.pack}` is not installed here", hint=_INSTALL)
    return installed(root, spec, None)


def _shipped(name: str) -> PackFiles:
    if name not in shipped_packs():
        listed = ", ".join(f"`{each}`" for each in shipped_packs())
        raise UsageError(
            f"mlspec ships no pack `{name}`",
            hint=f"it ships {listed}; another one needs `source.folder` or `source.repository`",
        )
    return read_pack_folder(shipped_folder() / name, f"policy-packs/{name}")


def _of_folder(root: Path, source: PackSource) -> PackFiles:
    if source.folder is None or source.ref is not None:
        raise UsageError(
            "the source of the pack names no `folder`, or a `ref` without a `repository`",
            hint="write `folder`, or `repository` and `ref`; a pack of mlspec has no `source`",
        )
    location = (root / source.folder).resolve()
    if not location.is_relative_to(root.resolve()):
        raise UsageError(f"`{source.folder}` leads out of the workspace", hint="copy it there")
    return read_pack_folder(location, source.folder)


def _wanted(source: PackSource) -> Origin:
    """Return where a pack lies in git, the commit still unknown.

    Raises:
        UsageError: the source is not one that git may be asked for.
    """
    repository, ref, folder = source.repository or "", source.ref or "", source.folder or ""
    if not _REF.fullmatch(ref) or ".." in ref or ref.endswith((".lock", ".")):
        raise UsageError(
            "a pack from a `repository` needs a `ref`: a tag, a branch or a commit",
            hint="name a tag, so that the lock and the tag say the same",
        )
    if not _is_askable(repository):
        raise UsageError(
            f"`{without_secrets(repository)}` is no repository that packs are fetched from",
            hint="name a remote of this clone, a URL or a path",
        )
    if {".", ".."} & {*folder.split("/")}:
        raise UsageError(f"`{folder}` leads out of the repository")
    return Origin(repository, ref, folder, "")


def _is_askable(repository: str) -> bool:
    """Tell whether git takes a text for a place and for nothing else: no option, no helper."""
    return not repository.startswith("-") and "::" not in repository and repository.isprintable()


def _cached(root: Path, name: str, wanted: Origin, locked: LockedPack | None) -> PackFiles:
    origin = None if locked is None else locked.origin
    stated = (wanted.repository, wanted.ref, wanted.folder)
    if locked is None or origin is None:
        raise UsageError(
            f"`{LOCK_FILE}` does not say which bytes of `{name}` are meant",
            hint="`mlspec policy lock` fetches it and writes that down",
        )
    if (origin.repository, origin.ref, origin.folder) != stated:
        raise UsageError(
            f"`{LOCK_FILE}` holds `{name}` of another repository, ref or folder",
            hint="`mlspec policy lock` fetches the one that the binding names",
        )
    folder = _place(root, locked.digest)
    if folder is None or not folder.is_dir():
        raise UsageError(f"the pack `{name}` is not installed here", hint=_INSTALL)
    return read_pack_folder(folder, f"{PACKS_FOLDER}/{folder.name}")


def _place(root: Path, digest: str) -> Path | None:
    """Return the folder of a pack by its digest; None for what is no digest."""
    found = _DIGEST.fullmatch(digest)
    return None if found is None else root / PACKS_FOLDER / found[1]


def fetched(root: Path, source: PackSource, commit: str = "") -> tuple[PackFiles, Origin]:
    """Fetch a pack from git: at a commit that is known, or where its ref leads to now.

    Raises:
        UsageError: there is no such repository, ref or folder, or it holds no pack.
    """
    wanted = _wanted(source)
    remote = Remote(root, wanted.repository)
    try:
        found = commit or _commit_of(remote, wanted.ref)
        content = _content(remote, wanted, found)
    except GitError as error:
        raise UsageError(
            f"`{without_secrets(wanted.repository)}` can't be read: {error}",
            hint="the workspace has to be in a git repository that knows the remote or URL",
        ) from None
    if content is None or "pack.yaml" not in content:
        raise UsageError(
            f"`{wanted.folder or '.'}` at `{wanted.ref}` holds no `pack.yaml`",
            hint="`source.folder` is the folder of the pack, from the top of the repository",
        )
    shown = f"{wanted.ref}:{wanted.folder}".rstrip(":")
    origin = Origin(wanted.repository, wanted.ref, wanted.folder, found)
    return PackFiles(shown, content), origin


def _commit_of(remote: Remote, ref: str) -> str:
    """Return what a tag, or else a branch, leads to; a commit is itself."""
    if _COMMIT.fullmatch(ref):
        return ref
    names = (f"refs/tags/{ref}^{{}}", f"refs/tags/{ref}", f"refs/heads/{ref}")
    tips = remote.tips(names)
    for each in names:
        if each in tips:
            return tips[each]
    raise UsageError(
        f"`{without_secrets(remote.name)}` has no tag or branch `{ref}`",
        hint="`git ls-remote` lists those it has",
    )


def _content(remote: Remote, wanted: Origin, commit: str) -> Mapping[str, bytes] | None:
    """Return the files of a pack at a commit, brought here if it is not here yet."""
    ref = commit if _COMMIT.fullmatch(wanted.ref) else _name_of(remote, wanted.ref, commit)
    if not remote.obtain(ref, commit):
        return None
    return content_at(remote.root, commit, wanted.folder, belongs, (MOST_FILES, MOST_BYTES))


def _name_of(remote: Remote, ref: str, commit: str) -> str:
    """Return the ref that leads to a commit; the commit where none does any more."""
    tips = remote.tips((f"refs/tags/{ref}", f"refs/tags/{ref}^{{}}", f"refs/heads/{ref}"))
    for kind in ("tags", "heads"):
        name = f"refs/{kind}/{ref}"
        if commit in (tips.get(name), tips.get(f"{name}^{{}}")):
            return name
    return commit


def keep_pack(root: Path, files: PackFiles) -> Path:
    """Write the files of a pack below `.mlspec/packs/`, whole or not at all; return the folder.

    Raises:
        OutputError: they can't be written there.
    """
    place = _place(root, files.digest)
    if place is None:
        raise OutputError("a pack without a digest can't be kept")
    if place.is_dir() and read_pack_folder(place, place.name).digest == files.digest:
        return place
    try:
        _write(place, files)
    except OSError as error:
        raise OutputError(
            f"`{PACKS_FOLDER}` can't be written: {error.strerror}",
            hint="choose a workspace that you may write to",
        ) from None
    return place


def _write(place: Path, files: PackFiles) -> None:
    """Write into a folder beside the place, and put it there in one step."""
    above = place.parent
    if above.is_symlink() or above.parent.is_symlink():
        raise OSError(None, "it is a link")
    above.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=above, prefix=".new-"))
    try:
        for name in sorted(files.content):
            file = made / name
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(files.content[name])
        if place.exists():
            shutil.rmtree(place)
        made.replace(place)
    finally:
        shutil.rmtree(made, ignore_errors=True)
