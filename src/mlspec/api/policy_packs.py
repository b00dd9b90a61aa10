"""Packs of policy: which there are, whether their tests hold, and the lock."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlspec.api.files import write_text
from mlspec.api.policy import force_of
from mlspec.api.session import find_root, open_session
from mlspec.diagnostics import has_errors
from mlspec.errors import UsageError
from mlspec.policy import (
    LOCK_FILE,
    check_pack,
    lock_text,
    read_pack,
    read_pack_folder,
    run_cases,
    shipped_folder,
    shipped_packs,
    survivors,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlspec.diagnostics import Diagnostic
    from mlspec.policy import CaseResult, Pack, ReadPack, Survivor
    from mlspec.syntax import SourceText

__all__ = ["PackListing", "PackReport", "list_packs", "lock_packs", "named_pack", "tried_packs"]

_IN_FORCE = "in force"


@dataclass(frozen=True, slots=True)
class PackListing:
    """A pack that can be bound, or is; `bindings` are the addresses that do."""

    pack: Pack
    origin: str
    bindings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackReport:
    """What reading, checking and testing a pack found."""

    name: str
    pack: Pack | None
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, SourceText]
    cases: tuple[CaseResult, ...] = ()
    survivors: tuple[Survivor, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether it can be bound, and every case says what it should."""
        met = all(each.is_met for each in self.cases)
        return met and not has_errors(self.diagnostics) and not self.survivors


def list_packs(directory: str | Path | None = None) -> tuple[PackListing, ...]:
    """Return the packs that mlspec ships and those in force in the workspace, by name.

    Outside of a workspace only those that are shipped are known.
    """
    found = {
        name: PackListing(pack, "shipped")
        for name in shipped_packs()
        if (pack := _shipped(name).pack) is not None
    }
    found |= dict(_bound(directory))
    return tuple(found[name] for name in sorted(found))


def _bound(directory: str | Path | None) -> Iterator[tuple[str, PackListing]]:
    try:
        find_root(directory)
    except UsageError:
        return
    session = open_session(directory)
    force = force_of(session.root, session.sound())
    bindings: dict[str, list[str]] = {}
    for bound in force.packs:
        bindings.setdefault(bound.pack.name, []).append(bound.binding.address)
    for bound in force.packs:
        name = bound.pack.name
        yield name, PackListing(bound.pack, _IN_FORCE, tuple(bindings[name]))


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
    names: Sequence[str], *, runs: bool = True, mutates: bool = False
) -> Iterator[PackReport]:
    """Yield what checking packs finds, by name of a shipped pack or folder; all shipped else.

    With `runs`, their cases are run; with `mutates`, changes are sought that no case notices.

    Raises:
        UsageError: a name is neither.
    """
    for name in names or shipped_packs():
        read = _read(name)
        if read.pack is None:
            yield PackReport(name, None, read.diagnostics, read.sources)
            continue
        diagnostics = (*read.diagnostics, *check_pack(read.pack))
        cases = tuple(run_cases(read.pack)) if runs else ()
        left = tuple(survivors(read.pack)) if mutates else ()
        yield PackReport(name, read.pack, diagnostics, read.sources, cases, left)


def _read(name: str) -> ReadPack:
    if name in shipped_packs():
        return _shipped(name)
    if Path(name).is_dir():
        return read_pack(read_pack_folder(Path(name), Path(name).as_posix()))
    known = ", ".join(f"`{each}`" for each in shipped_packs())
    raise UsageError(
        f"`{name}` is neither a folder nor a pack that mlspec ships", hint=f"it ships {known}"
    )


def _shipped(name: str) -> ReadPack:
    return read_pack(read_pack_folder(shipped_folder() / name, f"policy-packs/{name}"))


def lock_packs(directory: str | Path | None = None) -> tuple[Path, tuple[Pack, ...], bool]:
    """Write the digests of the packs in force; return the file, the packs, whether it changed.

    Raises:
        SpecInvalidError: the specs have errors.
        UsageError: a pack can't be read; the lock stays as it was.
    """
    session = open_session(directory)
    force = force_of(session.root, session.sound())
    broken = [each for each in force.diagnostics if each.name in ("unreadable-pack", "no-pack")]
    if broken:
        raise UsageError(broken[0].message, hint=broken[0].hint)
    packs = tuple(each.pack for each in force.packs)
    path, text = session.root / LOCK_FILE, lock_text(packs)
    is_new = not path.exists() or path.read_text() != text
    if is_new:
        write_text(path, text)
    return path, packs, is_new
