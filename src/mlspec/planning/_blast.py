"""Whom an operation reaches: live requests, systems that read the answers, models that depend.

The graph is read once per plan, from what is desired. Its cost is that of what it finds: every
model walks its own references.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from mlspec.members import entries, section, text
from mlspec.planning._drafts import kind_of
from mlspec.planning._model import Blast
from mlspec.planning._patched import models_of_patches
from mlspec.planning._references import references_of
from mlspec.planning._risk_table import (
    REACH,
    WIDE_CONSUMERS,
    WIDE_DEPENDANTS,
    WIDE_TRAFFIC,
    Reached,
)
from mlspec.planning._tiers import MODEL, PROMPT, TIERED, highest, tier_of
from mlspec.schema import FieldClass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlspec.canonical import Json
    from mlspec.planning.desired import Desired

__all__ = ["Graph", "Reach", "first_share", "policy_address"]

_POLICY: Final = "RolloutPolicy"
_SYSTEM: Final = "System"
_WAYS: Final = (FieldClass.TIER, FieldClass.MONITORING)
"""One class of each way to be reached."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a state of a resource reaches. `traffic` is what meets its next version first."""

    traffic: float = 0.0
    is_live: bool = False
    consumers: tuple[str, ...] = ()
    dependants: tuple[str, ...] = ()

    def is_wide(self, field_class: str) -> bool:
        """Tell whether a change of a class meets many at once. Any class may be unknown."""
        reached = _reached(field_class)
        if reached is Reached.NEVER:
            return False
        many = len(self.consumers) >= WIDE_CONSUMERS or len(self.dependants) >= WIDE_DEPENDANTS
        return many or self._share(reached) >= WIDE_TRAFFIC

    def widest(self) -> FieldClass | None:
        """Return a class whose changes meet many; None where no change does."""
        return next((each for each in _WAYS if self.is_wide(each)), None)

    def widened(self, before: Reach) -> FieldClass | None:
        """Return a class whose changes meet many where they met few before."""
        wide = (each for each in _WAYS if self.is_wide(each) and not before.is_wide(each))
        return next(wide, None)

    def blast(self, before: Reach, classes: Iterable[str]) -> Blast:
        """Return whom changes of some classes reach: the systems are those before and after."""
        ways = {_reached(each) for each in classes if each != FieldClass.COSMETIC}
        if not ways:
            return Blast()
        is_met = ways != {Reached.NEVER}
        return Blast(
            traffic=max(self._share(each) for each in ways),
            consumers=tuple(sorted({*self.consumers, *before.consumers})) if is_met else (),
            dependants=self.dependants,
        )

    def said(self, field_class: str) -> str:
        """Return in words whom a change of a class reaches; what there is none of is left out."""
        share = self._share(_reached(field_class))
        systems = tuple(each for each in self.dependants if kind_of(each) == _SYSTEM)
        models = tuple(each for each in self.dependants if each not in systems)
        counts = (
            (f"{share:.0%} of live requests", share),
            (_counted(self.consumers, "consumer"), len(self.consumers)),
            (_counted(models, "model"), len(models)),
            (_counted(systems, "system"), len(systems)),
        )
        return ", ".join(text for text, amount in counts if amount)

    def _share(self, reached: Reached) -> float:
        if reached is Reached.NEVER:
            return 0.0
        return float(self.is_live) if reached is Reached.AT_ONCE else self.traffic


