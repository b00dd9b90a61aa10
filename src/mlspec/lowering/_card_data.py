"""Card sections about what the model has seen: data sets and features."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import CardSection
from mlspec.kinds.dataset import DatasetSpec
from mlspec.kinds.feature_view import FeatureViewSpec
from mlspec.lowering._card_facts import Facts, duration, not_online
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.ir import CardValue
    from mlspec.kinds.dataset import Column
    from mlspec.kinds.model import FeatureUse, ModelSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["data", "data_of", "features"]


def data(workspace: Workspace, model: Resource, spec: ModelSpec) -> CardSection:
    """Return every data set behind the model: which bytes, how old, under which licence."""
    values: list[CardValue] = []
    for use, references in (("training", spec.data.training), ("evaluation", spec.data.evaluation)):
        path = ("spec", "data", use)
        title = f"{use.title()} data"
        for index, reference in enumerate(references):
            values += _dataset(workspace, model, f"{title}: {reference}", (*path, index))
        if not references:
            values.append(Facts(model).missing(title, path))
    return CardSection("data", "Data", tuple(values))


def _dataset(workspace: Workspace, model: Resource, group: str, path: Path) -> Iterator[CardValue]:
    reference = group.rpartition(" ")[2]
    yield Facts(model, group).value("Named by the model", path, reference)
    found = workspace.find("Dataset", reference)
    if found is not None and isinstance(found.spec, DatasetSpec):
        yield from _described(Facts(found, group), found.spec)


def _described(facts: Facts, spec: DatasetSpec) -> Iterator[CardValue]:
    yield facts.value("Location", ("spec", "uri"), spec.uri)
    yield facts.value("Digest", ("spec", "digest"), spec.digest)
    yield facts.value("Rows", ("spec", "rows"), spec.rows)
    period = spec.period and f"{spec.period.start} to {spec.period.end}"
    yield facts.value("Period", ("spec", "period"), period)
    yield facts.value("Licence", ("spec", "licence"), spec.licence)
    yield facts.value("Origin", ("spec", "origin"), spec.origin)
    yield facts.value("Preparation", ("spec", "preparation"), spec.preparation)
    yield _sensitive(facts, ("spec", "columns"), spec.columns)
    for index, gap in enumerate(spec.gaps):
        yield facts.value("Known gap", ("spec", "gaps", index), gap)
    if not spec.gaps:
        yield facts.missing("Known gaps", ("spec", "gaps"))
    if spec.produced_by:
        yield facts.value("Produced by the model", ("spec", "producedBy"), spec.produced_by)
    if spec.derived_from:
        yield facts.value("Derived from", ("spec", "derivedFrom"), spec.derived_from)


def data_of(workspace: Workspace, resource: Resource, spec: DatasetSpec) -> CardSection:
    """Return what is known of one data set: its columns, and who uses it, too."""
    facts = Facts(resource)
    values = [*_described(facts, spec)]
    values += [
        facts.said(f"Column {each.name}", ("spec", "columns", index), _column(each))
        for index, each in enumerate(spec.columns)
    ]
    values += _users(workspace, resource)
    return CardSection("data", "Data", tuple(values))


def _column(column: Column) -> str:
    told = [column.type, *(["sensitive"] if column.sensitive else ())]
    described = f"; {column.description}" if column.description else ""
    return ", ".join(told) + described


def _users(workspace: Workspace, resource: Resource) -> Iterator[CardValue]:
    """Yield the models that name the data set, at the line where they do."""
    for model in workspace.of_kind("Model"):
        uses = model_of(model).data
        for use, named in (("training", uses.training), ("evaluation", uses.evaluation)):
            for index, reference in enumerate(named):
                if workspace.find("Dataset", reference) is resource:
                    label, path = f"Used by {model.address}", ("spec", "data", use, index)
                    yield Facts(model).said(label, path, f"for {use}, as {reference}")


def features(workspace: Workspace, model: Resource, spec: ModelSpec) -> CardSection:
    """Return the features that the model reads, and whether serving reads the same ones."""
    values: list[CardValue] = []
    for index, use in enumerate(spec.features):
        values += _view(workspace, model, spec, index, use)
    if not spec.features:
        values.append(Facts(model).missing("Features", ("spec", "features")))
    return CardSection("features", "Features", tuple(values))


def _view(
    workspace: Workspace, model: Resource, spec: ModelSpec, index: int, use: FeatureUse
) -> Iterator[CardValue]:
    own, path = Facts(model, f"Feature view: {use.view}"), ("spec", "features", index)
    if use.columns:
        yield own.value("Columns read", (*path, "columns"), use.columns)
    else:
        yield own.said("Columns read", (*path, "view"), "all of the view")
    found = workspace.find("FeatureView", use.view)
    if found is None or not isinstance(found.spec, FeatureViewSpec):
        return
    yield from _described_view(own, spec, Facts(found, own.group), found.spec)


def _described_view(
    own: Facts, spec: ModelSpec, facts: Facts, view: FeatureViewSpec
) -> Iterator[CardValue]:
    names = [each.name for each in view.features]
    yield facts.value("Columns of the view", ("spec", "features"), names)
    yield _sensitive(facts, ("spec", "features"), view.features)
    yield facts.value("Entities", ("spec", "entities"), view.entities)
    yield facts.value("Source", ("spec", "source", "dataset"), view.source.dataset)
    yield facts.value("Read at serving", ("spec", "online"), view.online)
    yield facts.value("Read for training", ("spec", "offline"), view.offline)
    yield _freshness(own, spec, facts, view)
    kept = view.ttl_hours
    kept_for = None if kept is None else f"counts as missing after {duration(kept * 60)}"
    yield facts.value("Time to live", ("spec", "ttlHours"), kept_for)


def _freshness(own: Facts, spec: ModelSpec, facts: Facts, view: FeatureViewSpec) -> CardValue:
    label, fresh, offline = "Freshness at serving", view.freshness_minutes, not_online(spec)
    if fresh is not None:
        text = f"no older than {duration(fresh)}"
        return facts.value(label, ("spec", "freshnessMinutes"), text)
    if offline is not None:
        place, reason = offline
        return own.not_applicable(label, place, f"{reason}: no answer waits for a value")
    return facts.missing(label, ("spec", "freshnessMinutes"))


def _sensitive(facts: Facts, path: Path, columns: tuple[object, ...]) -> CardValue:
    if not columns:
        return facts.missing("Sensitive columns", path)
    named = [getattr(each, "name", "") for each in columns if getattr(each, "sensitive", False)]
    return facts.said("Sensitive columns", path, ", ".join(named) or "none is marked")
