"""Parts of Istio's objects that several checks look at: routes, destinations and their hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests.checks._node import objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet
    from mlspec.manifests.checks._node import Node

__all__ = ["GROUP", "Subsets", "destinations_of", "routes_of", "service_of"]

GROUP = "networking.istio.io"
_SERVICE = "svc"
_LABELS_OF_SERVICE = 3
"""`name.namespace.svc`, before the domain of the cluster."""


def routes_of(virtual_service: Node) -> Iterator[Node]:
    """Yield the routes of a VirtualService, of every protocol."""
    for protocol in ("http", "tls", "tcp"):
        yield from virtual_service.at("spec", protocol).each()


def destinations_of(virtual_service: Node) -> Iterator[Node]:
    """Yield everything that requests go to or are copied to."""
    for route in routes_of(virtual_service):
        yield from (each["destination"] for each in route["route"].each())
        yield from (each["destination"] for each in route["mirrors"].each())
        if route["mirror"].is_set:
            yield route["mirror"]


def service_of(host: str, namespace: str) -> tuple[str, str] | None:
    """Return name and namespace of the Service that a host means; None where it means none.

    A name without a dot lies in the namespace of the object. Any other name is taken as it is, so
    that `fraud.models` is a host somewhere, and `fraud.models.svc.cluster.local` a Service.
    """
    name, *rest = host.split(".")
    if not rest:
        return (name, namespace) if name and name != "*" else None
    is_service = len(rest) >= _LABELS_OF_SERVICE and rest[1] == _SERVICE and name != "*"
    return (name, rest[0]) if is_service else None


class Subsets:
    """The subsets that the DestinationRules of a set make; rules of one host are merged."""

    def __init__(self, manifests: ManifestSet) -> None:
        self._by_host: dict[str, dict[str, set[str]]] = {}
        for rule in objects(manifests, GROUP, "DestinationRule"):
            host, namespace = _key(rule.at("spec", "host").text, rule.manifest.namespace)
            names = {each["name"].text for each in rule.at("spec", "subsets").each()}
            self._by_host.setdefault(host, {}).setdefault(namespace, set()).update(names)

    def of(self, destination: Node) -> set[str] | None:
        """Return the subsets of the host of a destination; None where no rule is about it."""
        host, namespace = _key(destination["host"].text, destination.manifest.namespace)
        rules = self._by_host.get(host, {})
        found = [
            names for home, names in rules.items() if home == namespace or "" in (home, namespace)
        ]
        return set().union(*found) if found else None


def _key(host: str, namespace: str) -> tuple[str, str]:
    """Return what names a host; one that is no Service lies in no namespace."""
    return service_of(host, namespace) or (host, "")
