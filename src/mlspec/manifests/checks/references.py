"""Names of objects that the set does not hold, and ports that they do not have."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks, notes, warns
from mlspec.manifests.checks._istio import GROUP as ISTIO
from mlspec.manifests.checks._istio import Subsets, destinations_of
from mlspec.manifests.checks._made import made_by_controllers
from mlspec.manifests.checks._node import Node, objects
from mlspec.manifests.checks._references import Reference, references_of
from mlspec.manifests.checks._suggestion import meant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Code
    from mlspec.manifests._model import ManifestSet, Problem

__all__ = ["CHECK"]


def _route(backend: str) -> str:
    return (
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: fraud}\n"
        f"spec: {{rules: [{{backendRefs: [{backend}]}}]}}\n"
        "---\napiVersion: v1\nkind: Service\nmetadata: {name: fraud}\n"
        "spec: {ports: [{port: 80}], clusterIP: None}\n"
    )


def _pod(spec: str) -> str:
    return (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: fraud}\nspec:\n"
        f"  {spec}\n  containers: [{{name: server, image: registry.example/fraud:12}}]\n"
    )


_MISSING = warns(
    "MLS1290",
    "missing-reference",
    "An object names another one that the set does not hold.",
    """No API server looks: the route answers with 500, the gate with an error, the autoscaler with
    nothing. The object may come from elsewhere; then the name is worth a second look.""",
    bad=_route("{name: froud, port: 80}"),
    good=_route("{name: fraud, port: 80}"),
)
_ELSEWHERE = notes(
    "MLS1291",
    "reference-to-elsewhere",
    "An object names a secret, an account, a gateway or a source that the set does not hold.",
    "These usually come from a vault or from another team; a pod can't start without them.",
    bad=_pod("volumes: [{name: key, secret: {secretName: fraud-key}}]"),
    good=_pod("volumes: [{name: key, secret: {secretName: fraud-key, optional: true}}]"),
)
_PORT = breaks(
    "MLS1292",
    "unknown-service-port",
    "A route or an Ingress leads to a port that its Service does not have, or to none of several.",
    "The API server takes it, and the gateway answers every request with 500.",
    bad=_route("{name: fraud, port: 8080}"),
    good=_route("{name: fraud, port: 80}"),
)

_ELSEWHERE_KINDS = frozenset(
    {
        "Bucket",
        "ClusterRole",
        "ClusterTriggerAuthentication",
        "Gateway",
        "GitRepository",
        "OCIRepository",
        "Secret",
        "ServiceAccount",
        "TriggerAuthentication",
    }
)
_MOST_NAMES = 100
"""Of more than these some may be the closest; looking at all would take too long."""

_BACKENDS = ("backendRefs", "backendRef")


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield names without an object, and ports without a Service that has them."""
    made = set(made_by_controllers(manifests))
    elsewhere: dict[tuple[str, str, str, str], list[Reference]] = {}
    for reference in references_of(manifests):
        if not reference.name or "{{" in reference.name:
            continue
        key = (reference.group, reference.kind, reference.name, reference.namespace)
        found = manifests.find(*key)
        if found is not None:
            yield from _port(reference, Node(found, (), found.at(())))
        elif (reference.kind, reference.name) in made or _is_built_in(reference):
            continue
        elif reference.kind in _ELSEWHERE_KINDS:
            elsewhere.setdefault(key, []).append(reference)
        else:
            yield _missing(manifests, reference, _MISSING)
    yield from (_missing(manifests, same[0], _ELSEWHERE, len(same)) for same in elsewhere.values())
    yield from _without_rule(manifests)


def _without_rule(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield subsets of hosts of which no DestinationRule says anything."""
    subsets = Subsets(manifests)
    for node in objects(manifests, ISTIO, "VirtualService"):
        for destination in destinations_of(node):
            subset, host = destination["subset"], destination["host"].shown
            if subset.text and subsets.of(destination) is None:
                message = f"the set holds no DestinationRule of `{host}`, which makes the subset"
                yield subset.problem(_MISSING, message, "add it, or make sure that it is there")


def _is_built_in(reference: Reference) -> bool:
    """Roles that every cluster has: for people, and those of Kubernetes itself."""
    name = reference.name
    return reference.kind == "ClusterRole" and (name in _ROLES or name.startswith("system:"))


_ROLES = ("admin", "cluster-admin", "edit", "view")


def _missing(manifests: ManifestSet, reference: Reference, entry: Code, places: int = 1) -> Problem:
    some = islice(manifests.of_kind(reference.group, reference.kind), _MOST_NAMES)
    hint = meant(
        reference.name, [each.name for each in some], "add it, or make sure that it is there"
    )
    several = f", which {places} places name" if places > 1 else ""
    message = f"the set holds no {reference.kind} `{reference.name}`{several}"
    return reference.place.problem(entry, message, hint)


def _port(reference: Reference, service: Node) -> Iterator[Problem]:
    place = _port_of(reference)
    if place is None:
        return
    ports = {each["port"].whole for each in service.at("spec", "ports").each()}
    if place.whole is not None and place.whole not in ports:
        message = f"the Service `{reference.name}` has no port {place.whole}"
        told = " and ".join(str(port) for port in sorted(port for port in ports if port))
        yield place.problem(_PORT, message, f"it has {told}" if told else "add it there")
    elif not place.is_set and len(ports) > 1 and place.manifest.kind == "VirtualService":
        message = f"the Service `{reference.name}` has {len(ports)} ports, and none is chosen"
        yield reference.place.problem(_PORT, message, "add `port: {number: ...}`")


def _port_of(reference: Reference) -> Node | None:
    """Return where the port stands beside the name of a Service; None where none belongs."""
    manifest, path = reference.place.manifest, reference.place.path
    if reference.kind != "Service":
        return None
    beside = Node(manifest, path[:-1], manifest.at(path[:-1]))
    if manifest.group == ISTIO:
        return beside.at("port", "number")
    return beside["port"] if any(key in path for key in _BACKENDS) else None


CHECK = Check("references", (_MISSING, _ELSEWHERE, _PORT), find)
