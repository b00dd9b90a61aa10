"""All packs in force on all resources: results with waivers, and computed tiers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, cast

from mlspec.evidence import PaperLook, PaperStatus
from mlspec.policy._baseline import passing_known
from mlspec.policy._incidents import tier_about
from mlspec.policy._inputs import inputs_of
from mlspec.policy._purse import Purse
from mlspec.policy._staff import staff_of
from mlspec.policy._systems import models_in, risks_of_systems
from mlspec.policy._tiers import (
    TIERS,
    TierReason,
    floor_reasons,
    greatest,
    part_reasons,
    tier_reasons,
)
from mlspec.policy._waivers import Circumstances, waived
from mlspec.rules import baseline_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.kinds.incident import IncidentSpec
    from mlspec.kinds.model import ModelSpec
    from mlspec.kinds.system import SystemSpec
    from mlspec.policy._evaluate import Bench
    from mlspec.policy._force import BoundPack
    from mlspec.policy._looks import Looks
    from mlspec.policy._model import Inputs, Result, Stage
    from mlspec.policy._papers import StatedPaper
    from mlspec.policy._waivers import StatedWaiver
    from mlspec.rules import Baseline
    from mlspec.workspace import Resource, Workspace

__all__ = ["Judged", "Reach", "judge"]

_SYSTEM = "System"
_WITH_TIER = ("Model", _SYSTEM)
_INCIDENT = "Incident"
_NOBODY = PaperLook(PaperStatus.NOT_LOOKED, "nobody looked")


@dataclass
class Judged:
    """What policy says of a workspace: results in order of address, pack and rule."""

    results: list[Result] = field(default_factory=list)
    tiers: dict[str, tuple[TierReason, ...]] = field(default_factory=dict)
    """Reasons of the computed tier by address of models and systems, the greatest first."""
    inputs: dict[str, Inputs] = field(default_factory=dict, repr=False)
    """What rules could read, by address; `shown` asks them once more, and lets go of it."""
    purse: Purse = field(default_factory=Purse, repr=False)

    def of(self, address: str) -> tuple[Result, ...]:
        """Return the results about one resource."""
        return tuple(each for each in self.results if each.address == address)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a judgement goes: to some `addresses` or to all, and to what `looks` sees.

    A paper by which a tier would be lower counts where it is seen; None says that nobody looked.
    """

    addresses: Collection[str] | None = None
    looks: Looks | None = None


def judge(
    workspace: Workspace,
    packs: Sequence[BoundPack],
    waivers: Sequence[StatedWaiver],
    stage: Stage,
    further: Callable[[Resource], Mapping[str, Json]],
    reach: Reach | None = None,
) -> Judged:
    """Judge the resources of an (effective) workspace by the packs in force in its environment.

    `further` gives what later stages know of a resource beside its spec.
    """
    reach = reach or Reach()
    addresses = reach.addresses
    bound = [each for each in packs if each.applies_in(workspace.environment)]
    judged = Judged()
    if not bound:
        return judged
    systems, staff = risks_of_systems(workspace), staff_of(workspace)
    inputs = {
        each.address: inputs_of(
            workspace, each, stage, further(each), systems.get(each.address, ()), staff
        )
        for each in _reached(workspace, bound, addresses)
    }
    rules = sum(len(each.pack.rules) + len(each.pack.tiers) for each in bound)
    purse, baseline = Purse(len(inputs) * rules), baseline_of(workspace)
    judged.purse, judged.tiers = purse, _tiers(workspace, bound, inputs, purse, reach.looks)
    benches = _benches(bound)
    for address in sorted(inputs if addresses is None else inputs.keys() & set(addresses)):
        tier = _tier_of(workspace, address, judged.tiers)
        known = judged.inputs[address] = replace(inputs[address], computed_tier=tier)
        resource = workspace.resources[address]
        judged.results += _results(resource, benches, waivers, known, purse, baseline)
    return judged


def _benches(bound: Sequence[BoundPack]) -> list[tuple[BoundPack, Bench]]:
    if not bound:  # without a pack nothing is evaluated, and what evaluates takes long to import
        return []
    from mlspec.policy._evaluate import Bench

    return [(each, Bench(each.pack, each.enforcement)) for each in bound]


