"""`flux`: a GitRepository, and Kustomizations over the compiled folder of the environment.

Flux applies on the server, where a selector is one value: what Argo Rollouts adds to the selectors
of its Services is ignored (`spec.ignore`, from Flux 2.9), or every look at the repository would
take it away. Routes whose weights somebody moves are applied where there are none yet, and left
alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.targets._gitops import (
    LEFT_ALONE,
    SELECTOR_HASH,
    artifact,
    is_watched_by,
    object_metadata,
    object_name,
    rolled_out,
    routes,
    top,
    watched_folders,
)
from mlspec.targets._port import Target

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.canonical import Json
    from mlspec.ir import Artifact, Bundle, Emitted
    from mlspec.targets._kubernetes_meta import Object

__all__ = ["TARGET"]

_TOOL = "flux"
_ROUTES = f"{_TOOL}/routes"
_ONCE = ("kustomize.toolkit.fluxcd.io/ssa", "IfNotPresent")
_KEPT = ("kustomize.toolkit.fluxcd.io/prune", "disabled")
_IGNORING = (
    "`spec.ignore` needs Flux 2.9 or newer: an older API server refuses the field, and without it "
    "Flux takes away at every look what Argo Rollouts adds to selectors."
)


def over(bundle: Bundle, artifacts: Sequence[Emitted]) -> Iterator[Artifact]:
    """Yield the objects of Flux, and the kustomizations that they watch."""
    if not is_watched_by(bundle, _TOOL) or not watched_folders(artifacts):
        return
    name = object_name(bundle)
    yield top(bundle, artifacts, _KEPT)
    notes = (_IGNORING,) if rolled_out(bundle) else ()
    objects = [_repository(bundle, name), _whole(bundle, name)]
    yield artifact(bundle, f"{_TOOL}/{name}.yaml", objects, *notes)
    if found := routes(artifacts):
        yield artifact(bundle, f"{_TOOL}/{name}-routes.yaml", [_moved(bundle, name)], LEFT_ALONE)
        yield artifact(bundle, f"{_ROUTES}/kustomization.yaml", [_listed(found)])


def _repository(bundle: Bundle, name: str) -> Object:
    gitops = bundle.platform.gitops
    return {
        "apiVersion": "source.toolkit.fluxcd.io/v1",
        "kind": "GitRepository",
        "metadata": object_metadata(bundle, name),
        "spec": {
            "interval": f"{gitops.interval_minutes}m",
            "ref": {"branch": gitops.revision},
            "timeout": "60s",
            "url": gitops.repository,
        },
    }


def _whole(bundle: Bundle, name: str) -> Object:
    rules: list[Json] = [
        {
            "paths": [SELECTOR_HASH],
            "target": {"kind": "Service", "labelSelector": f"mlspec.dev/model={model}"},
        }
        for model in rolled_out(bundle)
    ]
    spec = _spec(bundle, name, "")
    return _kustomization(bundle, name, spec | ({"ignore": rules} if rules else {}))


def _moved(bundle: Bundle, name: str) -> Object:
    once: Object = {"commonMetadata": {"annotations": dict([_KEPT, _ONCE])}}
    depends: list[Json] = [{"name": name}]
    spec = _spec(bundle, name, f"/{_ROUTES}") | once | {"dependsOn": depends}
    return _kustomization(bundle, object_name(bundle, "-routes"), spec)


def _spec(bundle: Bundle, repository: str, folder: str) -> Object:
    gitops = bundle.platform.gitops
    return {
        "force": False,
        "interval": f"{gitops.interval_minutes}m",
        "path": f"./{gitops.path}{folder}",
        "prune": True,
        "sourceRef": {"kind": "GitRepository", "name": repository},
        "timeout": "5m",
        # A rollout is under way for hours, and is no failure of what was applied.
        "wait": not rolled_out(bundle),
    }


def _kustomization(bundle: Bundle, name: str, spec: Object) -> Object:
    return {
        "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
        "kind": "Kustomization",
        "metadata": object_metadata(bundle, name),
        "spec": spec,
    }


def _listed(found: tuple[str, ...]) -> Object:
    """Flux reads files of the whole repository, so a kustomization may point upwards."""
    files: list[Json] = [f"../../{path}" for path in found]
    return {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": files,
    }


TARGET = Target(_TOOL, "GitRepository and Kustomizations over what is compiled (Flux)", over=over)
