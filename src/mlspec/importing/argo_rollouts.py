"""`argo-rollouts`: Rollouts of a cluster or of a folder, and the pods behind them.

A Rollout may run anything. That a model serves behind it is a guess, unless a variable, an argument
or a label names one. The pods may stand in a Deployment that the Rollout refers to.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from mlspec.importing._joining import REGISTERED
from mlspec.importing._model import Certainty, Fact, FoundModel, FoundServing, Lost, Unread
from mlspec.importing._objects import label_of, mapping, objects, place_of, text
from mlspec.importing._pods import (
    OWNERS,
    Container,
    containers_of,
    in_kubeflow,
    is_template,
    registered,
    stored_at,
)
from mlspec.importing._port import Importer
from mlspec.importing._rollout_steps import judgements, strategy_tags
from mlspec.importing._storage import storage_key
from mlspec.manifests import Manifest, ManifestSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.importing._port import Request

    Path = tuple[str | int, ...]
    Template = tuple[Manifest, Path]

__all__ = ["IMPORTER"]

_GROUP: Final = "argoproj.io"
_MODELS: Final = (*("mlspec.dev/model", "model", "model-name", "model_name"),)
_VERSIONS: Final = (
    *("mlspec.dev/version", "model-version", "model_version"),
    *("app.kubernetes.io/version", "version"),
)
_MOST: Final = 200
"""How many checks of analyses are told of one Rollout."""
_USUAL: Final = ("inference", "kserve-container", "model", "predictor", "server")
"""Names of the container that serves, where several run."""


def read(request: Request) -> Iterator[FoundModel | Lost | Unread]:
    """Yield what runs as a Rollout, in order of name, and what could not be read.

    Raises:
        UsageError: there is no such file or folder.
    """
    manifests: list[Manifest] = []
    for each in objects(request.where):
        if isinstance(each, Unread):
            yield each
        else:
            manifests.append(each)
    known = ManifestSet(tuple(manifests))
    seen: dict[str, Manifest] = {}
    for each in known.of_kind(_GROUP, "Rollout"):
        told = _refusal(each, seen)
        if told is not None:
            yield told
        else:
            seen[_name(each)] = each
            request.progress(len(seen))
    for _, each in sorted(seen.items()):
        yield _found(each, known)


def _name(each: Manifest) -> str:
    return f"{each.namespace or 'default'}/{each.name}"


def _refusal(each: Manifest, seen: dict[str, Manifest]) -> Lost | Unread | None:
    """Return why a Rollout is not taken: it has no name yet, is there already, or is ours."""
    place, name = place_of(each), _name(each)
    if not each.name or is_template(name):
        return Unread(place, "it has no name before its template is rendered")
    if name in seen:
        return Unread(place, f"`{name}` is in {place_of(seen[name])}, too")
    model, _ = label_of(each, "mlspec.dev/model")
    if model and label_of(each, "app.kubernetes.io/managed-by")[0] == "mlspec":
        return Lost(place, f"`{name}` was written by mlspec for its model `{model}`")
    return None


def _found(each: Manifest, known: ManifestSet) -> FoundModel:
    lost: list[Lost] = []
    template = _template(each, known, lost)
    facts = _labelled(each, template)
    tags = strategy_tags(each)
    if template is not None:
        facts |= _contained(each.name, template, lost)
    uri = facts.get("artifact.uri")
    model = facts.pop("model", None)
    place = place_of(each, "spec", "strategy")
    facts |= {f"tags.{key}": Fact(value, place) for key, value in tags.items()}
    if named := registered(each, uri):
        facts[f"tags.{REGISTERED}"] = named
        tags = {**tags, REGISTERED: named.value}
    if model is not None:
        facts["tags.model"] = model
        tags["model"] = model.value
    if uri is None and model is None:
        facts["origins.name"] = Fact(_name(each), place_of(each), Certainty.GUESSED)
    lost += islice(judgements(each, known), _MOST)
    lost += _under_way(each)
    lost += in_kubeflow(each)
    return FoundModel(
        system="argo-rollouts",
        location="cluster",
        name=_name(each),
        facts=facts,
        serving=(_serving(each, facts.get("serving.image")),),
        tags=tags,
        lost=tuple(lost),
        storage=storage_key(uri.value) if uri else "",
    )


def _serving(each: Manifest, image: Fact | None) -> FoundServing:
    chosen = image.value if image else ""
    return FoundServing("argo-rollouts", each.namespace, each.name, chosen, place_of(each))


def _template(each: Manifest, known: ManifestSet, lost: list[Lost]) -> Template | None:
    """Return where the pods of a Rollout are told: in it, or in what it refers to."""
    reference = mapping(each.at(("spec", "workloadRef")))
    if not reference:
        return each, ("spec", "template")
    kind, name = text(reference.get("kind")), text(reference.get("name"))
    group, slash, _ = text(reference.get("apiVersion")).rpartition("/")
    found = known.find(group if slash else "", kind, name, each.namespace)
    if found is None:
        why = f"the {kind or 'workload'} `{name}` is not there, so its pods are not known"
        lost.append(Lost(place_of(each, "spec", "workloadRef"), why))
        return None
    return found, ("template",) if kind == "PodTemplate" else ("spec", "template")


def _labelled(each: Manifest, template: Template | None) -> dict[str, Fact]:
    """Return what labels say: of the Rollout, or else of its pods."""
    facts = {}
    for field, names in {"owner": OWNERS, "version": _VERSIONS, "model": _MODELS}.items():
        holder: Manifest = each
        path: Path = ("metadata",)
        value, label = label_of(each, *names)
        if not value and template is not None:
            holder, path = template[0], (*template[1], "metadata")
            value, label = label_of(holder, *names, at=path)
        if value and not is_template(value):
            place = f"{place_of(holder, *path)} {label}"
            facts[field] = Fact(value, place, Certainty.GUESSED)
    return facts


def _contained(name: str, template: Template, lost: list[Lost]) -> dict[str, Fact]:
    """Return the image of the container that serves, and where the bytes of its model lie."""
    manifest, path = template
    first = containers_of(manifest, (*path, "spec", "initContainers"))
    others = containers_of(manifest, (*path, "spec", "containers"))
    facts = {}
    if stored := _stored((*others, *first), lost):
        facts["artifact.uri"] = stored
    if not others:
        return facts
    chosen = _chosen(name, others)
    certainty = Certainty.MAPPED if len(others) == 1 else Certainty.GUESSED
    if is_template(chosen.image):
        lost.append(Lost(chosen.place, f"the image `{chosen.image[:200]}` is a template"))
    elif chosen.image:
        facts["serving.image"] = Fact(chosen.image, chosen.place, certainty)
    beside = ", ".join(f"`{each.name}`" for each in others if each is not chosen)
    if beside:
        told = f"`{chosen.name}` is taken for the container that serves; beside it: {beside}"
        lost.append(Lost(chosen.place, told))
    return facts


def _stored(containers: tuple[Container, ...], lost: list[Lost]) -> Fact | None:
    """Return the one address of bytes that containers name; where they name several, none."""
    found = {fact.value: fact for each in containers for fact in stored_at(each)}
    named = [fact for value, fact in found.items() if not is_template(value)]
    lost += [
        Lost(fact.source, f"the address `{value[:200]}` is a template")
        for value, fact in found.items()
        if is_template(value)
    ]
    if named[1:]:
        listed = ", ".join(f"`{fact.value}`" for fact in named)
        lost.append(Lost(named[0].source, f"which of these is the model nobody says: {listed}"))
        return None
    return named[0] if named else None


def _chosen(name: str, containers: tuple[Container, ...]) -> Container:
    """Return the container that names bytes, else the one of a usual name, else the first."""
    naming = [each for each in containers if any(stored_at(each))]
    usual = [each for each in containers if each.name in (name, *_USUAL)]
    return (*naming, *usual, *containers)[0]


def _under_way(each: Manifest) -> Iterator[Lost]:
    status = mapping(each.at(("status",)))
    stable, current = (text(status.get(key)) for key in ("stableRS", "currentPodHash"))
    if stable and current and stable != current:
        told = "a rollout is under way or was aborted: the image is the one that was to come"
        yield Lost(place_of(each, "status"), told)


IMPORTER = Importer(
    "argo-rollouts",
    "Rollouts of a cluster, as a folder or a dump.",
    read,
    "objects of kind Rollout (argoproj.io) in files of YAML or JSON",
)
