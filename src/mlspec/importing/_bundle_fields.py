"""Fields of models and endpoints in a Databricks bundle, and who may be the owner by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlspec.importing._model import Certainty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.importing._taken import Taken
    from mlspec.importing._written import Written

__all__ = [
    "ENDPOINT",
    "ENTITY",
    "EXTERNAL",
    "MODEL",
    "full_name",
    "guessed",
    "place_of_name",
    "take_aliases",
    "take_owner",
    "take_tags",
]

MODEL: Final = frozenset(
    {
        *("aliases", "catalog_name", "comment", "description", "full_name", "name", "owner"),
        *("schema_name", "tags"),
    }
)
ENDPOINT: Final = frozenset({"config", "name", "tags"})
ENTITY: Final = frozenset(
    {"entity_name", "entity_version", "external_model", "model_name", "model_version", "name"}
)
EXTERNAL: Final = frozenset({"name", "provider", "task"})
_OWNERS: Final = ("owner", "team", "owned_by", "owned-by", "maintainer", "contact")
_MANAGING: Final = frozenset({"CAN_MANAGE", "IS_OWNER"})
_OWNING: Final = frozenset({"ALL_PRIVILEGES", "MANAGE"})
_PRINCIPALS: Final = ("group_name", "service_principal_name", "user_name")


def guessed(text: str) -> Certainty:
    """Return how sure a text is: what a variable stands for is not known."""
    return Certainty.GUESSED if "${" in text else Certainty.MAPPED


def full_name(model: Written) -> str:
    """Return the name of a model, with catalogue and schema where it has them."""
    whole = model.at("full_name").text
    parts = [model.at(key).text for key in ("catalog_name", "schema_name", "name")]
    return whole or (".".join(parts) if all(parts) else parts[-1])


def place_of_name(model: Written) -> str:
    """Return where the name of a model is told; where a target tells a part of it, there."""
    parts = (model.at(key) for key in ("catalog_name", "schema_name", "name"))
    own = (each for each in parts if each.data is not None and each.path[0] != "resources")
    return next(own, model).place


def take_aliases(model: Written, taken: Taken) -> None:
    """Take which version each alias points to."""
    for each in model.at("aliases").items:
        alias, version = each.at("alias_name").text, each.at("version_num").text
        taken.alias(alias, version, each.place, guessed(version))


def take_tags(value: Written, taken: Taken) -> None:
    """Take tags, which are pairs of `key` and `value`."""
    for each in value.at("tags").items:
        taken.tag(each.at("key").text, each.at("value").text, each.place)


def take_owner(value: Written, root: Written, taken: Taken) -> None:
    """Take the owner: told, or a guess from tags, and from who may manage it or all the bundle."""
    told = value.at("owner")
    taken.fact("owner", told.text, told.place, guessed(told.text))
    for each in (*_tagged(value), *_managers(value), *_managers(root)):
        taken.fact("owner", each.text, each.place, Certainty.GUESSED)


def _tagged(value: Written) -> Iterator[Written]:
    tags = value.at("tags").items
    for name in _OWNERS:
        yield from (e.at("value") for e in tags if e.at("key").text.casefold() == name)


def _managers(value: Written) -> Iterator[Written]:
    """Yield who may manage something: groups first, people last."""
    managing = [e for e in value.at("permissions").items if e.at("level").text in _MANAGING]
    for kind in _PRINCIPALS:
        yield from (each.at(kind) for each in managing if each.at(kind).text)
    for each in value.at("grants").items:
        if not _OWNING.isdisjoint(e.text for e in each.at("privileges").scalars()):
            yield each.at("principal")
