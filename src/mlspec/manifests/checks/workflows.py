"""Argo Workflows whose templates and tasks lead nowhere: the API server looks at neither."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._cycle import find_cycle
from mlspec.manifests.checks._entries import breaks
from mlspec.manifests.checks._repeated import repeated
from mlspec.manifests.checks._suggestion import meant
from mlspec.manifests.checks._workflows import BODIES, Templates, calls_of, referred, specs_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node
    from mlspec.manifests.checks._workflows import Call

__all__ = ["CHECK"]


def _workflow(tasks: str, entrypoint: str = "main") -> str:
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\nmetadata: {name: retrain}\n"
        f"spec:\n  entrypoint: {entrypoint}\n  templates:\n"
        f"  - name: main\n    dag: {{tasks: [{tasks}]}}\n"
        "  - {name: train, container: {image: registry.example/train:12}}\n"
    )


_GOOD = _workflow(
    "{name: train, template: train}, {name: again, template: train, dependencies: [train]}"
)

_TEMPLATE = breaks(
    "MLS1220",
    "unknown-workflow-template",
    "A workflow starts, or calls, a template that it does not have.",
    "The API server takes it; the controller fails the workflow when it is to run.",
    bad=_workflow("{name: train, template: training}"),
    good=_GOOD,
)
_DEPENDENCY = breaks(
    "MLS1221",
    "unknown-task-dependency",
    "A task waits for a task that there is not.",
    "The controller refuses the workflow when it is to run.",
    bad=_workflow("{name: train, template: train, dependencies: [load]}"),
    good=_GOOD,
)
_CYCLE = breaks(
    "MLS1222",
    "cyclic-tasks",
    "Tasks wait for each other in a circle.",
    "None of them can start; the controller refuses the workflow.",
    bad=_workflow(
        "{name: a, template: train, dependencies: [b]}, {name: b, template: train,"
        " dependencies: [a]}"
    ),
    good=_GOOD,
)
_NAMES = breaks(
    "MLS1223",
    "duplicate-workflow-name",
    "Two templates, or two tasks of one template, have the same name.",
    "The controller refuses the workflow: it could not tell which is meant.",
    bad=_workflow("{name: a, template: train}, {name: a, template: train}"),
    good=_GOOD,
)
_BODY = breaks(
    "MLS1224",
    "template-without-one-body",
    "A template does nothing, or several things.",
    "The controller wants exactly one of `container`, `dag`, `steps`, `script` and so on.",
    bad="""
    apiVersion: argoproj.io/v1alpha1
    kind: WorkflowTemplate
    metadata: {name: retrain}
    spec: {entrypoint: main, templates: [{name: main}]}
    """,
    good=_GOOD,
)

_CALLED = ("template", "templateRef", "inline")
_TASK = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z]+)?")


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield templates and tasks that there are not, twice, in a circle or without a body."""
    for spec in specs_of(manifests):
        names = {each["name"].text for each in spec["templates"].each()}
        names |= _borrowed(manifests, spec)
        known = Templates(manifests, spec)
        yield from repeated(_NAMES, spec["templates"].each(), "name", "templates")
        if not spec["workflowTemplateRef"].is_set or names:
            yield from _starts(spec, names)
        for template in spec["templates"].each():
            yield from _body(template)
            calls = list(calls_of(template))
            yield from repeated(_NAMES, (call.node for call in calls), "name", "tasks")
            for call in calls:
                yield from _call(known, call, names)
            yield from _dependencies(template, calls)


def _borrowed(manifests: ManifestSet, spec: Node) -> set[str]:
    """Return the names of the templates of the workflow that a spec stands for."""
    other = referred(manifests, spec["workflowTemplateRef"])
    return {each["name"].text for each in other["templates"].each()} if other is not None else set()


def _starts(spec: Node, names: set[str]) -> Iterator[Problem]:
    for key in ("entrypoint", "onExit"):
        if spec[key].text and "{{" not in spec[key].text:
            yield from _unknown(spec[key], names)
    is_workflow = spec.manifest.kind in ("Workflow", "CronWorkflow")
    if is_workflow and not spec["entrypoint"].text and not spec["workflowTemplateRef"].is_set:
        message = "the workflow has no `entrypoint`"
        yield spec["entrypoint"].problem(_TEMPLATE, message, "name the first template")


def _unknown(place: Node, names: Collection[str]) -> Iterator[Problem]:
    if place.text not in names:
        hint = meant(place.text, names, "add the template")
        yield place.problem(_TEMPLATE, f"there is no template `{place.text}`", hint)


def _body(template: Node) -> Iterator[Problem]:
    stated = template.set_keys(*BODIES)
    if len(stated) != 1:
        told = " and ".join(f"`{key}`" for key in stated) or "nothing"
        message = f"the template `{template['name'].text}` has {told}"
        yield template.problem(_BODY, message, "give it exactly one thing to do")


def _call(known: Templates, call: Call, names: set[str]) -> Iterator[Problem]:
    stated = call.node.set_keys(*_CALLED)
    if len(stated) != 1:
        message = f"`{call.node['name'].text}` calls {len(stated)} templates instead of one"
        yield call.node.problem(_TEMPLATE, message, "write `template` with its name")
    own, other = call.node["template"], call.node["templateRef"]
    if own.text and "{{" not in own.text:
        yield from _unknown(own, names)
    others = known.others(other) if other.is_set else None
    if others is not None and "{{" not in other["template"].text:
        yield from _unknown(other["template"], others)


def _dependencies(template: Node, calls: list[Call]) -> Iterator[Problem]:
    waits: dict[str, list[str]] = {}
    for call in calls:
        for place, name in _waits_for(call.node):
            waits.setdefault(call.node["name"].text, []).append(name)
            if name not in call.siblings:
                hint = meant(name, call.siblings, "add the task")
                yield place.problem(_DEPENDENCY, f"there is no task `{name}`", hint)
    cycle = find_cycle(waits)
    if cycle:
        message = f"tasks wait for each other: {' -> '.join(cycle)}"
        yield template["dag"]["tasks"].problem(_CYCLE, message, "remove one of the dependencies")
    yield from _targets(template, {call.node["name"].text for call in calls})


def _targets(template: Node, names: set[str]) -> Iterator[Problem]:
    target = template.at("dag", "target")
    for name in [] if "{{" in target.text else target.text.split():
        if name not in names:
            yield target.problem(_DEPENDENCY, f"there is no task `{name}`", "add the task")


def _waits_for(task: Node) -> Iterator[tuple[Node, str]]:
    for each in task["dependencies"].each():
        yield each, each.text
    depends = task["depends"]
    for found in _TASK.finditer(depends.text[:_LONGEST]):
        yield depends, found[0].partition(".")[0]


_LONGEST = 4096

CHECK = Check("workflows", (_TEMPLATE, _DEPENDENCY, _CYCLE, _NAMES, _BODY), find)
