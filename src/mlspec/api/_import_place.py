"""Where specs of an import are, and where new ones go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from mlspec.api._import_joins import Joined, key_of, keys_in, read_joined
from mlspec.api.files import read_text
from mlspec.api.session import find_root, read_session
from mlspec.api.start import is_example
from mlspec.errors import UsageError
from mlspec.syntax import SourceText, parse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.importing import Anchors
    from mlspec.kinds.model import ModelSpec
    from mlspec.kinds.observed_model import ObservedModelSpec
    from mlspec.workspace import Resource

__all__ = ["OBSERVED", "ImportPlace", "import_place"]

BASES = ".mlspec/imports"
OBSERVED = "ObservedModel"


@dataclass
class ImportPlace:
    """Where specs are: what earlier imports wrote, and what stands there now, by key."""

    root: Path
    out: Path
    system: str
    bases: dict[str, str] = field(default_factory=dict)
    """Names that imports gave; what they wrote last is in the file of the name."""
    files: dict[str, tuple[Path, str]] = field(default_factory=dict)
    """File and text now."""
    shared: set[str] = field(default_factory=set)
    """Models whose file holds other documents, too."""
    managed: Mapping[str, str] = field(default_factory=dict)
    """Addresses of managed models by the name that the registry has them under."""
    managed_models: tuple[Resource, ...] = ()
    named: dict[str, Resource] = field(default_factory=dict)
    """Specs of observed models by name."""
    joined: Joined = field(default_factory=Joined)
    anchors: Anchors | None = None
    """The models that services may be of, before anything is written; None until asked for."""
    taken: frozenset[str] = frozenset()
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """Addresses of models by name that are not of the system that is imported."""
    unbound: frozenset[str] = frozenset()
    """Names of specs with errors: they are there, and nothing can be said of them."""
    examples: Mapping[str, str] = field(default_factory=dict)
    """Files of models that `init` made up, by name: no model that is found is one of them."""

    def base_file(self, name: str, system: str = "") -> Path:
        """Return the file that keeps what an import of a system wrote last under a name."""
        return self.root / BASES / (system or self.system) / f"{name}.yaml"

    def base_text(self, name: str) -> str:
        """Return what an import wrote last under a name."""
        return read_text(self.base_file(name))


def import_place(system: str, out: str, directory: Path | None) -> ImportPlace:
    """Return where specs of a system are and go; nothing is written.

    Raises:
        UsageError: there is no workspace, or `out` lies outside of it.
    """
    root = find_root(directory)
    if root is None:
        raise UsageError(
            "there is no workspace here", hint="create one with `mlspec init`, or use `-C DIR`"
        )
    session = read_session(root)
    specs = session.workspace.spec.paths.specs if session.workspace else "specs"
    folder = (root / (out or f"{specs}/imported")).resolve()
    if not folder.is_relative_to(root.resolve()):
        raise UsageError(f"`{out}` lies outside of the workspace")
    place = ImportPlace(root.resolve(), folder, system)
    _read_bases(place)
    place.joined = read_joined(place.root / BASES)
    _read_files(place, session)
    return place


def _read_bases(place: ImportPlace) -> None:
    folder = place.base_file("x").parent
    for file in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        text = read_text(file)
        for document in parse(SourceText(file.name, text.encode())).documents:
            for key in keys_in(document.data):
                place.bases[key] = file.stem


def _read_files(place: ImportPlace, session: Session) -> None:
    workspace = session.workspace
    if workspace is None:
        return
    observed = workspace.of_kind(OBSERVED)
    known = workspace.of_kind("Model")
    models = tuple(each for each in known if not is_example(each))
    place.examples = {each.name: each.document.source.file for each in known if is_example(each)}
    for each in observed:
        _read_file(place, each)
        place.named[each.name] = each
    place.managed = {_registered(each): each.address for each in known}
    place.managed_models = models
    place.unbound = frozenset(name for _, name in workspace.unbound)
    place.taken = frozenset(each.name for each in (*observed, *models)) | place.unbound
    place.elsewhere = {
        each.name: each.address
        for each in (*observed, *models)
        if place.system not in _systems(each)
    }


def _read_file(place: ImportPlace, each: Resource) -> None:
    source = each.document.source
    origins = cast("ObservedModelSpec", each.spec).origins
    keys = {key_of(origin.system, origin.location, origin.name) for origin in origins}
    place.files |= dict.fromkeys(keys, (place.root / source.file, source.content.decode()))
    if len(parse(source).documents) > 1:
        place.shared |= keys


def _systems(model: Resource) -> set[str]:
    """Return where a model is known to be from."""
    if model.kind == OBSERVED:
        return {each.system for each in cast("ObservedModelSpec", model.spec).origins}
    registry = getattr(cast("ModelSpec", model.spec), "registry", None)
    return {"mlflow"} if registry and registry.id else set()


def _registered(model: Resource) -> str:
    registry = getattr(cast("ModelSpec", model.spec), "registry", None)
    return (registry.name if registry else None) or model.name
