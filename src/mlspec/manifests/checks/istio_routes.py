"""Routes of Istio that it refuses, that lead to no subset, or whose shares are not as written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks, warns
from mlspec.manifests.checks._istio import GROUP, Subsets, destinations_of, routes_of
from mlspec.manifests.checks._node import Node, objects
from mlspec.manifests.checks._repeated import repeated
from mlspec.manifests.checks._rollouts import canaries
from mlspec.manifests.checks._suggestion import meant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import Manifest, ManifestSet, Problem

__all__ = ["CHECK"]


def _route(first: str, second: str, name: str = "primary") -> str:
    return (
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: fraud}\n"
        f"spec:\n  hosts: [fraud]\n  http:\n  - name: {name}\n    route:\n"
        f"    - {{destination: {{host: fraud, subset: v1}}, weight: {first}}}\n"
        f"    - {{destination: {{host: fraud, subset: v2}}, weight: {second}}}\n"
    )


_RULE = """---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: fraud}
spec:
  host: fraud
  subsets:
  - {name: v1, labels: {version: v1}}
  - {name: v2, labels: {version: v2}}
"""
_ROLLOUT = """---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: fraud}
spec:
  workloadRef: {apiVersion: apps/v1, kind: Deployment, name: fraud}
  progressDeadlineAbort: true
  strategy:
    canary:
      trafficRouting:
        istio:
          virtualService: {name: fraud, routes: [primary]}
          destinationRule: {name: fraud, stableSubsetName: v1, canarySubsetName: v2}
"""

_SHARES = warns(
    "MLS1335",
    "uneven-route-weights",
    "The weights of a route of Istio do not add up to 100.",
    """Istio takes them as parts of their sum. With 90 and 5 the second gets 5.3 % of the requests,
    not the 5 that are read.""",
    bad=_route("90", "5") + _RULE,
    good=_route("95", "5") + _RULE,
)
_REFUSED = breaks(
    "MLS1336",
    "refused-route",
    "An object of Istio has what its validation refuses, and its definition does not know.",
    """A VirtualService without routes, a route that leads nowhere, weights that are all 0, a subset
    twice: the webhook refuses it; where that is not installed, the proxies go on with what they
    had.""",
    bad=_route("0", "0") + _RULE,
    good=_route("100", "0") + _RULE,
)
_SUBSET = breaks(
    "MLS1337",
    "unknown-subset",
    "A route leads to a subset that no DestinationRule of its host has.",
    "Istio takes it, and the proxies answer every request that goes there with 503.",
    bad=_route("95", "5") + _RULE.replace("name: v2", "name: canary"),
    good=_route("95", "5") + _RULE,
)
_UNMOVED = breaks(
    "MLS1338",
    "route-without-rollout",
    "The VirtualService of a Rollout lacks the route, or the versions, whose weights it moves.",
    """The controller refuses the Rollout with `InvalidSpec` and releases nothing: it looks for the
    route by name, and in it for both Services, or both subsets.""",
    bad=_route("100", "0", "main") + _RULE + _ROLLOUT,
    good=_route("100", "0") + _RULE + _ROLLOUT,
)

_WHOLE = 100
_ENDS = ("route", "redirect", "directResponse", "delegate")


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield what istiod refuses, subsets that there are not, shares that mislead, lost Rollouts."""
    subsets = Subsets(manifests)
    for node in objects(manifests, GROUP, "VirtualService"):
        yield from _virtual_service(node)
        for destination in destinations_of(node):
            yield from _subset(destination, subsets)
    for node in objects(manifests, GROUP, "DestinationRule"):
        yield from repeated(_REFUSED, node.at("spec", "subsets").each(), "name", "subsets")
    for canary in canaries(manifests):
        yield from _rollout(manifests, canary)


def _virtual_service(node: Node) -> Iterator[Problem]:
    spec, routes = node["spec"], list(routes_of(node))
    if not routes:
        message = "the VirtualService has no route"
        yield spec.problem(_REFUSED, message, "add one under `http`, `tls` or `tcp`")
    if "*" in _texts(spec["hosts"]) and "mesh" in (_texts(spec["gateways"]) or ["mesh"]):
        message = "the host `*` is for gateways, and this one is for the mesh as well"
        yield spec["hosts"].problem(_REFUSED, message, "name a host, or a gateway")
    for route in spec["http"].each():
        if not any(route[key].value for key in _ENDS):
            message = "the route leads nowhere"
            yield route.problem(_REFUSED, message, "add `route`, or a redirect")
    for route in routes:
        yield from _weights(route["route"])


