"""Parts of Argo Workflows that several checks look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.manifests.checks._node import Node, objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet

__all__ = ["BODIES", "GROUP", "Call", "calls_of", "find_template", "referred", "specs_of"]

GROUP = "argoproj.io"

BODIES = (
    "container",
    "containerSet",
    "dag",
    "data",
    "http",
    "plugin",
    "resource",
    "script",
    "steps",
    "suspend",
)
"""What a template does: exactly one of them."""


@dataclass(frozen=True, slots=True)
class Call:
    """A step or task: where one template runs another; `siblings` are those of the same body."""

    node: Node
    siblings: tuple[str, ...]
    word: str
    """`steps` or `tasks`: how outputs of siblings are named."""


def specs_of(manifests: ManifestSet) -> Iterator[Node]:
    """Yield the specs of workflows: of Workflows, their templates, and inside of CronWorkflows."""
    kinds = ("Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate")
    for node in objects(manifests, GROUP, *kinds):
        yield node["spec"]
    for node in objects(manifests, GROUP, "CronWorkflow"):
        yield node.at("spec", "workflowSpec")


def calls_of(template: Node) -> Iterator[Call]:
    """Yield the steps and tasks of a template."""
    groups = template["steps"].each()
    steps = [step for group in groups for step in (*group.each(), *group["steps"].each())]
    names = tuple(step["name"].text for step in steps)
    yield from (Call(step, names, "steps") for step in steps)
    tasks = list(template.at("dag", "tasks").each())
    names = tuple(task["name"].text for task in tasks)
    yield from (Call(task, names, "tasks") for task in tasks)


def referred(manifests: ManifestSet, reference: Node) -> Node | None:
    """Return the spec of the template of workflows that a reference names, if the set has it."""
    is_cluster = reference["clusterScope"].value is True
    kind = "ClusterWorkflowTemplate" if is_cluster else "WorkflowTemplate"
    namespace = "" if is_cluster else reference.manifest.namespace
    found = manifests.find(GROUP, kind, reference["name"].text, namespace)
    return Node(found, ("spec",), found.at(("spec",))) if found is not None else None


def find_template(spec: Node, name: str) -> Node | None:
    """Return a template of a workflow by name."""
    for template in spec["templates"].each():
        if template["name"].text == name:
            return template
    return None