def _reached(
    workspace: Workspace, bound: Sequence[BoundPack], addresses: Collection[str] | None
) -> Iterator[Resource]:
    """Yield what a judgement of some addresses has to know; None are all."""
    needed = _needed(workspace, addresses or ())
    for each in _looked_at(workspace, bound):
        if addresses is None or each.kind == _SYSTEM or each.address in needed:
            yield each


def _needed(workspace: Workspace, addresses: Collection[str]) -> set[str]:
    """Return addresses with those of what incidents among them are about."""
    incidents = (each for each in workspace.of_kind(_INCIDENT) if each.address in addresses)
    return {*addresses, *(_subject(each) for each in incidents)}


def _subject(incident: Resource) -> str:
    return cast("IncidentSpec", incident.spec).resource  # of incidents only


def _tier_of(
    workspace: Workspace, address: str, tiers: Mapping[str, tuple[TierReason, ...]]
) -> str:
    """Return the computed tier; of an incident, the greater of both tiers of what it is about."""
    resource = workspace.resources[address]
    if resource.kind != _INCIDENT:
        return greatest(tiers.get(address, ()))
    return tier_about(workspace, _subject(resource), tiers)


def _looked_at(workspace: Workspace, bound: Sequence[BoundPack]) -> Iterator[Resource]:
    """Yield the resources that a rule looks at, and those that have a tier."""
    kinds = {kind for each in bound for rule in each.pack.rules for kind in rule.by_kind}
    for kind in sorted(kinds.union(_WITH_TIER)):
        yield from workspace.of_kind(kind)


def _results(
    resource: Resource,
    benches: Sequence[tuple[BoundPack, Bench]],
    waivers: Sequence[StatedWaiver],
    inputs: Inputs,
    purse: Purse,
    baseline: Baseline,
) -> Iterator[Result]:
    version = resource.metadata.version or ""
    for each, bench in benches:
        circumstances = Circumstances(
            inputs.today, inputs.environment, version, each.pack.spec.waiver_days
        )
        for result in bench.results(inputs, purse):
            yield passing_known(waived(result, waivers, circumstances), baseline)


def _tiers(
    workspace: Workspace,
    bound: Sequence[BoundPack],
    inputs: Mapping[str, Inputs],
    purse: Purse,
    looks: Looks | None,
) -> dict[str, tuple[TierReason, ...]]:
    """Return reasons by address; what a system is, its models are, too."""
    packs = [each.pack for each in bound]
    found = {
        resource.address: [
            *floor_reasons(cast("ModelSpec", resource.spec).risk),  # systems have `risk`, too
            *tier_reasons(packs, inputs[resource.address], purse, _look(resource.address, looks)),
        ]
        for kind in _WITH_TIER
        for resource in workspace.of_kind(kind)
        if resource.address in inputs
    }
    for system in workspace.of_kind(_SYSTEM):
        spec = cast("SystemSpec", system.spec)  # of systems only
        found[system.address] += part_reasons(workspace, spec)
        reason = _of_parts(system, [*found[system.address], TierReason(spec.risk.tier, "", "")])
        for each in models_in(workspace, spec):
            found.setdefault(each.address, []).append(reason)
    return {address: _ordered(reasons) for address, reasons in found.items()}


def _of_parts(system: Resource, reasons: Sequence[TierReason]) -> TierReason:
    """Return why the models of a system are of its tier; what is not known of it, is not of them.

    `reasons` are those of the system, with the tier that it declares.
    """
    tier = greatest(reasons)
    is_known = any(each.is_known for each in reasons if each.tier == tier)
    text = f"it is part of `{system.address}`, whose tier is {tier}"
    return TierReason(tier, "", text, is_known=is_known)


def _look(address: str, looks: Looks | None) -> Callable[[StatedPaper], PaperLook]:
    return partial(looks.paper, address) if looks else lambda _paper: _NOBODY


def _ordered(reasons: Sequence[TierReason]) -> tuple[TierReason, ...]:
    return tuple(sorted(reasons, key=lambda each: (-TIERS.index(each.tier), each.rule, each.text)))
