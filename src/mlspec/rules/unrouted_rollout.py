"""Champion and challenger are compiled, and nothing that splits requests between them.

What it does
Looks for models that are rolled out by routes (`backend: gateway`, which is the default) where
`targets.enabled` holds `kubernetes` and not `gateway-api`.

Why is this bad?
Both Deployments run and are paid for, and no step exists that gives the challenger a share: what is
compiled looks like a canary, and nobody can begin it. Where routes come from elsewhere, the spec
says shares that no file of them knows.

What to do
Enable `gateway-api`, or choose a backend that moves the traffic by other means: `plain` by numbers
of replicas, `rollouts` and `flagger` by their controllers.

Bad
    kind: Workspace
    spec:
      targets:
        enabled: [kubernetes]

Good
    kind: Workspace
    spec:
      targets:
        enabled: [gateway-api, kubernetes]

References
- https://gateway-api.sigs.k8s.io/guides/traffic-splitting/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._delivery import delivery_of
from mlspec.rules._port import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_BACKEND = "gateway"
_SPLITS = "gateway-api"
_SERVES = "kubernetes"


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield the rollout of a model that no compiled route can make.

    A rollout that its backend can't do at all is told elsewhere.
    """
    enabled = workspace.spec.targets.enabled
    if _SERVES not in enabled or _SPLITS in enabled:
        return
    found = delivery_of(resource, workspace)
    if found is None or found.backend != _BACKEND or not found.cell.is_possible:
        return
    yield Finding(
        resource,
        found.chosen,
        f"nothing that is compiled splits requests: `{found.word}` needs routes, and the target "
        f"`{_SPLITS}` is not enabled",
        hint=f"add `{_SPLITS}` to `targets.enabled` of the workspace, or choose `backend: plain`",
    )


RULE = Rule("MLS468", "unrouted-rollout", Severity.WARNING, ("Model",), check)
