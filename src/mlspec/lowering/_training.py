"""Retraining of models: what trains them, and what starts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec import ir
from mlspec.kinds.model import Resources
from mlspec.lowering._codes import problem
from mlspec.lowering._quantities import canonical_quantity
from mlspec.lowering._servable import check_resources
from mlspec.lowering._teams import receiver_of
from mlspec.lowering._training_words import check_words, training_data
from mlspec.workspace import gates_of, model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Diagnostic
    from mlspec.kinds.model import Training, Trigger
    from mlspec.workspace import Resource, Workspace

__all__ = ["lower_retrainings"]

_DEFAULT_RESOURCES = Resources(cpu="2", memory="4Gi")
"""What a run gets where the spec says nothing."""
_LONGEST_NAME = 63
_SUFFIX = "-retraining-executor"
"""The longest of the suffixes that objects of a pipeline have."""
_TRAINING = ("spec", "training")

Found = tuple[tuple[ir.Retraining, ...], tuple["Diagnostic", ...]]


def lower_retrainings(workspace: Workspace, namespace: str) -> Found:
    """Return the retrainings in order of model, and why some triggers and models have none.

    A model is trained again where its spec has `training` and at least one trigger that can fire.
    """
    found: list[ir.Retraining] = []
    diagnostics: list[Diagnostic] = []
    place = _place(workspace)
    for model, training in _trained(workspace):
        problems = [*check_words(workspace, model, training)]
        if model_of(model).retraining:
            problems += _problems(workspace, model, training)
            if place is not None and not problems:
                found.append(_retraining(workspace, model, training, place, namespace))
        diagnostics += problems
    return tuple(found), tuple(diagnostics)


def _trained(workspace: Workspace) -> Iterator[tuple[Resource, Training]]:
    for model in workspace.of_kind("Model"):
        training = model_of(model).training
        if training is not None:
            yield model, training


def _retraining(
    workspace: Workspace,
    model: Resource,
    training: Training,
    place: ir.TrainingPlace,
    namespace: str,
) -> ir.Retraining:
    spec, metadata = model_of(model), model.metadata
    resources = training.resources or _DEFAULT_RESOURCES
    return ir.Retraining(
        model=metadata.name,
        version=metadata.version or "",
        owner=metadata.owner or "",
        tier=spec.risk.tier,
        namespace=namespace,
        receiver=receiver_of(workspace, metadata.owner),
        image=training.image,
        command=tuple(training.command),
        evaluate=tuple(training.evaluate),
        cpu=canonical_quantity(resources.cpu),
        memory=canonical_quantity(resources.memory),
        gpu=resources.gpu,
        deadline_minutes=training.deadline_minutes,
        artifact_uri=spec.artifact.uri,
        data=tuple(_data(workspace, model)),
        triggers=tuple(map(_trigger, spec.retraining)),
        has_gates=bool(gates_of(workspace, model)),
        place=place,
        source=model.document.source.file,
    )


def _data(workspace: Workspace, model: Resource) -> Iterator[ir.TrainingData]:
    for name, data in training_data(workspace, model):
        yield ir.TrainingData(name, data.uri, data.digest or "")


def _trigger(trigger: Trigger) -> ir.RetrainingTrigger:
    return ir.RetrainingTrigger(
        id=trigger.id,
        type=trigger.type,
        every_days=trigger.every_days or 0,
        monitor=trigger.monitor or "",
        minimum_rows=trigger.minimum_rows or 0,
    )


def _place(workspace: Workspace) -> ir.TrainingPlace | None:
    declared = workspace.spec.targets.training
    if declared is None:
        return None
    return ir.TrainingPlace(
        image=declared.image,
        repository=declared.repository,
        revision=declared.revision,
        credentials=declared.git_secret or "",
        volume=canonical_quantity(declared.volume),
        workspace_path=workspace.spec.targets.github.workspace_path,
    )


def _problems(workspace: Workspace, model: Resource, training: Training) -> Iterator[Diagnostic]:
    if workspace.spec.targets.training is None:
        yield problem(
            "MLS595",
            model,
            _TRAINING,
            f"`{model.name}` can be trained again, but nothing says where its pipeline runs",
            "set `targets.training` in `mlspec.yaml`: an image with mlspec, and the repository",
        )
    yield from check_resources(model, training.resources, _TRAINING)
    yield from _names(model)
    yield from _idle(model)


def _names(model: Resource) -> Iterator[Diagnostic]:
    suffixes = [_SUFFIX, *(f"-{each.id}" for each in model_of(model).retraining)]
    longest = max(suffixes, key=len)
    if len(model.name) + len(longest) > _LONGEST_NAME:
        yield problem(
            "MLS598",
            model,
            ("metadata", "name"),
            f"`{model.name}{longest}` has more than {_LONGEST_NAME} characters",
            f"a model that is trained again has at most {_LONGEST_NAME - len(longest)} characters"
            " with triggers of these names",
        )


def _idle(model: Resource) -> Iterator[Diagnostic]:
    monitors = {each.id for each in model_of(model).monitoring}
    for index, trigger in enumerate(model_of(model).retraining):
        lacking = _lacking(trigger, monitors)
        if lacking:
            yield problem(
                "MLS596",
                model,
                ("spec", "retraining", index),
                f"the trigger `{trigger.id}` starts nothing: it has no {lacking}",
                "complete it, or take it away",
            )


def _lacking(trigger: Trigger, monitors: set[str]) -> str:
    """Return what a trigger needs to fire and does not have; nothing where it can fire."""
    match trigger.type:
        case "schedule":
            return "" if trigger.every_days else "`everyDays`"
        case "data-arrival":
            return "" if trigger.minimum_rows is not None else "`minimumRows`"
        case _:
            return "" if trigger.monitor in monitors else "`monitor` of the same model"
