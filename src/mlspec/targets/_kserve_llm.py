"""LLMInferenceServices: one where nothing is rolled out, two in one group where something is.

KServe leaves members out of a split whose served name differs from that of the others, so both
serve the name of the spec. The scheduler makes the InferencePool and its endpoint picker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.targets._arms import CHALLENGER, arms
from mlspec.targets._gateway_api_steps import RouteStep, route_steps
from mlspec.targets._kserve_predictor import model_metadata, resources
from mlspec.targets._kubernetes_meta import arm_annotations, arm_labels
from mlspec.targets._moves import percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Bundle, LlmServing, Service
    from mlspec.targets._arms import Arm
    from mlspec.targets._kubernetes_meta import Object

__all__ = ["Step", "llm_objects", "llm_steps"]

Step = RouteStep
_WHOLE = 100


def llm_objects(bundle: Bundle, service: Service) -> Iterator[Object]:
    """Yield the service of a model that is not rolled out."""
    (arm,) = arms(service)
    yield _service(bundle, service, arm, None)


def llm_steps(bundle: Bundle, service: Service) -> Iterator[tuple[Step, list[Object]]]:
    """Yield each step of a rollout, with both members of the group as they stand in it."""
    for step in route_steps(service.rollout):
        share = percent(step.share)
        yield (
            step,
            [
                _service(bundle, service, arm, share if arm.role == CHALLENGER else _WHOLE - share)
                for arm in arms(service)
            ],
        )


def _service(bundle: Bundle, service: Service, arm: Arm, weight: int | None) -> Object:
    llm = service.llm
    if llm is None:
        raise ValueError(f"`{service.name}` is no language model")
    uri = service.artifact_uri if arm.is_declared else service.rollout.champion_uri
    split: Object = {} if weight is None else {"group": service.name, "weight": weight}
    return {
        "apiVersion": "serving.kserve.io/v1alpha2",
        "kind": "LLMInferenceService",
        "metadata": model_metadata(bundle, service, arm.name),
        "spec": {
            "model": {"name": llm.served_name, "uri": uri},
            "replicas": service.replicas_minimum,
            **_parallelism(llm),
            "labels": arm_labels(service, arm),
            "annotations": arm_annotations(service, arm),
            "router": _router(bundle, service, llm) | {"route": {"http": {}, **split}},
            "template": _template(service, arm),
        },
    }


def _parallelism(llm: LlmServing) -> Object:
    split: Object = {"tensor": llm.tensor}
    if llm.pipeline > 1:
        split["pipeline"] = llm.pipeline
    return {"parallelism": split}


def _router(bundle: Bundle, service: Service, llm: LlmServing) -> Object:
    gateway = bundle.gateway
    place: Object = {"name": gateway.name, "namespace": gateway.namespace or service.namespace}
    router: Object = {"gateway": {"refs": [place]}}
    return router | ({"scheduler": {}} if llm.has_scheduler else {})


def _template(service: Service, arm: Arm) -> Object:
    server: Object = {"name": "main", "resources": resources(service)}
    if arm.image:
        server["image"] = arm.image
    return {
        "automountServiceAccountToken": False,
        "containers": [server],
        "serviceAccountName": service.name,
    }
