"""What the rules about backends ask of a model: who moves its traffic, and by which means."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from mlspec.capabilities import capability
from mlspec.rules._specs import is_served_online, model_of, rollout_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mlspec.capabilities import Capability
    from mlspec.diagnostics import Path
    from mlspec.ir import Platform
    from mlspec.kinds.model import Serving
    from mlspec.rules._specs import Strategy
    from mlspec.workspace import Resource, Workspace

__all__ = ["Delivery", "delivery_of", "is_ratio", "shares_of", "unmet_needs"]

_PER_CENT = 100


@dataclass(frozen=True, slots=True)
class Delivery:
    """A rollout, its backend, and what the capability table says of both.

    `place` is where the model says what its rollout is, `chosen` where it says by whom.
    """

    rollout: Strategy
    word: str
    place: Path
    chosen: Path
    backend: str
    platform: Platform
    cell: Capability
    serving: Serving


def delivery_of(resource: Resource, workspace: Workspace) -> Delivery | None:
    """Return how the rollout of an online model is done; None where nothing is rolled out."""
    spec = model_of(resource)
    rollout, place = rollout_of(resource, workspace)
    if rollout is None or spec.serving is None or not is_served_online(spec):
        return None
    backend = spec.serving.backend or workspace.spec.targets.backend
    platform = workspace.platform
    word = _word(rollout)
    where = (*place, "strategy") if spec.rollout is not None else place
    chosen: Path = ("spec", "serving", "backend") if spec.serving.backend else where
    mode = "llm" if backend == "kserve" and spec.serving.llm else ""
    cell = capability(backend, word, platform, mode)
    return Delivery(rollout, word, place, chosen, backend, platform, cell, spec.serving)


def unmet_needs(found: Delivery, cell: Capability) -> Iterator[tuple[str, str]]:
    """Yield the conditions of a cell that a rollout does not meet, and in which way."""
    for need in cell.needs:
        if need in _NEEDS and (words := _NEEDS[need](found)):
            yield need, words


def is_ratio(found: Delivery) -> bool:
    """Tell whether shares of traffic are made by numbers of replicas, up to the greatest."""
    is_unrouted = found.backend == "rollouts" and found.platform.router == "none"
    return found.word == "canary" and (found.backend == "plain" or is_unrouted)


def shares_of(rollout: Strategy) -> tuple[float, ...]:
    """Return the shares of traffic that a rollout goes through, in order."""
    from mlspec.kinds.rollout_policy import steps_of

    return tuple(share for share, _ in steps_of(rollout))


def _word(rollout: Strategy) -> str:
    is_by_header = rollout.strategy == "a-b" and rollout.header
    return "a-b-header" if is_by_header else rollout.strategy


def _whole_percent(found: Delivery) -> str:
    for share in shares_of(found.rollout):
        exact = Decimal(repr(share)) * _PER_CENT
        if exact != exact.to_integral_value():
            return f"it moves whole per cents, and {exact.normalize():f} is none"
    return ""


def _full_mirror(found: Delivery) -> str:
    return (
        ""
        if shares_of(found.rollout) == (1,)
        else "it copies every request or none with this router"
    )


def _no_analysis(found: Delivery) -> str:
    if not found.rollout.analysis:
        return ""
    return "it judges before the switch, where no request arrives and no condition is ever proven"


def _fixed_replicas(found: Delivery) -> str:
    if found.serving.scaling is None:
        return ""
    return "replicas are the share of traffic, and `serving.scaling` moves them"


def _custom_route(found: Delivery) -> str:
    return f"{found.cell.note}, and none is compiled"


_NEEDS: Mapping[str, Callable[[Delivery], str]] = {
    "custom-route": _custom_route,
    "fixed-replicas": _fixed_replicas,
    "full-mirror": _full_mirror,
    "no-analysis": _no_analysis,
    "whole-percent": _whole_percent,
}
