"""Names, labels and annotations of Kubernetes objects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.canonical import Json
from mlspec.ir import Backend
from mlspec.targets._arms import is_moved_by
from mlspec.targets._header import source_digest

if TYPE_CHECKING:
    from mlspec.ir import Bundle, Service
    from mlspec.targets._arms import Arm

__all__ = [
    "Object",
    "arm_annotations",
    "arm_labels",
    "arm_selector",
    "metadata",
    "model_labels",
    "model_selector",
]

Object = dict[str, Json]

_LABEL_VALUE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")


def model_labels(service: Service) -> Object:
    """Return the labels of every object of a model."""
    return {
        "app.kubernetes.io/name": service.name,
        "app.kubernetes.io/component": "model-server",
        "app.kubernetes.io/managed-by": "mlspec",
        "mlspec.dev/model": service.name,
        "mlspec.dev/owner": service.owner,
        "mlspec.dev/tier": service.tier,
    }


def arm_labels(service: Service, arm: Arm) -> Object:
    """Return the labels of the objects and pods of one arm."""
    labels = model_labels(service) | {"app.kubernetes.io/instance": arm.name}
    if arm.role:
        labels["mlspec.dev/role"] = arm.role
    # A champion's version is free text: where it is no label value, the annotation tells it.
    if _LABEL_VALUE.fullmatch(arm.version):
        labels["app.kubernetes.io/version"] = arm.version
    return dict(sorted(labels.items()))


def arm_selector(service: Service, arm: Arm) -> Object:
    """Return what selects the pods of one arm and no other.

    Selectors of a Deployment can't be changed, so they hold nothing that a new version changes.
    """
    return {"app.kubernetes.io/instance": arm.name, "app.kubernetes.io/name": service.name}


def model_selector(service: Service) -> Object:
    """Return what selects the pods of a model, those that a controller copies among them.

    Flagger renames a copy: its `app.kubernetes.io/name` ends with `-primary`.
    """
    if is_moved_by(service, Backend.FLAGGER):
        return {"mlspec.dev/model": service.name}
    return {"app.kubernetes.io/name": service.name}


def metadata(
    bundle: Bundle, service: Service, name: str, labels: Object, arm: Arm | None = None
) -> Object:
    """Return the `metadata` of an object, with the spec it comes from."""
    annotations: Object = {
        "mlspec.dev/source": service.source,
        "mlspec.dev/source-digest": source_digest(bundle, service.source),
        "mlspec.dev/environment": bundle.environment,
    }
    if arm is not None:
        annotations |= arm_annotations(service, arm)
    return {
        "name": name,
        "namespace": service.namespace,
        "labels": dict(sorted(labels.items())),
        "annotations": {key: annotations[key] for key in sorted(annotations) if annotations[key]},
    }


def arm_annotations(service: Service, arm: Arm) -> Object:
    """Return what an arm runs; unknown facts are left out."""
    facts: Object = {"mlspec.dev/model-version": arm.version}
    if arm.is_declared:
        facts["mlspec.dev/artifact-digest"] = service.artifact_digest
        facts["mlspec.dev/artifact-uri"] = service.artifact_uri
    return {key: facts[key] for key in sorted(facts) if facts[key]}
