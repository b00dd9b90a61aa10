"""A resource of a workspace -> what expressions may read about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mlspec.kinds.dataset import DatasetSpec
from mlspec.kinds.model import ModelSpec
from mlspec.kinds.system import SystemSpec
from mlspec.policy._model import Inputs, Stage
from mlspec.policy._systems import with_systems
from mlspec.workspace import gates_of, rollout_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.schema import SpecModel
    from mlspec.workspace import Resource, Workspace

__all__ = ["inputs_of"]


def inputs_of(
    workspace: Workspace,
    resource: Resource,
    stage: Stage,
    further: Mapping[str, Json] | None = None,
    systems: Sequence[Mapping[str, Json]] = (),
) -> Inputs:
    """Return what is known of a resource of the (effective) workspace, on its day.

    `systems` are the risks of the systems that it is part of: they are its own, too.
    """
    rollout = rollout_of(workspace, resource)
    owner = workspace.find("Team", resource.metadata.owner or "")
    return Inputs(
        address=resource.address,
        kind=resource.kind,
        subject={"metadata": _plain(resource.metadata), "spec": _spec(resource, systems)},
        today=workspace.today,
        environment=workspace.environment,
        stage=stage,
        gates=tuple(_plain(each) for each in gates_of(workspace, resource)),
        datasets=tuple(_datasets(workspace, resource)),
        models=(*_managed(workspace, resource), *_of_others(resource)),
        rollout=None if rollout is None else _plain(rollout),
        team=None if owner is None else _plain(owner.spec),
        further=further or {},
    )


def _spec(resource: Resource, systems: Sequence[Mapping[str, Json]]) -> Json:
    spec = _plain(resource.spec)
    return with_systems(spec, systems) if systems and isinstance(spec, dict) else spec


def _datasets(workspace: Workspace, resource: Resource) -> Iterator[Json]:
    for model in _models(workspace, resource):
        data = cast("ModelSpec", model.spec).data  # of models only
        for use, references in (("training", data.training), ("evaluation", data.evaluation)):
            for reference in references:
                found = workspace.find("Dataset", reference)
                if found is not None and isinstance(found.spec, DatasetSpec):
                    version = found.metadata.version or ""
                    yield {
                        "name": found.name,
                        "version": version,
                        "model": model.name,
                        "use": use,
                        "spec": _plain(found.spec),
                    }


def _managed(workspace: Workspace, resource: Resource) -> Iterator[Json]:
    """Yield a model itself, or the models of a system, with what judges and watches them."""
    for model in _models(workspace, resource):
        monitors = cast("ModelSpec", model.spec).monitoring  # of models only
        yield {
            "name": model.name,
            "isManaged": True,
            "gates": [_plain(each) for each in gates_of(workspace, model)],
            "monitoring": [_plain(each) for each in monitors],
        }


def _of_others(resource: Resource) -> Iterator[Json]:
    """Yield the parts of a system that others make and that may be models: nothing judges them."""
    if isinstance(resource.spec, SystemSpec):
        for part in resource.spec.components:
            if part.is_model is not False:
                yield {"name": part.name, "isManaged": False, "gates": [], "monitoring": []}


def _models(workspace: Workspace, resource: Resource) -> Iterator[Resource]:
    if isinstance(resource.spec, ModelSpec):
        yield resource
    elif isinstance(resource.spec, SystemSpec):
        for reference in resource.spec.models:
            found = workspace.find("Model", reference)
            if found is not None and isinstance(found.spec, ModelSpec):
                yield found


def _plain(model: SpecModel) -> Json:
    dumped: Json = model.model_dump(mode="json", by_alias=True, exclude_none=True)
    return dumped
