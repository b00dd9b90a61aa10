"""What the rules about backends ask of a model: who moves its traffic, and by which means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.capabilities import capability
from mlspec.rules._specs import is_served_online, model_of, rollout_of
from mlspec.workspace import platform_of

if TYPE_CHECKING:
    from mlspec.capabilities import Capability
    from mlspec.diagnostics import Path
    from mlspec.ir import Platform
    from mlspec.kinds.model import Serving
    from mlspec.rules._specs import Strategy
    from mlspec.workspace import Resource, Workspace

__all__ = ["Delivery", "delivery_of"]


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
    platform = platform_of(workspace)
    word = _word(rollout)
    chosen: Path = ("spec", "serving", "backend") if spec.serving.backend else place
    cell = capability(backend, word, platform)
    return Delivery(rollout, word, place, chosen, backend, platform, cell, spec.serving)


def _word(rollout: Strategy) -> str:
    is_by_header = rollout.strategy == "a-b" and rollout.header
    return "a-b-header" if is_by_header else rollout.strategy
