"""Objects that nobody writes: controllers and kustomize make them from objects of the set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._documents import FileKind, file_kind
from mlspec.manifests.checks._node import Node, objects
from mlspec.manifests.checks._references import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet

__all__ = ["made_by_controllers"]

_SECRETS = (
    ("external-secrets.io", "ExternalSecret", "spec.target.name"),
    ("bitnami.com", "SealedSecret", "spec.template.metadata.name"),
    ("cert-manager.io", "Certificate", "spec.secretName"),
    ("secrets.hashicorp.com", "VaultStaticSecret", "spec.destination.name"),
    ("secrets.hashicorp.com", "VaultDynamicSecret", "spec.destination.name"),
    ("secrets-store.csi.x-k8s.io", "SecretProviderClass", "spec.secretObjects[].secretName"),
)
"""Where the name of a Secret stands that an operator makes; else it is that of the object."""

_GENERATORS = (("secretGenerator", "Secret"), ("configMapGenerator", "ConfigMap"))


def made_by_controllers(manifests: ManifestSet) -> Iterator[tuple[str, str]]:
    """Yield kind and name of what will be there without being written."""
    yield from _secrets(manifests)
    yield from _generated(manifests)
    yield from _of_kserve(manifests)
    for node in objects(manifests, "flagger.app", "Canary"):
        name = node.at("spec", "service", "name").text
        name = name or node.at("spec", "targetRef", "name").text
        yield from (("Service", f"{name}{end}") for end in ("", "-primary", "-canary"))


def _secrets(manifests: ManifestSet) -> Iterator[tuple[str, str]]:
    for group, kind, path in _SECRETS:
        for node in objects(manifests, group, kind):
            stated = [each.text for each in walk(node, path)]
            yield from (("Secret", name) for name in stated or [node.manifest.name])


def _generated(manifests: ManifestSet) -> Iterator[tuple[str, str]]:
    for document in manifests.files:
        data = document.data
        if file_kind(document) is not FileKind.KUSTOMIZATION or not isinstance(data, dict):
            continue
        for key, kind in _GENERATORS:
            entries = data.get(key)
            for each in entries if isinstance(entries, list) else ():
                if isinstance(each, dict) and isinstance(each.get("name"), str):
                    yield kind, str(each["name"])


def _of_kserve(manifests: ManifestSet) -> Iterator[tuple[str, str]]:
    for node in objects(manifests, "serving.kserve.io", "InferenceService"):
        yield from (("Service", each) for each in _services(node))
    for node in objects(manifests, "serving.kserve.io", "LLMInferenceService"):
        yield "Service", f"{node.manifest.name}-kserve-workload-svc"
        yield "Service", f"{node.manifest.name}-epp-service"
        yield "InferencePool", f"{node.manifest.name}-inference-pool"


def _services(node: Node) -> Iterator[str]:
    name = node.manifest.name
    yield name
    for part in ("predictor", "transformer", "explainer", "predictor-default"):
        yield f"{name}-{part}"
    for each in node.at("spec", "canary").each():
        yield f"{name}-{each.at('predictor', 'name').text}-predictor"
