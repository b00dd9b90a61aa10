"""Which fields name other objects: data, read by the checks of references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.manifests.checks._istio import GROUP as _ISTIO
from mlspec.manifests.checks._istio import destinations_of, service_of
from mlspec.manifests.checks._node import Node, objects
from mlspec.manifests.checks._pods import pods_of
from mlspec.manifests.checks._rollouts import analyses_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet

__all__ = ["Reference", "references_of", "walk"]

_GATEWAY = "gateway.networking.k8s.io"
_ARGO = "argoproj.io"
_FLAGGER = "flagger.app"
_KEDA = "keda.sh"
_KSERVE = "serving.kserve.io"


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that stands somewhere, and the object that it means."""

    place: Node
    group: str
    kind: str
    namespace: str
    part: str = ""
    """The name, where the text at the place says more than that."""

    @property
    def name(self) -> str:
        """Return the name."""
        return self.part or self.place.text


_NAMES = (
    ("apps", "StatefulSet", "spec.serviceName", "", "Service"),
    (_ARGO, "Rollout", "spec.strategy.canary.canaryService", "", "Service"),
    (_ARGO, "Rollout", "spec.strategy.canary.stableService", "", "Service"),
    (_ARGO, "Rollout", "spec.strategy.canary.pingPong.pingService", "", "Service"),
    (_ARGO, "Rollout", "spec.strategy.canary.pingPong.pongService", "", "Service"),
    (_ARGO, "Rollout", "spec.strategy.canary.trafficRouting.alb.rootService", "", "Service"),
    (_ARGO, "Rollout", "spec.strategy.blueGreen.activeService", "", "Service"),
    (_ARGO, "Rollout", "spec.strategy.blueGreen.previewService", "", "Service"),
    (
        *(_ARGO, "Rollout", "spec.strategy.canary.trafficRouting.istio.virtualService.name"),
        *(_ISTIO, "VirtualService"),
    ),
    (
        *(_ARGO, "Rollout", "spec.strategy.canary.trafficRouting.istio.virtualServices[].name"),
        *(_ISTIO, "VirtualService"),
    ),
    (
        *(_ARGO, "Rollout", "spec.strategy.canary.trafficRouting.istio.destinationRule.name"),
        *(_ISTIO, "DestinationRule"),
    ),
    (
        *(_ARGO, "Rollout", "spec.strategy.canary.trafficRouting.nginx.stableIngress"),
        *("networking.k8s.io", "Ingress"),
    ),
    (_FLAGGER, "Canary", "spec.analysis.metrics[].templateRef.name", _FLAGGER, "MetricTemplate"),
    (_KSERVE, "InferenceGraph", "spec.nodes{}.steps[].serviceName", _KSERVE, "InferenceService"),
    (
        *("inference.networking.k8s.io", "InferencePool", "spec.endpointPickerRef.name"),
        *("", "Service"),
    ),
    (
        *("networking.k8s.io", "Ingress"),
        *("spec.rules[].http.paths[].backend.service.name", "", "Service"),
    ),
    (_ARGO, "CronWorkflow", "spec.workflowSpec.workflowTemplateRef.name", _ARGO, _ARGO),
    (_ARGO, "Workflow", "spec.workflowTemplateRef.name", _ARGO, _ARGO),
    (_ARGO, "WorkflowEventBinding", "spec.submit.workflowTemplateRef.name", _ARGO, _ARGO),
)
"""Group and kind that names, the path to the name, group and kind that is named."""

