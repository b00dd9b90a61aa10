"""Network policies that are refused."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks
from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._ports import PORT_NAME, is_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]


def _policy(rule: str) -> str:
    return (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: fraud}\n"
        f"spec:\n  podSelector: {{matchLabels: {{app: fraud}}}}\n  ingress: [{rule}]\n"
    )


_PORT = breaks(
    "MLS1140",
    "refused-policy-port",
    "A port, or the end of a range of ports, of a NetworkPolicy is refused.",
    "The API server refuses it: a range needs a number to start at, and does not end before it.",
    bad=_policy("{ports: [{port: 9000, endPort: 8000}]}"),
    good=_policy("{ports: [{port: 8000, endPort: 9000}]}"),
)
_PEER = breaks(
    "MLS1141",
    "refused-policy-peer",
    "A peer of a NetworkPolicy is empty, mixed, or has addresses that can't be read.",
    """The API server refuses it. A block of addresses stands alone, and its exceptions lie inside
    of it.""",
    bad=_policy("{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [192.168.0.0/16]}}]}"),
    good=_policy("{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}"),
)
_TYPES = breaks(
    "MLS1142",
    "refused-policy-types",
    "A type of a NetworkPolicy is neither `Ingress` nor `Egress`, or has no effect on its rules.",
    """The API server refuses an unknown type; and rules whose type is not listed are never
    applied.""",
    bad="""
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: fraud}
    spec: {podSelector: {}, policyTypes: [Ingress], egress: [{to: [{podSelector: {}}]}]}
    """,
    good="""
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: fraud}
    spec: {podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}]}
    """,
)

_PEERS = ("podSelector", "namespaceSelector", "ipBlock")
_PROTOCOLS = ("TCP", "UDP", "SCTP")


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield refused ports, peers and types."""
    for node in objects(manifests, "networking.k8s.io", "NetworkPolicy"):
        spec = node["spec"]
        yield from _types(spec)
        for direction, peers in (("ingress", "from"), ("egress", "to")):
            for rule in spec[direction].each():
                for port in rule["ports"].each():
                    yield from _port(port)
                for peer in rule[peers].each():
                    yield from _peer(peer)


def _types(spec: Node) -> Iterator[Problem]:
    types = [each.text for each in spec["policyTypes"].each()]
    for each in spec["policyTypes"].each():
        if each.text not in ("Ingress", "Egress"):
            yield each.problem(_TYPES, f"there is no type `{each.shown}`", "write `Ingress`")
    for kind in ("Ingress", "Egress"):
        rules = spec[kind.lower()]
        if types and kind not in types and rules.value:
            message = f"these rules are never applied: `policyTypes` lacks `{kind}`"
            yield rules.problem(_TYPES, message, "add it")


def _port(port: Node) -> Iterator[Problem]:
    start, end, protocol = port["port"], port["endPort"], port["protocol"]
    named = bool(start.text) and PORT_NAME.fullmatch(start.text) is not None
    if start.is_set and not named and not is_port(start.value):
        hint = "write a number from 1 to 65535, or a name"
        yield start.problem(_PORT, f"`{start.shown}` is no port", hint)
    if protocol.is_set and protocol.text not in _PROTOCOLS:
        message = f"there is no protocol `{protocol.shown}`"
        yield protocol.problem(_PORT, message, f"use one of {', '.join(_PROTOCOLS)}")
    if end.is_set:
        yield from _range(start, end)


def _range(start: Node, end: Node) -> Iterator[Problem]:
    if start.whole is None:
        yield end.problem(_PORT, "a range needs a number in `port`", "write where it starts")
    elif end.whole is None or end.whole < start.whole or not is_port(end.value):
        message = f"the range from {start.whole} ends at {end.shown}"
        yield end.problem(_PORT, message, "let it end at or above its start")


def _peer(peer: Node) -> Iterator[Problem]:
    stated = peer.set_keys(*_PEERS)
    if not stated:
        yield peer.problem(_PEER, "the peer is empty", f"write one of {', '.join(_PEERS)}")
    elif "ipBlock" in stated and len(stated) > 1:
        message = "`ipBlock` can't stand beside a selector"
        yield peer["ipBlock"].problem(_PEER, message, "make two peers of them")
    if "ipBlock" in stated:
        yield from _block(peer["ipBlock"])


def _block(block: Node) -> Iterator[Problem]:
    whole = _network(block["cidr"].text)
    if whole is None:
        message = f"`{block['cidr'].shown}` is no block of addresses"
        yield block["cidr"].problem(_PEER, message, "write one such as `10.0.0.0/8`")
        return
    for each in block["except"].each():
        part = _network(each.text)
        if part is None or not _is_inside(part, whole):
            message = f"`{each.shown}` does not lie inside of `{block['cidr'].text}`"
            yield each.problem(_PEER, message, "write a smaller block, or remove it")


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False) if "/" in text else None
    except ValueError:
        return None


def _is_inside(part: IPv4Network | IPv6Network, whole: IPv4Network | IPv6Network) -> bool:
    if part.version != whole.version or part.prefixlen <= whole.prefixlen:
        return False
    return int(whole[0]) <= int(part[0]) <= int(whole[-1])


CHECK = Check("network-policies", (_PORT, _PEER, _TYPES), find)
