"""Reading models of a schema: each takes a request, and another one for its version.

`GET /models/{full_name}?include_aliases=true`, `GET /models/{full_name}/versions/{version}`;
what is listed has no aliases, and a page of a list may be empty and lead to another.
https://docs.databricks.com/api/workspace/registeredmodels/get and `.../modelversions/list`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.errors import AbsentError
from mlspec.unity.model import UnityModel, UnityVersion
from mlspec.wire.crowd import asked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from mlspec.unity.client import Client
    from mlspec.unity.model import Schema

__all__ = ["find_versions", "models_named", "read_model", "read_models", "read_versions"]


def read_model(client: Client, schema: Schema, name: str) -> UnityModel | None:
    """Return one model with its aliases; None where there is none."""
    try:
        return UnityModel.from_json(client.get(schema.full(name), include_aliases="true"))
    except AbsentError:
        return None


def read_models(client: Client, schema: Schema, names: Collection[str]) -> dict[str, UnityModel]:
    """Return the models of these names, in order of name; those that exist."""
    found = asked(lambda name: read_model(client, schema, name), sorted(names))
    return {each.name: each for each in found.values()}


def read_versions(
    client: Client, schema: Schema, keys: Collection[tuple[str, str]]
) -> dict[tuple[str, str], UnityVersion]:
    """Return versions by name and number; those that exist."""
    return asked(lambda key: _version(client, schema, *key), sorted(keys))


def find_versions(client: Client, schema: Schema, name: str) -> list[UnityVersion]:
    """Return all versions of a model, oldest first."""
    try:
        listed = list(client.listed("model_versions", schema.full(name), "versions"))
    except AbsentError:
        return []
    found = {each.number: each for each in (UnityVersion.from_json(name, x) for x in listed)}
    return sorted(found.values(), key=lambda each: int(each.number))


def models_named(client: Client, schema: Schema, start: str) -> Iterator[UnityModel]:
    """Yield the models whose names begin so; without aliases, which a list has not."""
    where = {"catalog_name": schema.catalog, "schema_name": schema.name}
    for each in list(client.listed("registered_models", **where)):
        model = UnityModel.from_json(each)
        if model.name.startswith(start):
            yield model


def _version(client: Client, schema: Schema, name: str, number: str) -> UnityVersion | None:
    try:
        return UnityVersion.from_json(name, client.get(schema.full(name), "versions", number))
    except AbsentError:
        return None
