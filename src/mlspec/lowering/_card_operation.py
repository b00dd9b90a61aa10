"""Card sections about the life of the model in production."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mlspec.ir import CardSection
from mlspec.lowering._card_facts import Facts, duration, number, percent
from mlspec.lowering._card_people import overseers, post_market

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.ir import CardValue
    from mlspec.kinds.model import ModelSpec, Monitor, Serving, Trigger
    from mlspec.kinds.system import SystemSpec
    from mlspec.kinds.workspace import WorkspaceSpec
    from mlspec.workspace import Workspace

__all__ = ["cost", "monitoring", "oversight", "retraining", "serving"]


def serving(workspace: Workspace, own: Facts, spec: ModelSpec) -> list[CardValue]:
    """Return how answers are made, by whom traffic is moved, and what users may count on."""
    facts, declared = own.about("Serving"), spec.serving
    if declared is None:
        return [facts.missing("Serving", "spec.serving")]
    values = [facts.value("Mode", "spec.serving.mode", declared.mode), _runs(facts, declared)]
    resources = declared.resources
    gpu = f", {resources.gpu} GPU" if resources and resources.gpu else ""
    shown = resources and f"{resources.cpu} CPU, {resources.memory} memory{gpu}"
    values.append(facts.value("Resources of a replica", "spec.serving.resources", shown))
    if declared.mode == "online":
        values += [_backend(workspace, facts, declared), *_online(facts, declared)]
    return values


def _backend(workspace: Workspace, facts: Facts, declared: Serving) -> CardValue:
    """Return who moves traffic; what the model leaves open is said by the workspace."""
    homes = workspace.of_kind("Workspace")
    if declared.backend is not None or not homes:
        return facts.value("Backend", "spec.serving.backend", declared.backend)
    return facts.linked(homes[0], _backend_at_home)[0]


def _backend_at_home(facts: Facts) -> Iterator[CardValue]:
    home = cast("WorkspaceSpec", facts.resource.spec)  # of workspaces only
    yield facts.value("Backend", "spec.targets.backend", home.targets.backend)


def _runs(facts: Facts, declared: Serving) -> CardValue:
    if declared.image is None and declared.runtime is not None:
        return facts.value("Runtime", "spec.serving.runtime", declared.runtime)
    return facts.value("Image", "spec.serving.image", declared.image)


def _online(facts: Facts, declared: Serving) -> Iterator[CardValue]:
    bounds = declared.replicas
    yield facts.value("Replicas, least", "spec.serving.replicas.minimum", bounds.minimum)
    if declared.scaling is not None:
        yield facts.value("Replicas, most", "spec.serving.replicas.maximum", bounds.maximum)
        busy = f"{percent(declared.scaling.cpu_utilisation)} of the CPU request"
        yield facts.value("Replicas are added at", "spec.serving.scaling.cpuUtilisation", busy)
    rate, p99 = declared.requests_per_second, declared.p99_ms
    yield facts.value("Expected requests per second", "spec.serving.requestsPerSecond", rate)
    slow = None if p99 is None else f"99 % of answers within {number(p99)} ms"
    yield facts.value("Latency objective", "spec.serving.p99Ms", slow)
    share = None if declared.availability is None else percent(declared.availability)
    yield facts.value("Availability objective", "spec.serving.availability", share)


def monitoring(own: Facts, spec: ModelSpec, last: Sequence[CardValue] = ()) -> CardSection:
    """Return what is watched in production, and who is told; `last` are the values of monitors."""
    values: list[CardValue] = []
    for index, monitor in enumerate(spec.monitoring):
        facts = own.about(f"Monitor: {monitor.id}")
        values += _monitor(facts, index, monitor)
        values += [each for each in last if each.group == facts.group]
    if not spec.monitoring:
        values.append(own.missing("Monitoring", "spec.monitoring"))
    values += post_market(own, spec)
    return CardSection("monitoring", "Monitoring", tuple(values))


def _monitor(facts: Facts, index: int, monitor: Monitor) -> Iterator[CardValue]:
    path = f"spec.monitoring[{index}]"
    divided = f" of {monitor.total}" if monitor.total else ""
    watched = f"{monitor.dimension}: {monitor.statistic} of {monitor.metric}{divided}"
    yield facts.said("Watches", f"{path}.dimension", watched, at=f"{path}.metric")
    yield _fires(facts, index, monitor)
    yield facts.value("Tells", f"{path}.receiver", monitor.receiver)
    yield facts.value("Urgency", f"{path}.severity", monitor.severity)
    yield facts.value("What to do then", f"{path}.runbook", monitor.runbook)


def _fires(facts: Facts, index: int, monitor: Monitor) -> CardValue:
    path = f"spec.monitoring[{index}]"
    bounds = (("above", monitor.above), ("below", monitor.below))
    stated = [(key, bound) for key, bound in bounds if bound is not None]
    if not stated:
        return facts.missing("Fires", f"{path}.above")
    text = " or ".join(f"{key} {number(bound)}" for key, bound in stated)
    window = f"over {duration(monitor.window_minutes)}, for {duration(monitor.for_minutes)}"
    return facts.said("Fires", f"{path}.{stated[0][0]}", f"{text} {window}")


def retraining(workspace: Workspace, own: Facts, spec: ModelSpec) -> CardSection:
    """Return what starts a retraining, and when the way to the registry was last rehearsed."""
    values: list[CardValue] = []
    for index, trigger in enumerate(spec.retraining):
        path = f"spec.retraining[{index}]"
        facts = own.about(f"Trigger: {trigger.id}")
        values.append(facts.said("Starts on", path, _trigger(trigger)))
        values.append(_rehearsed(workspace, facts, f"{path}.lastTested", trigger))
    if not spec.retraining:
        values.append(own.missing("Retraining", "spec.retraining"))
    return CardSection("retraining", "Retraining", tuple(values))


def _rehearsed(workspace: Workspace, facts: Facts, path: str, trigger: Trigger) -> CardValue:
    """Return the later of the day that the spec states and that of the record of a drill."""
    label, address = "Last rehearsed", facts.resource.address
    drilled = workspace.rehearsed.get(address, {}).get(trigger.id, "")
    if drilled > (trigger.last_tested or ""):
        source = f"{workspace.rehearsal_files[address][trigger.id]}:1"
        told = facts.said(label, path, f"{drilled}, by `mlspec drill`")
        return told._replace(source=source)
    if trigger.last_tested:
        return facts.value(label, path, trigger.last_tested)
    chosen = f" --env {workspace.environment}" if workspace.environment else ""
    return facts.missing(label, path, f"mlspec drill {address}{chosen}")


def _trigger(trigger: Trigger) -> str:
    details = (
        f" {trigger.monitor}" if trigger.monitor else "",
        f" every {number(trigger.every_days)} days" if trigger.every_days else "",
        f" of {number(trigger.minimum_rows)} new rows" if trigger.minimum_rows else "",
    )
    return "".join([trigger.type, *details])


def oversight(facts: Facts, spec: ModelSpec | SystemSpec) -> CardSection:
    """Return which people can intervene, and how."""
    title, declared = "Human oversight", spec.oversight
    if declared is None:
        return CardSection("oversight", title, (facts.missing(title, "spec.oversight"),))
    values = (
        facts.value("Mode", "spec.oversight.mode", declared.mode),
        facts.value("Reviewers", "spec.oversight.reviewers", declared.reviewers),
        facts.value("Intervention", "spec.oversight.intervention", declared.intervention),
        facts.value("Appeal", "spec.oversight.appeal", declared.appeal),
        *overseers(facts, declared),
    )
    return CardSection("oversight", title, values)


def cost(facts: Facts, spec: ModelSpec) -> CardSection:
    """Return what the model may cost."""
    declared = spec.budget
    if declared is None:
        return CardSection("cost", "Cost", (facts.missing("Budget", "spec.budget"),))
    amount = f"{number(declared.monthly)} {declared.currency} per month"
    values = (
        facts.value("Budget", "spec.budget.monthly", amount),
        facts.value("Owner is told at", "spec.budget.alertShare", percent(declared.alert_share)),
    )
    return CardSection("cost", "Cost", values)
