"""Whether two models would have one object in a cluster, or one with a name that is refused."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.diagnostics import Related, sort_diagnostics
from mlspec.lowering._bundle import lower
from mlspec.lowering._codes import problem
from mlspec.targets import emit_objects

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from mlspec.diagnostics import Diagnostic
    from mlspec.ir import Claim, Emitted, ObjectName
    from mlspec.workspace import Resource, Workspace

__all__ = ["check_claims", "check_names"]

_NAME = ("metadata", "name")


_LIMITS = {
    ("", "Service"): 63,
    ("argoproj.io", "CronWorkflow"): 52,
    ("argoproj.io", "Workflow"): 63,
    ("serving.knative.dev", "Service"): 63,
}
_OTHERWISE = 253


def check_names(workspace: Workspace, models: Collection[str]) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the names of the objects of some models of an environment.

    The workspace must be one that can be compiled: with its overrides, and without errors.
    """
    kept = {
        address: each
        for address, each in workspace.resources.items()
        if each.kind != "Model" or each.name in models
    }
    smaller = replace(workspace, resources=kept)
    bundle = lower(smaller, workspace.environment, evidence={}, version="").bundle
    return check_claims(workspace, emit_objects(bundle))


def check_claims(workspace: Workspace, artifacts: Iterable[Emitted]) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the names of objects that an environment compiles to."""
    claims = _by_object(artifacts)
    return tuple(sort_diagnostics([*_long(workspace, claims), *_met(workspace, claims)]))


def _by_object(artifacts: Iterable[Emitted]) -> Mapping[ObjectName, dict[str, Claim]]:
    """Return the claims on each object by model; a compiled one goes before one that is made."""
    found: dict[ObjectName, dict[str, Claim]] = defaultdict(dict)
    for artifact in artifacts:
        for claim in artifact.claims:
            of_models = found[claim.object]
            known = of_models.get(claim.model)
            if known is None or claim.maker < known.maker:
                of_models[claim.model] = claim
    return found


def _long(
    workspace: Workspace, claims: Mapping[ObjectName, dict[str, Claim]]
) -> Iterator[Diagnostic]:
    for name, of_models in claims.items():
        limit = _LIMITS.get((name.group, name.kind), _OTHERWISE)
        model = _model(workspace, min(of_models)) if len(name.name) > limit else None
        if model is not None:
            message = f"the {name.kind} `{name.name}` has {len(name.name)} characters"
            hint = f"a {name.kind} has at most {limit} in its name: shorten that of the model"
            yield problem("MLS452", model, _NAME, message, hint)


def _met(
    workspace: Workspace, claims: Mapping[ObjectName, dict[str, Claim]]
) -> Iterator[Diagnostic]:
    """Yield one diagnostic per pair of models that meet, at the one with the longer name."""
    shared: dict[tuple[str, str], list[tuple[Claim, Claim]]] = defaultdict(list)
    for of_models in claims.values():
        if len(of_models) == 1:
            continue
        ordered = sorted(of_models.values(), key=lambda each: (len(each.model), each.model))
        for index, first in enumerate(ordered):
            for second in ordered[index + 1 :]:
                shared[first.model, second.model].append((first, second))
    for names, pairs in shared.items():
        shorter, longer = (_model(workspace, each) for each in names)
        if shorter is not None and longer is not None:
            yield _collision(shorter, longer, min(pairs, key=_weight))


def _weight(pair: tuple[Claim, Claim]) -> tuple[int, tuple[Claim, Claim]]:
    """Return the order of what is told of a pair: what stands in files goes first."""
    return sum(1 for each in pair if each.maker), pair


def _collision(first: Resource, second: Resource, pair: tuple[Claim, Claim]) -> Diagnostic:
    shown = pair[0].object
    makers = [f"{each.maker} makes it for `{each.model}`" for each in pair if each.maker]
    told = f"; {' and '.join(makers)}" if makers else ""
    message = (
        f"`{second.name}` and `{first.name}` would both have the {shown.kind} `{shown.name}`{told}"
    )
    other = Related(first.span(_NAME), f"the objects of `{first.name}` are named after it")
    found = problem("MLS447", second, _NAME, message, "rename one of the models")
    return replace(found, related=(other,))


def _model(workspace: Workspace, name: str) -> Resource | None:
    return workspace.find("Model", name)
