"""What a changed object protects less than before: a patch must not do that in silence.

The fields are those of the Pod Security Standards (baseline and restricted), what mlspec itself
hardens (a read-only root, no token of the service account, network policies), what roles allow
and to whom, ways in from outside of the cluster, who gets which share of the requests, what runs in
place of what was judged, and what judges a rollout or calls somebody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json
from mlspec.manifests.patching._access import widened
from mlspec.manifests.patching._alerting import muted
from mlspec.manifests.patching._judgement import unjudged
from mlspec.manifests.patching._served import swapped
from mlspec.manifests.patching._shares import shifted
from mlspec.manifests.patching._values import entries, mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

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

_LEVEL_LABEL = "pod-security.kubernetes.io/enforce"
_LEVELS = ("restricted", "baseline")
"""Strict ones first; a namespace that says nothing holds its pods to neither."""

_ANY_ADDRESS = ("0.0.0.0/0", "::/0")


def loosened(before: Mapping[str, Json], after: Mapping[str, Json] | None) -> tuple[str, ...]:
    """Return what `after` does not protect and `before` did, each as words; sorted.

    `after` is None for a document that is deleted: then only guards and what judges are missed.
    A document without a kind is a file of rules.
    """
    if after is None:
        group = str(before.get("apiVersion", "")).rpartition("/")[0]
        guard = _GUARDS.get((group, str(before.get("kind", ""))))
        return (f"{guard} is deleted",) if guard else tuple(sorted(unjudged(before, {})))
    was, now = set(_of_object(before)), set(_of_object(after))
    found = {*(now - was), *widened(before, after), *unjudged(before, after)}
    found |= {*shifted(before, after), *muted(before, after), *swapped(before, after)}
    return tuple(sorted(found))


def _of_object(value: Mapping[str, Json]) -> Iterator[str]:
    yield from _exposures(dict(value))
    judge = _JUDGES.get(str(value.get("kind", "")))
    if judge is not None:
        yield from judge(value)


def _of_service(service: Mapping[str, Json]) -> Iterator[str]:
    spec = mapping(service.get("spec"))
    if spec.get("type") in ("NodePort", "LoadBalancer") or spec.get("externalIPs"):
        yield "the Service is reached from outside of the cluster"
    if spec.get("type") == "LoadBalancer" and not spec.get("loadBalancerSourceRanges"):
        yield "the load balancer takes requests from everywhere"


def _of_ingress(ingress: Mapping[str, Json]) -> Iterator[str]:
    if not mapping(ingress.get("spec")).get("tls"):
        yield "the Ingress takes requests without TLS"


def _of_namespace(namespace: Mapping[str, Json]) -> Iterator[str]:
    labels = mapping(mapping(namespace.get("metadata")).get("labels"))
    level = labels.get(_LEVEL_LABEL)
    for each in _LEVELS[: _LEVELS.index(level) if level in _LEVELS else len(_LEVELS)]:
        yield f"the namespace takes pods that are not `{each}`"


def _of_token(value: Mapping[str, Json]) -> Iterator[str]:
    if value.get("automountServiceAccountToken") is not False:
        yield "the token of the service account is mounted"


def _exposures(value: Json) -> Iterator[str]:
    """Yield what is open in every pod below a value; a pod is where containers are."""
    if isinstance(value, dict):
        if isinstance(value.get("containers"), list):
            yield from _of_pod(value)
        for each in value.values():
            yield from _exposures(each)
    elif isinstance(value, list):
        for each in value:
            yield from _exposures(each)


def _of_policy(policy: Mapping[str, Json]) -> Iterator[str]:
    spec = mapping(policy.get("spec"))
    stated = spec.get("policyTypes")
    types = stated if isinstance(stated, list) and stated else _default_types(spec)
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        if direction.title() not in types:
            yield f"a network policy has no say in {direction}"
        for rule in entries(spec, direction):
            yield from _of_rule(rule, direction, peers)


def _default_types(spec: Mapping[str, Json]) -> list[Json]:
    return ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]


def _of_rule(rule: Mapping[str, Json], direction: str, peers: str) -> Iterator[str]:
    allowed = entries(rule, peers)
    blocks = [mapping(each.get("ipBlock")).get("cidr") for each in allowed]
    if not allowed or any(block in _ANY_ADDRESS for block in blocks):
        yield f"a network policy allows {direction} {peers} everywhere"
    for each in allowed:
        yield f"a network policy allows {direction} {peers} `{canonical_json(each).decode()}`"


def _of_pod(pod: Mapping[str, Json]) -> Iterator[str]:
    for each in _SHARED:
        if pod.get(each) is True:
            yield f"`{each}` is on"
    yield from _of_token(pod)
    for volume in entries(pod, "volumes"):
        if "hostPath" in volume:
            yield f"the volume `{volume.get('name')}` is a folder of the node"
    shared = mapping(pod.get("securityContext"))
    for setting in entries(shared, "sysctls"):
        yield f"the pod sets `{setting.get('name')}` of the kernel"
    for field in _CONTAINERS:
        for container in entries(pod, field):
            name, own = str(container.get("name")), mapping(container.get("securityContext"))
            yield from _of_container(name, {**shared, **own})
            yield from _of_ports(name, container)


def _of_ports(name: str, container: Mapping[str, Json]) -> Iterator[str]:
    for port in entries(container, "ports"):
        if port.get("hostPort"):
            yield f"the container `{name}` takes the port {port['hostPort']} of its node"


def _of_container(name: str, context: Mapping[str, Json]) -> Iterator[str]:
    for field, (wanted, absent) in _WANTED.items():
        if context.get(field, absent) is not wanted:
            yield f"`{field}` of the container `{name}` is not `{str(wanted).lower()}`"
    if context.get("runAsUser") == 0:
        yield f"the container `{name}` runs as root"
    profile = mapping(context.get("seccompProfile")).get("type")
    if profile not in ("RuntimeDefault", "Localhost"):
        yield f"the container `{name}` has no seccomp profile"
    if mapping(context.get("appArmorProfile")).get("type") == "Unconfined":
        yield f"the container `{name}` has no AppArmor profile"
    if context.get("procMount") == "Unmasked":
        yield f"the container `{name}` sees all of `/proc`"
    yield from _of_capabilities(name, mapping(context.get("capabilities")))


def _of_capabilities(name: str, capabilities: Mapping[str, Json]) -> Iterator[str]:
    dropped, added = capabilities.get("drop"), capabilities.get("add")
    if not isinstance(dropped, list) or "ALL" not in dropped:
        yield f"the container `{name}` keeps capabilities"
    for each in added if isinstance(added, list) else ():
        yield f"the container `{name}` has the capability `{each}`"


_JUDGES: Mapping[str, Callable[[Mapping[str, Json]], Iterator[str]]] = {
    "ServiceAccount": _of_token,
    "NetworkPolicy": _of_policy,
    "Service": _of_service,
    "Ingress": _of_ingress,
    "Namespace": _of_namespace,
}
