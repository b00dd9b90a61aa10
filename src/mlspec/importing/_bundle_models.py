"""The models of one Databricks bundle, with what its targets make of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Final

from mlspec.importing._bundle_fields import (
    ENDPOINT,
    ENTITY,
    EXTERNAL,
    MODEL,
    full_name,
    guessed,
    place_of_name,
    take_aliases,
    take_owner,
    take_tags,
)
from mlspec.importing._joining import REGISTERED
from mlspec.importing._model import Certainty, FoundModel, FoundServing, Lost, Unread
from mlspec.importing._taken import Taken
from mlspec.importing._written import merged
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.importing._bundle import Bundle
    from mlspec.importing._written import Written

__all__ = ["models_of"]

_KINDS: Final = ("registered_models", "models")
_ENDPOINTS: Final = "model_serving_endpoints"
_OTHERS: Final = ("experiments", "quality_monitors")
_TARGETS: Final = 50
_NAMELESS: Final = "unnamed"
_REFERENCE = re.compile(
    r"\$\{resources\.(registered_models|models)\.([^.{}]+)\.(?:full_name|id|name)\}"
)
_TASKS: Final = frozenset({"llm/v1/chat", "llm/v1/completions"})

Key = tuple[str, str]


@dataclass
class _Model:
    """A model while the bundle is read: `versions` are those served, with target and place."""

    name: str
    taken: Taken = field(default_factory=Taken)
    places: set[FoundServing] = field(default_factory=set)
    versions: list[tuple[str, str, str]] = field(default_factory=list)


def models_of(bundle: Bundle, location: str, alias: str) -> Iterator[FoundModel | Lost | Unread]:
    """Yield the models of a bundle in order of name, and what belongs to none or can't be read.

    `alias` is the alias that says which version is live, "" for none.
    """
    reader = _Reader(bundle.root)
    reader.declare()
    for target, view in reader.deployed().items():
        reader.serve(target, view)
    yield from dict.fromkeys(reader.lost)
    yield from dict.fromkeys(reader.unread)
    seen: set[str] = set()
    for each in sorted(reader.models.values(), key=lambda each: each.name):
        if each.name in seen:
            served = each.taken.serving
            place = served[0].source if served else location
            yield Unread(place, f"`{each.name}` is another model of the bundle, too")
            continue
        seen.add(each.name)
        reader.decide(each, alias)
        yield _found(each, location)


def _found(model: _Model, location: str) -> FoundModel:
    model.taken.lost = [*dict.fromkeys(model.taken.lost)]  # each target tells it again
    return FoundModel(
        system="databricks-bundle",
        location=location,
        name=model.name,
        facts=model.taken.facts,
        aliases=model.taken.aliases,
        serving=tuple(model.taken.serving),
        tags=model.taken.tags,
        lost=model.taken.told(),
    )


class _Reader:
    """What is found so far; models by the kind and the key of what declares them."""

    def __init__(self, root: Written) -> None:
        self._root = root
        self._base = root.at("resources")
        targets = root.at("targets" if "targets" in root.fields else "environments").fields
        self.lost: list[Lost] = []
        self.unread: list[Unread] = []
        if len(targets) > _TARGETS:
            why = f"there are more than {_TARGETS} targets: the rest is not read"
            self.unread.append(Unread(next(iter(targets.values())).place, why))
        self._targets = {name: targets[name] for name in sorted(targets)[:_TARGETS]}
        self._views = {
            name: merged(self._base, each.at("resources")) for name, each in self._targets.items()
        }
        self.models: dict[Key, _Model] = {}
        self._by_name: dict[str, Key] = {}

    def deployed(self) -> Mapping[str, Written]:
        """Return the resources of each target; those of all, where no target is told."""
        return self._views or {"": self._base}

    def declare(self) -> None:
        """Take the models that are declared: what all targets share first, then what each has."""
        for target, view in chain([("", self._base)], self._views.items()):
            for kind in _KINDS:
                for key, each in view.at(kind).fields.items():
                    self._declare((kind, key), each, target)
            for kind in _OTHERS:
                for each in view.at(kind).fields.values():
                    self.lost.append(
                        Lost(each.place, f"a spec of a model has no place for `{kind}`")
                    )

    def _declare(self, key: Key, value: Written, target: str) -> None:
        name = full_name(value)
        model = self.models.get(key)
        if model is None:
            model = self.models[key] = _Model(name or key[1] or _NAMELESS)
            self._describe(model, value, named=bool(name))
        if name and target:
            model.taken.tag(f"target.{target}", name, place_of_name(value))
        self._by_name.setdefault(name, key)
        take_aliases(value, model.taken)

    def _describe(self, model: _Model, value: Written, *, named: bool) -> None:
        taken = model.taken
        if not named:
            taken.lose(value.place, "it has no name: the key that it stands under is taken")
        elif "${" in model.name:
            taken.lose(value.place, "what the variables in its name stand for is not known")
        for key in ("comment", "description"):
            told = value.at(key)
            taken.fact("description", told.text, told.place, guessed(told.text))
        take_owner(value, self._root, taken)
        take_tags(value, taken)
        taken.lose_fields(value, MODEL)

    def serve(self, target: str, view: Written) -> None:
        """Take what the endpoints of a target serve."""
        for key, endpoint in view.at(_ENDPOINTS).fields.items():
            config = endpoint.at("config")
            entities = (*config.at("served_entities").items, *config.at("served_models").items)
            if not entities:
                self.unread.append(Unread(endpoint.place, "it does not say what is served"))
            for entity in entities:
                self._serve(target, key, endpoint, entity)

    def _serve(self, target: str, key: str, endpoint: Written, entity: Written) -> None:
        name = endpoint.at("name").text or key
        external = entity.at("external_model")
        is_external = isinstance(external.data, dict)
        model = self._hosted(key, name, entity) if is_external else self._served(entity)
        if model is None:
            self.unread.append(Unread(entity.place, "it does not say which model is served"))
            return
        platform = "hosted-api" if is_external else "databricks"
        serving = FoundServing(platform, target, name, source=entity.place)
        if serving not in model.places:
            model.places.add(serving)
            model.taken.serve(serving)
        version = entity.at(
            "entity_version" if "entity_version" in entity.fields else "model_version"
        )
        if version.text:
            model.versions.append((target, version.text, version.place))
        take_owner(endpoint, self._root, model.taken)
        take_tags(endpoint, model.taken)
        model.taken.lose_fields(endpoint, ENDPOINT)
        model.taken.lose_fields(entity, ENTITY)

    def _served(self, entity: Written) -> _Model | None:
        """Return the model of an entity: one that is declared here, or one of elsewhere."""
        named = entity.at("entity_name" if "entity_name" in entity.fields else "model_name")
        if not named.text:
            return None
        referred = _REFERENCE.fullmatch(named.text)
        key = (referred[1], referred[2]) if referred else self._by_name.get(named.text)
        if key not in self.models:
            key = ("", named.text)
        model = self.models.setdefault(key, _Model(named.text))
        if not key[0] and "${" not in named.text:
            model.taken.tag(REGISTERED, named.text, named.place)
        return model

    def _hosted(self, key: str, name: str, entity: Written) -> _Model:
        """Return the model behind the interface of somebody else."""
        external = entity.at("external_model")
        label = entity.at("name").text or external.at("name").text
        shared = self._base.at(_ENDPOINTS, key, "name").text or name
        found = _Model(f"{shared}/{label}" if label else shared or _NAMELESS)
        model = self.models.setdefault(("hosted", f"{key}/{label}"), found)
        told, task = external.at("provider"), external.at("task")
        model.taken.fact("provider", told.text, told.place, guessed(told.text))
        if task.text in _TASKS:
            model.taken.fact("task", "text", task.place, Certainty.GUESSED)
        elif task.text:
            model.taken.lose(task.place, "this task is none of those that a spec has")
        if external.at("name").text:
            model.taken.tag("external_model", external.at("name").text, external.at("name").place)
        model.taken.lose_fields(external, EXTERNAL)
        return model

    def decide(self, model: _Model, alias: str) -> None:
        """Say which version is live: what the alias has, or what all, or production, serve."""
        if alias:
            model.taken.fact(
                "version", model.taken.aliases.get(alias, ""), f"alias {printable(alias)}"
            )
            return
        numbers = {number for _, number, _ in model.versions}
        live = {
            number
            for target, number, _ in model.versions
            if target and self._targets[target].at("mode").text == "production"
        }
        for target, number, place in model.versions:
            if len(numbers) == 1:
                model.taken.fact("version", number, place, guessed(number))
            elif {number} == live:
                model.taken.fact("version", number, place, Certainty.GUESSED)
            else:
                where = f"in `{target}` " if target else ""
                model.taken.lose(place, f"{where}version {number} is served, as are others")
