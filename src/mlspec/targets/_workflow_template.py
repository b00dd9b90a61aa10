"""The WorkflowTemplate of a retraining (Argo Workflows 3.6 and later)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from mlspec.targets._retraining_objects import (
    executor_name,
    pipeline_name,
    retraining_labels,
    retraining_metadata,
)
from mlspec.targets._retraining_steps import (
    CREDENTIALS,
    ROOT,
    Size,
    digest_parameter,
    literal,
    steps,
)

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.ir import Bundle, Retraining
    from mlspec.targets._kubernetes_meta import Object
    from mlspec.targets._retraining_steps import Step

__all__ = ["parameters", "workflow_template"]

_VOLUME = "workspace"
_USER = 65532
"""One account for all steps, so that each may write what another made."""
_DAY = 86400
_RUN = "{{workflow.name}}-{{workflow.creationTimestamp.s}}"
"""A name may come again; the second of a run does not."""
_SMALL: Object = {
    "limits": {"memory": "1Gi"},
    "requests": {"cpu": "250m", "memory": "1Gi"},
}


def workflow_template(bundle: Bundle, retraining: Retraining) -> Object:
    """Return the template that every trigger of a model starts."""
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "WorkflowTemplate",
        "metadata": retraining_metadata(bundle, retraining, pipeline_name(retraining)),
        "spec": _spec(bundle, retraining),
    }


def parameters(retraining: Retraining) -> dict[str, str]:
    """Return the parameters of a run with their usual values: who started it, which data."""
    digests = {digest_parameter(each.name): each.digest for each in retraining.data}
    return {"trigger": "by-hand", **{name: digests[name] for name in sorted(digests)}}


def _spec(bundle: Bundle, retraining: Retraining) -> Object:
    name = pipeline_name(retraining)
    given = {each: f"{{{{workflow.parameters.{each}}}}}" for each in parameters(retraining)}
    made = steps(retraining, bundle.environment, {**given, "run": _RUN})
    return {
        "activeDeadlineSeconds": retraining.deadline_minutes * 60,
        "arguments": {
            "parameters": [
                {"name": each, "value": value} for each, value in parameters(retraining).items()
            ]
        },
        "automountServiceAccountToken": False,
        "entrypoint": "retrain",
        "executor": {"serviceAccountName": executor_name(retraining)},
        "podGC": {"strategy": "OnPodSuccess"},
        "podMetadata": {"labels": retraining_labels(retraining)},
        "securityContext": {
            "fsGroup": _USER,
            "runAsGroup": _USER,
            "runAsNonRoot": True,
            "runAsUser": _USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "serviceAccountName": name,
        "synchronization": {"mutexes": [{"name": name}]},
        "templates": [_order(made), *(_template(retraining, each) for each in made)],
        # A run keeps its name for so long: an alert that is sent again starts no second one.
        "ttlStrategy": {"secondsAfterFailure": _DAY, "secondsAfterSuccess": 7 * _DAY},
        "volumeClaimTemplates": [_claim(retraining)],
        "volumes": _volumes(retraining),
    }


def _order(made: tuple[Step, ...]) -> Object:
    names = [each.name for each in made]
    tasks: list[Json] = [{"name": names[0], "template": names[0]}]
    for before, name in pairwise(names):
        tasks.append({"name": name, "template": name, "dependencies": [before]})
    return {"name": "retrain", "dag": {"tasks": tasks}}


def _template(retraining: Retraining, step: Step) -> Object:
    return {
        "name": step.name,
        "container": _container(retraining, step),
        "retryStrategy": {
            "limit": 2,
            "retryPolicy": "Always" if step.repeats else "OnError",
            "backoff": {"duration": "1m", "factor": 2},
        },
    }


def _container(retraining: Retraining, step: Step) -> Object:
    environment: list[Json] = [
        {"name": name, "value": literal(value)} for name, value in step.variables
    ]
    return {
        "image": step.image,
        "imagePullPolicy": "IfNotPresent",
        "command": [literal(each) for each in step.command],
        "env": environment,
        "workingDir": step.folder,
        "resources": _resources(retraining, step.size),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
        },
        "volumeMounts": _mounts(retraining, step),
    }


def _mounts(retraining: Retraining, step: Step) -> list[Json]:
    """What a model runs does not see the history of the specs, nor what pushes to it."""
    tmp: Object = {"name": "tmp", "mountPath": "/tmp"}  # noqa: S108  (in the container)
    if not step.is_trusted:
        place = f"{ROOT}/{step.checkout}"
        return [{"name": _VOLUME, "mountPath": place, "subPath": step.checkout}, tmp]
    mounts: list[Json] = [{"name": _VOLUME, "mountPath": ROOT}, tmp]
    if retraining.place.credentials:
        mounts.append({"name": "credentials", "mountPath": CREDENTIALS, "readOnly": True})
    return mounts


def _volumes(retraining: Retraining) -> list[Json]:
    volumes: list[Json] = [{"name": "tmp", "emptyDir": {}}]
    if retraining.place.credentials:
        secret: Object = {"secretName": retraining.place.credentials, "defaultMode": 0o440}
        volumes.append({"name": "credentials", "secret": secret})
    return volumes


def _claim(retraining: Retraining) -> Object:
    return {
        "metadata": {"name": _VOLUME},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": retraining.place.volume}},
        },
    }


def _resources(retraining: Retraining, size: Size) -> Object:
    if size is Size.SMALL:
        return _SMALL
    has_gpu = retraining.gpu and size is Size.TRAINING
    gpu: Object = {"nvidia.com/gpu": str(retraining.gpu)} if has_gpu else {}
    return {
        "limits": {"memory": retraining.memory, **gpu},
        "requests": {"cpu": retraining.cpu, "memory": retraining.memory, **gpu},
    }
