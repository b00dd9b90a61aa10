"""Policy of a workspace: which packs are in force, and what they say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, cast

from mlspec.api._seen import Seen
from mlspec.api._signers import signers_text
from mlspec.api.evidence_items import has_items, items_at
from mlspec.api.session import described
from mlspec.errors import PolicyDeniedError
from mlspec.policy import (
    Force,
    Judged,
    Reach,
    Staff,
    Stage,
    asked_kinds,
    findings,
    in_force,
    judge,
    named_as,
    shown,
    staff_of,
    stated_waivers,
    understated,
    unused_waivers,
    waiver_faults,
)
from mlspec.rules import baseline_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from mlspec.canonical import Json
    from mlspec.diagnostics import Diagnostic
    from mlspec.evidence import Item
    from mlspec.kinds.policy_binding import PolicyBindingSpec
    from mlspec.kinds.waiver import WaiverSpec
    from mlspec.policy import BoundPack, Inputs, PackFiles, Result
    from mlspec.registry import Backend
    from mlspec.workspace import Resource, Workspace

__all__ = [
    "EvidenceItems",
    "PolicyReport",
    "force_of",
    "policy_everywhere",
    "policy_of",
    "refuse_prohibited",
]


@dataclass(frozen=True)
class PolicyReport:
    """What policy says of the workspace of one environment, and of others that are like it.

    `environments` are their names; "" stands for the specs as written.
    """

    force: Force
    judged: Judged
    diagnostics: tuple[Diagnostic, ...]
    environments: tuple[str, ...] = ()
    seen: Seen | None = None
    """What was looked at of what the specs state; None where nothing was."""
    inputs: Inputs | None = None
    """What rules could read of the one resource that somebody asked about."""


def policy_of(
    root: Path,
    workspace: Workspace,
    stage: Stage = Stage.READ,
    further: Mapping[str, Mapping[str, Json]] | None = None,
    registry: Callable[[], Backend] | None = None,
    asked: str = "",
) -> PolicyReport:
    """Judge an (effective) workspace by the packs in force; by default as people read duties.

    `further` is what is known beside the specs, by address: `change`, `registry`, `evidence`. The
    evidence items are read here, whatever the caller knows of evidence besides. As people read
    duties, what passes rest on is looked at, too: here, and in the `registry` where one is given.
    What rules could read of the resource `asked` is told, too.

    Raises:
        UsageError: `mlspec.lock` is no lock, or evidence items lead out of the workspace.
    """
    force, waivers = force_of(root, workspace), stated_waivers(workspace)
    known = further or {}

    items = EvidenceItems(root, workspace, force.packs)

    def beside(resource: Resource) -> Mapping[str, Json]:
        return items.added_to(resource, known.get(resource.address, {}))

    seen = Seen(root, workspace, registry) if stage is Stage.READ else None
    judged = judge(workspace, force.packs, waivers, stage, beside, Reach(looks=seen))
    inputs = judged.inputs.get(asked)
    if seen is not None:
        judged = shown(judged, force.packs, seen)
        judged.results = [_agreed(each, seen) for each in judged.results]
    judged.inputs.clear()
    told = (
        *force.diagnostics,
        *waiver_faults(workspace, force, waivers),
        *findings(workspace, judged),
    )
    names = (workspace.environment,)
    return PolicyReport(force, judged, told, names, seen, inputs)


def _agreed(result: Result, seen: Seen) -> Result:
    """Return a result with whether people agreed to the waiver, or to the entry of the baseline."""
    use = result.waiver
    if use is None or not use.holds:
        return result
    approval = seen.known(use.entry) if use.entry else seen.waiver(use.address)
    return replace(result, waiver=replace(use, approval=approval))


class EvidenceItems:
    """The evidence items of resources that a rule in force may look at.

    `signers` are the allowed signers whose signatures count, by default those of the checkout.
    """

    def __init__(
        self,
        root: Path,
        workspace: Workspace,
        packs: Sequence[BoundPack],
        signers: str | None = None,
    ) -> None:
        self._root, self._workspace, self._packs = root, workspace, packs
        self._signers = signers
        self._asked: dict[str, Mapping[str, tuple[str, ...]]] = {}

    def added_to(self, resource: Resource, known: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return what is known of a resource, with its items as `evidence.items`.

        Items are read for kinds of resources that a rule asks evidence of; others keep none.

        Raises:
            UsageError: evidence items, or the allowed signers, lead out of the workspace.
        """
        asked = self._asked_about(resource.kind)
        if not asked:
            return known
        if self._signers is None:
            self._signers = signers_text(self._root)
        found = items_at(self._root, self._workspace, resource, asked, self._signers)
        evidence = known.get("evidence")
        more = evidence if isinstance(evidence, dict) else {}
        items: list[Json] = [self._input(resource, each) for each in found]
        return {**known, "evidence": {**more, "items": items}}

    def _input(self, resource: Resource, item: Item) -> dict[str, Json]:
        """Return what rules read of an item; who signed is written as the owners are."""
        read = item.to_input()
        names: list[Json] = [named_as(resource, self._staff, each) for each in item.signers]
        named = {"by": named_as(resource, self._staff, item.by)} if "by" in read else {}
        return {**read, **named, "signers": names}

    @cached_property
    def _staff(self) -> Staff:
        return staff_of(self._workspace)

    def _asked_about(self, kind: str) -> Mapping[str, tuple[str, ...]]:
        """Return which rules look at which kinds of items, asked once for a kind of resource."""
        if kind not in self._asked:
            environment = self._workspace.environment
            self._asked[kind] = asked_kinds(self._packs, environment, kind)
        return self._asked[kind]


