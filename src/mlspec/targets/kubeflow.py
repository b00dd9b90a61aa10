"""`kubeflow`: retraining as the IR of Kubeflow Pipelines (2.17 and later), one file per model.

The same steps as `argo-workflows`: a run ends with a branch for review. Nothing in the IR starts a
run: a recurring run, or whoever receives the alert, does so by the API of Kubeflow. The steps share
the workspace of a run, so the training can see the history of the specs, too.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from mlspec.ir import Artifact
from mlspec.syntax import emit_documents
from mlspec.targets._header import header_text
from mlspec.targets._port import Target
from mlspec.targets._retraining_objects import pipeline_name
from mlspec.targets._retraining_steps import CREDENTIALS, Size, digest_parameter, literal, steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.ir import Bundle, Retraining
    from mlspec.targets._kubernetes_meta import Object
    from mlspec.targets._port import Renderer
    from mlspec.targets._retraining_steps import Step

__all__ = ["TARGET"]

_FOLDER = "kubeflow"
_SDK = "kfp-2.17.3"
"""The release whose IR this is; Kubeflow asks for one."""
_RUN = "run"
_WORKSPACE = "workspace"
_ENTER = 'cd "$1"; shift; exec env "$@"'
"""The IR has no working directory, and no environment that parameters reach."""


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield the pipeline of every model that is trained again."""
    for retraining in bundle.retrainings:
        header = header_text(
            bundle,
            retraining.source,
            "A run ends with a branch for review: it moves no alias and no traffic.",
            "Nothing here starts a run: create a recurring run, or start one by the API.",
        )
        made = _steps(bundle, retraining)
        documents: list[Json] = [_pipeline(retraining, made), _platform(retraining, made)]
        text = emit_documents(documents, header=header)
        yield Artifact(f"{_FOLDER}/{retraining.model}.yaml", text, retraining.source)


def _steps(bundle: Bundle, retraining: Retraining) -> tuple[Step, ...]:
    given = {"trigger": _placeholder("trigger"), _RUN: _placeholder(_RUN)}
    for each in retraining.data:
        given[digest_parameter(each.name)] = _placeholder(_parameter(each.name))
    return steps(retraining, bundle.environment, given, _placeholder(_WORKSPACE))


def _parameter(name: str) -> str:
    """Names of parameters are those of Python."""
    return digest_parameter(name).replace("-", "_")


def _placeholder(parameter: str) -> str:
    return f"{{{{$.inputs.parameters['{parameter}']}}}}"


def _defaults(retraining: Retraining) -> dict[str, str]:
    digests = {_parameter(each.name): each.digest for each in retraining.data}
    return {"trigger": "by-hand", **{name: digests[name] for name in sorted(digests)}}


def _pipeline(retraining: Retraining, made: tuple[Step, ...]) -> Object:
    defaults = _defaults(retraining)
    return {
        "pipelineInfo": {
            "name": pipeline_name(retraining),
            "description": f"Trains {retraining.model} and proposes a challenger.",
        },
        "schemaVersion": "2.1.0",
        "sdkVersion": _SDK,
        "root": {
            "inputDefinitions": {
                "parameters": {
                    name: {"parameterType": "STRING", "defaultValue": defaults[name]}
                    for name in defaults
                }
            },
            "dag": {"tasks": _tasks(retraining, made)},
        },
        "components": {
            f"comp-{each.name}": {
                "executorLabel": f"exec-{each.name}",
                "inputDefinitions": {
                    "parameters": {
                        name: {"parameterType": "STRING"} for name in _inputs(retraining)
                    }
                },
            }
            for each in made
        },
        "deploymentSpec": {
            "executors": {
                f"exec-{each.name}": {"container": _container(retraining, each)} for each in made
            }
        },
    }


def _inputs(retraining: Retraining) -> Object:
    """Return what every task is given, by parameter."""
    found: Object = {
        name: {"componentInputParameter": name} for name in sorted(_defaults(retraining))
    }
    # The placeholder is also what tells Kubeflow to mount the workspace of the run.
    found[_WORKSPACE] = {"runtimeValue": {"constant": "{{$.workspace_path}}"}}
    found[_RUN] = {"runtimeValue": {"constant": "{{$.pipeline_job_uuid}}"}}
    return found


def _tasks(retraining: Retraining, made: tuple[Step, ...]) -> Object:
    before = {name: [earlier] for earlier, name in pairwise(each.name for each in made)}
    return {each.name: _task(retraining, each, before.get(each.name, [])) for each in made}


def _task(retraining: Retraining, step: Step, before: list[str]) -> Object:
    task: Object = {
        "taskInfo": {"name": step.name},
        "componentRef": {"name": f"comp-{step.name}"},
        # A run trains, whatever ran before with the same parameters.
        "cachingOptions": {"enableCache": False},
        "inputs": {"parameters": _inputs(retraining)},
    }
    if before:
        task["dependentTasks"] = list(before)
    if step.repeats:
        task["retryPolicy"] = {
            "maxRetryCount": 2,
            "backoffDuration": "60s",
            "backoffFactor": 2.0,
            "backoffMaxDuration": "3600s",
        }
    return task


def _container(retraining: Retraining, step: Step) -> Object:
    variables = [f"{name}={value}" for name, value in step.variables]
    return {
        "image": step.image,
        "command": ["sh", "-euc", literal(_ENTER), "sh"],
        "args": [literal(each) for each in (step.folder, *variables, *step.command)],
        **({} if step.size is Size.SMALL else {"resources": _resources(retraining, step.size)}),
    }


def _resources(retraining: Retraining, size: Size) -> Object:
    found: Object = {
        "resourceCpuRequest": retraining.cpu,
        "resourceMemoryRequest": retraining.memory,
        "resourceMemoryLimit": retraining.memory,
    }
    if retraining.gpu and size is Size.TRAINING:
        found["accelerator"] = {
            "resourceType": "nvidia.com/gpu",
            "resourceCount": str(retraining.gpu),
        }
    return found


def _platform(retraining: Retraining, made: tuple[Step, ...]) -> Object:
    """Return what is Kubernetes alone: the shared volume, the credentials, the deadline."""
    place = retraining.place
    secret: Object = {"secretName": place.credentials, "mountPath": CREDENTIALS, "optional": False}
    trusted = [each for each in made if each.is_trusted] if place.credentials else []
    executors: Object = {f"exec-{each.name}": {"secretAsVolume": [secret]} for each in trusted}
    return {
        "platforms": {
            "kubernetes": {
                "deploymentSpec": {"executors": executors},
                "pipelineConfig": {
                    "workspace": {
                        "size": place.volume,
                        "kubernetes": {"pvcSpecPatch": {"accessModes": ["ReadWriteOnce"]}},
                    },
                    "activeDeadlineSeconds": retraining.deadline_minutes * 60,
                },
            }
        }
    }


TARGET = Target(
    "kubeflow", "Retraining pipelines as IR (Kubeflow Pipelines)", emit, is_default=False
)
