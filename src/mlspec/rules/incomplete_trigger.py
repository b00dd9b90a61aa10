"""A retraining trigger lacks what would start it.

What it does
Checks that a trigger `type: monitor` or `type: metric` names a monitor of the same model, which
tells when it fires, `type: schedule` has `everyDays`, and `type: data-arrival` has `minimumRows`.

Why is this bad?
The trigger can't fire, and nobody notices: a retraining that does not start looks like a model
that needs none.

Bad
    kind: Model
    spec:
      retraining:
        - {id: on-drift, type: monitor, monitor: input-drft, lastTested: 2026-01-15}

Good
    kind: Model
    spec:
      retraining:
        - {id: on-drift, type: monitor, monitor: input-drift, lastTested: 2026-01-15}

References
- https://cloud.google.com/architecture/mlops-continuous-delivery-and-automation-pipelines-in-machine-learning
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity, did_you_mean
from mlspec.rules._fix import replacing
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.kinds.model import Trigger
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


_WATCHED = ("metric", "monitor")


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each trigger that can't fire."""
    spec = model_of(resource)
    known = [monitor.id for monitor in spec.monitoring]
    for index, trigger in enumerate(spec.retraining):
        path = ("spec", "retraining", index)
        missing = _missing(trigger)
        if missing:
            yield Finding(
                resource,
                (*path, missing),
                f"the trigger `{trigger.id}` is `type: {trigger.type}`, but has no `{missing}`",
                hint=f"add `{missing}`",
            )
        elif trigger.type in _WATCHED:
            yield from _unknown(resource, (*path, "monitor"), trigger.monitor, known)


def _missing(trigger: Trigger) -> str:
    needed = {
        "monitor": ("monitor", trigger.monitor),
        "metric": ("monitor", trigger.monitor),
        "schedule": ("everyDays", trigger.every_days),
        "data-arrival": ("minimumRows", trigger.minimum_rows),
    }
    key, value = needed.get(trigger.type, ("", None))
    return key if value is None else ""


def _unknown(
    resource: Resource, path: Path, name: str | None, known: list[str]
) -> Iterator[Finding]:
    if name is None or name in known:
        return
    close = did_you_mean(name, known)
    yield Finding(
        resource,
        path,
        f"the model has no monitor `{name}`",
        hint=f"did you mean `{close}`?" if close else "name the `id` of one of its monitors",
        fixes=replacing(resource, path, close) if close else (),
    )


RULE = Rule("MLS513", "incomplete-trigger", Severity.ERROR, ("Model",), check)
