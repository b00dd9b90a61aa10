"""Canaries of Flagger that can't pass, or that pass whatever happens.

The rules are those of `pkg/controller` of Flagger 1.44; the API server has none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks, warns
from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._repeated import repeated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]

_METRICS = "metrics: [{name: request-success-rate, thresholdRange: {min: 99}}]"


def _canary(analysis: str, spec: str = "provider: istio", kind: str = "Deployment") -> str:
    version = "serving.knative.dev/v1" if kind == "Service" else "apps/v1"
    return (
        "apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: {name: fraud}\nspec:\n"
        f"  {spec}\n  targetRef: {{apiVersion: {version}, kind: {kind}, name: fraud}}\n"
        "  service: {port: 80}\n"
        f"  analysis: {{interval: 1m, threshold: 5, {analysis}}}\n"
    )


_GOOD = _canary(f"stepWeights: [5, 25, 50], {_METRICS}")

_UNUSABLE = breaks(
    "MLS1230",
    "unusable-canary-metric",
    "A metric of a Flagger Canary has no query that Flagger could ask.",
    """Flagger knows `request-success-rate` and `request-duration`; another metric needs a
    `templateRef`. Without one every check fails and every release is rolled back.""",
    bad=_canary("stepWeights: [5, 25], metrics: [{name: error-ratio, thresholdRange: {max: 1}}]"),
    good=_GOOD,
)
_UNBOUNDED = warns(
    "MLS1231",
    "canary-metric-without-threshold",
    "A metric of a Flagger Canary has no threshold.",
    "Flagger compares with 0 then: anything above it stops the release.",
    bad=_canary("stepWeights: [5, 25], metrics: [{name: errors, templateRef: {name: errors}}]"),
    good=_GOOD,
)
_UNGATED = warns(
    "MLS1232",
    "ungated-canary",
    "A Flagger Canary is released without a metric and without a webhook that could stop it.",
    "The steps are then a clock: a broken model reaches everybody, only later.",
    bad=_canary("stepWeights: [5, 25]"),
    good=_GOOD,
)
_IGNORED = breaks(
    "MLS1233",
    "ignored-canary-option",
    "A Flagger Canary sets what its strategy or its router ignores.",
    """With `iterations` the release is blue/green or A/B and weights do nothing; `mirror` works
    with Istio and the Gateway API only, `mirrorWeight` with Istio. Nothing is said.""",
    bad=_canary(f"iterations: 10, stepWeights: [5, 25], {_METRICS}"),
    good=_canary(f"iterations: 10, {_METRICS}"),
)
_WEIGHTS = breaks(
    "MLS1234",
    "impossible-canary-weights",
    "The weights of a Flagger Canary are no per cents in rising order.",
    "A weight outside of 0 to 100 is refused by routers, and a falling one takes traffic away.",
    bad=_canary(f"stepWeights: [50, 25], {_METRICS}"),
    good=_GOOD,
)
_TARGET = breaks(
    "MLS1235",
    "refused-canary-target",
    "The target of a Flagger Canary does not fit its provider or its autoscaler.",
    """Flagger rolls out Deployments and DaemonSets, and Services of Knative with the provider
    `knative` alone, which scales by itself. It refuses all else when it starts.""",
    bad=_canary(f"stepWeights: [5, 25], {_METRICS}", "provider: istio", "Service"),
    good=_canary(f"stepWeights: [5, 25], {_METRICS}", "provider: knative", "Service"),
)
_AFFINITY = breaks(
    "MLS1236",
    "same-affinity-cookie",
    "Both versions keep their users by the same cookie.",
    "Flagger refuses it: it could not tell whose user comes back.",
    bad=_canary(
        f"stepWeights: [5, 25], {_METRICS},"
        " sessionAffinity: {cookieName: arm, primaryCookieName: arm}"
    ),
    good=_canary(
        f"stepWeights: [5, 25], {_METRICS},"
        " sessionAffinity: {cookieName: arm, primaryCookieName: arm-primary}"
    ),
)
_HOOK = breaks(
    "MLS1237",
    "unknown-canary-webhook",
    "A webhook of a Flagger Canary has a type that Flagger never calls, or a name twice.",
    "An approval that is never asked for is given.",
    bad=_canary(
        f"stepWeights: [5, 25], {_METRICS},"
        " webhooks: [{name: ask, type: approve, url: 'http://gate'}]"
    ),
    good=_canary(
        f"stepWeights: [5, 25], {_METRICS},"
        " webhooks: [{name: ask, type: confirm-promotion, url: 'http://gate'}]"
    ),
)

_BUILT_IN = ("request-success-rate", "request-duration")
_SHARES = ("stepWeight", "stepWeights", "maxWeight", "stepWeightPromotion")
_MIRRORING = ("istio", "gatewayapi")
_STOPPING = ("", "rollout", "pre-rollout", "confirm-rollout", "confirm-promotion")
_HOOKS = (*_STOPPING, "post-rollout", "event", "rollback", "confirm-traffic-increase")
_KINDS = ("Deployment", "DaemonSet", "Service")
_SCALERS = ("HorizontalPodAutoscaler", "ScaledObject")
_ALL = 100


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield canaries that can't pass, can't fail, or say what nobody reads."""
    for node in objects(manifests, "flagger.app", "Canary"):
        spec = node["spec"]
        analysis = spec["analysis"] if spec["analysis"].is_set else spec["canaryAnalysis"]
        yield from _target(spec)
        yield from _gates(spec, analysis)
        yield from _ignored(analysis, spec["provider"].text.partition(":")[0])
        yield from _weights(analysis)
        yield from _hooks(analysis)
        for metric in analysis["metrics"].each():
            yield from _metric(metric)


