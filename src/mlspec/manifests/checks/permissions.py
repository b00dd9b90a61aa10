"""Rules of roles that give no permission, since no such resource is in the group they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._api_resources import GROUPS_OF, KNOWN_GROUPS
from mlspec.manifests.checks._entries import warns
from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._suggestion import meant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]


def _role(group: str) -> str:
    return (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: trainer}\n"
        f"rules: [{{apiGroups: [{group}], resources: [deployments], verbs: [get, list]}}]\n"
    )


_NOWHERE = warns(
    "MLS1330",
    "resource-outside-its-group",
    "A rule names a resource that its API groups do not have.",
    """The API server takes any words there. The rule gives nothing, and whoever it is for is told
    `forbidden` when the work is to be done. The core group is written `''`.""",
    bad=_role("''"),
    good=_role("apps"),
)

_RBAC = "rbac.authorization.k8s.io"


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield resources that none of the groups beside them has; groups of others are not judged."""
    for node in objects(manifests, _RBAC, "Role", "ClusterRole"):
        for rule in node["rules"].each():
            groups = [each.text for each in rule["apiGroups"].each()]
            if groups and KNOWN_GROUPS.issuperset(groups):
                for resource in rule["resources"].each():
                    yield from _resource(resource, groups)


def _resource(resource: Node, groups: list[str]) -> Iterator[Problem]:
    name = resource.text.partition("/")[0]
    homes = GROUPS_OF.get(name, ())
    if name in ("", "*") or set(homes).intersection(groups):
        return
    message = f"there is no `{resource.shown}` in {_told(groups)}"
    if homes:
        hint = f"it is in {_told(homes)}: name that under `apiGroups`"
    else:
        known = [each for each, of in GROUPS_OF.items() if set(of).intersection(groups)]
        hint = meant(name, known, "resources are written as in `kubectl api-resources`")
    yield resource.problem(_NOWHERE, message, hint)


def _told(groups: list[str] | tuple[str, ...]) -> str:
    shown = [f"`{each}`" if each else "the core group (`''`)" for each in groups]
    return " or ".join(shown)


CHECK = Check("permissions", (_NOWHERE,), find)