def policy_everywhere(
    root: Path, environments: Iterable[Workspace], *, is_whole: bool
) -> Iterator[PolicyReport]:
    """Judge the workspaces of environments, as `validate` does; those alike are judged once.

    With `is_whole` they are all there are: then waivers that cover nothing are told, too.
    """
    reports: dict[Hashable, PolicyReport] = {}
    last = None
    for last in environments:
        key = _alike(root, last)
        if key in reports:
            named = (*reports[key].environments, last.environment)
            reports[key] = replace(reports[key], environments=named)
        else:
            reports[key] = policy_of(root, last, Stage.VALIDATE)
    yield from reports.values()
    if last is not None and is_whole:
        force = next(iter(reports.values())).force
        judged = [each.judged for each in reports.values()]
        told = unused_waivers(last, force, stated_waivers(last), judged)
        yield PolicyReport(force, Judged(), tuple(told))


def _alike(root: Path, workspace: Workspace) -> Hashable:
    """Return what is the same for environments of which policy says the same."""
    name = workspace.environment
    settings = workspace.spec.environments.get(name)
    if settings is None or not settings.is_plain or has_items(root, workspace):
        return name
    bindings = workspace.of_kind("PolicyBinding")
    waivers = workspace.of_kind("Waiver")
    bound = (cast("PolicyBindingSpec", each.spec).environments for each in bindings)
    waived = (cast("WaiverSpec", each.spec).scope.environments for each in waivers)
    known = frozenset(baseline_of(workspace).entries)
    return (known, *(not each or name in each for each in (*bound, *waived)))


def refuse_prohibited(workspace: Workspace, judged: Judged) -> None:
    """Refuse a workspace with a use that policy knows to be prohibited.

    Raises:
        PolicyDeniedError: there is one; nothing is compiled for it.
    """
    found = [
        described(each)
        for address, reasons in judged.tiers.items()
        for each in understated(workspace.resources[address], reasons)
        if each.name == "prohibited-practice"
    ]
    if found:
        raise PolicyDeniedError(
            "a use is prohibited; nothing was written",
            details=tuple(found),
            hint="take it out of use; `mlspec obligations MODEL --env ENV` shows the facts behind",
        )


def force_of(root: Path, workspace: Workspace) -> Force:
    """Return the packs in force in a workspace.

    Raises:
        UsageError: `mlspec.lock` is no lock.
    """
    if not workspace.of_kind("PolicyBinding"):
        return Force()
    from mlspec.api.pack_sources import installed, lock_of

    lock = lock_of(root)

    def fetch(spec: PolicyBindingSpec) -> PackFiles:
        return installed(root, spec, lock)

    return in_force(workspace, fetch, lock)
