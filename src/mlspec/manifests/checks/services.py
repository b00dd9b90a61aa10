"""Services that are refused, or that lead nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks, notes, warns
from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._pods import PodIndex
from mlspec.manifests.checks._ports import is_port
from mlspec.manifests.checks._repeated import repeated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node
    from mlspec.manifests.checks._pods import PortsOfPods

__all__ = ["CHECK"]


def _service(spec: str) -> str:
    return f"apiVersion: v1\nkind: Service\nmetadata: {{name: fraud}}\nspec:\n  {spec}\n"


_POD = """---
apiVersion: v1
kind: Pod
metadata: {name: fraud, labels: {app: fraud}}
spec:
  containers:
  - {name: server, image: registry.example/fraud:12, ports: [{name: http, containerPort: 80}]}
"""

_UNNAMED = breaks(
    "MLS1125",
    "unnamed-service-ports",
    "A Service has several ports, and one of them has no name.",
    "The API server refuses it: routes and monitors know the ports of a Service by name.",
    bad=_service("{ports: [{port: 80}, {port: 9090}], selector: {app: fraud}}"),
    good=_service(
        "{ports: [{name: http, port: 80}, {name: metrics, port: 90}], selector: {app: fraud}}"
    ),
)
_PORTS = breaks(
    "MLS1126",
    "refused-service-ports",
    "A Service has no port, a port that is none, or two that are the same.",
    "The API server refuses it. Only a Service without an address of its own may have no port.",
    bad=_service("{ports: [{name: a, port: 80}, {name: b, port: 80}], selector: {app: fraud}}"),
    good=_service("{ports: [{name: a, port: 80}, {name: b, port: 81}], selector: {app: fraud}}"),
)
_TYPE = breaks(
    "MLS1127",
    "contradictory-service-type",
    "A Service sets what its type does not have.",
    "The API server refuses it.",
    bad=_service("{type: NodePort, clusterIP: None, ports: [{port: 80}]}"),
    good=_service("{clusterIP: None, ports: [{port: 80}]}"),
)
_TARGET = breaks(
    "MLS1128",
    "unknown-target-port",
    "A Service sends to a port name that none of its pods has.",
    """The API server takes it. The Service then has pods but no endpoint at that port, and every
    request is refused.""",
    bad=_service("{selector: {app: fraud}, ports: [{port: 80, targetPort: htpp}]}") + _POD,
    good=_service("{selector: {app: fraud}, ports: [{port: 80, targetPort: http}]}") + _POD,
)
_UNDECLARED = notes(
    "MLS1339",
    "undeclared-target-port",
    "A Service sends to a port that its pods do not declare, and they declare others.",
    """Kubernetes asks for no declaration: a server that listens is reached. A number that stands in
    none of the lists is often that of an earlier server, and then every request is refused.""",
    bad=_service("{selector: {app: fraud}, ports: [{port: 80, targetPort: 8080}]}") + _POD,
    good=_service("{selector: {app: fraud}, ports: [{port: 8080, targetPort: 80}]}") + _POD,
)
_NOBODY = warns(
    "MLS1129",
    "service-without-pods",
    "A Service selects no pod of the set.",
    "Unless its pods come from elsewhere, it has no endpoint and every request is refused.",
    bad=_service("{selector: {app: froud}, ports: [{port: 80}]}") + _POD,
    good=_service("{selector: {app: fraud}, ports: [{port: 80}]}") + _POD,
)


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield refused ports and types, and Services that lead to nobody."""
    index = PodIndex(manifests)
    for node in objects(manifests, "", "Service"):
        spec = node["spec"]
        yield from _ports(spec)
        yield from _type(spec)
        if spec["selector"].texts():
            yield from _endpoints(spec, index)


def _ports(spec: Node) -> Iterator[Problem]:
    ports = list(spec["ports"].each())
    if not ports and spec["type"].text != "ExternalName" and not _is_headless(spec):
        yield spec["ports"].problem(_PORTS, "the Service has no port", "add one under `ports`")
    for port in ports:
        if len(ports) > 1 and not port["name"].text:
            message = f"the port {port['port'].shown} has no name, and there are others"
            yield port.problem(_UNNAMED, message, "name each of them")
        if not is_port(port["port"].value):
            message = "a port is a whole number from 1 to 65535"
            yield port["port"].problem(_PORTS, message)
    yield from repeated(_PORTS, iter(ports), "name", "ports")
    yield from _same_numbers(ports)


def _same_numbers(ports: list[Node]) -> Iterator[Problem]:
    seen: set[tuple[int, str]] = set()
    for port in ports:
        number, protocol = port["port"].whole or 0, port["protocol"].text or "TCP"
        if (number, protocol) in seen:
            message = f"the Service has the port {number} for {protocol} already"
            yield port["port"].problem(_PORTS, message, "change it, or remove one of them")
        seen.add((number, protocol))


def _type(spec: Node) -> Iterator[Problem]:
    kind = spec["type"].text or "ClusterIP"
    if kind == "ExternalName" and not spec["externalName"].text:
        message = "the type `ExternalName` needs `externalName`"
        yield spec["externalName"].problem(_TYPE, message, "add the host name")
    if kind in ("NodePort", "LoadBalancer") and _is_headless(spec):
        message = f"a Service of type `{kind}` needs an address, but `clusterIP` is `None`"
        yield spec["clusterIP"].problem(_TYPE, message, "remove `clusterIP` or `type`")
    for port in spec["ports"].each():
        if kind == "ClusterIP" and port["nodePort"].whole:
            message = "`nodePort` can't be set for the type `ClusterIP`"
            yield port["nodePort"].problem(_TYPE, message, "remove it, or write `type: NodePort`")


def _is_headless(spec: Node) -> bool:
    return spec["clusterIP"].text == "None"


def _endpoints(spec: Node, index: PodIndex) -> Iterator[Problem]:
    asked = spec["selector"].texts(), spec.manifest.namespace
    if not index.with_labels(*asked):
        message = "no pod of the set has these labels"
        hint = "compare them with the labels of the template"
        yield spec["selector"].problem(_NOBODY, message, hint)
        return
    yield from _targets(spec, index.ports(*asked))


def _targets(spec: Node, known: PortsOfPods) -> Iterator[Problem]:
    for port in spec["ports"].each():
        target = port["targetPort"] if port["targetPort"].is_set else port["port"]
        is_named = target.text and not target.text.isdigit()
        if is_named and target.text not in known.names:
            message = f"none of the pods has a port named `{target.text}`"
            yield target.problem(_TARGET, message, "name the port, or write its number")
        elif target.whole is not None and known.numbers and target.whole not in known.numbers:
            told = " and ".join(map(str, sorted(known.numbers)[:_MOST_SHOWN]))
            message = f"the pods declare no port {target.whole}"
            yield target.problem(_UNDECLARED, message, f"they declare {told}")


_MOST_SHOWN = 5

CHECK = Check("services", (_UNNAMED, _PORTS, _TYPE, _TARGET, _UNDECLARED, _NOBODY), find)
