"""Two environments put objects of the same names into one namespace, or routes to one Gateway.

What it does
Checks that environments with a model that is served or trained again have a `namespace` each. One
that names none has the namespace `default`. Where `targets.gateway` names the namespace of the
Gateway, so that environments share it, they must have a `domain` each, too.

Why is this bad?
The name of an object holds no environment: `staging` and `prod` both have the Deployment of a
model. In one cluster the environment that is applied last replaces the other one. If they are two
clusters, nothing of the workspace says so.

Host names hold no environment either. Of two routes that ask one Gateway for the same host name
and path the older one gets every request: often that of `staging`, which was there first.

Bad
    kind: Workspace
    spec:
      environments:
        dev: {namespace: screening}
        prod: {namespace: screening}

Good
    kind: Workspace
    spec:
      environments:
        dev: {namespace: screening-dev}
        prod: {namespace: screening-prod}

References
- https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/
- https://gateway-api.sigs.k8s.io/api-types/httproute/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._namespaces import meetings, shared_hosts
from mlspec.rules._port import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.rules._namespaces import Meeting
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each environment that may replace the objects of another, or take its requests."""
    for each in meetings(resource, workspace):
        if not each.server:
            stray, other = _stray(each)
            yield Finding(
                resource,
                ("spec", "environments", stray, "namespace"),
                f"`{each.first}` and `{each.second}` both put their objects into the namespace "
                f"`{each.namespace}`",
                hint=f"choose another one for `{stray}`, such as `{_proposed(each, stray, other)}`",
            )
    for shared in shared_hosts(resource, workspace):
        name = shared.first if shared.second.startswith("prod") else shared.second
        yield Finding(
            resource,
            ("spec", "environments", shared.second),
            f"`{shared.first}` and `{shared.second}` both answer at `<model>.{shared.domain}` of "
            f"the Gateway `{shared.gateway}`",
            hint=f"override `spec.targets.gateway.domain` in `{name}`, such as "
            f"`{name}.{shared.domain}`",
        )


def _stray(meeting: Meeting) -> tuple[str, str]:
    """Return the environment that the namespace is not named after, and the other one."""
    is_of_second = _is_named_after(meeting.namespace, meeting.second)
    if is_of_second and not _is_named_after(meeting.namespace, meeting.first):
        return meeting.first, meeting.second
    return meeting.second, meeting.first


def _is_named_after(namespace: str, environment: str) -> bool:
    return namespace == environment or namespace.endswith(f"-{environment}")


def _proposed(meeting: Meeting, stray: str, other: str) -> str:
    """Return the namespace with the name of one environment in place of that of the other."""
    if meeting.namespace == other:
        return stray
    if meeting.namespace == "default":
        return f"ml-{stray}"
    stem = meeting.namespace.removesuffix(f"-{other}").removesuffix(f"-{stray}")
    name = f"{stem}-{stray}"
    return name if name != meeting.namespace else f"{stem}-{stray}-2"


RULE = Rule("MLS448", "shared-namespace", Severity.WARNING, ("Workspace",), check)
