"""Parts of Argo Workflows that several checks look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.manifests.checks._node import Node, objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet

__all__ = ["BODIES", "GROUP", "Call", "Templates", "calls_of", "referred", "specs_of"]

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
    siblings: frozenset[str]
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
    names = frozenset(step["name"].text for step in steps)
    yield from (Call(step, names, "steps") for step in steps)
    tasks = list(template.at("dag", "tasks").each())
    names = frozenset(task["name"].text for task in tasks)
    yield from (Call(task, names, "tasks") for task in tasks)


def referred(manifests: ManifestSet, reference: Node) -> Node | None:
    """Return the spec of the template of workflows that a reference names, if the set has it."""
    is_cluster = reference["clusterScope"].value is True
    kind = "ClusterWorkflowTemplate" if is_cluster else "WorkflowTemplate"
    namespace = "" if is_cluster else reference.manifest.namespace
    found = manifests.find(GROUP, kind, reference["name"].text, namespace)
    return Node(found, ("spec",), found.at(("spec",))) if found is not None else None


class Templates:
    """The templates that the calls of one workflow may mean, each object looked at once."""

    def __init__(self, manifests: ManifestSet, spec: Node) -> None:
        self._manifests = manifests
        self._own = _by_name(spec)
        self._others: dict[str, dict[str, Node] | None] = {}

    def of(self, call: Call) -> Node | None:
        """Return the template that a call means; None where the set does not hold it."""
        other = call.node["templateRef"]
        if not other.is_set:
            return self._own.get(call.node["template"].text)
        return (self.others(other) or {}).get(other["template"].text)

    def others(self, reference: Node) -> dict[str, Node] | None:
        """Return the templates of another object by name; None where the set does not hold it."""
        key = f"{reference['clusterScope'].value is True} {reference['name'].text}"
        if key not in self._others:
            owner = referred(self._manifests, reference)
            self._others[key] = _by_name(owner) if owner is not None else None
        return self._others[key]


def _by_name(spec: Node) -> dict[str, Node]:
    return {each["name"].text: each for each in spec["templates"].each()}