_OBJECTS = (
    ("autoscaling", "HorizontalPodAutoscaler", "spec.scaleTargetRef", "Deployment"),
    (_KEDA, "ScaledObject", "spec.scaleTargetRef", "Deployment"),
    (_KEDA, "ScaledObject", "spec.triggers[].authenticationRef", "TriggerAuthentication"),
    (_FLAGGER, "Canary", "spec.targetRef", "Deployment"),
    (_FLAGGER, "Canary", "spec.autoscalerRef", "HorizontalPodAutoscaler"),
    (_ARGO, "Rollout", "spec.workloadRef", "Deployment"),
    (_GATEWAY, "HTTPRoute", "spec.rules[].backendRefs[]", "Service"),
    (_GATEWAY, "HTTPRoute", "spec.rules[].filters[].requestMirror.backendRef", "Service"),
    (_GATEWAY, "HTTPRoute", "spec.parentRefs[]", "Gateway"),
    ("kustomize.toolkit.fluxcd.io", "Kustomization", "spec.sourceRef", "GitRepository"),
    ("kustomize.toolkit.fluxcd.io", "Kustomization", "spec.dependsOn[]", "Kustomization"),
    ("rbac.authorization.k8s.io", "RoleBinding", "roleRef", "Role"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding", "roleRef", "ClusterRole"),
)
"""Group and kind that refers, the path to the reference, the kind where it states none."""

_GROUPS = {
    "Deployment": "apps",
    "StatefulSet": "apps",
    "DaemonSet": "apps",
    "Service": "",
    "Gateway": _GATEWAY,
    "InferencePool": "inference.networking.k8s.io",
    "TriggerAuthentication": _KEDA,
    "ClusterTriggerAuthentication": _KEDA,
    "ScaledObject": _KEDA,
    "HorizontalPodAutoscaler": "autoscaling",
    "Rollout": _ARGO,
    "Role": "rbac.authorization.k8s.io",
    "ClusterRole": "rbac.authorization.k8s.io",
    "GitRepository": "source.toolkit.fluxcd.io",
    "OCIRepository": "source.toolkit.fluxcd.io",
    "Bucket": "source.toolkit.fluxcd.io",
    "Kustomization": "kustomize.toolkit.fluxcd.io",
}
_OF_PODS = (
    ("serviceAccountName", "ServiceAccount"),
    ("imagePullSecrets[].name", "Secret"),
    ("volumes[].configMap.name", "ConfigMap"),
    ("volumes[].secret.secretName", "Secret"),
    ("volumes[].projected.sources[].configMap.name", "ConfigMap"),
    ("volumes[].projected.sources[].secret.name", "Secret"),
    ("volumes[].persistentVolumeClaim.claimName", "PersistentVolumeClaim"),
)
_OF_CONTAINERS = (
    ("env[].valueFrom.configMapKeyRef", "ConfigMap"),
    ("env[].valueFrom.secretKeyRef", "Secret"),
    ("envFrom[].configMapRef", "ConfigMap"),
    ("envFrom[].secretRef", "Secret"),
)


def walk(node: Node, path: str) -> Iterator[Node]:
    """Yield what stands at a path; `[]` stands for each item, `{}` for each value."""
    found = [node]
    for step in path.split("."):
        key = step.removesuffix("[]").removesuffix("{}")
        found = [each[key] for each in found]
        if step.endswith("[]"):
            found = [item for each in found for item in each.each()]
        elif step.endswith("{}"):
            found = [value for each in found for _, value in each.entries()]
    yield from (each for each in found if each.is_set)


def references_of(manifests: ManifestSet) -> Iterator[Reference]:
    """Yield every name of another object that is known to be one; optional ones are not."""
    for group, kind, path, target, target_kind in _NAMES:
        places = _at(manifests, group, kind, path)
        yield from (_named(place, target, target_kind) for place in places)
    for group, kind, path, default in _OBJECTS:
        places = _at(manifests, group, kind, path)
        yield from (_referred(place, default) for place in places)
    for use in analyses_of(manifests):
        for place, kind in use.templates():
            scope = "" if kind.startswith("Cluster") else place.manifest.namespace
            yield Reference(place, _ARGO, kind, scope)
    for place in _at(manifests, _ARGO, "AnalysisTemplate", "spec.templates[]"):
        scope = "Cluster" if place["clusterScope"].value is True else ""
        home = "" if scope else place.manifest.namespace
        yield Reference(place["templateName"], _ARGO, f"{scope}AnalysisTemplate", home)
    yield from _plugin_routes(manifests)
    yield from _of_istio(manifests)
    yield from _of_pods(manifests)


def _at(manifests: ManifestSet, group: str, kind: str, path: str) -> Iterator[Node]:
    for node in objects(manifests, group, kind):
        yield from walk(node, path)


def _named(place: Node, group: str, kind: str) -> Reference:
    beside = Node(place.manifest, place.path[:-1], place.manifest.at(place.path[:-1]))
    if kind == _ARGO:
        is_cluster = beside["clusterScope"].value is True
        kind = "ClusterWorkflowTemplate" if is_cluster else "WorkflowTemplate"
        return Reference(place, group, kind, "" if is_cluster else place.manifest.namespace)
    if kind == "VirtualService":
        name, _, namespace = place.text.partition(".")  # as the controller of Rollouts reads it
        return Reference(place, group, kind, namespace or place.manifest.namespace, name)
    namespace = beside["namespace"].text or place.manifest.namespace
    return Reference(place, group, kind, namespace)


def _referred(reference: Node, default: str) -> Reference:
    kind = reference["kind"].text or default
    version = reference["apiVersion"].text
    named = reference["group"].text or reference["apiGroup"].text
    stated = version.rpartition("/")[0] if version else named
    group = stated or _GROUPS.get(kind, "")
    namespace = reference["namespace"].text or reference.manifest.namespace
    return Reference(reference["name"], group, kind, namespace)


def _plugin_routes(manifests: ManifestSet) -> Iterator[Reference]:
    for node in objects(manifests, _ARGO, "Rollout"):
        for plugin in walk(node, "spec.strategy.canary.trafficRouting.plugins{}"):
            namespace = plugin["namespace"].text or node.manifest.namespace
            routes = (plugin["httpRoute"], *walk(plugin, "httpRoutes[].name"))
            for place in routes:
                if place.is_set:
                    yield Reference(place, _GATEWAY, "HTTPRoute", namespace)


def _of_istio(manifests: ManifestSet) -> Iterator[Reference]:
    """Yield the Services that hosts mean, and the Gateways of routes."""
    for node in objects(manifests, _ISTIO, "VirtualService"):
        for destination in destinations_of(node):
            yield from _host(destination["host"])
        for gateway in node.at("spec", "gateways").each():
            namespace, _, name = gateway.text.rpartition("/")
            if name != "mesh":
                home = node.manifest.namespace if namespace in ("", ".") else namespace
                yield Reference(gateway, _ISTIO, "Gateway", home, name)
    for node in objects(manifests, _ISTIO, "DestinationRule"):
        yield from _host(node.at("spec", "host"))


def _host(place: Node) -> Iterator[Reference]:
    found = service_of(place.text, place.manifest.namespace)
    if found is not None:
        yield Reference(place, "", "Service", found[1], found[0])


def _of_pods(manifests: ManifestSet) -> Iterator[Reference]:
    for pods in pods_of(manifests):
        namespace = pods.owner.manifest.namespace
        for path, kind in _OF_PODS:
            for place in walk(pods.spec, path):
                if not _is_optional(place) and place.text != "default":
                    yield Reference(place, "", kind, namespace)
        for container in pods.containers():
            yield from _of_container(container, namespace)


def _of_container(container: Node, namespace: str) -> Iterator[Reference]:
    for path, kind in _OF_CONTAINERS:
        for place in walk(container, path):
            if place["optional"].value is not True:
                yield Reference(place["name"], "", kind, namespace)


def _is_optional(place: Node) -> bool:
    beside = place.manifest.at((*place.path[:-1], "optional"))
    return beside is True
