"""A workspace enables a target that is not installed.

What it does
Checks that each entry of `targets.enabled` is the name of a target of mlspec, or of an extension
that is installed. `_` and `-` are the same in it.

Why is this bad?
`mlspec compile` refuses the whole workspace, and the pull request that added the name was green.

What to do
Take a name of `mlspec targets list`, or install the distribution that brings the target.

Bad
    kind: Workspace
    spec:
      targets:
        enabled: [kubernets]

Good
    kind: Workspace
    spec:
      targets:
        enabled: [kubernetes]

References
- https://packaging.python.org/en/latest/specifications/entry-points/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity, did_you_mean
from mlspec.extensions import find
from mlspec.rules._port import Finding, Rule
from mlspec.rules._workspace import workspace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each name that no installed target has; their modules are not imported."""
    enabled = workspace_of(resource).targets.enabled
    if not enabled:
        return
    known = [_spoken(each.name) for each in find("mlspec.targets", "mlspec.targets")]
    for index, name in enumerate(enabled):
        if _spoken(name) not in known:
            hint = _ELSEWHERE.get(_spoken(name)) or _hint(name, known)
            place = ("spec", "targets", "enabled", index)
            yield Finding(resource, place, f"there is no target `{name}`", hint=hint)


_GRAPH = (
    "no InferenceGraph is compiled: `serving.backend: kserve` moves the traffic of one model; "
    "write a graph of several by hand, and `mlspec verify` checks it"
)
_SELDON = "Seldon Core v2 needs a paid licence in production; see `serving.backend` for others"
_ELSEWHERE = {
    "inference-graph": _GRAPH,
    "inference-graphs": _GRAPH,
    "kserve-graph": _GRAPH,
    "seldon": _SELDON,
    "seldon-core": _SELDON,
    "airflow": "no DAG is compiled; `argo-workflows` and `kubeflow` are pipelines that train again",
}
"""What is asked for, and is no target on purpose: what to do instead."""


def _hint(name: str, known: list[str]) -> str:
    close = did_you_mean(_spoken(name), known)
    return f"did you mean `{close}`?" if close else "`mlspec targets list` shows all"


def _spoken(name: str) -> str:
    return name.replace("_", "-")


RULE = Rule("MLS455", "unknown-target", Severity.ERROR, ("Workspace",), check)
