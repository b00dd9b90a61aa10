"""`kserve`: InferenceServices and LLMInferenceServices of a cluster or of a folder.

All forms that are met are read: `model` and the keys of frameworks before it, containers of one's
own, `spec.default` of v1alpha2, the old group `serving.kubeflow.org`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlspec.importing._joining import REGISTERED
from mlspec.importing._model import Certainty, Fact, FoundModel, FoundServing, Lost, Unread
from mlspec.importing._objects import label_of, mapping, objects, place_of, text
from mlspec.importing._pods import OWNERS, containers_of, in_kubeflow, registered, stored_at
from mlspec.importing._port import Importer
from mlspec.importing._storage import storage_key, without_credentials

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.importing._port import Request
    from mlspec.manifests import Manifest

__all__ = ["IMPORTER"]

_GROUPS: Final = ("serving.kserve.io", "serving.kubeflow.org")
_KINDS: Final = ("InferenceService", "LLMInferenceService")
_FRAMEWORKS: Final = (
    *("huggingface", "lightgbm", "mlflow", "onnx", "paddle", "pmml", "pytorch", "sklearn"),
    *("tensorflow", "tensorrt", "triton", "xgboost"),
)
_BESIDE: Final = ("explainer", "transformer")


def read(request: Request) -> Iterator[FoundModel | Unread]:
    """Yield the models that are served, in order of their files, and what could not be read.

    Raises:
        UsageError: there is no such file or folder.
    """
    seen: dict[str, str] = {}
    for each in objects(request.where):
        if isinstance(each, Unread):
            yield each
        elif each.kind in _KINDS and each.group in _GROUPS:
            found = _found(each)
            place = place_of(each)
            if found.name in seen:
                yield Unread(place, f"`{found.name}` is in {seen[found.name]}, too")
                continue
            seen[found.name] = place
            request.progress(len(seen))
            yield found


def _found(each: Manifest) -> FoundModel:
    name = f"{each.namespace or 'default'}/{each.name}"
    facts, image = _served(each)
    owner, label = label_of(each, *OWNERS)
    if owner:
        facts["owner"] = Fact(owner, f"{place_of(each)} {label}", Certainty.GUESSED)
    uri = facts.get("artifact.uri")
    if named := registered(each, uri):
        facts[f"tags.{REGISTERED}"] = named
    return FoundModel(
        system="kserve",
        location="cluster",
        name=name,
        facts=facts,
        serving=(FoundServing("kserve", each.namespace, each.name, image, place_of(each)),),
        tags={REGISTERED: named.value} if named else {},
        lost=tuple(_lost(each)),
        storage=storage_key(uri.value) if uri else "",
    )


def _served(each: Manifest) -> tuple[dict[str, Fact], str]:
    """Return what is known of the bytes, and the image where somebody chose one."""
    if each.kind == "LLMInferenceService":
        return _of_llm(each), ""
    path = _predictor(each)
    predictor = mapping(each.at(path))
    for key in ("model", *_FRAMEWORKS):
        inside = predictor.get(key)
        if isinstance(inside, dict):
            facts = _of_model(each, (*path, key), inside, "" if key == "model" else key)
            return facts, text(inside.get("image"))
    return _of_containers(each, (*path, *_custom(predictor)))


def _predictor(each: Manifest) -> tuple[str, ...]:
    spec = mapping(each.data.get("spec"))
    return ("spec", "predictor") if "predictor" in spec else ("spec", "default", "predictor")


def _of_model(
    each: Manifest, path: tuple[str, ...], inside: Mapping[str, Json], framework: str
) -> dict[str, Fact]:
    facts = {}
    told = framework or text(mapping(inside.get("modelFormat")).get("name"))
    if told:
        facts["artifact.format"] = Fact(told, place_of(each, *path))
    storage = mapping(inside.get("storage"))
    uri = text(inside.get("storageUri")) or text(storage.get("uri"))
    if uri:
        facts["artifact.uri"] = Fact(without_credentials(uri), place_of(each, *path))
    elif text(storage.get("path")):
        bucket = text(mapping(storage.get("parameters")).get("bucket"))
        told = f"{text(storage.get('key')) or 'storage'}:{bucket}/{text(storage.get('path'))}"
        facts["artifact.uri"] = Fact(told, place_of(each, *path, "storage"), Certainty.GUESSED)
    return facts


def _of_llm(each: Manifest) -> dict[str, Fact]:
    model = mapping(mapping(each.data.get("spec")).get("model"))
    facts = {}
    if uri := text(model.get("uri")):
        place = place_of(each, "spec", "model", "uri")
        facts["artifact.uri"] = Fact(without_credentials(uri), place)
    facts["task"] = Fact("text", place_of(each), Certainty.GUESSED)
    return facts


def _custom(predictor: Mapping[str, Json]) -> tuple[str, ...]:
    return ("custom", "container") if "custom" in predictor else ("containers",)


def _of_containers(each: Manifest, path: tuple[str, ...]) -> tuple[dict[str, Fact], str]:
    containers = containers_of(each, path)
    if not containers:
        return {}, ""
    stored = next(stored_at(containers[0]), None)
    return {"artifact.uri": stored} if stored else {}, containers[0].image


def _lost(each: Manifest) -> Iterator[Lost]:
    spec = mapping(each.data.get("spec"))
    yield from in_kubeflow(each)
    for part in _BESIDE:
        if part in spec or part in mapping(spec.get("default")):
            yield Lost(
                place_of(each, "spec", part), f"a spec of a model says nothing of its {part}"
            )
    if isinstance(spec.get("canary"), dict | list) and spec.get("canary"):
        yield Lost(place_of(each, "spec", "canary"), "a canary is under way: only one is read")


IMPORTER = Importer(
    "kserve",
    "InferenceServices of a cluster, as a folder or a dump.",
    read,
    "objects of kind InferenceService or LLMInferenceService in files of YAML or JSON",
)
