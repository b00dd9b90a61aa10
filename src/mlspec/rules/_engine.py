"""Runs the rules over a workspace and turns findings into diagnostics."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from mlspec.diagnostics import Diagnostic, has_errors, sort_diagnostics
from mlspec.rules._baseline import passing_known
from mlspec.rules._place import span_of
from mlspec.rules._registry import load_rules, rules_for
from mlspec.rules._suppression import Suppressions, read_suppressions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TypeAlias

    from mlspec.rules._port import Finding, Rule
    from mlspec.workspace import Resource, Workspace

    Few: TypeAlias = "Sequence[Resource]"
    Spread: TypeAlias = (
        "Callable[[Sequence[Few], Callable[[Few], list[Diagnostic]]], Iterable[Diagnostic]]"
    )

__all__ = ["check"]

_FEW = 32


def _in_turn(
    batches: Sequence[Few], find: Callable[[Few], list[Diagnostic]]
) -> Iterable[Diagnostic]:
    return chain.from_iterable(map(find, batches))


def check(
    workspace: Workspace, earlier: Iterable[Diagnostic] = (), spread: Spread = _in_turn
) -> tuple[Diagnostic, ...]:
    """Return what the rules find in a workspace, sorted, without what comments suppress.

    What the policy baseline has is a note, with the reason why it stops nothing.
    `earlier` is what loading has reported: while it holds errors, some resources are missing, so
    nothing can be said about suppressions that seem unused. `spread` goes through the resources,
    a few at a time, perhaps in several processes, and gives what is found in their order.
    """
    suppressions = read_suppressions(workspace.sources, load_rules())
    kept = suppressions.remove(_diagnostics(workspace, spread))
    if not (workspace.environment or workspace.unbound or has_errors(earlier)):
        kept += _unused(workspace, suppressions, spread)
    kept = passing_known(kept, workspace)
    return tuple(sort_diagnostics([*kept, *suppressions.faults]))


def _diagnostics(workspace: Workspace, spread: Spread) -> Iterable[Diagnostic]:
    return spread([*_batches(workspace)], partial(_found, workspace))


def _found(workspace: Workspace, few: Few) -> list[Diagnostic]:
    """A rule goes through a few resources before the next rule does, which takes half the time.

    Neither its code nor what the specs hold has to be fetched from memory again and again. The
    order of what is found does not matter, as it is sorted.
    """
    return [
        _diagnostic(rule, finding)
        for rule in rules_for(few[0].kind)
        for resource in few
        for finding in rule.check(resource, workspace)
    ]


def _batches(workspace: Workspace) -> Iterator[Few]:
    """Yield a few resources of one kind at a time."""
    for kind in sorted({each.kind for each in workspace.resources.values()}):
        resources = workspace.of_kind(kind)
        for start in range(0, len(resources), _FEW):
            yield resources[start : start + _FEW]


def _diagnostic(rule: Rule, finding: Finding) -> Diagnostic:
    return Diagnostic(
        code=rule.code,
        name=rule.name,
        severity=rule.severity,
        message=finding.message,
        span=span_of(finding.resource, finding.path),
        related=finding.related,
        hint=finding.hint,
        fixes=finding.fixes,
        about=finding.resource.address,
    )


def _unused(workspace: Workspace, suppressions: Suppressions, spread: Spread) -> list[Diagnostic]:
    """A comment may concern what only an environment brings about: look there before saying so."""
    if suppressions.has_unused():
        for environment, settings in sorted(workspace.spec.environments.items()):
            if not settings.is_plain:
                suppressions.remove(_diagnostics_in(workspace, environment, spread))
    return suppressions.unused()


def _diagnostics_in(workspace: Workspace, environment: str, spread: Spread) -> Iterable[Diagnostic]:
    from mlspec.workspace import overlay

    merged, _ = overlay(workspace, environment)
    return _diagnostics(merged, spread)
