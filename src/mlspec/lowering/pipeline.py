"""The pipeline: what CI does for the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.gates import find_gate
from mlspec.ir import GitHubWatch, GitLab, Locks, Pipeline, PipelineGate, PipelineTraining
from mlspec.lowering._training_words import check_words
from mlspec.workspace import gates_of, model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.kinds.workspace import GitLabTarget
    from mlspec.workspace import Resource, Workspace

__all__ = ["lower_pipeline"]

_WORKSPACE_FILE = "mlspec.yaml"
_NO_LOCKS = Locks()


def lower_pipeline(
    workspace: Workspace, version: str, *, workspace_path: str = ".", locks: Locks = _NO_LOCKS
) -> Pipeline:
    """Return the pipeline of a workspace that lies at `workspace_path` of its repository.

    `locks` are the texts of the files that update bots edit.
    """
    spec = workspace.spec
    github = spec.targets.github
    models = workspace.of_kind("Model")
    return Pipeline(
        environments=tuple(sorted(spec.environments)),
        branch=github.branch,
        runner=github.runner,
        python=github.python,
        workspace_path=workspace_path,
        evidence_path=spec.paths.evidence,
        gates=tuple(_gates(workspace)),
        mlspec_version=version,
        requirement=github.requirement or "",
        source=_source(workspace),
        registry=spec.registry.backend,
        gitlab=_gitlab(spec.targets.gitlab),
        watch=GitHubWatch(github.drift_schedule, github.drill_schedule),
        drills=tuple(each.name for each in models if model_of(each).retraining),
        trainings=tuple(_trainings(workspace, models)),
        locks=locks,
    )


def _gitlab(declared: GitLabTarget) -> GitLab:
    return GitLab(
        branch=declared.branch,
        image=declared.image or "",
        requirement=declared.requirement or "",
        tags=tuple(declared.tags),
    )


def _gates(workspace: Workspace) -> Iterator[PipelineGate]:
    for model in workspace.of_kind("Model"):
        gates = gates_of(workspace, model)
        if gates:
            counts = any(find_gate(each).reads_history for each in gates)
            yield PipelineGate(model.address, _has_files(model), counts)


def _trainings(workspace: Workspace, models: tuple[Resource, ...]) -> Iterator[PipelineTraining]:
    """Yield what needs no accelerator; what can't be run is told by `lower_retrainings`."""
    for model in models:
        training = model_of(model).training
        if training is None or (training.resources and training.resources.gpu):
            continue
        if not any(check_words(workspace, model, training)):
            yield PipelineTraining(
                model.name,
                training.image,
                tuple(training.command),
                tuple(training.evaluate),
                training.deadline_minutes,
            )


def _has_files(model: Resource) -> bool:
    read = model_of(model).evaluation
    return read is not None and bool(read.predictions or read.metrics or read.sources)


def _source(workspace: Workspace) -> str:
    declared = workspace.of_kind("Workspace")
    return declared[0].document.source.file if declared else _WORKSPACE_FILE
