"""What a system states of its risk holds for its models: the law regulates systems.

Facts only add up: the greater tier, all markets and roles, what any of them says of people, of
their data and of decisions about them. A model's own papers stand, and what its systems say beside
them.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, cast

from mlspec.ledger.policy_facts import TIERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.kinds.prompt import PromptSpec
    from mlspec.kinds.system import SystemSpec
    from mlspec.workspace import Resource, Workspace

    Facts = Mapping[str, Json]

__all__ = ["models_in", "prompts_in", "risks_of_systems", "with_systems"]

_FLAGS: Final = ("affectsPeople", "automatedDecision", "sensitiveData")
_LISTS: Final = ("markets", "roles")
_BLOCKS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "consequentialDecision": (("materiallyInfluences",), ()),
    "euAiAct": (("profiling", "publicBody"), ("highRiskUses", "transparency")),
    "privacy": (
        ("personalData", "scoreUsedByThirdParty", "significantFiduciary"),
        ("specialCategories",),
    ),
}
"""Blocks of facts that are joined: their flags, and their lists."""


def _latest(days: Sequence[Json]) -> Json:
    return max(map(str, days), default=None)


def _all(lists: Sequence[Json]) -> Json:
    return [*sorted({str(day) for each in lists if isinstance(each, list) for day in each})]


_PUTTING_OFF: Final[Mapping[str, Callable[[Sequence[Json]], Json]]] = {
    "firstPlaced": _latest,
    "significantChanges": _all,
}
"""What may put duties off, and how it is joined."""


def risks_of_systems(workspace: Workspace) -> Mapping[str, list[Facts]]:
    """Return the risk of the systems that a model is part of, by address of the model."""
    found: dict[str, list[Facts]] = defaultdict(list)
    for system in workspace.of_kind("System"):
        spec = cast("SystemSpec", system.spec)  # resources of this kind have it
        risk = spec.risk.model_dump(mode="json", by_alias=True, exclude_none=True)
        for model in models_in(workspace, spec):
            found[model.address].append(risk)
    return found


def prompts_in(workspace: Workspace, system: SystemSpec) -> Iterator[PromptSpec]:
    """Yield the prompts that a system asks models with."""
    for reference in system.prompts:
        prompt = workspace.find("Prompt", reference)
        if prompt is not None:
            yield cast("PromptSpec", prompt.spec)  # resources of this kind have it


def models_in(workspace: Workspace, system: SystemSpec) -> Iterator[Resource]:
    """Yield the models of a system, each once: those it names, and those its prompts ask."""
    asked = (each.model for each in prompts_in(workspace, system))
    found = (workspace.find("Model", each) for each in (*system.models, *filter(None, asked)))
    yield from {each.address: each for each in found if each is not None}.values()


def with_systems(spec: Facts, risks: Iterable[Facts]) -> dict[str, Json]:
    """Return the spec of a model with the facts of its systems."""
    risk = spec.get("risk")
    found: Facts = risk if isinstance(risk, dict) else {}
    given = [*risks]
    for each in given:
        found = _both(found, each)
    return {**spec, "risk": _placed(dict(found), given)} if found else dict(spec)


def _placed(found: dict[str, Json], systems: Sequence[Facts]) -> dict[str, Json]:
    """Return facts with what puts duties off as its systems state it, all of them.

    The latest placing on the market counts, and every significant change; a system that does not
    say takes both away, whatever the model says.
    """
    act = found.get("euAiAct")
    if not (systems and isinstance(act, dict)):
        return found
    kept = {key: each for key, each in act.items() if key not in _PUTTING_OFF}
    for name, joins in _PUTTING_OFF.items():
        stated = [each[name] for each in map(_act_of, systems) if name in each]
        if len(stated) == len(systems):
            kept[name] = joins([*stated, act[name]])  # of them, if the model does not state it
    return {**found, "euAiAct": kept}


def _act_of(risk: Facts) -> Facts:
    act = risk.get("euAiAct")
    return act if isinstance(act, dict) else {}


def _both(one: Facts, other: Facts) -> Facts:
    found = dict(one)
    tiers = [str(each.get("tier", TIERS[0])) for each in (one, other)]
    found["tier"] = max(tiers, key=TIERS.index)
    found |= {name: bool(one.get(name) or other.get(name)) for name in _FLAGS}
    found |= _joined(one, other, _LISTS)
    for block in _BLOCKS:
        stated = [each for each in (one.get(block), other.get(block)) if isinstance(each, dict)]
        if stated:
            found[block] = _block(stated[0], stated[-1], *_BLOCKS[block])
    return found


def _block(one: Facts, other: Facts, flags: Iterable[str], lists: Iterable[str]) -> dict[str, Json]:
    """Return a block with what either says; of what can't be joined, what the first one says."""
    given = {
        name: bool(one.get(name) or other.get(name))
        for name in flags
        if name in one or name in other
    }
    return {**other, **one, **given, **_joined(one, other, lists)}


def _joined(one: Facts, other: Facts, names: Iterable[str]) -> dict[str, Json]:
    """Return lists with the entries of both; one that nobody states is left out."""
    found: dict[str, Json] = {}
    for name in names:
        lists = [each[name] for each in (one, other) if isinstance(each.get(name), list)]
        if lists:
            entries = {str(entry) for each in lists for entry in cast("list[Json]", each)}
            found[name] = [*sorted(entries)]
    return found
