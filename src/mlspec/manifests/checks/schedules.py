"""Schedules that no cron reads: of CronJobs, CronWorkflows and scalers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._cron import schedule_fault
from mlspec.manifests.checks._entries import breaks, warns
from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._time_zones import is_time_zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]


def _workflow(schedule: str, rest: str = "concurrencyPolicy: Forbid") -> str:
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: CronWorkflow\nmetadata: {name: retrain}\nspec:\n"
        f"  schedules: [{schedule}]\n  {rest}\n"
        "  workflowSpec: {workflowTemplateRef: {name: retrain}}\n"
    )


def _cron_job(rest: str) -> str:
    return (
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: retrain}\nspec:\n"
        f'  schedule: "0 3 * * 1"\n  concurrencyPolicy: Forbid\n  {rest}\n'
        "  jobTemplate:\n    spec:\n      template:\n        spec:\n"
        "          restartPolicy: Never\n"
        "          containers: [{name: train, image: registry.example/train:12}]\n"
    )


_SCHEDULE = breaks(
    "MLS1215",
    "unreadable-schedule",
    "A schedule is none that cron reads, or one that never comes.",
    """The API server takes any text for a CronWorkflow; its controller writes an error into the
    status and starts nothing, so the model is never trained again.""",
    bad=_workflow('"61 * * * *"'),
    good=_workflow('"0 3 * * 1"'),
)
_NONE = breaks(
    "MLS1216",
    "schedule-missing",
    "A CronJob or CronWorkflow has no schedule.",
    "It is refused, or never runs.",
    bad=_workflow(""),
    good=_workflow('"0 3 * * 1"'),
)
_OVERLAP = warns(
    "MLS1217",
    "overlapping-schedule",
    "A scheduled job may start while the last one still runs.",
    """The default is `Allow`. A training that takes longer than its interval then runs twice, and
    the one that ends last registers its model, which may be the older one.""",
    bad=_workflow('"0 3 * * 1"', "suspend: false"),
    good=_workflow('"0 3 * * 1"', "concurrencyPolicy: Forbid"),
)
_DEADLINE = warns(
    "MLS1334",
    "deadline-between-looks",
    "A CronJob may be started only within fewer seconds than pass between two looks at it.",
    """The controller looks every 10 seconds. With a shorter `startingDeadlineSeconds` a start that
    falls between two looks is over before it is seen, and may never come.""",
    bad=_cron_job("startingDeadlineSeconds: 5"),
    good=_cron_job("startingDeadlineSeconds: 300"),
)
_ZONE = breaks(
    "MLS1218",
    "refused-time-zone",
    "A CronJob states its time zone in the schedule, or one that there is not.",
    "The API server refuses `TZ=` in a schedule: write `timeZone` instead.",
    bad="""
    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: retrain}
    spec:
      schedule: "TZ=Europe/Berlin 0 3 * * 1"
      concurrencyPolicy: Forbid
      jobTemplate:
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{name: train, image: registry.example/train:12}]
    """,
    good="""
    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: retrain}
    spec:
      schedule: "0 3 * * 1"
      timeZone: Europe/Berlin
      concurrencyPolicy: Forbid
      jobTemplate:
        spec:
          template:
            spec:
              restartPolicy: Never
              containers: [{name: train, image: registry.example/train:12}]
    """,
)


_SECONDS_BETWEEN_LOOKS = 10


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield schedules that can't be read, are missing or overlap."""
    for node in objects(manifests, "batch", "CronJob"):
        spec = node["spec"]
        yield from _scheduled(spec, [spec["schedule"]])
        yield from _zone(spec)
        yield from _deadline(spec["startingDeadlineSeconds"])
    for node in objects(manifests, "argoproj.io", "CronWorkflow"):
        spec = node["spec"]
        several = [*spec["schedules"].each(), spec["schedule"]]
        yield from _scheduled(spec, several)


def _deadline(deadline: Node) -> Iterator[Problem]:
    if deadline.whole is not None and 0 <= deadline.whole < _SECONDS_BETWEEN_LOOKS:
        message = f"a start may be missed: the controller looks every {_SECONDS_BETWEEN_LOOKS} s"
        yield deadline.problem(_DEADLINE, message, "write 10 or more, such as 300")


def _zone(spec: Node) -> Iterator[Problem]:
    zone = spec["timeZone"]
    if "TZ=" in spec["schedule"].text:
        message = "the schedule states a time zone"
        yield spec["schedule"].problem(_ZONE, message, "move it to `timeZone`")
    elif zone.text and not is_time_zone(zone.text):
        message = f"there is no time zone `{zone.shown}`"
        yield zone.problem(_ZONE, message, "write one such as `Etc/UTC` or `Europe/Berlin`")


def _scheduled(spec: Node, schedules: list[Node]) -> Iterator[Problem]:
    stated = [each for each in schedules if each.is_set]
    if not stated:
        yield schedules[0].problem(_NONE, "there is no schedule", "add one such as `0 3 * * 1`")
    for each in stated:
        fault = schedule_fault(each.text)
        if fault is not None:
            hint = "write minute, hour, day, month and day of the week, such as `0 3 * * 1`"
            yield each.problem(_SCHEDULE, f"`{each.shown}` can't be scheduled: {fault}", hint)
    policy = spec["concurrencyPolicy"]
    if stated and policy.text in ("", "Allow"):
        message = "the next one may start while the last one still runs"
        yield policy.problem(_OVERLAP, message, "write `concurrencyPolicy: Forbid`")


CHECK = Check("schedules", (_SCHEDULE, _NONE, _OVERLAP, _ZONE, _DEADLINE), find)