def _texts(node: Node) -> list[str]:
    return [each.text for each in node.each()]


def _weights(targets: Node) -> Iterator[Problem]:
    weights = [each["weight"] for each in targets.each()]
    numbers = [0 if not each.is_set else each.whole for each in weights]
    known = [each for each in numbers if each is not None]
    for weight in weights:
        if (weight.whole or 0) < 0:
            yield weight.problem(_REFUSED, "a weight is 0 or more")
    if len(known) < len(numbers) or len(known) <= 1 or min(known) < 0:
        return
    if not sum(known):
        message = "every destination has the weight 0"
        yield targets.problem(_REFUSED, message, "give one of them a weight")
    elif sum(known) != _WHOLE:
        message = f"the weights add up to {sum(known)}, not to {_WHOLE}"
        hint = "write shares in per cent: Istio divides each weight by their sum"
        yield targets.problem(_SHARES, message, hint)


def _subset(destination: Node, subsets: Subsets) -> Iterator[Problem]:
    subset, known = destination["subset"], subsets.of(destination)
    if subset.text and known is not None and subset.text not in known:
        host = destination["host"].shown
        message = f"no DestinationRule of `{host}` has a subset `{subset.shown}`"
        yield subset.problem(_SUBSET, message, meant(subset.text, known, "add it there"))


def _rollout(manifests: ManifestSet, canary: Node) -> Iterator[Problem]:
    istio = canary.at("trafficRouting", "istio")
    for named in (istio["virtualService"], *istio["virtualServices"].each()):
        name, _, namespace = named["name"].text.partition(".")
        home = namespace or canary.manifest.namespace
        found = manifests.find(GROUP, "VirtualService", name, home) if name else None
        if found is not None:
            yield from _moved(canary, named, found)


def _moved(canary: Node, named: Node, found: Manifest) -> Iterator[Problem]:
    """Yield what the controller misses in the HTTP routes of a VirtualService."""
    routes = list(Node(found, (), found.at(())).at("spec", "http").each())
    managed = {each["name"].text for each in canary.at("trafficRouting", "managedRoutes").each()}
    own = [each for each in routes if each["name"].text not in managed]
    names = [each["name"].text for each in routes]
    asked = list(named["routes"].each())
    for each in asked:
        if routes and each.text not in names:
            message = f"the VirtualService `{found.name}` has no HTTP route `{each.shown}`"
            yield each.problem(_UNMOVED, message, meant(each.text, names, "name one that it has"))
    if not asked and len(own) > 1:
        message = f"the VirtualService `{found.name}` has {len(own)} HTTP routes"
        yield named.problem(_UNMOVED, message, "name under `routes` which of them are moved")
    chosen = {each.text for each in asked}
    for route in own:
        if route["name"].text in chosen or (not asked and len(own) == 1):
            yield from _versions(canary, route)


def _versions(canary: Node, route: Node) -> Iterator[Problem]:
    targets = [each["destination"] for each in route["route"].each()]
    rule = canary.at("trafficRouting", "istio", "destinationRule")
    if rule.is_set:
        has = {each["subset"].text for each in targets}
        wanted = [(rule[key], "subset") for key in ("stableSubsetName", "canarySubsetName")]
    else:
        has = {each["host"].text.partition(".")[0] for each in targets}
        pair = canary["pingPong"]
        keys = ("pingService", "pongService") if pair.is_set else ("stableService", "canaryService")
        wanted = [((pair if pair.is_set else canary)[key], "Service") for key in keys]
    for name, what in wanted:
        if name.text and name.text not in has:
            message = f"the route that the Rollout moves does not lead to its {what} `{name.shown}`"
            yield route.problem(_UNMOVED, message, "add a destination for it")


CHECK = Check("istio-routes", (_SHARES, _REFUSED, _SUBSET, _UNMOVED), find)
