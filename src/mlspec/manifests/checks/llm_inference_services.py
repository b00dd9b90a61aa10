"""LLMInferenceServices that the webhook of KServe refuses, and groups that split nothing.

The rules are those of `pkg/apis/serving/v1alpha2/llm_inference_service_validation.go`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks
from mlspec.manifests.checks._kserve import GROUP
from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._repeated import repeated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]


def _service(rest: str, model: str = "name: chat", name: str = "chat-v2") -> str:
    return (
        "apiVersion: serving.kserve.io/v1alpha2\nkind: LLMInferenceService\n"
        f"metadata: {{name: {name}}}\nspec:\n  model: {{uri: 'hf://example/chat', {model}}}\n"
        f"  {rest}\n"
    )


def _split(weight: int) -> str:
    return f"router: {{gateway: {{}}, route: {{group: chat, weight: {weight}, http: {{}}}}}}"


_TRAFFIC = breaks(
    "MLS1205",
    "refused-traffic-split",
    "The share of an LLMInferenceService is refused by KServe.",
    """A group and a weight belong together; they need routes of the Gateway API that KServe makes
    itself: no Ingress, no route of your own.""",
    bad=_service("router: {route: {weight: 10, http: {}}}"),
    good=_service(_split(10)),
)
_ROUTE = breaks(
    "MLS1206",
    "contradictory-llm-route",
    "The route of an LLMInferenceService is given in two ways that exclude each other.",
    "The webhook of KServe refuses `refs` beside `spec`, and `refs` with a gateway that it makes.",
    bad=_service("router: {route: {http: {refs: [{name: chat}], spec: {}}}}"),
    good=_service("router: {route: {http: {refs: [{name: chat}]}}}"),
)
_PARALLEL = breaks(
    "MLS1207",
    "refused-parallelism",
    "The parallelism of an LLMInferenceService contradicts itself.",
    """Data and pipeline parallelism exclude each other, `data` and `dataLocal` belong together,
    and workers need one of the two.""",
    bad=_service("parallelism: {data: 4}"),
    good=_service("parallelism: {data: 4, dataLocal: 2}"),
)
_ADAPTER = breaks(
    "MLS1208",
    "refused-adapter",
    "An adapter has no name of its own.",
    "Clients ask for adapters by name, beside the model; KServe refuses one that is ambiguous.",
    bad=_service("replicas: 1", "name: chat, lora: {adapters: [{uri: 'hf://example/tone'}]}"),
    good=_service(
        "replicas: 1", "name: chat, lora: {adapters: [{name: tone, uri: 'hf://example/tone'}]}"
    ),
)
_GROUP = breaks(
    "MLS1209",
    "group-of-different-models",
    "Members of one routing group serve models of different names.",
    """A request names its model, so KServe leaves members whose served name differs out of the
    split, without a word: the new version gets no traffic. The served name is `spec.model.name`, or
    that of the object.""",
    bad=_service(_split(90), "name: chat-v1", "chat-v1")
    + "---\n"
    + _service(_split(10), "name: chat-v2"),
    good=_service(_split(90), "name: chat", "chat-v1")
    + "---\n"
    + _service(_split(10), "name: chat"),
)
_NO_SHARE = breaks(
    "MLS1210",
    "routing-group-without-weight",
    "Every member of a routing group has the weight 0.",
    "No member gets a request: all of them fail.",
    bad=_service(_split(0)),
    good=_service(_split(100)),
)
_SCHEDULER = breaks(
    "MLS1211",
    "refused-scheduler",
    "The scheduler of an LLMInferenceService has no configuration, or two, or no replica.",
    "The webhook of KServe wants one of `inline` and `ref`.",
    bad=_service("router: {scheduler: {config: {}}}"),
    good=_service("router: {scheduler: {config: {ref: {name: scheduler}}}}"),
)

_POSITIVE = ("pipeline", "data", "dataLocal")


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield refused routes, parallelism and adapters, and groups that split nothing."""
    groups: dict[tuple[str, str], list[Node]] = {}
    for node in objects(manifests, GROUP, "LLMInferenceService"):
        spec = node["spec"]
        yield from _traffic(spec["router"])
        yield from _route(spec["router"])
        yield from _scheduler(spec.at("router", "scheduler"))
        yield from _parallelism(spec)
        yield from _parallelism(spec["prefill"])
        yield from _adapters(node)
        group = spec.at("router", "route", "group").text
        if group:
            groups.setdefault((node.manifest.namespace, group), []).append(node)
    for members in groups.values():
        yield from _together(members)