@dataclass(frozen=True)
class Graph:
    """What refers to what among the desired resources, asked from the side that is referred to.

    `recorded` are the bodies of models and systems, by address, that are live otherwise than they
    are desired; those in `left` stay so for now, because the plan leaves them out.
    """

    desired: Mapping[str, Desired]
    recorded: Mapping[str, Json] = field(default_factory=dict)
    left: frozenset[str] = frozenset()
    renames: Mapping[str, str] = field(default_factory=dict)
    """By its address before, what has another one."""

    def tier(self, address: str) -> str:
        """Return the highest tier of what will refer to a resource; "" without any."""
        return self._tiers.get(address, "")

    def tier_before(self, address: str) -> str:
        """Return the highest tier of what refers to a resource, as that is live."""
        return self._tiers_before.get(address, "")

    def tier_asked(self, prompt: Json) -> str:
        """Return the tier of the model that a prompt is written for, the higher of old and new."""
        name = text(section(prompt, "spec"), "model").partition("@")[0]
        wanted, live = self.desired.get(f"model/{name}"), self.recorded.get(f"model/{name}")
        known = (wanted.body if wanted else None, live)
        return highest(tier_of(each) for each in known if each is not None)

    def reach(self, address: str, kind: str, body: Json) -> Reach:
        """Return whom a resource with this body reaches; None stands for no body."""
        if kind == MODEL:
            dependants = self._models_behind.get(address, ())
            return _model_reach(body, self._shared_rollout(body), dependants)
        if kind == PROMPT:
            return _prompt_reach(body, self._models_behind.get(address, ()))
        models = self._models_behind.get(address, ())
        reaches = [self._reach_of_dependant(each, address, kind, body) for each in models]
        return Reach(
            traffic=max((each.traffic for each in reaches), default=0.0),
            is_live=any(each.is_live for each in reaches),
            dependants=models,
        )

    def patched(self, old: Json, new: Json) -> tuple[str, ...]:
        """Return the models whose files may change with the patches of a workspace."""
        names = [each.partition("/")[2] for each in sorted(self.desired) if kind_of(each) == MODEL]
        return tuple(f"model/{each}" for each in models_of_patches(old, new, names))

    def shared_rollout(self, reference: Json) -> Json:
        """Return the rollout of the policy that a reference names; None when it is not there."""
        wanted = self.desired.get(policy_address(reference))
        return section(wanted.body if wanted else None, "spec").get("rollout")

    def _shared_rollout(self, body: Json) -> Json:
        reference = section(body, "spec").get("rolloutPolicy")
        return None if reference is None else self.shared_rollout(reference)

    def _reach_of_dependant(self, model: str, address: str, kind: str, body: Json) -> Reach:
        spec = section(self.desired[model].body, "spec")
        if kind == _POLICY and policy_address(spec.get("rolloutPolicy")) == address:
            changed = section(body, "spec").get("rollout")
            return _model_reach(self.desired[model].body, changed, ())
        return self._reaches[model]

    @cached_property
    def _reaches(self) -> Mapping[str, Reach]:
        return {
            address: _model_reach(each.body, self._shared_rollout(each.body), ())
            for address, each in self.desired.items()
            if each.kind == MODEL
        }

    @cached_property
    def _models_behind(self) -> Mapping[str, tuple[str, ...]]:
        """Models that refer to a resource; systems that refer to a prompt."""
        found: dict[str, list[str]] = {}
        for address in sorted(self.desired):
            if self.desired[address].kind in TIERED:
                for each in _held(address, self._below(address)):
                    found.setdefault(each, []).append(address)
        return {address: tuple(models) for address, models in found.items()}

    @cached_property
    def _tiers_before(self) -> Mapping[str, str]:
        return self._tiers_with(frozenset(self.recorded))

    def _tiers_with(self, live: frozenset[str]) -> Mapping[str, str]:
        """Return the tiers where some models are as recorded, and all others as desired."""
        found: dict[str, list[str]] = {}
        for address, models in self._models_behind.items():
            found[address] = [
                tier_of(self.desired[each].body) for each in models if each not in live
            ]
        for model in live:
            body = self.recorded[model]
            behind = self._behind(references_of(kind_of(model), body)) - {model}
            for address in _held(model, behind):
                found.setdefault(address, []).append(tier_of(body))
        return {address: highest(tiers) for address, tiers in found.items()}

    def _behind(self, references: Iterable[str]) -> set[str]:
        return {each for start in references for each in (start, *self._below(start))}

    @cached_property
    def _tiers(self) -> Mapping[str, str]:
        return self._tiers_with(self.left)

    def _below(self, start: str) -> set[str]:
        """Return what a resource refers to, directly or through others, without itself."""
        found: set[str] = set()
        waiting = [start]
        while waiting:
            wanted = self.desired.get(waiting.pop())
            fresh = {*(wanted.references if wanted else ())} - found
            found |= fresh
            waiting += fresh
        return found - {start}


def policy_address(reference: Json) -> str:
    """Return the address of a rollout policy by a reference to it, which may name a version."""
    return f"rollout-policy/{reference.partition('@')[0]}" if isinstance(reference, str) else ""


def first_share(rollout: Json) -> float:
    """Return the share of requests that a new version answers first; all when it is not said."""
    steps = entries(rollout, "steps")
    strategy = section(rollout).get("strategy")
    if strategy == "shadow":
        return 0.0
    if strategy == "a-b":
        return _share(rollout)
    return _share(steps[0]) if strategy == "canary" and steps else 1.0


def _share(step: Json) -> float:
    value = section(step).get("share")
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else 1.0


def _model_reach(body: Json, shared: Json, dependants: tuple[str, ...]) -> Reach:
    spec = section(body, "spec")
    is_live = bool(section(spec, "serving"))
    shares = [first_share(each) for each in (spec.get("rollout"), shared) if each is not None]
    is_online = section(spec, "serving").get("mode") == "online"
    traffic = max(shares, default=1.0) if is_online else 1.0  # a batch is answered as a whole
    return Reach(
        traffic=traffic if is_live else 0.0,
        is_live=is_live,
        consumers=_consumers(spec),
        dependants=dependants,
    )


def _held(holder: str, addresses: set[str]) -> set[str]:
    """Return what has the tier of a holder: models state their own, so a system gives prompts its.

    What its models refer to has the tier of those.
    """
    if kind_of(holder) != _SYSTEM:
        return addresses
    return {each for each in addresses if kind_of(each) == PROMPT}


def _prompt_reach(body: Json, systems: tuple[str, ...]) -> Reach:
    """Return whom a prompt reaches: no rollout holds it back, so all that ask with it."""
    spec = section(body, "spec")
    return Reach(
        traffic=float(bool(spec)),
        is_live=bool(spec),
        consumers=_consumers(spec),
        dependants=systems,
    )


def _counted(names: tuple[str, ...], noun: str) -> str:
    return f"{len(names)} {noun}{'s' if len(names) > 1 else ''}"


def _consumers(spec: Mapping[str, Json]) -> tuple[str, ...]:
    listed = entries(section(spec, "output"), "consumers")
    names = {section(each).get("system") for each in listed}
    return tuple(sorted(each for each in names if isinstance(each, str)))


def _reached(field_class: str) -> Reached:
    return REACH.get(field_class, Reached.BY_ROLLOUT)
