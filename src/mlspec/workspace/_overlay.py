"""Overrides of an environment, merged into the specs they name.

In: a workspace as written. Out: the workspace of one environment; resources that nothing
overrides are the very same values. Every overridden value remembers its override, and what is
wrong with it is told there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mlspec.diagnostics import did_you_mean
from mlspec.errors import UsageError
from mlspec.kinds import Metadata, find_kind, kind_names
from mlspec.kinds.workspace import WorkspaceSpec
from mlspec.schema import ModelShape, bind
from mlspec.workspace._claims import is_claimed
from mlspec.workspace._cycles import find_cycles
from mlspec.workspace._language import LANGUAGE, WORKSPACE_KIND
from mlspec.workspace._link import Links, link
from mlspec.workspace._merge import Merged
from mlspec.workspace._model import Origin, Resource, Workspace
from mlspec.workspace._override_path import Selector, Unresolved, parse_path, resolve
from mlspec.workspace._releases import Released, release_all
from mlspec.workspace._report import closest, report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlspec.diagnostics import Diagnostic, Path
    from mlspec.kinds.workspace import Override
    from mlspec.workspace._override_path import Resolved

__all__ = ["overlay"]

_Steps = tuple[str | Selector, ...]

_EVERY = "*"

_FIXED: dict[_Steps, str] = {
    ("apiVersion",): "the version of the language",
    ("kind",): "the kind of a resource",
    ("metadata", "name"): "the name of a resource",
}
_FIXED_IN_WORKSPACE: dict[_Steps, str] = {
    ("spec", "environments"): "the environments themselves",
    ("spec", "paths"): "where files lie",
}


@dataclass
class _Run:
    """One overlay while it is made: the specs as `written`, and with the releases taken."""

    written: Workspace
    workspace: Workspace
    home: Resource
    environment: str
    merged: dict[str, Merged] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def tell(self, name: str, message: str, at: Path, hint: str | None = None) -> None:
        """Add a diagnostic about a value of the document of the workspace."""
        self.diagnostics.append(report(name, message, self.home.span(at), hint=hint))


def overlay(workspace: Workspace, environment: str) -> tuple[Workspace, tuple[Diagnostic, ...]]:
    """Return the workspace of an environment, and what is wrong with its overrides.

    An override with an error is left out. Resources without overrides are shared.

    Raises:
        UsageError: there is no such environment.
    """
    home = next(iter(workspace.of_kind(WORKSPACE_KIND)), None)
    declared = workspace.spec.environments.get(environment)
    if declared is None:
        close = did_you_mean(environment, workspace.spec.environments)
        hint = f"did you mean `{close}`?" if close else None
        raise UsageError(f"there is no environment `{environment}`", hint=hint)
    released = release_all(workspace, environment) if home else Released()
    if home is None or not (declared.overrides or released.resources or released.diagnostics):
        return replace(workspace, environment=environment), ()
    resources = {**workspace.resources, **released.resources}
    run = _Run(workspace, replace(workspace, resources=resources), home, environment)
    run.diagnostics += released.diagnostics
    for index, override in enumerate(declared.overrides):
        base = ("spec", "environments", environment, "overrides", index)
        _apply(run, override, base)
    return _finish(run)


def _apply(run: _Run, override: Override, base: Path) -> None:
    targets = _targets(run, override, base)
    steps = _steps(run, override, base) if targets else None
    if steps is None:
        return
    applied = [_merge(run, each, override, steps, base) for each in targets]
    if not any(applied):
        message = f"no {override.kind} has anything at `{override.path}`"
        hint = "take the override away, or name the resource it is for"
        run.tell("idle-override", message, (*base, "path"), hint)


def _merge(run: _Run, resource: Resource, override: Override, steps: _Steps, base: Path) -> bool:
    """Merge an override into one resource; False where it has nothing to do with the resource."""
    merged = run.merged.get(resource.address) or Merged(
        resource.document, run.home.document, resource.data
    )
    part = str(steps[0])
    model = Metadata if part == "metadata" else type(resource.spec)
    found = resolve(steps[1:], ModelShape(model), merged.data.get(part), (part,))
    if override.name == _EVERY and _is_absent(found):
        return False
    if isinstance(found, Unresolved):
        run.tell("unknown-override-path", found.message, (*base, "path"), found.hint)
        return True
    run.merged[resource.address] = merged
    merged.put(found.path, override.value, (*base, "value"))
    return True


def _is_absent(found: Resolved | Unresolved) -> bool:
    return found.is_absent if isinstance(found, Unresolved) else found.is_new


def _targets(run: _Run, override: Override, base: Path) -> Sequence[Resource]:
    if find_kind(override.kind) is None:
        _tell_kinds(run, override, base)
        return ()
    known = run.workspace.of_kind(override.kind)
    if override.name != _EVERY:
        return _named(run, override, base, known)
    if not known and not any(kind in ("", override.kind) for kind, _ in run.workspace.unbound):
        message = f"there is no {override.kind} to override"
        run.tell("idle-override", message, (*base, "name"))
    return known


def _tell_kinds(run: _Run, override: Override, base: Path) -> None:
    close = closest(override.kind, kind_names())
    known = ", ".join(f"`{each}`" for each in kind_names())
    hint = f"did you mean `{close}`?" if close else f"kinds: {known}"
    message = f"there is no kind `{override.kind}`"
    run.tell("unknown-override-target", message, (*base, "kind"), hint)


def _named(
    run: _Run, override: Override, base: Path, known: Sequence[Resource]
) -> Sequence[Resource]:
    found = [each for each in known if each.name == override.name]
    if not found and not is_claimed(run.workspace.unbound, override.kind, override.name):
        close = closest(override.name, [each.name for each in known])
        hint = f"did you mean `{close}`?" if close else None
        message = f"there is no {override.kind} named `{override.name}`"
        run.tell("unknown-override-target", message, (*base, "name"), hint)
    return found


def _steps(run: _Run, override: Override, base: Path) -> _Steps | None:
    at = (*base, "path")
    steps = parse_path(override.path)
    if steps is None:
        message = f"`{override.path}` is not a path"
        hint = "write keys with dots and entries in brackets: `spec.gates[auc-floor].atLeast`"
        run.tell("malformed-override-path", message, at, hint)
        return None
    reason = _fixed(override.kind, steps)
    if reason is not None:
        message = f"`{override.path}` is {reason}, which is the same in every environment"
        run.tell("fixed-override-path", message, at)
        return None
    if steps[0] in ("metadata", "spec") and len(steps) > 1:
        return steps
    hint = "start with `spec.` or `metadata.` and the key of one value"
    run.tell("unknown-override-path", f"`{override.path}` names no single value", at, hint)
    return None


def _fixed(kind: str, steps: _Steps) -> str | None:
    """Return what a path leads to that no environment can change."""
    fixed = _FIXED | (_FIXED_IN_WORKSPACE if kind == WORKSPACE_KIND else {})
    return fixed.get(steps[:1]) or fixed.get(steps[:2])


def _finish(run: _Run) -> tuple[Workspace, tuple[Diagnostic, ...]]:
    resources = {**run.workspace.resources, **dict(_rebound(run))}
    written = run.written.resources
    changed = {name: each for name, each in resources.items() if each is not written[name]}
    links = _relink(run.written, resources, changed)
    home = resources[run.home.address].spec
    merged = replace(
        run.workspace,
        spec=home if isinstance(home, WorkspaceSpec) else run.workspace.spec,
        resources=resources,
        edges=links.edges,
        environment=run.environment,
    )
    return merged, (*run.diagnostics, *links.diagnostics)


def _rebound(run: _Run) -> Iterator[tuple[str, Resource]]:
    for address, merged in run.merged.items():
        before = run.workspace.resources[address]
        bound = bind(merged.data, merged, LANGUAGE)
        run.diagnostics += map(merged.moved, bound.diagnostics)
        if bound.metadata is None or bound.spec is None or not merged.origins:
            continue
        yield (
            address,
            replace(
                before,
                metadata=bound.metadata,
                spec=bound.spec,
                data=merged.data,
                origins={**before.origins, **_origins(run, merged)},
            ),
        )


def _origins(run: _Run, merged: Merged) -> dict[Path, Origin]:
    return {
        path: Origin(run.environment, run.home.document.span(origin))
        for path, origin in merged.origins.items()
    }


def _relink(
    before: Workspace, resources: Mapping[str, Resource], changed: Mapping[str, Resource]
) -> Links:
    """Resolve the references of what changed; of everything, where a version changed."""
    moved = any(
        each.metadata.version != before.resources[address].metadata.version
        for address, each in changed.items()
    )
    again = set(resources) if moved else set(changed)
    links = link(resources, before.unbound, again)
    kept = [edge for edge in before.edges if edge.source not in again]
    edges = tuple(sorted([*kept, *links.edges]))
    cycles = find_cycles(resources, edges) if changed else ()
    return Links(edges, (*links.diagnostics, *cycles))
