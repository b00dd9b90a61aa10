"""Releases of models: which version of a model an environment has, chosen in one line.

In: a workspace as written. Out: the models as their chosen release has them, without the list of
releases: what one environment gets does not depend on what another one could get.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from mlspec.schema import bind
from mlspec.workspace._claims import is_claimed
from mlspec.workspace._language import LANGUAGE, WORKSPACE_KIND
from mlspec.workspace._merge import Merged
from mlspec.workspace._model import Origin
from mlspec.workspace._report import closest, report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.diagnostics import Diagnostic, Path, Span
    from mlspec.kinds.model import ModelSpec, Release
    from mlspec.workspace._model import Resource, Workspace

__all__ = ["Released", "release_all", "release_problems"]

_KIND = "Model"
_LIST = "releases"
_VERSION: Path = ("metadata", "version")


@dataclass
class Released:
    """The models that a release changed, by address, and what is wrong with the choices."""

    resources: dict[str, Resource] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Choice:
    """One line of an environment: which version of a model it has."""

    environment: str
    version: str
    span: Span


def release_all(workspace: Workspace, environment: str) -> Released:
    """Return the models of an environment that have releases, each as the chosen one has it.

    A model that the environment does not name has the version of its spec; one whose release is
    unsound, which `release_problems` tells, is left as it is.
    """
    released = Released()
    choices = dict(_choices(workspace, environment, released.diagnostics))
    for model in workspace.of_kind(_KIND):
        if _releases(model) or model.name in choices:
            _release(model, choices.get(model.name), released)
    return released


def release_problems(workspace: Workspace) -> Iterator[Diagnostic]:
    """Yield what is wrong with releases, those that no environment has chosen included."""
    for model in workspace.of_kind(_KIND):
        for index, each in enumerate(_releases(model)):
            yield from _misplaced(model, index, each)
            merged = _merged(model, index, each)
            yield from map(merged.moved, bind(merged.data, merged, LANGUAGE).diagnostics)


def _misplaced(model: Resource, index: int, release: Release) -> Iterator[Diagnostic]:
    path = ("spec", _LIST, index)
    if release.version == model.metadata.version:
        message = f"`{release.version}` is the version of the spec itself"
        at = model.span((*path, "version"))
        yield report("repeated-release", message, at, hint="take the release away")
    if _LIST in release.spec:
        at = model.key_span((*path, "spec", _LIST))
        message = "a release has no releases"
        yield report("fixed-override-path", message, at, hint="put them beside this one")


def _choices(
    workspace: Workspace, environment: str, told: list[Diagnostic]
) -> Iterator[tuple[str, _Choice]]:
    home = workspace.of_kind(WORKSPACE_KIND)[0]
    models = [each.name for each in workspace.of_kind(_KIND)]
    for name, version in workspace.spec.environments[environment].releases.items():
        path = ("spec", "environments", environment, _LIST, name)
        if name in models:
            yield name, _Choice(environment, version, home.span(path))
        elif not is_claimed(workspace.unbound, _KIND, name):
            close = closest(name, models)
            hint = f"did you mean `{close}`?" if close else None
            message = f"there is no Model named `{name}`"
            told.append(report("unknown-release", message, home.key_span(path), hint=hint))


def _release(model: Resource, choice: _Choice | None, released: Released) -> None:
    if choice is None or choice.version == model.metadata.version:
        released.resources[model.address] = _alone(model)
        return
    found = _find(model, choice.version)
    if found is None:
        released.diagnostics.append(_unknown(model, choice))
        return
    merged = _merged(model, *found)
    bound = bind(merged.data, merged, LANGUAGE)
    if bound.metadata is not None and bound.spec is not None:
        origins: dict[Path, Origin] = {
            path: Origin(choice.environment, model.document.span(origin))
            for path, origin in merged.origins.items()
        }
        origins[_VERSION] = Origin(choice.environment, choice.span)
        released.resources[model.address] = replace(
            model, metadata=bound.metadata, spec=bound.spec, data=merged.data, origins=origins
        )


def _find(model: Resource, version: str) -> tuple[int, Release] | None:
    found = enumerate(_releases(model))
    return next(((index, each) for index, each in found if each.version == version), None)


def _unknown(model: Resource, choice: _Choice) -> Diagnostic:
    there = [model.metadata.version or "", *(each.version for each in _releases(model))]
    known = ", ".join(f"`{each}`" for each in sorted(filter(None, there)))
    close = closest(choice.version, there)
    hint = f"did you mean `{close}`?" if close else f"there is {known}"
    message = f"`{model.name}` has no release `{choice.version}`"
    return report("unknown-release", message, choice.span, hint=hint)


def _merged(model: Resource, index: int, release: Release) -> Merged:
    """Return the document of a model with a release in it, and without the list."""
    merged = Merged(model.document, model.document, _without(model.data))
    base = ("spec", _LIST, index)
    merged.put(_VERSION, release.version, (*base, "version"))
    for key, value in release.spec.items():
        if key != _LIST:
            merged.put(("spec", key), value, (*base, "spec", key))
    return merged


def _alone(model: Resource) -> Resource:
    spec = model.spec.model_copy(update={_LIST: ()})
    return replace(model, spec=spec, data=_without(model.data))


def _without(data: Mapping[str, object]) -> Mapping[str, object]:
    spec = cast("Mapping[str, object]", data["spec"])
    return {**data, "spec": {key: each for key, each in spec.items() if key != _LIST}}


def _releases(model: Resource) -> tuple[Release, ...]:
    return tuple(cast("ModelSpec", model.spec).releases)
