"""What the containers of a pod say of the model in them: its image, and where its bytes lie."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mlspec.importing._joining import registered_in
from mlspec.importing._model import Certainty, Fact, Lost
from mlspec.importing._objects import label_of, mapping, place_of, text
from mlspec.importing._storage import without_credentials

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.manifests import Manifest

__all__ = [
    "OWNERS",
    "Container",
    "containers_of",
    "in_kubeflow",
    "is_template",
    "registered",
    "stored_at",
]

OWNERS: Final = ("owner", "team", "app.kubernetes.io/managed-by-team", "contact")
"""Labels that usually name who answers for an object."""

_VARIABLE: Final = re.compile(
    r"(?:MLFLOW_)?(?:(?:AIP|ARTIFACT|BUNDLE|GCS|GS|MODEL|S3|STORAGE|WEIGHTS)_)+"
    r"(?:LOCATION|PATH|SOURCE|URI|URL)"
)
_FLAG: Final = re.compile(r"--?(?:artifact|model|storage)[A-Za-z_-]*")
_URI: Final = re.compile(r"[a-z][a-z0-9+.-]{1,15}:/")
_OURS: Final = "mlspec.dev/model"
_KUBEFLOW: Final = "modelregistry.kubeflow.org/registered-model-id"
_FETCHES: Final = "storage-initializer"
_TEMPLATE: Final = ("{{", "${", "$(")


@dataclass(frozen=True)
class Container:
    """One container of an object, and the path to it."""

    manifest: Manifest
    path: tuple[str | int, ...]

    @property
    def data(self) -> Mapping[str, Json]:
        """Return the container; empty where it is none."""
        return mapping(self.manifest.at(self.path))

    @property
    def name(self) -> str:
        """Return the name; empty where there is none."""
        return text(self.data.get("name"))

    @property
    def image(self) -> str:
        """Return the image; empty where there is none."""
        return text(self.data.get("image"))

    @property
    def place(self) -> str:
        """Return where it stands."""
        return place_of(self.manifest, *self.path)


def containers_of(each: Manifest, path: tuple[str | int, ...]) -> tuple[Container, ...]:
    """Return the containers of a list, or the one that stands there itself."""
    held = each.at(path)
    if isinstance(held, dict):
        return (Container(each, path),)
    entries = held if isinstance(held, list) else []
    return tuple(
        Container(each, (*path, at)) for at, entry in enumerate(entries) if isinstance(entry, dict)
    )


def stored_at(container: Container) -> Iterator[Fact]:
    """Yield the addresses of bytes in variables and arguments; that they are the model is a guess.

    Paths inside of the container are none, and neither are values that come from elsewhere.
    """
    for at, value in (*_variables(container), *_arguments(container)):
        if _URI.match(value) and (uri := without_credentials(value)):
            yield Fact(uri, place_of(container.manifest, *at), Certainty.GUESSED)


def registered(each: Manifest, uri: Fact | None) -> Fact | None:
    """Return the registered model that an object says it serves, by our label or `models:/NAME`."""
    label, name = label_of(each, _OURS)
    if label and not is_template(label):
        return Fact(label, f"{place_of(each)} {name}")
    if uri is not None and (found := registered_in(uri.value)[0]):
        return Fact(found, uri.source, uri.certainty)
    return None


def in_kubeflow(each: Manifest) -> Iterator[Lost]:
    """Yield that an object is of a model in the registry of Kubeflow, which nothing here reads."""
    number, label = label_of(each, _KUBEFLOW)
    if number:
        why = f"it is model {number} of a registry of Kubeflow, whose numbers name no model here"
        yield Lost(f"{place_of(each)} {label}", why)


def is_template(value: str) -> bool:
    """Tell whether a text has to be filled in before it is one."""
    return any(mark in value for mark in _TEMPLATE)


def _variables(container: Container) -> Iterator[tuple[tuple[str | int, ...], str]]:
    held = container.data.get("env")
    for at, entry in enumerate(held if isinstance(held, list) else ()):
        if _VARIABLE.fullmatch(text(mapping(entry).get("name"))[:100]):
            yield (*container.path, "env", at), text(mapping(entry).get("value"))


def _arguments(container: Container) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for part in ("command", "args"):
        held = container.data.get(part)
        words = [text(each) for each in held] if isinstance(held, list) else []
        is_source = part == "args" and _FETCHES in container.image
        for at, word in enumerate(words):
            flag, _, value = word.partition("=")
            if _FLAG.fullmatch(flag[:100]):
                yield (*container.path, part, at), value or "".join(words[at + 1 : at + 2])
            elif is_source and at == 0:
                yield (*container.path, part, at), word
