"""A model is trained on data that its own answers have shaped.

What it does
Follows `data.training`, `features`, `source.dataset`, `derivedFrom` and `producedBy` from a model,
and reports a path that leads back to it, also through other models.

Why is this bad?
The model learns its own past answers as truth. Errors confirm themselves, groups that were turned
down are never seen again, and drift metrics stay calm.

Bad
    kind: Dataset
    metadata:
      name: acs-2015
    spec:
      producedBy: employment-screen

Good
    kind: Dataset
    metadata:
      name: acs-2015
    spec:
      producedBy: null

References
- Regulation (EU) 2024/1689, Article 15(4): feedback loops
- Sculley et al., Hidden Technical Debt in Machine Learning Systems, NeurIPS 2015, section 4
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import training_sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each reference of a model that leads back to the model."""
    if resource.address not in workspace.dependants(resource.address):
        return  # it is on no circle of references at all
    for source, path in training_sources(resource, workspace):
        route = _route(source, resource.address, workspace)
        if route:
            yield Finding(
                resource,
                path,
                f"the model is trained on its own answers: {' <- '.join(route)}",
                hint="train on outcomes observed without the model, such as a random hold-back",
            )


def _route(start: Resource, goal: str, workspace: Workspace) -> tuple[str, ...]:
    """Return the addresses from `start` back to `goal`; empty when there is no way."""
    came_from: dict[str, str] = {start.address: ""}
    frontier = [start]
    while frontier:
        here = frontier.pop()
        for source, _ in training_sources(here, workspace):
            if source.address in came_from:
                continue
            came_from[source.address] = here.address
            if source.address == goal:
                return _unwound(came_from, goal)
            frontier.append(source)
    return ()


def _unwound(came_from: dict[str, str], goal: str) -> tuple[str, ...]:
    route = [goal]
    while came_from[route[-1]]:
        route.append(came_from[route[-1]])
    return (goal, *reversed(route))


RULE = Rule("MLS313", "feedback-loop", Severity.WARNING, ("Model",), check)
