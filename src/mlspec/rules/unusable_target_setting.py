"""A setting of `targets` has the right form, and nothing can work with it.

What it does
Checks that the schedules of CI are ones that come, that the volume of a retraining holds anything,
and that the labels of series have no double braces.

Why is this bad?
GitHub refuses a workflow with the hour 25 as a whole, and a schedule on the 30th of February never
starts anything: drift is not looked for, and nobody notices. A volume of no size is refused when
the first run starts. Argo Rollouts and Flagger take double braces in a query for a template of
their own, so that no condition can be judged.

Bad
    kind: Workspace
    spec:
      targets:
        github: {driftSchedule: '0 3 30 2 *'}

Good
    kind: Workspace
    spec:
      targets:
        github: {driftSchedule: '0 3 28 2 *'}

References
- https://docs.github.com/actions/reference/events-that-trigger-workflows#schedule
- https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._workspace import workspace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.kinds.workspace import WorkspaceSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_TARGETS = ("spec", "targets")
_MEBIBYTE = 1 << 20


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each setting that can't work."""
    spec = workspace_of(resource)
    yield from _schedules(resource, spec)
    yield from _volume(resource, spec)
    for name, value in spec.targets.prometheus.labels.items():
        if "{{" in value:
            yield Finding(
                resource,
                (*_TARGETS, "prometheus", "labels", name),
                f"the value of the label `{name}` holds `{{{{`, a template of controllers",
                hint="write the value that series have",
            )


def _schedules(resource: Resource, spec: WorkspaceSpec) -> Iterator[Finding]:
    from mlspec.manifests import schedule_fault

    github = spec.targets.github
    stated = {"driftSchedule": github.drift_schedule, "drillSchedule": github.drill_schedule}
    for field, schedule in stated.items():
        if fault := schedule_fault(schedule):
            path = (*_TARGETS, "github", field)
            message = f"the schedule `{schedule}` can't be kept: {fault}"
            yield Finding(resource, path, message, hint="five fields, such as `23 3 * * *`")


def _volume(resource: Resource, spec: WorkspaceSpec) -> Iterator[Finding]:
    from mlspec.manifests import quantity

    training = spec.targets.training
    size = None if training is None else quantity(training.volume)
    if training is not None and size is not None and size < _MEBIBYTE:
        yield Finding(
            resource,
            (*_TARGETS, "training", "volume"),
            f"a volume of `{training.volume}` holds neither the specs nor a model",
            hint="write a size such as `20Gi`",
        )


RULE = Rule("MLS461", "unusable-target-setting", Severity.ERROR, ("Workspace",), check)
