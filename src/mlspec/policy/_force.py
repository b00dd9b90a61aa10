"""The bindings of a workspace -> the packs in force, or why they can't be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from mlspec.diagnostics import did_you_mean, has_errors
from mlspec.errors import UsageError
from mlspec.policy._lock import LOCK_FILE
from mlspec.policy._model import Enforcement
from mlspec.policy._named_environments import strange_environments
from mlspec.policy._report import report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mlspec.diagnostics import Diagnostic
    from mlspec.kinds.policy_binding import PolicyBindingSpec
    from mlspec.policy._files import PackFiles
    from mlspec.policy._lock import LockedPack
    from mlspec.policy._model import Pack
    from mlspec.policy._read import ReadPack
    from mlspec.syntax import SourceText
    from mlspec.workspace import Resource, Workspace

__all__ = ["BoundPack", "Force", "in_force", "recalled"]


@dataclass(frozen=True, slots=True)
class BoundPack:
    """A pack with what its binding says beyond it."""

    pack: Pack
    binding: Resource
    environments: tuple[str, ...]
    enforcement: Mapping[str, Enforcement]

    def applies_in(self, environment: str) -> bool:
        """Tell whether it is in force there; specs as written are judged by all packs."""
        return not self.environments or not environment or environment in self.environments


@dataclass
class Force:
    """The packs in force by name of their binding, and what is wrong with others.

    While there are errors nothing may be planned: a pack that can't be read must not switch its
    rules off.
    """

    packs: list[BoundPack] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    sources: dict[str, SourceText] = field(default_factory=dict)

    @property
    def is_broken(self) -> bool:
        """Whether a pack that should be in force can't be relied on."""
        return has_errors(self.diagnostics)


def in_force(
    workspace: Workspace,
    fetch: Callable[[PolicyBindingSpec], PackFiles],
    lock: Mapping[str, LockedPack] | None,
) -> Force:
    """Return the packs that the bindings of a workspace name.

    `fetch` gives the files of a pack, or raises `UsageError`; `lock` is None where there is no
    lock file.
    """
    force = Force()
    for binding in workspace.of_kind("PolicyBinding"):
        force.diagnostics += strange_environments(workspace, binding)
        _bind(force, binding, fetch, lock)
    force.diagnostics += _doubled(force.packs)
    return force


def _bind(
    force: Force,
    binding: Resource,
    fetch: Callable[[PolicyBindingSpec], PackFiles],
    lock: Mapping[str, LockedPack] | None,
) -> None:
    spec = cast("PolicyBindingSpec", binding.spec)  # resources of this kind have it
    try:
        files = fetch(spec)
    except UsageError as error:
        place = binding.span(("spec", "pack"))
        force.diagnostics.append(report("unreadable-pack", str(error), place, error.hint))
        return
    read = _read(files)
    force.sources |= read.sources
    force.diagnostics += read.diagnostics
    if read.pack is None:
        return
    force.diagnostics += _faults(read.pack, binding, spec, lock)
    force.packs.append(_with_pack(binding, spec, read.pack))


def _read(files: PackFiles) -> ReadPack:
    from mlspec.policy._read import read_pack  # long to import, and most bind no pack

    return read_pack(files)


def _with_pack(binding: Resource, spec: PolicyBindingSpec, pack: Pack) -> BoundPack:
    enforcement = {each.rule: Enforcement(each.enforcement) for each in spec.enforcement}
    return BoundPack(pack, binding, spec.environments, enforcement)


def recalled(binding: Resource, files: PackFiles) -> BoundPack | None:
    """Return a pack as a binding of an earlier day puts it in force; None if it is another one."""
    spec, pack = cast("PolicyBindingSpec", binding.spec), _read(files).pack
    if pack is None or (pack.name, pack.version) != (spec.pack, spec.version):
        return None
    return _with_pack(binding, spec, pack)


def _faults(
    pack: Pack,
    binding: Resource,
    spec: PolicyBindingSpec,
    lock: Mapping[str, LockedPack] | None,
) -> Iterator[Diagnostic]:
    if (pack.name, pack.version) != (spec.pack, spec.version):
        told = f"the source holds `{pack.name}` {pack.version}, not `{spec.pack}` {spec.version}"
        hint = f"write `version: {pack.version}`, or bring the pack of that version"
        yield report("other-pack-version", told, binding.span(("spec", "version")), hint)
    yield from _against_lock(pack, binding, lock)
    yield from _tightened(pack, binding, spec)


def _against_lock(
    pack: Pack, binding: Resource, lock: Mapping[str, LockedPack] | None
) -> Iterator[Diagnostic]:
    place = binding.span(("spec", "pack"))
    locked = (lock or {}).get(pack.name)
    if locked is None:
        told = f"`{pack.name}` {pack.version} is not in `{LOCK_FILE}`"
        yield report("unlocked-pack", told, place, "write it there: `mlspec policy lock`")
    elif (locked.version, locked.digest) != (pack.version, pack.digest):
        told = (
            f"`{pack.name}` {pack.version} is {pack.digest[:19]}..., and `{LOCK_FILE}` has"
            f" {locked.version} with {locked.digest[:19]}..."
        )
        shown = f"`mlspec policy diff {pack.name}@locked {pack.name}`"
        hint = f"{shown} shows what that changes; then `mlspec policy lock`"
        yield report("changed-pack", told, place, hint)


def _tightened(pack: Pack, binding: Resource, spec: PolicyBindingSpec) -> Iterator[Diagnostic]:
    rules = {each.id: each for each in pack.rules}
    for index, each in enumerate(spec.enforcement):
        rule = rules.get(each.rule)
        path = ("spec", "enforcement", index)
        if rule is None:
            close = did_you_mean(each.rule, sorted(rules))
            hint = f"did you mean `{close}`?" if close else f"`mlspec policy list {pack.name}`"
            told = f"the pack `{pack.name}` has no rule `{each.rule}`"
            yield report("unknown-rule", told, binding.span((*path, "rule")), hint)
        elif (
            Enforcement(each.enforcement).strictness < Enforcement(rule.spec.enforcement).strictness
        ):
            told = (
                f"`{each.rule}` is {rule.spec.enforcement}, and the binding says {each.enforcement}"
            )
            hint = "pass it over with a `Waiver`, which has a reason and an end"
            yield report("looser-binding", told, binding.span((*path, "enforcement")), hint)


def _doubled(packs: list[BoundPack]) -> Iterator[Diagnostic]:
    """Two packs in force somewhere that share a rule id: a waiver could not tell them apart."""
    owners: dict[str, BoundPack] = {}
    for bound in packs:
        for rule in bound.pack.rules:
            other = owners.setdefault(rule.id, bound)
            if other is not bound:
                told = (
                    f"`{bound.pack.name}` and `{other.pack.name}` of `{other.binding.address}`"
                    f" both have a rule `{rule.id}`"
                )
                place = bound.binding.span(("spec", "pack"))
                yield report("doubled-rule", told, place, "bind one of them")
                break
