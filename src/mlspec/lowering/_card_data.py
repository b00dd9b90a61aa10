"""Card sections about what the model has seen: data sets and features."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from mlspec.ir import CardSection, ValueStatus
from mlspec.lowering._card_facts import Facts, duration, not_online
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlspec.ir import CardValue
    from mlspec.kinds.dataset import Column, DatasetSpec
    from mlspec.kinds.feature_view import FeatureViewSpec
    from mlspec.kinds.model import FeatureUse, ModelSpec
    from mlspec.workspace import Resource, Workspace

    Uses = Mapping[str, Sequence["Use"]]

__all__ = ["Use", "data", "data_of", "features", "uses_of"]

_FRESHNESS = "Freshness at serving"


class Use(NamedTuple):
    """A model that names a data set: for what, at which place of a list, by which words."""

    model: Resource
    purpose: str
    at: int
    reference: str


def uses_of(workspace: Workspace) -> dict[str, list[Use]]:
    """Return who names each data set, by its address, in order of the models."""
    found: dict[str, list[Use]] = {}
    for model in workspace.of_kind("Model"):
        named = model_of(model).data
        for purpose, listed in (("training", named.training), ("evaluation", named.evaluation)):
            for index, reference in enumerate(listed):
                dataset = workspace.find("Dataset", reference)
                if dataset is not None:
                    use = Use(model, purpose, index, reference)
                    found.setdefault(dataset.address, []).append(use)
    return found


def data(workspace: Workspace, facts: Facts, spec: ModelSpec) -> CardSection:
    """Return every data set behind the model: which bytes, how old, under which licence."""
    values: list[CardValue] = []
    for use, references in (("training", spec.data.training), ("evaluation", spec.data.evaluation)):
        path = f"spec.data.{use}"
        title = f"{use.title()} data"
        for index, reference in enumerate(references):
            own = facts.about(f"{title}: {reference}")
            values.append(own.value("Named by the model", f"{path}[{index}]", reference))
            values += _dataset(workspace, own, reference)
        if not references:
            values.append(facts.missing(title, path))
    return CardSection("data", "Data", tuple(values))


def _dataset(workspace: Workspace, own: Facts, reference: str) -> Iterable[CardValue]:
    found = workspace.find("Dataset", reference)
    return own.linked(found, _described) if found is not None else ()


def _described(facts: Facts) -> Iterator[CardValue]:
    spec = cast("DatasetSpec", facts.resource.spec)  # of data sets only
    yield facts.value("Location", "spec.uri", spec.uri)
    yield facts.value("Digest", "spec.digest", spec.digest)
    yield facts.value("Rows", "spec.rows", spec.rows)
    period = spec.period and f"{spec.period.start} to {spec.period.end}"
    yield facts.value("Period", "spec.period", period)
    yield facts.value("Licence", "spec.licence", spec.licence)
    yield facts.value("Origin", "spec.origin", spec.origin)
    yield facts.value("Preparation", "spec.preparation", spec.preparation)
    yield _sensitive(facts, "spec.columns", spec.columns)
    for index, gap in enumerate(spec.gaps):
        yield facts.value("Known gap", f"spec.gaps[{index}]", gap)
    if not spec.gaps:
        yield facts.missing("Known gaps", "spec.gaps")
    if spec.produced_by:
        yield facts.value("Produced by the model", "spec.producedBy", spec.produced_by)
    if spec.derived_from:
        yield facts.value("Derived from", "spec.derivedFrom", spec.derived_from)


def data_of(uses: Uses, facts: Facts, spec: DatasetSpec) -> CardSection:
    """Return what is known of one data set: its columns, and who uses it, too."""
    values = [*_described(facts)]
    values += [
        facts.said(f"Column {each.name}", f"spec.columns[{index}]", _column(each))
        for index, each in enumerate(spec.columns)
    ]
    values += _users(uses, facts)
    return CardSection("data", "Data", tuple(values))


def _column(column: Column) -> str:
    told = [column.type, *(["sensitive"] if column.sensitive else ())]
    described = f"; {column.description}" if column.description else ""
    return ", ".join(told) + described


def _users(uses: Uses, facts: Facts) -> Iterator[CardValue]:
    """Yield the models that name the data set, at the line where they do."""
    for use in uses.get(facts.resource.address, ()):
        label, path = f"Used by {use.model.address}", f"spec.data.{use.purpose}[{use.at}]"
        told = f"for {use.purpose}, as {use.reference}"
        yield facts.once(use.model).said(label, path, told)


def features(workspace: Workspace, facts: Facts, spec: ModelSpec) -> CardSection:
    """Return the features that the model reads, and whether serving reads the same ones."""
    values: list[CardValue] = []
    for index, use in enumerate(spec.features):
        own = facts.about(f"Feature view: {use.view}")
        values += _view(workspace, own, spec, f"spec.features[{index}]", use)
    if not spec.features:
        values.append(facts.missing("Features", "spec.features"))
    return CardSection("features", "Features", tuple(values))


def _view(
    workspace: Workspace, own: Facts, spec: ModelSpec, path: str, use: FeatureUse
) -> Iterator[CardValue]:
    if use.columns:
        yield own.value("Columns read", f"{path}.columns", use.columns)
    else:
        yield own.said("Columns read", f"{path}.view", "all of the view")
    found = workspace.find("FeatureView", use.view)
    if found is None:
        return
    offline = not_online(spec)
    for each in own.linked(found, _described_view):
        is_unstated = each.label == _FRESHNESS and each.status is ValueStatus.MISSING
        if offline is not None and is_unstated:
            at, reason = offline
            yield own.not_applicable(_FRESHNESS, at, f"{reason}: no answer waits for a value")
        else:
            yield each


def _described_view(facts: Facts) -> Iterator[CardValue]:
    view = cast("FeatureViewSpec", facts.resource.spec)  # of feature views only
    names = [each.name for each in view.features]
    yield facts.value("Columns of the view", "spec.features", names)
    yield _sensitive(facts, "spec.features", view.features)
    yield facts.value("Entities", "spec.entities", view.entities)
    yield facts.value("Source", "spec.source.dataset", view.source.dataset)
    yield facts.value("Read at serving", "spec.online", view.online)
    yield facts.value("Read for training", "spec.offline", view.offline)
    fresh = view.freshness_minutes
    text = None if fresh is None else f"no older than {duration(fresh)}"
    yield facts.value(_FRESHNESS, "spec.freshnessMinutes", text)
    kept = view.ttl_hours
    kept_for = None if kept is None else f"counts as missing after {duration(kept * 60)}"
    yield facts.value("Time to live", "spec.ttlHours", kept_for)


def _sensitive(facts: Facts, path: str, columns: tuple[object, ...]) -> CardValue:
    if not columns:
        return facts.missing("Sensitive columns", path)
    named = [getattr(each, "name", "") for each in columns if getattr(each, "sensitive", False)]
    return facts.said("Sensitive columns", path, ", ".join(named) or "none is marked")
