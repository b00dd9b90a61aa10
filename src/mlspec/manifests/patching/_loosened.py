"""What a changed object protects less than before: a patch must not do that in silence.

The fields are those of the Pod Security Standards (baseline and restricted), and what mlspec
itself hardens: a read-only root, no token of the service account, network policies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.canonical import Json

__all__ = ["loosened"]

_CONTAINERS = ("containers", "initContainers", "ephemeralContainers")
_SHARED = ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace")
_GUARDS = {
    ("networking.k8s.io", "NetworkPolicy"): "a network policy",
    ("policy", "PodDisruptionBudget"): "a disruption budget",
}
_WANTED: Mapping[str, tuple[bool, bool]] = {
    "allowPrivilegeEscalation": (False, True),
    "privileged": (False, False),
    "readOnlyRootFilesystem": (True, False),
    "runAsNonRoot": (True, False),
}
"""What is safe, and what an absent field stands for."""


def loosened(before: Mapping[str, Json], after: Mapping[str, Json] | None) -> tuple[str, ...]:
    """Return what `after` does not protect and `before` did, each as words; sorted.

    `after` is None for an object that is deleted: then only guards are missed.
    """
    if after is None:
        group = str(before.get("apiVersion", "")).rpartition("/")[0]
        guard = _GUARDS.get((group, str(before.get("kind", ""))))
        return (f"{guard} is deleted",) if guard else ()
    was, now = set(_of_object(before)), set(_of_object(after))
    return tuple(sorted(now - was))


def _of_object(value: Mapping[str, Json]) -> Iterator[str]:
    yield from _exposures(dict(value))
    if value.get("kind") == "ServiceAccount":
        yield from _of_token(value)


def _of_token(value: Mapping[str, Json]) -> Iterator[str]:
    if value.get("automountServiceAccountToken") is not False:
        yield "the token of the service account is mounted"


def _exposures(value: Json) -> Iterator[str]:
    """Yield what is open in every pod below a value; a pod is where containers are."""
    if isinstance(value, dict):
        if isinstance(value.get("containers"), list):
            yield from _of_pod(value)
        if "ingress" in value and "podSelector" in value:
            yield from _of_policy(value)
        for each in value.values():
            yield from _exposures(each)
    elif isinstance(value, list):
        for each in value:
            yield from _exposures(each)


def _of_policy(policy: Mapping[str, Json]) -> Iterator[str]:
    for direction in ("ingress", "egress"):
        rules = policy.get(direction)
        for rule in rules if isinstance(rules, list) else ():
            peers = "from" if direction == "ingress" else "to"
            if isinstance(rule, dict) and not rule.get(peers):
                yield f"a network policy allows {direction} {peers} everywhere"


def _of_pod(pod: Mapping[str, Json]) -> Iterator[str]:
    for each in _SHARED:
        if pod.get(each) is True:
            yield f"`{each}` is on"
    yield from _of_token(pod)
    for volume in _entries(pod, "volumes"):
        if "hostPath" in volume:
            yield f"the volume `{volume.get('name')}` is a folder of the node"
    shared = _mapping(pod.get("securityContext"))
    for field in _CONTAINERS:
        for container in _entries(pod, field):
            own = _mapping(container.get("securityContext"))
            yield from _of_container(str(container.get("name")), {**shared, **own})


def _of_container(name: str, context: Mapping[str, Json]) -> Iterator[str]:
    for field, (wanted, absent) in _WANTED.items():
        if context.get(field, absent) is not wanted:
            yield f"`{field}` of the container `{name}` is not `{str(wanted).lower()}`"
    if context.get("runAsUser") == 0:
        yield f"the container `{name}` runs as root"
    profile = _mapping(context.get("seccompProfile")).get("type")
    if profile not in ("RuntimeDefault", "Localhost"):
        yield f"the container `{name}` has no seccomp profile"
    yield from _of_capabilities(name, _mapping(context.get("capabilities")))


def _of_capabilities(name: str, capabilities: Mapping[str, Json]) -> Iterator[str]:
    dropped, added = capabilities.get("drop"), capabilities.get("add")
    if not isinstance(dropped, list) or "ALL" not in dropped:
        yield f"the container `{name}` keeps capabilities"
    for each in added if isinstance(added, list) else ():
        yield f"the container `{name}` has the capability `{each}`"


def _entries(holder: Mapping[str, Json], key: str) -> list[dict[str, Json]]:
    held = holder.get(key)
    return [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []


def _mapping(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}
