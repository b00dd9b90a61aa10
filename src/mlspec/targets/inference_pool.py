"""`inference-pool`: an InferencePool per arm of a language model behind a Gateway.

The Deployments are those of the target `kubernetes`, and routes of the target `gateway-api` lead
to the pools. The endpoint picker that chooses a server by queue and cache is the user's: each pool
names the Service `<arm>-epp`. KServe makes pools by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Artifact
from mlspec.syntax import emit_documents
from mlspec.targets._arms import arms, is_pooled
from mlspec.targets._claims import claims_of
from mlspec.targets._header import header_text
from mlspec.targets._kubernetes_meta import arm_labels, arm_selector, metadata
from mlspec.targets._kustomization import kustomization
from mlspec.targets._port import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Bundle, Service
    from mlspec.targets._arms import Arm
    from mlspec.targets._kubernetes_meta import Object
    from mlspec.targets._port import Renderer

__all__ = ["TARGET"]

_FOLDER = "inference-pool"
_PICKER_PORT = 9002
"""Where the endpoint picker of the Inference Extension listens."""


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield the pools of every language model that a Gateway routes to."""
    pooled = [each for each in bundle.services if is_pooled(each)]
    for service in pooled:
        pools = [_pool(bundle, service, arm) for arm in arms(service)]
        names = ", ".join(f"`{arm.name}-epp`" for arm in arms(service))
        note = f"The endpoint picker is yours: run one per pool, behind the Service {names}."
        text = emit_documents([*pools], header=header_text(bundle, service.source, note))
        path = f"{_FOLDER}/{service.name}.yaml"
        yield Artifact(path, text, service.source, claims=claims_of(pools))
    if pooled:
        yield kustomization(bundle, _FOLDER, [each.name for each in pooled])


def _pool(bundle: Bundle, service: Service, arm: Arm) -> Object:
    return {
        "apiVersion": "inference.networking.k8s.io/v1",
        "kind": "InferencePool",
        "metadata": metadata(bundle, service, arm.name, arm_labels(service, arm), arm),
        "spec": {
            "appProtocol": "http",
            "endpointPickerRef": {
                # A picker that is down costs speed, not answers.
                "failureMode": "FailOpen",
                "group": "",
                "kind": "Service",
                "name": f"{arm.name}-epp",
                "port": {"number": _PICKER_PORT},
            },
            "selector": {"matchLabels": arm_selector(service, arm)},
            "targetPorts": [{"number": service.port}],
        },
    }


TARGET = Target(
    _FOLDER, "InferencePool per arm of a language model behind a Gateway", emit, has_objects=True
)
