"""Feature views as a feature repository: one definition that training and serving both read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec import ir
from mlspec.kinds.dataset import DatasetSpec
from mlspec.kinds.feature_view import FeatureViewSpec
from mlspec.lowering._codes import problem
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.diagnostics import Diagnostic
    from mlspec.lowering._columns import Columns
    from mlspec.workspace import Resource, Workspace

__all__ = ["lower_features"]

_FORMATS = ("delta", "parquet")
_TYPES = ("bool", "float", "int", "string", "timestamp")
_KEY_TYPES = ("int", "string")
_SOURCE = ("spec", "source")
_ROW_TIME = "event_timestamp"
"""With Feast 0.67 training reads the moment of the row under this name, serving the feature."""


@dataclass(frozen=True, slots=True)
class _View:
    """A feature view with what it refers to."""

    resource: Resource
    spec: FeatureViewSpec
    dataset: DatasetSpec

    @property
    def column_types(self) -> dict[str, str]:
        """The columns that the data set declares."""
        return {each.name: each.type for each in self.dataset.columns}

    @property
    def keys(self) -> tuple[str, ...]:
        """The key of each entity; empty text where none can be told."""
        if self.spec.join_keys:
            return self.spec.join_keys
        return tuple(self._usual_key(entity) for entity in self.spec.entities)

    def _usual_key(self, entity: str) -> str:
        name = entity.replace("-", "_")
        usual = (f"{name}_id", name)
        return next((each for each in usual if each in self.column_types), "")


def lower_features(
    workspace: Workspace, columns: Columns
) -> tuple[ir.FeatureRepo, tuple[Diagnostic, ...]]:
    """Return the features in order of view and model, and why some views are missing.

    A model is left out with any view that it reads: half of its features would be another model.
    """
    known: dict[str, tuple[ir.Entity, str]] = {}
    groups: dict[str, ir.FeatureGroup] = {}
    diagnostics: list[Diagnostic] = []
    for view in _views(workspace):
        found = [*_problems(view), *_disagreements(view, known)]
        diagnostics += found
        if not found:
            groups[view.resource.name] = _group(view)
    readers = [each for each in workspace.of_kind("Model") if _is_whole(workspace, each, groups)]
    for each in readers:
        diagnostics += _features_named_like_keys(each, columns, groups)
    services = tuple(_service(each, columns) for each in readers)
    repo = ir.FeatureRepo(_project(workspace), tuple(groups.values()), services, _home(workspace))
    return repo, tuple(diagnostics)


def _views(workspace: Workspace) -> Iterator[_View]:
    for resource in workspace.of_kind("FeatureView"):
        spec = resource.spec
        if not isinstance(spec, FeatureViewSpec):
            continue
        source = workspace.find("Dataset", spec.source.dataset)
        if source is not None and isinstance(source.spec, DatasetSpec):
            yield _View(resource, spec, source.spec)


def _project(workspace: Workspace) -> str:
    homes = workspace.of_kind("Workspace")
    return homes[0].name if homes else ""


def _home(workspace: Workspace) -> str:
    homes = workspace.of_kind("Workspace")
    return homes[0].document.source.file if homes else ""


def _is_whole(
    workspace: Workspace, resource: Resource, groups: Mapping[str, ir.FeatureGroup]
) -> bool:
    """Tell whether a model reads features, and none of a view that is missing."""
    uses = model_of(resource).features
    views = (workspace.find("FeatureView", use.view) for use in uses)
    return bool(uses) and all(each is not None and each.name in groups for each in views)


def _features_named_like_keys(
    resource: Resource, columns: Columns, groups: Mapping[str, ir.FeatureGroup]
) -> Iterator[Diagnostic]:
    """Yield each view with a feature by whose name another view of the model is asked."""
    uses = model_of(resource).features
    keys = {
        entity.key: entity.name
        for use in uses
        for entity in groups[use.view.partition("@")[0]].entities
    }
    for index, use in enumerate(uses):
        names = [each.name for each in columns.used(use) if each.name in keys]
        if names:
            path = ("spec", "features", index)
            message = (
                f"`{names[0]}` is a feature of `{use.view}`, and the key of `{keys[names[0]]}`"
            )
            hint = "name the `columns` of the view without it, or give the column another name"
            yield problem("MLS290", resource, path, message, hint)


def _problems(view: _View) -> Iterator[Diagnostic]:
    if view.dataset.format not in _FORMATS:
        yield problem(
            "MLS292",
            view.resource,
            (*_SOURCE, "dataset"),
            f"Feast can't read `{view.spec.source.dataset}`: it is {view.dataset.format}",
            "name a data set of the format parquet or delta",
        )
    if view.spec.source.timestamp_column is None:
        yield problem(
            "MLS293",
            view.resource,
            _SOURCE,
            f"`{view.resource.name}` has no event time, so Feast can't tell what was known when",
            "name the column in `timestampColumn`",
        )
    yield from _keys(view)
    yield from _columns(view)


def _keys(view: _View) -> Iterator[Diagnostic]:
    if len(view.keys) != len(view.spec.entities) or len(set(view.keys)) != len(view.keys):
        message = f"{len(view.spec.entities)} entities, but {len(set(view.keys))} different keys"
        yield _keyless(view, message, "name one column for each entity, in their order")
        return
    for entity, key in zip(view.spec.entities, view.keys, strict=True):
        kind = view.column_types.get(key, "")
        if kind not in _KEY_TYPES:
            what = f"`{key}` is {kind or 'no column of the data set'}" if key else "it is not named"
            message = f"the key of `{entity}` can't be told: {what}"
            hint = "name a column of type int or string in `joinKeys`, and in the data set"
            yield _keyless(view, message, hint)


def _keyless(view: _View, message: str, hint: str) -> Diagnostic:
    part = "joinKeys" if view.spec.join_keys else "entities"
    return problem("MLS294", view.resource, ("spec", part), message, hint)


def _columns(view: _View) -> Iterator[Diagnostic]:
    taken = {_ROW_TIME: "what Feast calls the moment that a training row is about"}
    taken |= dict.fromkeys(filter(None, view.keys), "a key of its view as well")
    if view.spec.source.timestamp_column:
        taken[view.spec.source.timestamp_column] = "the event time of its view as well"
    for index, each in enumerate(view.spec.features):
        path = ("spec", "features", index)
        if each.name in taken:
            message = f"the feature `{each.name}` is {taken[each.name]}"
            hint = "give the column another name, or leave the feature out"
            yield problem("MLS295", view.resource, (*path, "name"), message, hint)
        if each.type not in _TYPES:
            message = f"Feast has no {each.type}, which is the type of `{each.name}`"
            hint = "store a timestamp, or days as int"
            yield problem("MLS295", view.resource, (*path, "type"), message, hint)


def _disagreements(view: _View, known: dict[str, tuple[ir.Entity, str]]) -> Iterator[Diagnostic]:
    """Yield each entity that an earlier view finds by another key; remember the others."""
    for entity in _entities(view):
        first, where = known.setdefault(entity.name, (entity, view.resource.name))
        if (first.key, first.type) != (entity.key, entity.type):
            yield _keyless(
                view,
                f"`{entity.name}` is found by `{entity.key}` ({entity.type}) here, and by "
                f"`{first.key}` ({first.type}) in `{where}`",
                "give an entity one key in all views, or two names",
            )


def _entities(view: _View) -> tuple[ir.Entity, ...]:
    return tuple(
        ir.Entity(entity, key, view.column_types.get(key, ""))
        for entity, key in zip(view.spec.entities, view.keys, strict=False)
        if key
    )


def _group(view: _View) -> ir.FeatureGroup:
    spec, metadata = view.spec, view.resource.metadata
    return ir.FeatureGroup(
        name=metadata.name,
        version=metadata.version or "",
        owner=metadata.owner or "",
        entities=_entities(view),
        dataset=spec.source.dataset.partition("@")[0],
        uri=view.dataset.uri,
        format=view.dataset.format,
        timestamp=spec.source.timestamp_column or "",
        features=tuple(
            ir.Field(each.name, each.type, description=each.description or "")
            for each in spec.features
        ),
        online=spec.online,
        ttl_hours=spec.ttl_hours or 0,
        description=metadata.description or "",
        source=view.resource.document.source.file,
    )


def _service(resource: Resource, columns: Columns) -> ir.FeatureService:
    spec, metadata = model_of(resource), resource.metadata
    return ir.FeatureService(
        model=metadata.name,
        version=metadata.version or "",
        owner=metadata.owner or "",
        views=tuple(
            (
                use.view.partition("@")[0],
                tuple(each.name for each in columns.used(use)),
            )
            for use in spec.features
        ),
        is_online=spec.serving is not None and spec.serving.mode == "online",
        source=resource.document.source.file,
    )
