"""Output contracts: what a model takes and answers, as its consumers may rely on it.

Whether a change of a contract breaks its consumers is decided in planning; here one version of it
is told.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlspec import ir
from mlspec.kinds.feature_view import FeatureViewSpec
from mlspec.lowering._codes import problem
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Diagnostic
    from mlspec.kinds.model import FeatureUse, OutputField, Serving
    from mlspec.workspace import Resource, Workspace

__all__ = ["inputs_of", "lower_contracts", "outputs_of", "used_columns"]

_NUMBERS = ("float", "int")


def lower_contracts(
    workspace: Workspace,
) -> tuple[tuple[ir.Contract, ...], tuple[Diagnostic, ...]]:
    """Return the contracts in order of model, and why some models have none.

    Every model declares what it answers, so every model has a contract; one that nobody asks
    for a row online has neither path nor host.
    """
    contracts: list[ir.Contract] = []
    diagnostics: list[Diagnostic] = []
    for resource in workspace.of_kind("Model"):
        found = [*_ambiguous(workspace, resource), *_valueless(resource)]
        diagnostics += found
        if not found:
            contracts.append(_contract(workspace, resource))
    return tuple(contracts), tuple(diagnostics)


def inputs_of(workspace: Workspace, resource: Resource) -> tuple[ir.Field, ...]:
    """Return the features that a model reads, those of its first view first.

    A view that can't be found gives none; of two features of one name the first is taken.
    """
    found: dict[str, ir.Field] = {}
    for use in model_of(resource).features:
        for each in used_columns(workspace, use):
            found.setdefault(each.name, each)
    return tuple(found.values())


def used_columns(workspace: Workspace, use: FeatureUse) -> tuple[ir.Field, ...]:
    """Return the features that a model reads from one view, in the order it names them."""
    view = workspace.find("FeatureView", use.view)
    if view is None or not isinstance(view.spec, FeatureViewSpec):
        return ()
    known = {
        each.name: ir.Field(each.name, each.type, description=each.description or "")
        for each in view.spec.features
    }
    return tuple(known[name] for name in dict.fromkeys(use.columns or known) if name in known)


def outputs_of(resource: Resource) -> tuple[ir.Field, ...]:
    """Return the fields of an answer in the order of the spec."""
    return tuple(
        ir.Field(each.name, each.type, each.minimum, each.maximum, each.description or "")
        for each in model_of(resource).output.fields
    )


def _contract(workspace: Workspace, resource: Resource) -> ir.Contract:
    spec, metadata = model_of(resource), resource.metadata
    path = _path(spec.serving)
    return ir.Contract(
        model=metadata.name,
        version=metadata.version or "",
        contract_version=spec.output.version,
        path=path,
        inputs=inputs_of(workspace, resource),
        outputs=outputs_of(resource),
        consumers=tuple(ir.Consumer(each.system, each.team) for each in spec.output.consumers),
        owner=metadata.owner or "",
        source=resource.document.source.file,
        host=f"{metadata.name}.{workspace.spec.targets.gateway.domain}" if path else "",
        description=spec.purpose,
    )


def _path(serving: Serving | None) -> str:
    """Return where rows are answered; a server that KServe brings has a protocol of its own."""
    if serving is None or serving.mode != "online" or serving.llm is not None:
        return ""
    is_brought = serving.image is None and serving.runtime is not None
    return "" if is_brought else serving.path


def _ambiguous(workspace: Workspace, resource: Resource) -> Iterator[Diagnostic]:
    """Yield each view that gives a feature which an earlier one gives as well."""
    owners: dict[str, str] = {}
    for index, use in enumerate(model_of(resource).features):
        names = [each.name for each in used_columns(workspace, use)]
        taken = [name for name in names if owners.get(name, use.view) != use.view]
        if taken:
            yield problem(
                "MLS290",
                resource,
                ("spec", "features", index),
                f"`{taken[0]}` is a feature of `{owners[taken[0]]}` and of `{use.view}`",
                "name the `columns` of each view, so that every name stands once",
            )
        for name in names:
            owners.setdefault(name, use.view)


def _valueless(resource: Resource) -> Iterator[Diagnostic]:
    """Yield each field of the answer that no value can keep the promise of."""
    for index, each in enumerate(model_of(resource).output.fields):
        bound = "minimum" if each.minimum is not None else "maximum"
        message = _without_values(each)
        if message:
            path = ("spec", "output", "fields", index, bound)
            yield problem("MLS291", resource, path, message, "correct the range, or the `type`")


def _without_values(field: OutputField) -> str:
    least, most = field.minimum, field.maximum
    if least is None and most is None:
        return ""
    if field.type not in _NUMBERS:
        return f"`{field.name}` is a {field.type}: only numbers have a range"
    if least is None or most is None or field.type != "int":
        return ""
    is_empty = math.ceil(least) > math.floor(most)
    return f"no whole number lies between {least} and {most}" if is_empty else ""
