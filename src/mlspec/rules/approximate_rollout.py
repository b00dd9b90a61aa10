"""A backend does something near to the declared rollout, and not the same.

What it does
Tells where the backend of a model does a rollout with other numbers than the spec: a share as a
ratio of replicas, steps that are all held equally long, an experiment by header alone, an abort
that was not asked for, a number of replicas that nobody keeps.

Why is this bad?
Whoever approves 5 % of the traffic does not expect 25 %. The compiled files say the same in their
first lines, but the spec is what is reviewed.

Bad
    kind: Model
    spec:
      serving:
        backend: plain
        scaling: null
        replicas: {minimum: 4, maximum: 4}
      rollout:
        steps:
          - {share: 0.05, holdMinutes: 60}

Good
    kind: Model
    spec:
      serving:
        backend: plain
        scaling: null
        replicas: {minimum: 4, maximum: 4}
      rollout:
        steps:
          - {share: 0.25, holdMinutes: 60}

References
- https://kubernetes.io/docs/concepts/workloads/management/#canary-deployments
- https://docs.flagger.app/usage/how-it-works
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.capabilities import capability, replica_split
from mlspec.diagnostics import Severity
from mlspec.rules._delivery import delivery_of, is_ratio, shares_of, unmet_needs
from mlspec.rules._port import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.kinds.rollout_policy import Canary
    from mlspec.rules._delivery import Delivery
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_NEAR = 1e-9
_ELSEWHERE = "choose `backend: rollouts` or `gateway`"


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield what a backend does otherwise than a model declares."""
    found = delivery_of(resource, workspace)
    if found is None or not found.cell.is_possible or any(unmet_needs(found, found.cell)):
        return
    for message, hint in _differences(found):
        yield Finding(resource, found.place, message, hint=hint)


def _differences(found: Delivery) -> Iterator[tuple[str, str]]:
    if found.backend == "flagger":
        yield from _of_flagger(found)
    elif found.backend == "kserve":
        yield from _of_kserve(found)
    elif is_ratio(found):
        yield from _of_replicas(found)


def _of_replicas(found: Delivery) -> Iterator[tuple[str, str]]:
    bounds = found.serving.replicas
    replicas = max(bounds.minimum, bounds.maximum)
    for share in shares_of(found.rollout):
        split = replica_split(share, replicas)
        if abs(split.share - share) > _NEAR:
            yield (
                (
                    f"{share * 100:.4g} % of the traffic becomes {split.challenger} of "
                    f"{split.total} replicas, {split.share * 100:.4g} %"
                ),
                (
                    "choose shares that the replicas make, raise `serving.replicas.maximum`, or "
                    "choose `backend: gateway`"
                ),
            )


def _of_kserve(found: Delivery) -> Iterator[tuple[str, str]]:
    """In Standard mode a canary without requests is replaced pod by pod, not switched to."""
    can_route = capability("kserve", "canary", found.platform, "standard").is_possible
    is_standard = found.cell.mode == "standard"
    if found.word == "blue-green" and is_standard and not can_route:
        yield (
            (
                "kserve sends the challenger no request before it replaces the champion pod by "
                "pod, and both answer meanwhile"
            ),
            f"route with the Gateway API and KServe 0.21 or later, or {_ELSEWHERE}",
        )


def _of_flagger(found: Delivery) -> Iterator[tuple[str, str]]:
    rollout = found.rollout
    yield from _of_flagger_replicas(found)
    if rollout.strategy == "canary":
        yield from _of_flagger_canary(rollout)
    elif rollout.strategy == "a-b":
        yield (
            (
                f"flagger sends requests with the header to arm B and draws no share: "
                f"{rollout.share * 100:.4g} % is not reached"
            ),
            f"set the header on that share of requests, or {_ELSEWHERE}",
        )
    elif rollout.strategy == "blue-green" and "keep_minutes" in rollout.model_fields_set:
        yield (
            (
                f"flagger does not keep the champion for {rollout.keep_minutes} minutes: it is "
                "replaced at the switch"
            ),
            f"remove `keepMinutes`, or {_ELSEWHERE}",
        )


def _of_flagger_replicas(found: Delivery) -> Iterator[tuple[str, str]]:
    if found.serving.scaling is None and found.serving.replicas.minimum > 1:
        yield (
            (
                f"flagger starts one replica, not {found.serving.replicas.minimum}: without an "
                "autoscaler it keeps the number it finds"
            ),
            "declare `serving.scaling`",
        )


def _of_flagger_canary(canary: Canary) -> Iterator[tuple[str, str]]:
    held = sorted({step.hold_minutes for step in canary.steps if step.hold_minutes})
    if len(held) > 1:
        yield (
            f"flagger holds every step equally long: {held[-1]} minutes, the longest",
            f"give all steps the same `holdMinutes`, or {_ELSEWHERE}",
        )
    if not canary.abort_on_failure:
        yield (
            "flagger goes back to the champion when a condition fails, asked or not",
            f"set `abortOnFailure: true`, or {_ELSEWHERE}",
        )


RULE = Rule("MLS424", "approximate-rollout", Severity.WARNING, ("Model",), check)
