"""A rollout asks of its backend what that backend can't do.

What it does
Looks up who moves the traffic of a model (`serving.backend`, or `targets.backend` of the
workspace) in the capability table: the strategy must be one that the backend really does, in the
version that runs, with the router that is there, and in the form that the spec gives it.
`mlspec targets list` prints the table.

Why is this bad?
Nothing in a cluster says so. KServe ignores a canary of the wrong mode, the Gateway API plugin of
Argo Rollouts takes a mirror and copies nothing, Flagger draws no share for an experiment: the
release looks careful and is not. No such file is compiled. The hint names the nearest backends
that can.

Bad
    kind: Model
    spec:
      serving: {backend: rollouts}
      rollout:
        strategy: shadow
        share: 0.1
        holdMinutes: 600
        steps: null
        analysis: null
        abortOnFailure: null

Good
    kind: Model
    spec:
      serving: {backend: gateway}
      rollout:
        strategy: shadow
        share: 0.1
        holdMinutes: 600
        steps: null
        analysis: null
        abortOnFailure: null

References
- https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/
- https://docs.flagger.app/usage/deployment-strategies
- https://gateway-api.sigs.k8s.io/guides/traffic-splitting/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.capabilities import alternatives
from mlspec.diagnostics import Severity
from mlspec.rules._delivery import delivery_of, unmet_needs
from mlspec.rules._port import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.capabilities import Capability
    from mlspec.rules._delivery import Delivery
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_MANY = 3


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield the rollout of a model that its backend can't do, or not in this form."""
    found = delivery_of(resource, workspace)
    if found is None:
        return
    if not found.cell.is_possible:
        message = f"`{found.backend}` can't do `{found.word}`: {found.cell.note}"
        yield Finding(resource, found.chosen, message, hint=_nearest(found))
        return
    for need, missing in unmet_needs(found, found.cell):
        message = f"`{found.backend}` can't do this `{found.word}`: {missing}"
        yield Finding(resource, found.chosen, message, hint=_way_out(need, found))


def _nearest(found: Delivery) -> str:
    words = list(dict.fromkeys(_named(each, found) for each in _others(found)))
    if not words:
        return "choose another strategy: no backend can"
    return f"choose another strategy, or {' or '.join(words[:_MANY])}"


def _others(found: Delivery) -> Iterator[Capability]:
    """Yield what can do the rollout in the form that it has, the nearest first."""
    for cell in alternatives(found.word, found.platform, ""):
        differs = cell.backend != found.backend or not _is_routed(cell, found)
        if differs and not any(unmet_needs(found, cell)):
            yield cell


def _named(cell: Capability, found: Delivery) -> str:
    name = f"`backend: {cell.backend}`"
    if not _is_routed(cell, found):
        name += f" with the router `{cell.routers[0]}`"
    return f"{name} ({cell.support})"


def _is_routed(cell: Capability, found: Delivery) -> bool:
    return not cell.routers or found.platform.router.value in cell.routers


def _way_out(need: str, found: Delivery) -> str:
    other = next(_others(found), None)
    return f"{_WAYS[need]}, or choose {_named(other, found) if other else 'another strategy'}"


_WAYS = {
    "custom-route": "choose another strategy",
    "fixed-replicas": "remove `serving.scaling`",
    "full-mirror": "set `share: 1`",
    "no-analysis": "remove `analysis`",
    "whole-percent": "write a share of whole per cents",
}

RULE = Rule("MLS423", "impossible-rollout", Severity.ERROR, ("Model",), check, suppressible=False)
