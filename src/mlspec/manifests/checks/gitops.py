"""Applications of Argo CD and Kustomizations of Flux that their controllers refuse or misread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._cycle import find_cycle
from mlspec.manifests.checks._durations import go_seconds
from mlspec.manifests.checks._entries import breaks, warns
from mlspec.manifests.checks._node import objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]


def _application(destination: str, source: str = "", sync: str = "") -> str:
    plain = "source: {repoURL: 'https://git.example/ml.git', path: prod, targetRevision: v12}"
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: ml}\nspec:\n"
        f"  project: ml\n  destination: {{namespace: ml{destination}}}\n  {source or plain}\n{sync}"
    )


def _kustomization(rest: str, name: str = "models") -> str:
    return (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        f"metadata: {{name: {name}, namespace: flux-system}}\nspec:\n"
        "  interval: 10m\n  prune: true\n  sourceRef: {kind: GitRepository, name: ml}\n"
        f"  {rest}\n"
    )


_SERVER = ", server: 'https://kubernetes.default.svc'"

_DESTINATION = breaks(
    "MLS1260",
    "ambiguous-destination",
    "An Application goes to no cluster, or to two.",
    "Argo CD refuses `name` beside `server`: it could not tell which of them is meant.",
    bad=_application(f"{_SERVER}, name: prod"),
    good=_application(_SERVER),
)
_SOURCE = breaks(
    "MLS1261",
    "refused-application-source",
    "An Application has no source, both kinds of source, or one that says nothing.",
    "Argo CD refuses it, or ignores `source` where there are `sources`.",
    bad=_application(_SERVER, "source: {repoURL: 'https://git.example/ml.git'}"),
    good=_application(_SERVER),
)
_MOVING = warns(
    "MLS1262",
    "moving-revision",
    "An Application follows whatever the default branch holds.",
    """`HEAD`, or no `targetRevision`, makes the state of production depend on the moment of the
    sync: what was reviewed is not what runs.""",
    bad=_application(_SERVER, "source: {repoURL: 'https://git.example/ml.git', path: prod}"),
    good=_application(_SERVER),
)
_EMPTY = warns(
    "MLS1263",
    "sync-may-delete-everything",
    "An Application removes what git no longer holds, even if that is everything.",
    """With `prune` and `allowEmpty` a wrong path, or a compile that wrote nothing, deletes every
    object of the application.""",
    bad=_application(_SERVER, sync="  syncPolicy: {automated: {prune: true, allowEmpty: true}}\n"),
    good=_application(_SERVER, sync="  syncPolicy: {automated: {prune: true}}\n"),
)
_DEPENDENCY = breaks(
    "MLS1264",
    "cyclic-kustomizations",
    "Kustomizations of Flux wait for each other in a circle, or for themselves.",
    "None of them is ever applied.",
    bad=_kustomization("dependsOn: [{name: gates}]")
    + "---\n"
    + _kustomization("dependsOn: [{name: models}]", "gates"),
    good=_kustomization("dependsOn: [{name: gates}]")
    + "---\n"
    + _kustomization("timeout: 5m", "gates"),
)
_TIMES = breaks(
    "MLS1265",
    "refused-flux-interval",
    "The interval or the timeout of an object of Flux can't be read, or is none.",
    "Durations are written as `10m` or `1h30m`; Flux refuses others, and an interval of 0.",
    bad=_kustomization("timeout: 5 minutes"),
    good=_kustomization("timeout: 5m"),
)

_CONTENT = ("path", "chart", "ref", "helm", "kustomize", "directory", "plugin")
_FLUX = {
    "kustomize.toolkit.fluxcd.io": ("Kustomization",),
    "helm.toolkit.fluxcd.io": ("HelmRelease",),
    "source.toolkit.fluxcd.io": ("GitRepository", "OCIRepository", "HelmRepository", "Bucket"),
}
_PERIODS = ("interval", "timeout", "retryInterval")


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield destinations, sources, dependencies and periods that are refused or risky."""
    for node in objects(manifests, "argoproj.io", "Application"):
        spec = node["spec"]
        yield from _destination(spec["destination"])
        yield from _sources(spec)
        sync = spec.at("syncPolicy", "automated")
        if sync["prune"].value is True and sync["allowEmpty"].value is True:
            message = "an empty folder in git deletes every object"
            yield sync["allowEmpty"].problem(_EMPTY, message, "remove `allowEmpty`")
    for group, kinds in _FLUX.items():
        for node in objects(manifests, group, *kinds):
            yield from _periods(node["spec"])
    yield from _dependencies(manifests)


def _destination(destination: Node) -> Iterator[Problem]:
    stated = [key for key in ("server", "name") if destination[key].text]
    if len(stated) != 1:
        message = f"the destination names {len(stated)} clusters instead of one"
        yield destination.problem(_DESTINATION, message, "keep one of `server` and `name`")


def _sources(spec: Node) -> Iterator[Problem]:
    stated = spec.set_keys("source", "sources", "sourceHydrator")
    if len(stated) != 1:
        message = f"the application has {len(stated)} kinds of source instead of one"
        yield spec.problem(_SOURCE, message, "keep one of `source` and `sources`")
    for source in (spec["source"], *spec["sources"].each()):
        if not source.is_set:
            continue
        if not source["repoURL"].text or not source.set_keys(*_CONTENT):
            message = "the source says neither where it is, nor what of it is meant"
            yield source.problem(_SOURCE, message, "add `repoURL`, and `path` or `chart`")
        revision = source["targetRevision"]
        if revision.text in ("", "HEAD", "*"):
            message = "the source follows whatever is newest"
            yield revision.problem(_MOVING, message, "add `targetRevision` with a branch or tag")


def _periods(spec: Node) -> Iterator[Problem]:
    for key in spec.set_keys(*_PERIODS):
        seconds = go_seconds(spec[key].text)
        if seconds is None or seconds <= 0:
            message = f"`{spec[key].shown}` is no period"
            yield spec[key].problem(_TIMES, message, "write one such as `10m`")


def _dependencies(manifests: ManifestSet) -> Iterator[Problem]:
    waits: dict[str, list[str]] = {}
    places: dict[str, Node] = {}
    for node in objects(manifests, "kustomize.toolkit.fluxcd.io", "Kustomization"):
        own = f"{node.manifest.namespace}/{node.manifest.name}"
        places[own] = node.at("spec", "dependsOn")
        for each in places[own].each():
            namespace = each["namespace"].text or node.manifest.namespace
            waits.setdefault(own, []).append(f"{namespace}/{each['name'].text}")
    cycle = find_cycle(waits)
    if cycle:
        message = f"Kustomizations wait for each other: {' -> '.join(cycle)}"
        place = places[cycle[0]]
        yield place.problem(_DEPENDENCY, message, "remove one of the dependencies")


CHECK = Check("gitops", (_DESTINATION, _SOURCE, _MOVING, _EMPTY, _DEPENDENCY, _TIMES), find)
