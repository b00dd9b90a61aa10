"""Parameters of Argo Workflows that nobody declares or gives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks
from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._suggestion import meant
from mlspec.manifests.checks._texts import texts_below
from mlspec.manifests.checks._workflows import GROUP, Templates, calls_of, referred, specs_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node
    from mlspec.manifests.checks._workflows import Call

__all__ = ["CHECK"]


def _workflow(arguments: str, call: str, value: str) -> str:
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\nmetadata: {name: retrain}\n"
        f"spec:\n  entrypoint: main\n  arguments: {arguments}\n  templates:\n"
        f"  - name: main\n    dag: {{tasks: [{{name: train, template: train{call}}}]}}\n"
        "  - name: train\n    inputs: {parameters: [{name: rows}]}\n"
        f"    container: {{image: registry.example/train:12, args: ['{value}']}}\n"
    )


_DECLARED = "{parameters: [{name: rows, value: '100'}]}"
_PASSED = ", arguments: {parameters: [{name: rows, value: '{{workflow.parameters.rows}}'}]}"

_UNRESOLVED = breaks(
    "MLS1225",
    "unresolved-workflow-parameter",
    "A placeholder of a workflow names what nobody declares.",
    """The API server takes it; the controller fails the workflow, or passes the braces on as they
    stand.""",
    bad=_workflow(_DECLARED, _PASSED, "{{inputs.parameters.row}}"),
    good=_workflow(_DECLARED, _PASSED, "{{inputs.parameters.rows}}"),
)
_MISSING = breaks(
    "MLS1226",
    "missing-workflow-argument",
    "A task leaves out an input of its template that has no value of its own.",
    "The controller refuses the workflow when it is to run.",
    bad=_workflow(_DECLARED, "", "{{inputs.parameters.rows}}"),
    good=_workflow(_DECLARED, _PASSED, "{{inputs.parameters.rows}}"),
)

_PLACEHOLDER = re.compile(
    r"\{\{\s*(inputs|workflow|steps|tasks)\.([A-Za-z0-9_-]{1,200})"
    r"(?:\.([A-Za-z0-9_-]{1,200}))?[^{}]*\}\}"
)
_ITEM = re.compile(r"\{\{\s*item[.\s}]")
_LOOPS = ("withItems", "withParam", "withSequence")


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield placeholders without a meaning, and inputs without a value."""
    for spec in specs_of(manifests):
        given = _names(spec["arguments"], "parameters") | _of_callers(manifests, spec)
        known = Templates(manifests, spec)
        for template in spec["templates"].each():
            yield from _placeholders(template, given)
            for call in calls_of(template):
                yield from _arguments(known, call)
                yield from _items(call)
        yield from _of_reference(manifests, spec)
    for node in objects(manifests, GROUP, "WorkflowEventBinding"):
        yield from _of_reference(manifests, node.at("spec", "submit"))


def _of_callers(manifests: ManifestSet, spec: Node) -> set[str]:
    """Return the arguments that workflows of the set give to the one that a spec is of."""
    borrowed = referred(manifests, spec["workflowTemplateRef"])
    return _names(borrowed["arguments"], "parameters") if borrowed is not None else set()


def _names(owner: Node, key: str) -> set[str]:
    return {each["name"].text for each in owner[key].each()}


def _placeholders(template: Node, given: set[str]) -> Iterator[Problem]:
    known_names = _known_names(template, given)
    for node in texts_below(template):
        for scope, key, name in _PLACEHOLDER.findall(node.text):
            of_siblings = scope in _CALLS
            asked = key if of_siblings else name
            known = known_names.get((scope, "" if of_siblings else key))
            if asked and known is not None and asked not in known:
                yield _unresolved(node, f"{scope}.{key}", asked, known)


_CALLS = ("steps", "tasks")


def _known_names(template: Node, given: set[str]) -> dict[tuple[str, str], set[str]]:
    """Return the names that placeholders of a template may have, by scope and key."""
    known = {("workflow", "parameters"): given}
    for key in ("parameters", "artifacts"):
        known["inputs", key] = _names(template["inputs"], key)
    siblings = {call.word: call.siblings for call in calls_of(template)}
    if siblings:
        known |= {(word, ""): set(siblings.get(word, ())) for word in _CALLS}
    return known


def _unresolved(node: Node, told: str, name: str, known: set[str]) -> Problem:
    hint = meant(name, known, "declare it, or mend the name")
    return node.problem(_UNRESOLVED, f"nobody declares `{name}` (`{told}`)", hint)


def _items(call: Call) -> Iterator[Problem]:
    if not call.node.set_keys(*_LOOPS):
        for node in texts_below(call.node["arguments"]):
            if _ITEM.search(node.text):
                message = "`item` has a meaning only where a task is repeated"
                yield node.problem(_UNRESOLVED, message, "add `withItems` or `withParam`")


def _arguments(known: Templates, call: Call) -> Iterator[Problem]:
    other = call.node["templateRef"]
    name = (other if other.is_set else call.node)["template"]
    template = known.of(call)
    if template is not None:
        given = call.node["arguments"]
        yield from _without_value(template["inputs"], given, name)


def _of_reference(manifests: ManifestSet, spec: Node) -> Iterator[Problem]:
    reference = spec["workflowTemplateRef"]
    other = referred(manifests, reference) if reference.is_set else None
    if other is not None:
        yield from _without_value(other["arguments"], spec["arguments"], reference["name"])


def _without_value(declared: Node, given: Node, place: Node) -> Iterator[Problem]:
    names = _names(given, "parameters")
    for parameter in declared["parameters"].each():
        name = parameter["name"].text
        if name not in names and not parameter.set_keys("value", "default", "valueFrom"):
            message = f"`{place.text}` needs the parameter `{name}`"
            yield place.problem(_MISSING, message, f"add `{name}` to `arguments.parameters`")


CHECK = Check("workflow-parameters", (_UNRESOLVED, _MISSING), find)
