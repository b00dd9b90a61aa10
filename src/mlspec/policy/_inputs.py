"""A resource of a workspace -> what expressions may read about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mlspec.kinds.dataset import DatasetSpec
from mlspec.kinds.model import ModelSpec
from mlspec.kinds.system import SystemSpec
from mlspec.policy._model import Inputs, Stage
from mlspec.policy._papers import papers_beside
from mlspec.policy._staff import owners_named
from mlspec.policy._systems import models_in, prompts_in, with_systems
from mlspec.workspace import gates_of, observed_in, rollout_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.kinds.prompt import PromptSpec
    from mlspec.policy._papers import StatedPaper
    from mlspec.policy._staff import Staff
    from mlspec.schema import SpecModel
    from mlspec.workspace import Resource, Workspace

__all__ = ["inputs_of"]


def inputs_of(
    workspace: Workspace,
    resource: Resource,
    stage: Stage,
    further: Mapping[str, Json] | None = None,
    systems: Sequence[Mapping[str, Json]] = (),
    staff: Staff | None = None,
) -> Inputs:
    """Return what is known of a resource of the (effective) workspace, on its day.

    `systems` are the risks of the systems that it is part of: they are its own, too. `staff` tells
    which names of its owners mean one person; without it every name is somebody else.
    """
    rollout = rollout_of(workspace, resource)
    owner = workspace.find("Team", resource.metadata.owner or "")
    spec = _spec(resource, systems, staff)
    return Inputs(
        address=resource.address,
        kind=resource.kind,
        subject={"metadata": _plain(resource.metadata), "spec": spec},
        today=workspace.today,
        environment=workspace.environment,
        stage=stage,
        gates=tuple(_plain(each) for each in gates_of(workspace, resource)),
        datasets=tuple(_datasets(workspace, resource)),
        models=(*_managed(workspace, resource), *_of_others(workspace, resource)),
        rollout=None if rollout is None else _plain(rollout),
        team=None if owner is None else _plain(owner.spec),
        further=further or {},
        beside=_beside(resource, spec, systems),
    )


def _beside(
    resource: Resource, joined: Json, systems: Sequence[Mapping[str, Json]]
) -> tuple[StatedPaper, ...]:
    """Return the papers that more than one system states at a place, but for the one in it."""
    if not systems[1:]:
        return ()
    return (*papers_beside(_plain(resource.spec), joined, map(dict, systems)),)


def _spec(resource: Resource, systems: Sequence[Mapping[str, Json]], staff: Staff | None) -> Json:
    spec = _plain(resource.spec)
    if not isinstance(spec, dict):
        return spec
    owners = spec.get("owners")
    if staff is not None and isinstance(owners, dict):
        spec = {**spec, "owners": owners_named(owners, staff)}
    return with_systems(spec, systems) if systems else spec


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
    asked = {(each.model or "").partition("@")[0] for each in _prompts(workspace, resource)}
    for model in _models(workspace, resource):
        monitors = cast("ModelSpec", model.spec).monitoring  # of models only
        yield {
            "name": model.name,
            "isManaged": True,
            "isAsked": model.name in asked,
            "gates": [_plain(each) for each in gates_of(workspace, model)],
            "monitoring": [_plain(each) for each in monitors],
        }


def _of_others(workspace: Workspace, resource: Resource) -> Iterator[Json]:
    """Yield the parts of a system that others make and that may be models: nothing judges them.

    The hosted models that its prompts are written for are among them, and those that are only
    observed.
    """
    if isinstance(resource.spec, SystemSpec):
        hosted = (each.hosted for each in _prompts(workspace, resource))
        for name in dict.fromkeys(each.id for each in hosted if each is not None):
            yield _of_other(name, is_asked=True)
        for _, observed in observed_in(workspace, resource.spec):
            yield _of_other(observed.name)
        for part in resource.spec.components:
            if part.is_model is not False:
                yield _of_other(part.name)


def _of_other(name: str, *, is_asked: bool = False) -> Json:
    return {"name": name, "isManaged": False, "isAsked": is_asked, "gates": [], "monitoring": []}


def _prompts(workspace: Workspace, resource: Resource) -> Iterator[PromptSpec]:
    """Yield the prompts of a system."""
    if isinstance(resource.spec, SystemSpec):
        yield from prompts_in(workspace, resource.spec)


def _models(workspace: Workspace, resource: Resource) -> Iterator[Resource]:
    if isinstance(resource.spec, ModelSpec):
        yield resource
    elif isinstance(resource.spec, SystemSpec):
        yield from models_in(workspace, resource.spec)


def _plain(model: SpecModel) -> Json:
    dumped: Json = model.model_dump(mode="json", by_alias=True, exclude_none=True)
    return dumped
