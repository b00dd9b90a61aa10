"""`argo-cd`: an Application over the compiled folder of the environment, and one of routes.

The first is synchronised by itself, and prunes. The second holds the routes whose weights somebody
moves: it applies what is not there yet, so that a first release is reached, and leaves the rules of
what is there alone, so that no rollout is undone in the middle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.targets._gitops import (
    LEFT_ALONE,
    ROUTE,
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

_TOOL = "argo-cd"
_FINALIZER = "resources-finalizer.argocd.argoproj.io/foreground"
_CONFIRMED = ("argocd.argoproj.io/sync-options", "Delete=confirm,Prune=confirm")
_TRACKING = (
    "Argo CD must track objects by annotation, its default since 3.0: the label "
    "`app.kubernetes.io/instance` tells pods apart here."
)
_SPLITTING = (
    ("gateway.networking.k8s.io", "HTTPRoute", "/spec/rules"),
    ("networking.istio.io", "VirtualService", "/spec/http"),
)
"""Group, kind and field of what is moved: the whole list, as entries of a list can't be left alone
one by one (argo-cd#25284)."""


def over(bundle: Bundle, artifacts: Sequence[Emitted]) -> Iterator[Artifact]:
    """Yield the Applications, and the kustomization that the first one watches."""
    if not is_watched_by(bundle, _TOOL) or not watched_folders(artifacts):
        return
    name = object_name(bundle)
    yield top(bundle, artifacts, _CONFIRMED)
    yield artifact(bundle, f"{_TOOL}/{name}.yaml", [_whole(bundle, name)], _TRACKING)
    if routes(artifacts):
        yield artifact(bundle, f"{_TOOL}/{name}-routes.yaml", [_moved(bundle)], LEFT_ALONE)


def _whole(bundle: Bundle, name: str) -> Object:
    source: Object = {"path": bundle.platform.gitops.path}
    spec = _spec(bundle, source)
    policy: Object = {
        "automated": {"prune": True, "selfHeal": True},
        "syncOptions": ["PruneLast=true", "RespectIgnoreDifferences=true"],
    }
    ignored: Object = {}
    if models := rolled_out(bundle):
        rules: list[Json] = [_selectors(bundle, model) for model in _services(bundle, models)]
        ignored["ignoreDifferences"] = rules
    return _application(bundle, name, spec | ignored | {"syncPolicy": policy})


def _services(bundle: Bundle, models: tuple[str, ...]) -> list[str]:
    """Return the Services that a controller may change: those with a role, or the one without."""
    return [f"{model}{suffix}" for model in models for suffix in ("", "-challenger", "-champion")]


def _selectors(bundle: Bundle, service: str) -> Object:
    return {"kind": "Service", "name": service, "jsonPointers": [SELECTOR_HASH]}


def _moved(bundle: Bundle) -> Object:
    source: Object = {
        "path": bundle.platform.gitops.path,
        "directory": {"include": f"*{ROUTE}", "recurse": True},
    }
    ignored: list[Json] = [
        {"group": group, "kind": kind, "jsonPointers": [field]} for group, kind, field in _SPLITTING
    ]
    policy: Object = {
        # What is not in git any longer may still be asked: a person deletes it.
        "automated": {"prune": False, "selfHeal": True},
        "syncOptions": ["RespectIgnoreDifferences=true"],
    }
    spec = _spec(bundle, source) | {"ignoreDifferences": ignored, "syncPolicy": policy}
    return _application(bundle, object_name(bundle, "-routes"), spec)


def _spec(bundle: Bundle, source: Object) -> Object:
    gitops = bundle.platform.gitops
    namespace = bundle.services[0].namespace if bundle.services else ""
    destination: Object = {"server": gitops.server}
    return {
        "project": gitops.project,
        "destination": destination | ({"namespace": namespace} if namespace else {}),
        "source": {"repoURL": gitops.repository, "targetRevision": gitops.revision, **source},
    }


def _application(bundle: Bundle, name: str, spec: Object) -> Object:
    finalizers: list[Json] = [_FINALIZER]
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": object_metadata(bundle, name) | {"finalizers": finalizers},
        "spec": spec,
    }


TARGET = Target(_TOOL, "Applications over what is compiled (Argo CD)", over=over)