def _traffic(router: Node) -> Iterator[Problem]:
    route = router["route"]
    stated = route.set_keys("group", "weight")
    if not stated:
        return
    if router["ingress"].is_set:
        message = "a share needs the Gateway API, not an Ingress"
        yield route[stated[0]].problem(_TRAFFIC, message, "remove `ingress`")
    elif len(stated) == 1:
        missing = "weight" if stated == ["group"] else "group"
        message = f"`{stated[0]}` needs `{missing}`"
        yield route[stated[0]].problem(_TRAFFIC, message, "add it")
    elif route.at("http", "refs").value:
        message = "a share needs a route that KServe makes, not `http.refs`"
        yield route.at("http", "refs").problem(_TRAFFIC, message, "write `http: {}`")


def _route(router: Node) -> Iterator[Problem]:
    http, gateway = router.at("route", "http"), router["gateway"]
    if http["refs"].value and http["spec"].is_set:
        message = "`refs` and `spec` of a route exclude each other"
        yield http["spec"].problem(_ROUTE, message, "remove one of them")
    if http["refs"].value and gateway.is_set and not gateway["refs"].value:
        message = "a route of your own needs a gateway of your own"
        yield http["refs"].problem(_ROUTE, message, "name it in `gateway.refs`")


def _scheduler(scheduler: Node) -> Iterator[Problem]:
    replicas, config = scheduler["replicas"], scheduler["config"]
    if replicas.whole is not None and replicas.whole <= 0:
        yield replicas.problem(_SCHEDULER, "the scheduler has no replica", "write 1 or more")
    if config.is_set and len(config.set_keys("inline", "ref")) != 1:
        message = "the configuration is either `inline` or a `ref`"
        yield config.problem(_SCHEDULER, message, "keep one of them")


def _parallelism(workload: Node) -> Iterator[Problem]:
    split = workload["parallelism"]
    by_data, by_pipeline = split.set_keys("data", "dataLocal"), split["pipeline"].is_set
    if workload["worker"].is_set and not by_data and not by_pipeline:
        message = "workers need data or pipeline parallelism"
        yield workload["worker"].problem(_PARALLEL, message, "add `parallelism`")
    if by_data and by_pipeline:
        message = "data and pipeline parallelism exclude each other"
        yield split.problem(_PARALLEL, message, "remove one of them")
    if len(by_data) == 1:
        yield split.problem(_PARALLEL, "`data` and `dataLocal` belong together", "add the other")
    for key in split.set_keys(*_POSITIVE):
        if (split[key].whole or 0) <= 0:
            yield split[key].problem(_PARALLEL, f"`{key}` must be above 0", "write 1 or more")


def _adapters(node: Node) -> Iterator[Problem]:
    adapters = list(node.at("spec", "model", "lora", "adapters").each())
    yield from repeated(_ADAPTER, adapters, "name", "adapters")
    for adapter in adapters:
        name = adapter["name"]
        if name.text in ("", ".", "..", _served_name(node)):
            message = "the adapter needs a name that is not the one of the model"
            place = name if name.is_set else adapter
            yield place.problem(_ADAPTER, message, "add `name`")


def _together(members: list[Node]) -> Iterator[Problem]:
    first = _served_name(members[0])
    for member in members[1:]:
        if _served_name(member) != first:
            message = f"this member serves `{_served_name(member)}`, the first serves `{first}`"
            place = member.at("spec", "model")
            yield place.problem(_GROUP, message, "set the same `spec.model.name` in both")
    weights = [member.at("spec", "router", "route", "weight") for member in members]
    if all(weight.whole == 0 for weight in weights):
        message = "no member of the group has a weight above 0"
        yield weights[0].problem(_NO_SHARE, message, "give one of them a weight")


def _served_name(node: Node) -> str:
    return node.at("spec", "model", "name").text or node.manifest.name


CHECK = Check(
    "llm-inference-services",
    (_TRAFFIC, _ROUTE, _PARALLEL, _ADAPTER, _GROUP, _NO_SHARE, _SCHEDULER),
    find,
)
