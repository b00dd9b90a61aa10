"""Canaries of KServe that are refused, or that release to everybody without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks, warns
from mlspec.manifests.checks._kserve import MODE, STANDARD_MODES, annotation, services
from mlspec.manifests.checks._repeated import repeated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]


def _service(mode: str, spec: str) -> str:
    annotations = f", annotations: {{serving.kserve.io/deploymentMode: {mode}}}" if mode else ""
    return (
        "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\n"
        f"metadata: {{name: fraud{annotations}}}\nspec:\n  {spec}\n"
    )


def _canary(*parts: str) -> str:
    canaries = "\n".join(f"  - {part}" for part in parts)
    return (
        "predictor: {minReplicas: 4, model: {modelFormat: {name: sklearn}, storageUri: "
        f"'s3://models/fraud/12'}}}}\n  canary:\n{canaries}"
    )


_V13 = (
    "{trafficPercent: 25, predictor: {name: v13, model: {modelFormat: {name: sklearn},"
    " storageUri: 's3://models/fraud/13'}}}"
)
_PERCENT = "predictor: {canaryTrafficPercent: 10, model: {modelFormat: {name: sklearn}}}"

_IGNORED = breaks(
    "MLS1190",
    "ignored-canary-share",
    "`canaryTrafficPercent` stands in a mode that ignores it.",
    """Only the Knative mode of KServe reads it. In Standard mode the field is accepted, nothing is
    said, and the new model gets all of the traffic at once.""",
    bad=_service("Standard", _PERCENT),
    good=_service("Knative", _PERCENT),
)
_UNSTATED = warns(
    "MLS1191",
    "canary-in-unstated-mode",
    "`canaryTrafficPercent` stands in a service that does not state its mode.",
    """The cluster decides then. By now the usual answer is Standard, which ignores the field: the
    release is no canary.""",
    bad=_service("", _PERCENT),
    good=_service("Knative", _PERCENT),
)
_REFUSED = breaks(
    "MLS1192",
    "refused-inference-canary",
    "A canary of an InferenceService is refused by KServe.",
    """Canaries need the annotation `serving.kserve.io/deploymentMode: Standard` to the letter, a
    name of their own, shares that sum to at most 100, and fixed replicas: no scaling, no workers,
    no more replicas than the stable version. The stable version has a model that KServe loads: a
    container has one by its variable `STORAGE_URI`.""",
    bad=_service("Standard", _canary(_V13.replace("25", "120"))),
    good=_service("Standard", _canary(_V13)),
)
_UNROUTED = warns(
    "MLS1193",
    "canary-without-route",
    "A canary of an InferenceService has a share of the traffic.",
    """KServe 0.20.0 starts its pods and routes nothing to them; later versions do, through the
    Gateway API only. Without `enableGatewayApi` the share is a promise that nobody keeps, and the
    old model keeps all of the traffic.""",
    bad=_service("Standard", _canary(_V13)),
    good=_service("Standard", _canary(_V13.replace("25", "0"))),
)

_FIXED = ("maxReplicas", "scaleTarget", "scaleMetric", "autoScaling", "workerSpec")
_ALL = 100


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield canaries that are ignored, refused or not routed."""
    for node in services(manifests):
        mode = annotation(node, MODE)
        yield from _share(node.at("spec", "predictor", "canaryTrafficPercent"), mode)
        canaries = list(node.at("spec", "canary").each())
        if canaries:
            yield from _as_a_whole(node, canaries, mode)
        for canary in canaries:
            yield from _canary_problems(canary, node.at("spec", "predictor"))


def _share(share: Node, mode: Node) -> Iterator[Problem]:
    if not share.is_set or share.whole == _ALL:
        return
    hint = "use `spec.canary`, or the mode `Knative`"
    if mode.text in STANDARD_MODES:
        message = f"the mode `{mode.text}` ignores the share: everybody gets the release"
        yield share.problem(_IGNORED, message, hint)
    elif not mode.text:
        message = "only the mode `Knative` reads the share, and the service states none"
        yield share.problem(_UNSTATED, message, f"add the annotation `{MODE}: Knative`")


def _as_a_whole(node: Node, canaries: list[Node], mode: Node) -> Iterator[Problem]:
    if mode.text != "Standard":
        message = "canaries need the mode `Standard`, stated as an annotation"
        yield node.at("spec", "canary").problem(_REFUSED, message, f"add `{MODE}: Standard`")
    total = sum(each["trafficPercent"].whole or 0 for each in canaries)
    if total > _ALL:
        message = f"the shares of the canaries sum to {total}"
        yield node.at("spec", "canary").problem(_REFUSED, message, "let them sum to at most 100")
    if not _is_loaded(node.at("spec", "predictor")):
        message = "the stable version has no model that KServe loads"
        place = node.at("spec", "predictor", "containers")
        yield place.problem(_REFUSED, message, "set `STORAGE_URI` in `env` of the container")
    predictors = [each["predictor"] for each in canaries]
    yield from repeated(_REFUSED, predictors, "name", "canaries")


def _is_loaded(predictor: Node) -> bool:
    """Tell whether KServe loads a model; what is no container states it in a field of its own."""
    containers = list(predictor["containers"].each())
    names = (name["name"].text for each in containers for name in each["env"].each())
    return not containers or "STORAGE_URI" in names


def _canary_problems(canary: Node, stable: Node) -> Iterator[Problem]:
    predictor, share = canary["predictor"], canary["trafficPercent"]
    name = predictor["name"]
    if not name.text or name.text == stable["name"].text:
        message = "a canary needs a name that the stable version does not have"
        yield name.problem(_REFUSED, message, "add `predictor.name`")
    if share.is_set and not 0 <= (-1 if share.whole is None else share.whole) <= _ALL:
        yield share.problem(_REFUSED, f"the share is {share.shown}", "write 0 to 100")
    if share.whole and 0 < share.whole <= _ALL:
        message = "not every version of KServe sends the canary its share"
        hint = "make sure that `enableGatewayApi` is set and KServe is newer than 0.20.0"
        yield share.problem(_UNROUTED, message, hint)
    for key in predictor.set_keys(*_FIXED):
        if predictor[key].value != 0:
            message = f"a canary has fixed replicas and can't set `{key}`"
            yield predictor[key].problem(_REFUSED, message, "remove it")
    yield from _replicas(predictor["minReplicas"], stable["minReplicas"])


def _replicas(own: Node, stable: Node) -> Iterator[Problem]:
    most = 1 if stable.whole is None else stable.whole
    if own.whole is not None and own.whole > most:
        message = f"the canary has {own.whole} replicas, the stable version {most}"
        yield own.problem(_REFUSED, message, f"write {most} or less")


CHECK = Check("inference-canaries", (_IGNORED, _UNSTATED, _REFUSED, _UNROUTED), find)
