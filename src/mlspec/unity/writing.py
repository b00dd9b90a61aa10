"""Writing to models of a schema: comments, names and aliases. No request makes a version.

A version is made by MLflow's client, which copies the files to where the catalog keeps them, with
credentials that it gets for that; the documentation of the interface says so. Here one is taken.
`aliases` in a `PATCH` are passed over in silence: an alias is a request of its own,
`PUT` or `DELETE /models/{full_name}/aliases/{alias}`.
https://docs.databricks.com/api/workspace/registeredmodels/setalias
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.errors import AbsentError, ExistsError, RefusedError
from mlspec.unity.limits import trouble_with_name
from mlspec.unity.model import UnityModel, UnityVersion
from mlspec.unity.notes import comment_of
from mlspec.unity.reading import find_versions, read_model, read_versions
from mlspec.wire.tries import made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json
    from mlspec.unity.client import Client
    from mlspec.unity.model import Schema

__all__ = [
    "create_model",
    "delete_alias",
    "delete_model",
    "rename_model",
    "set_alias",
    "write_model",
    "write_version",
]


def create_model(
    client: Client, schema: Schema, name: str, tags: Mapping[str, str], description: str = ""
) -> UnityModel:
    """Create a model; of two callers one wins. A lost answer is looked for before it is repeated.

    Raises:
        ExistsError: it exists, and its notes are not these.
        RefusedError: the name is none.
    """
    if trouble := trouble_with_name(name):
        raise RefusedError(f"the name `{name[:80]}` {trouble.reason}", hint=trouble.hint)
    body: dict[str, Json] = {
        "catalog_name": schema.catalog,
        "schema_name": schema.name,
        "name": name,
        "comment": comment_of(description, tags),
    }

    def make(_lost: int) -> UnityModel:
        return UnityModel.from_json(client.once(body))

    def found() -> UnityModel | None:
        there = read_model(client, schema, name)
        return _own(there, tags) if there else None

    return made(client.pause, make, found)


def write_model(
    client: Client,
    schema: Schema,
    name: str,
    tags: Mapping[str, str | None],
    description: str | None = None,
) -> None:
    """Write notes of a model, None takes one away; and its description, where one is given.

    Raises:
        AbsentError: there is no model of that name.
    """
    model = read_model(client, schema, name)
    if model is None:
        raise AbsentError(f"there is no `{schema.full(name)}` in Unity Catalog")
    told = model.description if description is None else description
    comment = comment_of(told, _merged(model.tags, tags))
    client.repeat("PATCH", schema.full(name), body={"comment": comment})


def write_version(
    client: Client, schema: Schema, key: tuple[str, str], tags: Mapping[str, str]
) -> UnityVersion:
    """Write notes of a version, by its name and number, and return it as it is then.

    Raises:
        AbsentError: it is gone.
    """
    there = read_versions(client, schema, [key]).get(key)
    if there is None:
        raise AbsentError(f"`{schema.full(key[0])}` has no version {key[1]} in Unity Catalog")
    comment = comment_of(there.description, _merged(there.tags, tags))
    path = (schema.full(key[0]), "versions", key[1])
    return UnityVersion.from_json(key[0], client.repeat("PATCH", *path, body={"comment": comment}))


def set_alias(client: Client, schema: Schema, name: str, alias: str, number: str) -> None:
    """Let an alias lead to a version, wherever it led before."""
    path = (schema.full(name), "aliases", alias)
    client.repeat("PUT", *path, body={"version_num": int(number)})


def delete_alias(client: Client, schema: Schema, name: str, alias: str) -> None:
    """Delete an alias; none is there afterwards."""
    _deleted(client, schema.full(name), "aliases", alias)


def rename_model(client: Client, schema: Schema, name: str, new_name: str) -> None:
    """Give a model another name in its schema.

    Raises:
        AbsentError: there is none, or a lost answer was a good one.
        ExistsError: the new name is taken.
    """
    client.repeat("PATCH", schema.full(name), body={"new_name": new_name})


def delete_model(client: Client, schema: Schema, name: str) -> None:
    """Delete a model after its versions, with their files; none is there afterwards.

    One request is documented to do both, and has been seen to be refused while there are versions.
    """
    for each in find_versions(client, schema, name):
        _deleted(client, schema.full(name), "versions", each.number)
    _deleted(client, schema.full(name))


def _deleted(client: Client, *path: str) -> None:
    try:
        client.repeat("DELETE", *path)
    except AbsentError:
        return


def _own(there: UnityModel, tags: Mapping[str, str]) -> UnityModel:
    if not dict(tags).items() <= dict(there.tags).items():
        raise ExistsError(f"`{there.name}` is in Unity Catalog already")
    return there


def _merged(tags: Mapping[str, str], told: Mapping[str, str | None]) -> dict[str, str]:
    """Return notes with others written over them."""
    return {key: value for key, value in {**tags, **told}.items() if value is not None}
