"""What starts a retraining on Argo Workflows: a clock, or an event sent to the Argo server.

Alertmanager and whoever lands data post their JSON to `/api/v1/events/<namespace>/<sender>`; a
binding picks what concerns a model. Both need a token that may create workflows.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from mlspec.ir import alert_name
from mlspec.targets._retraining_objects import pipeline_name, retraining_metadata
from mlspec.targets._retraining_steps import digest_parameter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.ir import Bundle, Retraining, RetrainingTrigger
    from mlspec.targets._kubernetes_meta import Object

__all__ = ["ALERTS", "ARRIVALS", "asked_labels", "run_name", "selector", "trigger_objects"]

ALERTS = "alertmanager"
ARRIVALS = "data-arrival"
"""Senders, as they name themselves in the address that they post to."""
_HOUR = 3600
_FIRST_HOUR, _HOURS = 1, 5
_MOST_MISSED = 6 * _HOUR


def trigger_objects(bundle: Bundle, retraining: Retraining) -> Iterator[Object]:
    """Yield a CronWorkflow for a schedule, and a WorkflowEventBinding for anything else."""
    for trigger in retraining.triggers:
        make = _schedule if trigger.type == "schedule" else _binding
        yield make(bundle, retraining, trigger)


def selector(bundle: Bundle, retraining: Retraining, trigger: RetrainingTrigger) -> str:
    """Return which events start a run, as Argo evaluates it (expr-lang)."""
    if trigger.type == "data-arrival":
        names = json.dumps([each.name for each in retraining.data])
        return (
            f"discriminator == {json.dumps(ARRIVALS)} && payload.dataset in {names} && "
            f"payload.newRows >= {trigger.minimum_rows}"
        )
    asked = asked_labels(bundle, retraining, trigger)
    labels = " && ".join(f".labels.{name} == {json.dumps(asked[name])}" for name in asked)
    return (
        f"discriminator == {json.dumps(ALERTS)} && "
        f'any(payload.alerts, {{.status == "firing" && {labels}}})'
    )


def asked_labels(
    bundle: Bundle, retraining: Retraining, trigger: RetrainingTrigger
) -> dict[str, str]:
    """Return the labels that an alert must have to start a run."""
    return {
        "alertname": alert_name(retraining.model, trigger.monitor),
        "environment": bundle.environment,
        "model": retraining.model,
        "monitor": trigger.monitor,
    }


def _schedule(bundle: Bundle, retraining: Retraining, trigger: RetrainingTrigger) -> Object:
    """A cron knows no number of days between two runs, so every night asks how long ago."""
    name = run_name(retraining, trigger)
    overdue = trigger.every_days * 24 * _HOUR - _HOUR
    asked = (
        "{{= cronworkflow.lastScheduledTime == nil || "
        f"(now() - cronworkflow.lastScheduledTime).Seconds() > {overdue} }}}}"
    )
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "CronWorkflow",
        "metadata": retraining_metadata(bundle, retraining, name),
        "spec": {
            "concurrencyPolicy": "Forbid",
            "failedJobsHistoryLimit": 3,
            "schedules": [_night(name)],
            "startingDeadlineSeconds": _MOST_MISSED,
            "successfulJobsHistoryLimit": 3,
            "timezone": "Etc/UTC",
            **({"when": asked} if trigger.every_days > 1 else {}),
            "workflowSpec": {
                "arguments": {"parameters": [{"name": "trigger", "value": trigger.id}]},
                "workflowTemplateRef": {"name": pipeline_name(retraining)},
            },
        },
    }


def _night(name: str) -> str:
    """Return a minute of the night that a name always has: not all models start at once."""
    drawn = int.from_bytes(sha256(name.encode()).digest()[:4], "big")
    hour, minute = divmod(drawn % (_HOURS * 60), 60)
    return f"{minute} {_FIRST_HOUR + hour} * * *"


def _binding(bundle: Bundle, retraining: Retraining, trigger: RetrainingTrigger) -> Object:
    name = run_name(retraining, trigger)
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "WorkflowEventBinding",
        "metadata": retraining_metadata(bundle, retraining, name),
        "spec": {
            "event": {"selector": selector(bundle, retraining, trigger)},
            "submit": {
                "arguments": {"parameters": list(_given(retraining, trigger))},
                # A fixed name: what is sent again starts nothing while the last run is kept.
                "metadata": {"name": json.dumps(name)},
                "workflowTemplateRef": {"name": pipeline_name(retraining)},
            },
        },
    }


def _given(retraining: Retraining, trigger: RetrainingTrigger) -> Iterator[Json]:
    yield {"name": "trigger", "valueFrom": {"event": json.dumps(trigger.id)}}
    for each in retraining.data if trigger.type == "data-arrival" else ():
        arrived = f"payload.dataset == {json.dumps(each.name)} ? payload.digest : "
        value = f"{arrived}{json.dumps(each.digest)}"
        yield {"name": digest_parameter(each.name), "valueFrom": {"event": value}}


def run_name(retraining: Retraining, trigger: RetrainingTrigger) -> str:
    """Return the name of the object of a trigger, and of the run that it starts."""
    return f"{retraining.model}-{trigger.id}"