def _target(spec: Node) -> Iterator[Problem]:
    target, provider, scaler = spec["targetRef"], spec["provider"], spec["autoscalerRef"]
    kind = target["kind"]
    is_knative = kind.text == "Service" and "knative" in target["apiVersion"].text
    if kind.text not in _KINDS:
        message = f"Flagger can't roll out a {kind.shown}"
        yield kind.problem(_TARGET, message, f"use one of {', '.join(_KINDS)}")
    if provider.text and is_knative != (provider.text == "knative"):
        message = f"the provider `{provider.text}` can't roll out this {kind.shown}"
        yield provider.problem(_TARGET, message, "change the provider, or the target")
    if scaler.is_set and (is_knative or scaler["kind"].text not in _SCALERS):
        message = "the target can't have this autoscaler"
        yield scaler.problem(_TARGET, message, f"use one of {', '.join(_SCALERS)}, or none")


def _gates(spec: Node, analysis: Node) -> Iterator[Problem]:
    hooks = [each["type"].text for each in analysis["webhooks"].each()]
    gated = bool(analysis["metrics"].value) or any(hook in _STOPPING for hook in hooks)
    if spec["skipAnalysis"].value is True:
        message = "the analysis is skipped: the release goes to everybody at once"
        yield spec["skipAnalysis"].problem(_UNGATED, message, "remove `skipAnalysis`")
    elif not gated:
        message = "no metric and no webhook could stop the release"
        place = analysis if analysis.is_set else spec
        yield place.problem(_UNGATED, message, "add `metrics`")


def _metric(metric: Node) -> Iterator[Problem]:
    name = metric["name"]
    asks = bool(metric.set_keys("templateRef")) or bool(metric["query"].text)
    if not asks and name.text not in _BUILT_IN:
        message = f"Flagger has no metric `{name.text}` of its own"
        hint = f"add `templateRef`, or use one of {', '.join(_BUILT_IN)}"
        yield name.problem(_UNUSABLE, message, hint)
    bounds = metric["thresholdRange"].set_keys("min", "max")
    if not bounds and not metric["threshold"].is_set:
        message = "the metric has no threshold: anything above 0 stops the release"
        yield metric.problem(_UNBOUNDED, message, "add `thresholdRange`")


def _ignored(analysis: Node, provider: str) -> Iterator[Problem]:
    if analysis["iterations"].whole:
        for key in analysis.set_keys(*_SHARES):
            message = f"with `iterations` Flagger ignores `{key}`"
            yield analysis[key].problem(_IGNORED, message, "remove one of them")
    if provider:
        yield from _mirrored(analysis, provider)
    if analysis["match"].value and not analysis["iterations"].whole:
        message = "an A/B test needs `iterations`"
        yield analysis["match"].problem(_IGNORED, message, "add it, or remove `match`")


def _mirrored(analysis: Node, provider: str) -> Iterator[Problem]:
    mirror, share = analysis["mirror"], analysis["mirrorWeight"]
    if mirror.value is True and provider not in _MIRRORING:
        message = f"the provider `{provider}` copies no requests"
        yield mirror.problem(_IGNORED, message, f"use one of {', '.join(_MIRRORING)}")
    elif share.is_set and provider != "istio":
        message = f"the provider `{provider}` copies all requests, or none"
        yield share.problem(_IGNORED, message, "remove it")


def _weights(analysis: Node) -> Iterator[Problem]:
    last = 0
    for weight in analysis["stepWeights"].each():
        value = -1 if weight.whole is None else weight.whole
        if not last <= value <= _ALL:
            message = f"the weight {weight.shown} does not rise from {last} towards 100"
            yield weight.problem(_WEIGHTS, message, "write per cents in rising order")
        last = max(last, value)
    most, step = analysis["maxWeight"], analysis["stepWeight"]
    for weight in (most, step):
        if weight.is_set and not 0 <= (-1 if weight.whole is None else weight.whole) <= _ALL:
            message = f"the weight {weight.shown} is no per cent"
            yield weight.problem(_WEIGHTS, message, "write 0 to 100")


def _hooks(analysis: Node) -> Iterator[Problem]:
    yield from repeated(_HOOK, analysis["webhooks"].each(), "name", "webhooks")
    for hook in analysis["webhooks"].each():
        kind = hook["type"]
        if kind.text not in _HOOKS:
            message = f"Flagger never calls a webhook of type `{kind.text}`"
            yield kind.problem(_HOOK, message, f"use one of {', '.join(_HOOKS[1:])}")
    affinity = analysis["sessionAffinity"]
    own, primary = affinity["cookieName"], affinity["primaryCookieName"]
    if affinity.is_set and own.text == primary.text:
        message = f"both versions use the cookie `{own.text}`"
        yield primary.problem(_AFFINITY, message, "rename one of them")


CHECK = Check(
    "flagger-canaries",
    (_UNUSABLE, _UNBOUNDED, _UNGATED, _IGNORED, _WEIGHTS, _TARGET, _AFFINITY, _HOOK),
    find,
)
