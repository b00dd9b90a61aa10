"""Output contracts: what a model takes and answers, as its consumers may rely on it.

Whether a change of a contract breaks its consumers is decided in planning; here one version of it
is told.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlspec import ir
from mlspec.lowering._codes import problem
from mlspec.lowering._services import backend_of
from mlspec.workspace import model_of, rollout_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Diagnostic
    from mlspec.kinds.model import OutputField, Serving
    from mlspec.lowering._columns import Columns
    from mlspec.workspace import Resource, Workspace

__all__ = ["lower_contracts"]

_NUMBERS = ("float", "int")

_CONTROLLERS = (ir.Backend.ROLLOUTS, ir.Backend.FLAGGER)
"""They move a route themselves, of any router that there is."""


def lower_contracts(
    workspace: Workspace, columns: Columns
) -> tuple[tuple[ir.Contract, ...], tuple[Diagnostic, ...]]:
    """Return the contracts in order of model, and why some models have none.

    Every model declares what it answers, so every model has a contract; one that nobody asks
    for a row online has neither path nor host, and one without a route no host.
    """
    contracts: list[ir.Contract] = []
    diagnostics: list[Diagnostic] = []
    for resource in workspace.of_kind("Model"):
        found = [*_ambiguous(resource, columns), *_valueless(resource)]
        diagnostics += found
        if not found:
            contracts.append(_contract(workspace, resource, columns))
    return tuple(contracts), tuple(diagnostics)


def _contract(workspace: Workspace, resource: Resource, columns: Columns) -> ir.Contract:
    spec, metadata = model_of(resource), resource.metadata
    path = _path(spec.serving)
    return ir.Contract(
        model=metadata.name,
        version=metadata.version or "",
        contract_version=spec.output.version,
        path=path,
        inputs=columns.inputs_of(resource),
        outputs=columns.outputs_of(resource),
        consumers=tuple(ir.Consumer(each.system, each.team) for each in spec.output.consumers),
        owner=metadata.owner or "",
        source=resource.document.source.file,
        host=_host(workspace, resource) if path else "",
        description=spec.purpose,
    )


def _host(workspace: Workspace, resource: Resource) -> str:
    """Return where a route answers; empty where none is compiled for the model."""
    serving = model_of(resource).serving
    backend, router = backend_of(workspace, serving), workspace.platform.router
    is_moved = rollout_of(workspace, resource) is not None and backend in _CONTROLLERS
    is_ours = backend in (ir.Backend.GATEWAY, *_CONTROLLERS)
    if is_moved:
        is_routed = router is not ir.Router.NONE
    else:
        is_routed = is_ours and router is ir.Router.GATEWAY_API
    return f"{resource.name}.{workspace.spec.targets.gateway.domain}" if is_routed else ""


def _path(serving: Serving | None) -> str:
    """Return where rows are answered; a server that KServe brings has a protocol of its own."""
    if serving is None or serving.mode != "online" or serving.llm is not None:
        return ""
    is_brought = serving.image is None and serving.runtime is not None
    return "" if is_brought else serving.path


def _ambiguous(resource: Resource, columns: Columns) -> Iterator[Diagnostic]:
    """Yield each view that gives a feature which an earlier one gives as well."""
    owners: dict[str, str] = {}
    uses = model_of(resource).features
    for index, use in enumerate(uses if len(uses) > 1 else ()):
        names = [each.name for each in columns.used(use)]
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
