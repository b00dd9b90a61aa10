"""Alerts of a team are routed to a receiver that calls nobody.

What it does
Looks, where the target `alertmanager` is enabled, for teams with `onCall.receiver` and without
`onCall.webhook`, unless a patch is for `alertmanager/alertmanager.yaml`.

Why is this bad?
Alertmanager takes a receiver without anything to call, and drops what is routed to it without a
word. Every check is green, the alert fires, and no telephone rings.

What to do
Name a `webhook`: every pager has one. Where the platform calls somebody by other means, add those
by a patch of the file, or leave `alertmanager` out and merge its routes into your own
configuration.

Bad
    kind: Workspace
    spec:
      targets:
        enabled: [alertmanager, prometheus]
    ---
    kind: Team
    metadata: {name: workforce}
    spec:
      onCall: {receiver: workforce-pager}

Good
    kind: Workspace
    spec:
      targets:
        enabled: [alertmanager, prometheus]
    ---
    kind: Team
    metadata: {name: workforce}
    spec:
      onCall: {receiver: workforce-pager, webhook: http://pager.ops.svc/workforce}

References
- https://prometheus.io/docs/alerting/latest/configuration/#receiver
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, cast

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.kinds.team import TeamSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_TARGET = "alertmanager"
_FILE = "alertmanager/alertmanager.yaml"


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield the receiver of a team that has nothing to call."""
    on_call = cast("TeamSpec", resource.spec).on_call  # a Team, by its kind
    if on_call is None or on_call.webhook or _TARGET not in workspace.spec.targets.enabled:
        return
    if _is_patched(workspace):
        return
    yield Finding(
        resource,
        ("spec", "onCall", "receiver"),
        f"alerts of `{resource.name}` end at the receiver `{on_call.receiver}`, which calls nobody",
        hint=f"add `onCall.webhook`, or what it calls by a patch of `{_FILE}`",
    )


def _is_patched(workspace: Workspace) -> bool:
    spec = workspace.spec
    patches = [*spec.targets.patches]
    for environment in spec.environments.values():
        patches += environment.patches
    return any(each.path and fnmatchcase(_FILE, each.path) for each in patches)


RULE = Rule("MLS469", "silent-receiver", Severity.WARNING, ("Team",), check)
