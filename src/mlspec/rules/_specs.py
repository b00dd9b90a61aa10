"""What several rules ask of a resource: its typed spec, its rollout, its tier in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mlspec.diagnostics import Path
    from mlspec.gates import GateSpecBase
    from mlspec.kinds.dataset import DatasetSpec
    from mlspec.kinds.feature_view import FeatureViewSpec
    from mlspec.kinds.gate_set import GateSetSpec
    from mlspec.kinds.model import ModelSpec, Monitor
    from mlspec.kinds.rollout_policy import BlueGreen, Canary, RolloutPolicySpec, Shadow, Split
    from mlspec.kinds.team import TeamSpec
    from mlspec.workspace import Resource, Workspace

    Strategy = BlueGreen | Canary | Shadow | Split
    _Reference = tuple[str, str, Path]

__all__ = [
    "FILES_OF_EVALUATION",
    "dataset_of",
    "feature_view_of",
    "gates_in",
    "has_on_call",
    "is_computed",
    "is_served_online",
    "model_of",
    "monitors_of",
    "placed_gates",
    "rollout_of",
    "rollouts_of",
    "training_sources",
]

FILES_OF_EVALUATION = ("champion", "metrics", "predictions")
"""Fields of `evaluation` that gates read by their own names; what else they read is a source."""

# The casts hold because binding gives every resource the spec model of its kind, and a rule only
# sees resources of its kinds. An isinstance would import kinds that a run may not need.


def dataset_of(resource: Resource) -> DatasetSpec:
    """Return the spec of a `Dataset`."""
    return cast("DatasetSpec", resource.spec)  # see above


def feature_view_of(resource: Resource) -> FeatureViewSpec:
    """Return the spec of a `FeatureView`."""
    return cast("FeatureViewSpec", resource.spec)  # see above


def gates_in(resource: Resource) -> Iterator[tuple[GateSpecBase, Path]]:
    """Yield the gates that a `Model` or `GateSet` spells out, and where each stands."""
    if resource.kind not in ("GateSet", "Model"):
        return
    spec = cast("GateSetSpec", resource.spec)  # a model has `gates` of the same type
    for index, gate in enumerate(spec.gates):
        yield gate, ("spec", "gates", index)


def has_on_call(team: Resource) -> bool:
    """Tell whether somebody of a `Team` is called when a monitor fires."""
    return cast("TeamSpec", team.spec).on_call is not None  # see above


def is_served_online(spec: ModelSpec) -> bool:
    """Tell whether the model answers requests."""
    return spec.serving is not None and spec.serving.mode == "online"


def monitors_of(resource: Resource) -> Iterator[tuple[Monitor, Path]]:
    """Yield the monitors of a `Model`, and where each one stands."""
    for index, monitor in enumerate(model_of(resource).monitoring):
        yield monitor, ("spec", "monitoring", index)


def placed_gates(
    resource: Resource, workspace: Workspace
) -> Iterator[tuple[GateSpecBase, Resource, Path, Path]]:
    """Yield the gates of a model: the gate, the spec it stands in and where, the list it is of.

    The list is `spec.gates` of the model, or one reference in its `spec.gateSets`.
    """
    spec = model_of(resource)
    for index, reference in enumerate(spec.gate_sets):
        shared = workspace.find("GateSet", reference)
        if shared is not None:
            gates = cast("GateSetSpec", shared.spec).gates  # see above
            for place, gate in enumerate(gates):
                yield gate, shared, ("spec", "gates", place), ("spec", "gateSets", index)
    for index, gate in enumerate(spec.gates):
        yield gate, resource, ("spec", "gates", index), ("spec", "gates")


def is_computed(gate: GateSpecBase) -> bool:
    """Return whether mlspec computes the metric of a gate, from rows.

    A `metric-threshold` may name a source that reports it; the `source` of other gates holds rows.
    """
    is_reported = getattr(gate, "source", None) not in (None, "predictions")
    return getattr(gate, "type", None) != "metric-threshold" or not is_reported


def rollout_of(resource: Resource, workspace: Workspace) -> tuple[Strategy | None, Path]:
    """Return the rollout of a `Model`, its own or its policy's, and where the model says so."""
    spec = model_of(resource)
    if spec.rollout is not None or spec.rollout_policy is None:
        return spec.rollout, ("spec", "rollout")
    policy = workspace.find("RolloutPolicy", spec.rollout_policy)
    shared = None if policy is None else cast("RolloutPolicySpec", policy.spec)  # see above
    return None if shared is None else shared.rollout, ("spec", "rolloutPolicy")


def rollouts_of(resource: Resource) -> Iterator[tuple[Strategy, Path]]:
    """Yield the rollout that a `Model` or `RolloutPolicy` spells out, and where it stands."""
    if resource.kind == "Model":
        rollout = model_of(resource).rollout
    else:
        rollout = cast("RolloutPolicySpec", resource.spec).rollout  # see above
    if rollout is not None:
        yield rollout, ("spec", "rollout")


def training_sources(resource: Resource, workspace: Workspace) -> Iterator[tuple[Resource, Path]]:
    """Yield what a resource is made from, and the path of the reference that says so.

    A model is made from its training data and feature views, a view from its data set, a data set
    from others and from the model that produces it.
    """
    if resource.kind not in _REFERENCES:
        return
    for kind, reference, path in _REFERENCES[resource.kind](resource):
        found = workspace.find(kind, reference)
        if found is not None:
            yield found, path


def _of_model(resource: Resource) -> Iterator[_Reference]:
    spec = model_of(resource)
    for index, reference in enumerate(spec.data.training):
        yield "Dataset", reference, ("spec", "data", "training", index)
    for index, use in enumerate(spec.features):
        yield "FeatureView", use.view, ("spec", "features", index, "view")


def _of_view(resource: Resource) -> Iterator[_Reference]:
    yield "Dataset", feature_view_of(resource).source.dataset, ("spec", "source", "dataset")


def _of_dataset(resource: Resource) -> Iterator[_Reference]:
    dataset = dataset_of(resource)
    for index, reference in enumerate(dataset.derived_from):
        yield "Dataset", reference, ("spec", "derivedFrom", index)
    if dataset.produced_by is not None:
        yield "Model", dataset.produced_by, ("spec", "producedBy")


_REFERENCES: Mapping[str, Callable[[Resource], Iterator[_Reference]]] = {
    "Model": _of_model,
    "FeatureView": _of_view,
    "Dataset": _of_dataset,
}
