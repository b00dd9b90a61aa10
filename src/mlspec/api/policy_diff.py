"""What changes when one version of a pack takes the place of another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from mlspec.api._earlier_packs import folder_pack_at, locked_pack
from mlspec.api.pack_sources import fetched, lock_of
from mlspec.api.policy import force_of
from mlspec.api.session import find_root, open_session
from mlspec.errors import UsageError
from mlspec.policy import (
    PackDifference,
    Stage,
    changed_outcomes,
    changed_rules,
    judge,
    read_pack,
    read_pack_folder,
    shipped_folder,
    shipped_packs,
    stated_waivers,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.api.session import Session
    from mlspec.kinds.policy_binding import PolicyBindingSpec
    from mlspec.policy import BoundPack, Force, OutcomeChange, Pack, PackFiles, Result
    from mlspec.workspace import Workspace

__all__ = ["compared_packs"]

INSTALLED, LOCKED = "installed", "locked"


def compared_packs(
    before: str, after: str, directory: str | Path | None, environment: str | None = None
) -> PackDifference:
    """Compare two states of a pack: rules, and what they say of the workspace around it.

    Each is `NAME` (as it is in force, or else shipped), `NAME@VERSION` (one of those two),
    `NAME@locked` (the bytes that `mlspec.lock` names), `NAME@REF` (of a pack that is bound from git
    or from a folder of the workspace), or a folder. As `after`, `installed` is what mlspec ships of
    the pack named first, or what is in force of one that it does not ship.

    Raises:
        SpecInvalidError: the specs have errors.
        UsageError: there is no such pack, or it has errors.
    """
    seat = _Seat.at(directory, environment)
    old = seat.pack(before)
    new = seat.installed(old.name) if after == INSTALLED else seat.pack(after)
    rules = tuple(changed_rules(old, new))
    return PackDifference(old, new, rules, seat.outcomes(old, new))


@dataclass(frozen=True)
class _Seat:
    """Where packs are looked for: the workspace, if there is one, and the wheel."""

    session: Session | None
    workspace: Workspace | None
    force: Force | None

    @classmethod
    def at(cls, directory: str | Path | None, environment: str | None) -> _Seat:
        if find_root(directory) is None:
            return cls(None, None, None)
        session = open_session(directory)
        workspace = session.environment(environment) if environment else session.sound()
        return cls(session, workspace, force_of(session.root, workspace))

    def pack(self, named: str) -> Pack:
        name, _, state = named.partition("@")
        if Path(named).is_dir() and ("/" in named or named not in self._names()):
            return _sound(read_pack_folder(Path(named), Path(named).as_posix()))
        for each in (*self._bound(name), *self._shipped(name)):
            if state in ("", each.version):
                return each
        return self._at(name, state)

    def installed(self, name: str) -> Pack:
        for each in (*self._shipped(name), *self._bound(name)):
            return each
        raise UsageError(f"mlspec ships no pack `{name}`", hint="name a folder or `NAME@REF`")

    def outcomes(self, before: Pack, after: Pack) -> tuple[OutcomeChange, ...] | None:
        """Return what changes for the resources; None where the pack is not bound."""
        if self.workspace is None or self.force is None or not [*self._bound(before.name)]:
            return None
        workspace, bound = self.workspace, self.force.packs

        def said(pack: Pack) -> list[Result]:
            packs = [
                replace(each, pack=pack) if each.pack.name == before.name else each
                for each in bound
            ]
            return _said(workspace, packs)

        return tuple(changed_outcomes(said(before), said(after)))

    def _names(self) -> set[str]:
        bound = self.force.packs if self.force else ()
        return {*shipped_packs(), *(each.pack.name for each in bound)}

    def _bound(self, name: str) -> Iterator[Pack]:
        for each in self.force.packs if self.force else ():
            if each.pack.name == name:
                yield each.pack

    def _shipped(self, name: str) -> Iterator[Pack]:
        if name in shipped_packs():
            yield _sound(read_pack_folder(shipped_folder() / name, f"policy-packs/{name}"))

    def _at(self, name: str, state: str) -> Pack:
        """Return a pack as the lock has it, or as it was at a tag, branch or commit.

        That is one of the repository it is bound from, or else of the one of the workspace.

        Raises:
            UsageError: it is one of mlspec, or there is no such state of it.
        """
        for spec in self._bindings(name) if state else ():
            files = self._state_of(spec, state)
            if files is not None:
                return _sound(files)
        known = ", ".join(f"`{each}`" for each in sorted(self._names()))
        found = sorted({each.version for each in (*self._bound(name), *self._shipped(name))})
        if found:
            told = f"there is no `{name}` {state} here, only {', '.join(found)}"
            raise UsageError(told, hint="name the folder of the other version")
        raise UsageError(f"there is no pack `{name}`", hint=f"there are {known}; or name a folder")

    def _state_of(self, spec: PolicyBindingSpec, state: str) -> PackFiles | None:
        if self.session is None:
            return None
        root, source = self.session.root, spec.source
        if state == LOCKED:
            return locked_pack(root, spec, lock_of(root))
        if source is not None and source.repository is not None:
            return fetched(root, source.model_copy(update={"ref": state}))[0]
        if source is not None and source.folder is not None:
            return folder_pack_at(root, source.folder, state)
        return None

    def _bindings(self, name: str) -> Iterator[PolicyBindingSpec]:
        for binding in self.workspace.of_kind("PolicyBinding") if self.workspace else ():
            spec = cast("PolicyBindingSpec", binding.spec)  # resources of this kind have it
            if spec.pack == name:
                yield spec


def _said(workspace: Workspace, packs: list[BoundPack]) -> list[Result]:
    waivers = stated_waivers(workspace)
    return judge(workspace, packs, waivers, Stage.VALIDATE, lambda _: {}).results


def _sound(files: PackFiles) -> Pack:
    """Return the pack of some files.

    Raises:
        UsageError: it has errors.
    """
    read = read_pack(files)
    if read.pack is None:
        first = read.diagnostics[0].message if read.diagnostics else "it holds nothing"
        raise UsageError(
            f"`{files.shown}` is no sound pack: {first}", hint="`mlspec policy lint` says it all"
        )
    return read.pack
