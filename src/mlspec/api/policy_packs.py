"""Packs of policy: which there are, whether their tests hold, and the lock."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from mlspec.api._reliable import pack_faults
from mlspec.api.pack_sources import installed, lock_of
from mlspec.api.policy import force_of
from mlspec.api.session import find_root, open_session
from mlspec.errors import UsageError
from mlspec.policy import (
    PackListing,
    PackReport,
    changes_of,
    check_pack,
    coverage,
    read_pack,
    read_pack_folder,
    run_cases,
    shipped_folder,
    shipped_packs,
    survivors,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlspec.kinds.policy_binding import PolicyBindingSpec
    from mlspec.policy import BoundPack, Pack, ReadPack

__all__ = ["list_packs", "named_pack", "packs_at_fault", "shipped", "tried_packs"]


def list_packs(directory: str | Path | None = None) -> tuple[PackListing, ...]:
    """Return the packs that mlspec ships and those in force in the workspace, by name.

    Outside of a workspace only those that are shipped are known.
    """
    found = {each.name: PackListing(each, "shipped") for each in shipped()}
    found |= dict(_bound(directory))
    return tuple(found[name] for name in sorted(found))


def packs_at_fault(directory: str | Path | None = None) -> tuple[str, ...]:
    """Return what is wrong with the packs in force here; nothing outside of a workspace.

    Raises:
        SpecInvalidError: the specs have errors.
        UsageError: `mlspec.lock` is no lock.
    """
    if find_root(directory) is None:
        return ()
    session = open_session(directory)
    return pack_faults(force_of(session.root, session.sound()))


def _bound(directory: str | Path | None) -> Iterator[tuple[str, PackListing]]:
    if find_root(directory) is None:
        return
    session = open_session(directory)
    force = force_of(session.root, session.sound())
    bindings: dict[str, list[str]] = {}
    for bound in force.packs:
        bindings.setdefault(bound.pack.name, []).append(bound.binding.address)
    for bound in force.packs:
        name = bound.pack.name
        yield name, PackListing(bound.pack, _origin(bound), tuple(bindings[name]))


def _origin(bound: BoundPack) -> str:
    source = cast("PolicyBindingSpec", bound.binding.spec).source  # of bindings only
    if source is None:
        return "shipped"
    return "folder" if source.repository is None else "git"


def shipped() -> tuple[Pack, ...]:
    """Return the packs that mlspec ships, by name."""
    found = (_shipped(name).pack for name in shipped_packs())
    return tuple(each for each in found if each is not None)


def named_pack(name: str, directory: str | Path | None = None) -> Pack:
    """Return a pack by its name, as it is in force or else as it is shipped.

    Raises:
        UsageError: there is no such pack.
    """
    listed = list_packs(directory)
    for each in listed:
        if each.pack.name == name:
            return each.pack
    known = ", ".join(f"`{each.pack.name}`" for each in listed)
    raise UsageError(f"there is no pack `{name}`", hint=f"there are {known}")


def tried_packs(
    names: Sequence[str],
    *,
    runs: bool = True,
    mutates: bool = False,
    directory: str | Path | None = None,
) -> Iterator[PackReport]:
    """Yield what checking packs finds: of those named, or all that are shipped or in force here.

    A name is that of a shipped pack or of one that the workspace binds, or a folder. With `runs`,
    their cases are run; with `mutates`, changes are sought that no case notices.

    Raises:
        UsageError: a name is neither.
    """
    house = _house(directory)
    for name in names or (*shipped_packs(), *sorted(house)):
        read = _read(name, house)
        if read.pack is None:
            yield PackReport(name, None, read.diagnostics, read.sources)
            continue
        diagnostics = (*read.diagnostics, *check_pack(read.pack))
        cases = tuple(run_cases(read.pack)) if runs else ()
        left = tuple(survivors(read.pack)) if mutates else ()
        reached = coverage(read.pack) if runs else None
        tried = changes_of(read.pack) if mutates else None
        yield PackReport(name, read.pack, diagnostics, read.sources, cases, left, reached, tried)


def _house(directory: str | Path | None) -> dict[str, ReadPack]:
    """Return the packs by name that a workspace binds and mlspec does not ship.

    Raises:
        UsageError: one of them is not there.
    """
    if find_root(directory) is None:
        return {}
    session = open_session(directory)
    if session.workspace is None:
        return {}
    lock, found = lock_of(session.root), {}
    for binding in session.workspace.of_kind("PolicyBinding"):
        spec = cast("PolicyBindingSpec", binding.spec)  # of bindings only
        if spec.source is not None:
            found[spec.pack] = read_pack(installed(session.root, spec, lock))
    return found


def _read(name: str, house: Mapping[str, ReadPack]) -> ReadPack:
    if name in house:
        return house[name]
    if name in shipped_packs():
        return _shipped(name)
    if Path(name).is_dir():
        return read_pack(read_pack_folder(Path(name), Path(name).as_posix()))
    known = ", ".join(f"`{each}`" for each in (*shipped_packs(), *sorted(house)))
    raise UsageError(
        f"`{name}` is neither a folder nor a pack that is shipped or in force",
        hint=f"there are {known}",
    )


def _shipped(name: str) -> ReadPack:
    return read_pack(read_pack_folder(shipped_folder() / name, f"policy-packs/{name}"))
