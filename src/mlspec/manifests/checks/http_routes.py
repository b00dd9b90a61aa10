"""Routes of the Gateway API that send requests nowhere, or to nobody in particular."""

from __future__ import annotations

import json
from itertools import islice, product
from typing import TYPE_CHECKING

from mlspec.canonical import digest_bytes
from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks, warns
from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._repeated import repeated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]


def _route(rules: str, name: str = "fraud", host: str = "fraud.ml.example") -> str:
    return (
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n"
        f"metadata: {{name: {name}}}\nspec:\n  parentRefs: [{{name: gateway}}]\n"
        f"  hostnames: [{host}]\n  rules:\n  - {rules}\n"
    )


def _backends(champion: int, challenger: int) -> str:
    return (
        f"backendRefs: [{{name: fraud-champion, port: 80, weight: {champion}}},"
        f" {{name: fraud-challenger, port: 80, weight: {challenger}}}]"
    )


_NOBODY = breaks(
    "MLS1240",
    "route-without-weight",
    "Every backend of a rule has the weight 0.",
    "The API server takes it, and the gateway answers every request with 500.",
    bad=_route(_backends(0, 0)),
    good=_route(_backends(100, 0)),
)
_EMPTY = breaks(
    "MLS1241",
    "rule-without-backend",
    "A rule of a route has no backend, and no filter that would answer.",
    "The gateway answers every request that it matches with 500.",
    bad=_route("matches: [{path: {value: /v1}}]"),
    good=_route("backendRefs: [{name: fraud, port: 80}]"),
)
_RULE_NAME = warns(
    "MLS1242",
    "duplicate-rule-name",
    "Two rules of a route have the same name.",
    """The standard channel of the Gateway API takes it, the experimental one refuses it. Policies
    and controllers that name the rule would meet either of the two.""",
    bad=_route(
        "{name: main, backendRefs: [{name: a, port: 80}], matches: [{path: {value: /a}}]}\n"
        "  - {name: main, backendRefs: [{name: b, port: 80}]}"
    ),
    good=_route(
        "{name: night, backendRefs: [{name: a, port: 80}], matches: [{path: {value: /a}}]}\n"
        "  - {name: main, backendRefs: [{name: b, port: 80}]}"
    ),
)
_CONTESTED = warns(
    "MLS1243",
    "contested-route",
    "Two routes of one gateway claim the same host and the same requests.",
    """The older route wins, and after a restore from backup that may be another one. The younger
    one is accepted and gets nothing.""",
    bad=_route("backendRefs: [{name: a, port: 80}]")
    + "---\n"
    + _route("backendRefs: [{name: b, port: 80}]", "fraud-night"),
    good=_route("backendRefs: [{name: a, port: 80}]")
    + "---\n"
    + _route("backendRefs: [{name: b, port: 80}]", "fraud-night", "night.ml.example"),
)
_TWICE = warns(
    "MLS1244",
    "backend-told-twice",
    "A rule names one backend twice.",
    "The weights are added up: the split is not the one that is read.",
    bad=_route("backendRefs: [{name: a, port: 80, weight: 90}, {name: a, port: 80, weight: 10}]"),
    good=_route("backendRefs: [{name: a, port: 80, weight: 100}]"),
)
_FOREIGN = warns(
    "MLS1245",
    "backend-without-grant",
    "A route leads to another namespace, and the set grants it nowhere.",
    "Without a ReferenceGrant in that namespace the gateway answers with 500.",
    bad=_route("backendRefs: [{name: fraud, namespace: models, port: 80}]").replace(
        "{name: fraud}\n", "{name: fraud, namespace: web}\n"
    ),
    good=_route("backendRefs: [{name: fraud, namespace: models, port: 80}]").replace(
        "{name: fraud}\n", "{name: fraud, namespace: web}\n"
    )
    + """---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: web, namespace: models}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: web}]
  to: [{group: "", kind: Service}]
""",
)
_PICKER = warns(
    "MLS1246",
    "pool-without-picker",
    "An InferencePool has no endpoint picker.",
    """The field became optional, and few gateways can do without it: they refuse the pool, or
    choose servers blindly, without a look at queues and caches.""",
    bad="""
    apiVersion: inference.networking.k8s.io/v1
    kind: InferencePool
    metadata: {name: chat}
    spec: {selector: {matchLabels: {app: chat}}, targetPorts: [{number: 8000}]}
    """,
    good="""
    apiVersion: inference.networking.k8s.io/v1
    kind: InferencePool
    metadata: {name: chat}
    spec:
      selector: {matchLabels: {app: chat}}
      targetPorts: [{number: 8000}]
      endpointPickerRef: {name: chat-epp, port: {number: 9002}}
    """,
)

