"""Parts of Rollouts that several checks look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.manifests.checks._node import Node, objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet

__all__ = ["GROUP", "Analysis", "analyses_of", "canaries"]

GROUP = "argoproj.io"


@dataclass(frozen=True, slots=True)
class Analysis:
    """A use of analysis templates; `is_background` runs beside the steps, until they are done."""

    node: Node
    is_background: bool

    def templates(self) -> Iterator[tuple[Node, str]]:
        """Yield the place of each name of a template, and the kind it names."""
        own = (self.node,) if self.node["templateName"].is_set else ()
        for each in (*self.node["templates"].each(), *own):
            scope = "Cluster" if each["clusterScope"].value is True else ""
            yield each["templateName"], f"{scope}AnalysisTemplate"

    def found(self, manifests: ManifestSet) -> Iterator[tuple[Node, Node]]:
        """Yield the places that name templates, with the specs of those that are in the set."""
        namespace = self.node.manifest.namespace
        for place, kind in self.templates():
            scope = "" if kind.startswith("Cluster") else namespace
            found = manifests.find(GROUP, kind, place.text, scope)
            if found is not None:
                yield place, Node(found, ("spec",), found.at(("spec",)))


def canaries(manifests: ManifestSet) -> Iterator[Node]:
    """Yield the canary strategy of each Rollout that has one."""
    for node in objects(manifests, GROUP, "Rollout"):
        canary = node.at("spec", "strategy", "canary")
        if canary.is_set:
            yield canary


def analyses_of(manifests: ManifestSet) -> Iterator[Analysis]:
    """Yield every use of analysis templates, of Rollouts and of Experiments."""
    for canary in canaries(manifests):
        yield from _of_canary(canary)
    for node in objects(manifests, GROUP, "Rollout"):
        for key in ("prePromotionAnalysis", "postPromotionAnalysis"):
            analysis = node.at("spec", "strategy", "blueGreen", key)
            if analysis.is_set:
                yield Analysis(analysis, is_background=False)
    for node in objects(manifests, GROUP, "Experiment"):
        yield from _of_experiment(node["spec"])


def _of_canary(canary: Node) -> Iterator[Analysis]:
    if canary["analysis"].is_set:
        yield Analysis(canary["analysis"], is_background=True)
    for step in canary["steps"].each():
        if step["analysis"].is_set:
            yield Analysis(step["analysis"], is_background=False)
        yield from _of_experiment(step["experiment"])


def _of_experiment(experiment: Node) -> Iterator[Analysis]:
    """An analysis of an experiment may run until the experiment ends."""
    for each in experiment["analyses"].each():
        yield Analysis(each, is_background=True)
