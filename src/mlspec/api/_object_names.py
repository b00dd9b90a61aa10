"""Which models could meet in a cluster: only they are looked at before all is compiled.

Every name that a cluster sees begins with that of its model: `<model>`, or `<model>-<something>`,
besides what KEDA makes, which it tells apart by a prefix. So two models can only meet where one is
named like the beginning of the other, and most workspaces need no look at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Diagnostic
    from mlspec.workspace import Resource, Workspace

__all__ = ["name_problems", "suspects"]

_SHORTEST_LIMIT = 52
"""Of the name of a CronWorkflow: no object has less room."""
_LONGEST_SUFFIX = len("-kserve-router-scheduler")
_PREFIX = "keda-hpa-"


def name_problems(workspace: Workspace) -> tuple[Diagnostic, ...]:
    """Return what is wrong with names of objects in an environment.

    The workspace must be one that can be compiled: with its overrides, and without errors.
    """
    models = suspects(workspace)
    if not models:
        return ()
    from mlspec.lowering import check_names

    return check_names(workspace, models)


def suspects(workspace: Workspace) -> frozenset[str]:
    """Return the models whose objects could meet those of another, or have too long a name."""
    models = workspace.of_kind("Model")
    names = {each.name for each in models}
    found = {each.name for each in models if _is_long(each)}
    for name in names:
        for shorter in names.intersection(_beginnings(name)):
            found |= {name, shorter}
    return frozenset(found)


def _beginnings(name: str) -> Iterator[str]:
    """Yield the names of other models that an object of that name could be of."""
    whole = name.removeprefix(_PREFIX)
    parts = whole.split("-")
    for end in range(1, len(parts) + (whole != name)):
        yield "-".join(parts[:end])


def _is_long(model: Resource) -> bool:
    ids = (len(each.id) + 1 for each in model_of(model).retraining)
    return len(model.name) + max(_LONGEST_SUFFIX, *ids, 0) > _SHORTEST_LIMIT