_GROUP = "gateway.networking.k8s.io"
_MOST = 64
"""No list of a route or a grant may be longer; all of them with all others are too many."""

_ANSWERING = ("requestRedirect", "extensionRef")


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield rules that lead nowhere, claims on the same requests, and foreign backends."""
    grants = set(_grants(manifests))
    for node in objects(manifests, _GROUP, "HTTPRoute", "GRPCRoute"):
        rules = list(node.at("spec", "rules").each())
        yield from repeated(_RULE_NAME, rules, "name", "rules")
        for rule in rules:
            yield from _rule(rule)
            for backend in rule["backendRefs"].each():
                yield from _foreign(grants, backend)
    yield from _contested(manifests)
    for node in objects(manifests, "inference.networking.k8s.io", "InferencePool"):
        if not node.at("spec", "endpointPickerRef").is_set:
            hint = "add `endpointPickerRef`"
            yield node["spec"].problem(_PICKER, "the pool has no endpoint picker", hint)


def _rule(rule: Node) -> Iterator[Problem]:
    backends = list(rule["backendRefs"].each())
    answers = any(each.set_keys(*_ANSWERING) for each in rule["filters"].each())
    if not backends and not answers:
        message = "the rule has no backend"
        yield rule.problem(_EMPTY, message, "add `backendRefs`, or a redirect")
    if backends and all(each["weight"].whole == 0 for each in backends):
        message = "every backend has the weight 0"
        yield rule["backendRefs"].problem(_NOBODY, message, "give one of them a weight")
    yield from _twice(backends)


def _twice(backends: list[Node]) -> Iterator[Problem]:
    seen: set[tuple[str, ...]] = set()
    for each in backends:
        named = (each[part].text for part in ("kind", "namespace", "name"))
        key = (*named, str(each["port"].value))
        if each["name"].text and key in seen and not each["filters"].is_set:
            message = f"the rule names `{each['name'].text}` already"
            yield each["name"].problem(_TWICE, message, "add up the weights")
        seen.add(key)


def _foreign(grants: set[tuple[str, str, str]], backend: Node) -> Iterator[Problem]:
    own, other = backend.manifest.namespace, backend["namespace"]
    if not own or not other.text or other.text == own:
        return
    if (other.text, own, backend["kind"].text or "Service") not in grants:
        message = f"nothing in the set grants the namespace `{own}` a way to `{other.text}`"
        yield other.problem(_FOREIGN, message, "add a ReferenceGrant there")


def _grants(manifests: ManifestSet) -> Iterator[tuple[str, str, str]]:
    """Yield who grants, to whom, a way to which kind."""
    for grant in objects(manifests, _GROUP, "ReferenceGrant"):
        kinds = {each["kind"].text for each in grant.at("spec", "to").each()}
        sources = {each["namespace"].text for each in grant.at("spec", "from").each()}
        for source, kind in product(islice(sources, _MOST), islice(kinds, _MOST)):
            yield grant.manifest.namespace, source, kind


def _contested(manifests: ManifestSet) -> Iterator[Problem]:
    claimed: dict[str, Node] = {}
    for node in objects(manifests, _GROUP, "HTTPRoute"):
        for place, claim in _claims(node):
            first = claimed.setdefault(claim, node)
            if first.manifest.name != node.manifest.name:  # else it is a step of the same route
                message = f"the route `{first.manifest.name}` claims the same requests"
                yield place.problem(_CONTESTED, message, "change the host, or the matches")


def _claims(node: Node) -> Iterator[tuple[Node, str]]:
    """Yield every request that a route asks for, as a text that is the same for the same one."""
    spec = node["spec"]
    asked_of = [node.manifest.namespace, spec["parentRefs"].value]
    parents = digest_bytes(json.dumps(asked_of, sort_keys=True).encode())  # lists may be long
    hosts = [each.text for each in islice(spec["hostnames"].each(), _MOST)] or [""]
    for rule in islice(spec["rules"].each(), _MOST):
        matches = list(islice(rule["matches"].each(), _MOST))
        for match in matches or [rule["matches"]]:
            asked = json.dumps(match.value, sort_keys=True)
            place = match if matches else rule
            yield from ((place, f"{parents} {asked} {host}") for host in hosts)


CHECK = Check(
    "http-routes", (_NOBODY, _EMPTY, _RULE_NAME, _CONTESTED, _TWICE, _FOREIGN, _PICKER), find
)
