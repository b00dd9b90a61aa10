"""Objects of a cluster: what labels of mlspec say of them, and workloads that serve a model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mlspec.importing import storage_key
from mlspec.inventory._model import Sight

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.manifests import Manifest

__all__ = ["Workloads", "read_workloads"]

_MODEL: Final = "mlspec.dev/model"
_KSERVE: Final = "serving.kserve.io/inferenceservice"
_SERVER: Final = "model-server"
_STORAGE: Final = ("STORAGE_URI", "MODEL_URI")
_COMPONENT: Final = "app.kubernetes.io/component"
_LABELS: Final = (("metadata", "labels"), ("spec", "predictor", "labels"))
_NOTES: Final = (("metadata", "annotations"), ("spec", "predictor", "annotations"))
"""Where labels and annotations stand; what changes from version to version KServe has inside."""
_WORKLOAD: Final = "kubernetes"
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_SYSTEMS: Final = {
    ("apps", "Deployment"): _WORKLOAD,
    ("apps", "StatefulSet"): _WORKLOAD,
    ("argoproj.io", "Rollout"): "argo-rollouts",
    ("serving.kserve.io", "InferenceService"): "kserve",
    ("serving.kserve.io", "LLMInferenceService"): "kserve",
    ("serving.kubeflow.org", "InferenceService"): "kserve",
}


@dataclass(frozen=True, slots=True)
class Workloads:
    """What a dump of a cluster holds.

    `sights` are Deployments and StatefulSets that serve models. `ours` are objects of importers,
    such as InferenceServices, that mlspec compiled: by system and `namespace/name`, as their labels
    tell of them. `systems` are the sorts of objects in it. `passed_by` counts workloads that tell
    of no model. `newest` is the newest moment in an object, `namespaces` those of all objects.
    """

    sights: tuple[Sight, ...]
    ours: Mapping[tuple[str, str], Sight]
    systems: frozenset[str]
    namespaces: tuple[str, ...]
    passed_by: int = 0
    newest: str = ""


def read_workloads(manifests: Iterable[Manifest], source: str) -> Workloads:
    """Read Deployments and StatefulSets that serve a model, and the labels of all objects.

    A workload does where it has the label `mlspec.dev/model`, that of the InferenceService it was
    made for, or `app.kubernetes.io/component: model-server`. One that is there twice is read once.
    """
    sights: dict[tuple[str, str, str], Sight] = {}
    ours: dict[tuple[str, str], Sight] = {}
    systems, namespaces, newest, passed_by = set[str](), set[str](), "", 0
    for each in manifests:
        system = _SYSTEMS.get((each.group, each.kind))
        if system is None:
            continue
        systems.add(system)
        namespaces.add(each.namespace or "default")
        newest = max(newest, _newest(each))
        found = _sight(each, system, source)
        if found is None:
            passed_by += system == _WORKLOAD
        elif system == _WORKLOAD:
            sights.setdefault(found.key, found)
        else:
            ours.setdefault((system, found.name), found)
    known = tuple(sorted(sights.values()))
    return Workloads(known, ours, frozenset(systems), tuple(sorted(namespaces)), passed_by, newest)


def _sight(each: Manifest, system: str, source: str) -> Sight | None:
    """Return an object that its labels say to serve a model; None where they don't."""
    labels, notes = _texts(each, *_LABELS), _texts(each, *_NOTES)
    model, maker = labels.get(_MODEL, ""), labels.get(_KSERVE, "")
    is_server = system == _WORKLOAD and (maker or labels.get(_COMPONENT) == _SERVER)
    if not (model or is_server):
        return None
    namespace = each.namespace or "default"
    between = f"{each.kind.lower()}/" if system == _WORKLOAD else ""
    return Sight(
        system,
        source,
        f"{namespace}/{between}{each.name}",
        kind=each.kind,
        place=_place(each),
        environment=notes.get("mlspec.dev/environment", ""),
        namespace=namespace,
        version=notes.get("mlspec.dev/model-version", labels.get("app.kubernetes.io/version", "")),
        is_live=each.at(("spec", "replicas")) != 0,
        labelled=model,
        part_of=f"{namespace}/{maker}" if maker else "",
        storage="" if maker else storage_key(_storage(each)),
        owner=labels.get("mlspec.dev/owner", ""),
        tier=labels.get("mlspec.dev/tier", ""),
    )


def _storage(each: Manifest) -> str:
    stated = _texts(each, *_NOTES).get("mlspec.dev/artifact-uri", "")
    return stated or next(_variables(each), "")


def _variables(each: Manifest) -> Iterator[str]:
    """Yield the addresses of bytes that containers are told in variables of a usual name."""
    path = ("spec", "template", "spec", "containers")
    for container in _listed(each.at(path)):
        for entry in _listed(container.get("env")):
            value = entry.get("value")
            if entry.get("name") in _STORAGE and isinstance(value, str):
                yield value


def _listed(value: Json) -> Iterator[Mapping[str, Json]]:
    for each in value if isinstance(value, list) else ():
        if isinstance(each, dict):
            yield each


def _texts(each: Manifest, *paths: tuple[str, ...]) -> dict[str, str]:
    """Return labels or annotations; where they stand twice, those of the first path."""
    texts: dict[str, str] = {}
    for path in reversed(paths):
        found = each.at(path)
        pairs = found.items() if isinstance(found, dict) else ()
        texts |= {key: value for key, value in pairs if isinstance(value, str)}
    return texts


def _newest(each: Manifest) -> str:
    """Return the newest moment that an object tells; dumps carry none of their own."""
    told = [each.at(("metadata", "creationTimestamp"))]
    told += [entry.get("time") for entry in _listed(each.at(("metadata", "managedFields")))]
    return max((_moment(value) for value in told), default="")


def _moment(value: Json) -> str:
    """Return a moment of Kubernetes, which are all in UTC to the second; "" for anything else."""
    return value if isinstance(value, str) and _MOMENT.fullmatch(value) else ""


def _place(each: Manifest) -> str:
    span = each.span(())
    return f"{span.file}:{span.start.line}" if span.file else str(span.start.line)
