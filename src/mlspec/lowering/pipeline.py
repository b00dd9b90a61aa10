"""The pipeline: what CI does for the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.gates import find_gate
from mlspec.ir import (
    GitHubWatch,
    GitLab,
    Locks,
    Pipeline,
    PipelineGate,
    PipelineTraining,
    TrainingData,
)
from mlspec.lowering._training_words import check_words, training_data
from mlspec.workspace import gates_of, model_of, overlay

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.kinds.model import Training
    from mlspec.kinds.workspace import GitLabTarget
    from mlspec.workspace import Resource, Workspace

__all__ = ["lower_pipeline"]

_WORKSPACE_FILE = "mlspec.yaml"
_NO_LOCKS = Locks()


def lower_pipeline(
    workspace: Workspace, version: str, *, workspace_path: str = ".", locks: Locks = _NO_LOCKS
) -> Pipeline:
    """Return the pipeline of a workspace that lies at `workspace_path` of its repository.

    The workspace is the one that is written, not that of an environment: one file of CI is for all
    of them. It runs what any of them has; a training is that of the first one, by name, which has
    it. `locks` are the texts of the files that update bots edit.
    """
    spec = workspace.spec
    github = spec.targets.github
    views = _views(workspace)
    return Pipeline(
        environments=tuple(sorted(spec.environments)),
        branch=github.branch,
        runner=github.runner,
        python=github.python,
        workspace_path=workspace_path,
        evidence_path=spec.paths.evidence,
        gates=_gates(views),
        mlspec_version=version,
        requirement=github.requirement or "",
        source=_source(workspace),
        registry=spec.registry.records,
        server=spec.registry.backend if spec.registry.server else "",
        gitlab=_gitlab(spec.targets.gitlab),
        watch=GitHubWatch(github.drift_schedule, github.drill_schedule),
        drills=_drills(views, is_trained=True),
        not_drilled=_drills(views, is_trained=False),
        trainings=_trainings(views),
        locks=locks,
    )


def _gitlab(declared: GitLabTarget) -> GitLab:
    return GitLab(
        branch=declared.branch,
        image=declared.image or "",
        requirement=declared.requirement or "",
        tags=tuple(declared.tags),
    )


def _views(workspace: Workspace) -> tuple[Workspace, ...]:
    """Return the workspace in the forms that environments have it, in order of their names.

    All environments without overrides have one form. Problems of overrides are told elsewhere.
    """
    environments = workspace.spec.environments
    if workspace.environment or not environments:
        return (workspace,)
    plain = [name for name in sorted(environments) if environments[name].is_plain][:1]
    changed = [name for name in environments if not environments[name].is_plain]
    return tuple(overlay(workspace, each)[0] for each in sorted([*plain, *changed]))


def _gates(views: Iterable[Workspace]) -> tuple[PipelineGate, ...]:
    found: dict[str, PipelineGate] = {}
    for view in views:
        for model in view.of_kind("Model"):
            gates = gates_of(view, model)
            if gates:
                counts = any(find_gate(each).reads_history for each in gates)
                known = found.get(model.address)
                found[model.address] = PipelineGate(
                    model.address,
                    _has_files(model) or (known is not None and known.has_files),
                    counts or (known is not None and known.counts_uses),
                )
    return tuple(found[address] for address in sorted(found))


def _drills(views: Iterable[Workspace], *, is_trained: bool) -> tuple[str, ...]:
    """Return the models with triggers that a training answers in some environment, or in none."""
    models = [model for view in views for model in view.of_kind("Model")]
    trained = {each.name for each in models if model_of(each).training is not None}
    named = {each.name for each in models if model_of(each).retraining}
    return tuple(sorted(named & trained if is_trained else named - trained))


def _trainings(views: Iterable[Workspace]) -> tuple[PipelineTraining, ...]:
    """Return what needs no accelerator; what can't be run is told by `lower_retrainings`."""
    found: dict[str, PipelineTraining] = {}
    for view in views:
        for model in view.of_kind("Model"):
            training = model_of(model).training
            if training is None or (training.resources and training.resources.gpu):
                continue
            if not any(check_words(view, model, training)):
                found.setdefault(model.name, _training(view, model, training))
    return tuple(found[name] for name in sorted(found))


def _training(view: Workspace, model: Resource, declared: Training) -> PipelineTraining:
    return PipelineTraining(
        model.name,
        declared.image,
        tuple(declared.command),
        tuple(declared.evaluate),
        declared.deadline_minutes,
        environment=view.environment or "",
        version=model.metadata.version or "",
        artifact_uri=model_of(model).artifact.uri,
        data=tuple(
            TrainingData(name, spec.uri, spec.digest or "")
            for name, spec in training_data(view, model)
        ),
    )


def _has_files(model: Resource) -> bool:
    read = model_of(model).evaluation
    return read is not None and bool(read.predictions or read.metrics or read.sources)


def _source(workspace: Workspace) -> str:
    declared = workspace.of_kind("Workspace")
    return declared[0].document.source.file if declared else _WORKSPACE_FILE
