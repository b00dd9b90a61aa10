"""Writing to a registry: what may happen twice is repeated, what makes something is looked for.

What is made carries a mark in the request that makes it, so that after a lost answer a search
tells whether it was made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.errors import AbsentError
from mlspec.mlflow.model import PROMPT_TAG, ModelVersion, RegisteredModel
from mlspec.mlflow.reading import find_versions, read_model
from mlspec.wire.tries import made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json
    from mlspec.mlflow.client import Client

__all__ = [
    "create_model",
    "create_version",
    "delete_alias",
    "delete_model",
    "delete_model_tag",
    "describe_model",
    "rename_model",
    "set_alias",
    "set_model_tag",
    "set_version_tag",
]

_MODEL = "registered-models/"
_VERSION = "model-versions/"


def create_model(
    client: Client, name: str, tags: Mapping[str, str], description: str = ""
) -> RegisteredModel:
    """Create a registered model; whoever is first wins, which is all that can be locked by.

    Raises:
        ExistsError: it exists, and its tags are not these.
    """
    body: dict[str, Json] = {"name": name, "tags": _pairs(tags)}
    if description:
        body["description"] = description

    def make(_lost: int) -> RegisteredModel:
        return RegisteredModel.from_json(
            client.once(f"{_MODEL}create", body).get("registered_model")
        )

    def found() -> RegisteredModel | None:
        there = read_model(client, name)
        is_made = there is not None and dict(tags).items() <= dict(there.tags).items()
        return there if is_made else None

    return made(client.pause, make, found)


def create_version(
    client: Client, name: str, source: str, tags: Mapping[str, str], mark: str
) -> ModelVersion:
    """Create a version; `mark` is the key of the tag that no other version has.

    Raises:
        AbsentError: there is no model of that name.
    """
    body: dict[str, Json] = {"name": name, "source": source, "tags": _pairs(tags)}

    def make(_lost: int) -> ModelVersion:
        return ModelVersion.from_json(client.once(f"{_VERSION}create", body).get("model_version"))

    def found() -> ModelVersion | None:
        there = find_versions(client, name, prompts=PROMPT_TAG in tags)
        return next((x for x in there if x.tags.get(mark) == tags[mark]), None)

    return made(client.pause, make, found)


def set_model_tag(client: Client, name: str, key: str, value: str) -> None:
    """Set one tag of a registered model."""
    client.repeat("POST", f"{_MODEL}set-tag", {"name": name, "key": key, "value": value})


def delete_model_tag(client: Client, name: str, key: str) -> None:
    """Delete one tag of a registered model; none is there afterwards."""
    client.repeat("DELETE", f"{_MODEL}delete-tag", {"name": name, "key": key})


def set_version_tag(client: Client, name: str, number: str, key: str, value: str) -> None:
    """Set one tag of a version."""
    body: dict[str, Json] = {"name": name, "version": number}
    client.repeat("POST", f"{_VERSION}set-tag", body | {"key": key, "value": value})


def describe_model(client: Client, name: str, description: str) -> None:
    """Set the description of a registered model."""
    client.repeat("PATCH", f"{_MODEL}update", {"name": name, "description": description})


def set_alias(client: Client, name: str, alias: str, number: str) -> None:
    """Let an alias lead to a version, wherever it led before."""
    body: dict[str, Json] = {"name": name, "alias": alias, "version": number}
    client.repeat("POST", f"{_MODEL}alias", body)


def delete_alias(client: Client, name: str, alias: str) -> None:
    """Delete an alias; none is there afterwards."""
    client.repeat("DELETE", f"{_MODEL}alias", {"name": name, "alias": alias})


def rename_model(client: Client, name: str, new_name: str) -> None:
    """Give a registered model another name; aliases, tags and versions come along.

    Raises:
        AbsentError: there is none, or a lost answer was a good one.
        ExistsError: the new name is taken.
    """
    client.repeat("POST", f"{_MODEL}rename", {"name": name, "new_name": new_name})


def delete_model(client: Client, name: str) -> None:
    """Delete a registered model with all its versions; none is there afterwards."""
    try:
        client.repeat("DELETE", f"{_MODEL}delete", {"name": name})
    except AbsentError:
        return


def _pairs(tags: Mapping[str, str]) -> list[Json]:
    return [{"key": key, "value": value} for key, value in sorted(tags.items())]
