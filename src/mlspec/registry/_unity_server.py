"""Unity Catalog's models of one schema behind the port of a foreign registry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mlspec.errors import AbsentError, OperationFailedError
from mlspec.registry._mirror_tag import VERSION_TAG
from mlspec.registry._previous import move
from mlspec.registry._server import Traits
from mlspec.unity import reading, writing
from mlspec.unity.model import READY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from mlspec.registry._server import Artifact, ServedModel, ServedVersion
    from mlspec.unity.client import Client
    from mlspec.unity.model import Schema, UnityModel, UnityVersion

__all__ = ["UNITY", "UnityServer"]

UNITY: Final = Traits(
    named="Unity Catalog",
    scheme="unity",
    separator="-",
    reads_many=False,
    moves_at_once=False,
    audits=True,
)


@dataclass(frozen=True, slots=True)
class UnityServer:
    """What `Server` says, by models of a schema; a version is one that is there, never made."""

    client: Client
    schema: Schema
    traits: Traits = UNITY

    @property
    def server_ms(self) -> int:
        """The clock of the server at its latest answer."""
        return self.client.server_ms

    def read_model(self, name: str) -> UnityModel | None:
        """Return one model with its aliases."""
        return reading.read_model(self.client, self.schema, name)

    def read_models(self, names: Collection[str]) -> Mapping[str, UnityModel]:
        """Return models by name; each takes a request."""
        return reading.read_models(self.client, self.schema, names)

    def read_versions(
        self, keys: Collection[tuple[str, str]]
    ) -> Mapping[tuple[str, str], UnityVersion]:
        """Return versions by name and number; each takes a request."""
        return reading.read_versions(self.client, self.schema, keys)

    def find_versions(self, name: str) -> Sequence[UnityVersion]:
        """Return the versions of one model whose files are there, oldest first."""
        found = reading.find_versions(self.client, self.schema, name)
        return [each for each in found if each.status == READY]

    def models_named(self, start: str) -> Iterator[UnityModel]:
        """Yield the models whose names begin so; the schema is listed for that."""
        yield from reading.models_named(self.client, self.schema, start)

    def create_model(self, name: str, tags: Mapping[str, str], description: str = "") -> UnityModel:
        """Create a model, which has no version."""
        return writing.create_model(self.client, self.schema, name, tags, description)

    def create_version(
        self, name: str, artifact: Artifact, tags: Mapping[str, str], mark: str
    ) -> UnityVersion:
        """Take the newest version with that source which is not taken yet; none can be made.

        Raises:
            OperationFailedError: there is none.
        """
        for each in reversed(self.find_versions(name)):
            is_ours = each.tags.get(mark) == tags[mark]
            is_free = each.source == artifact.source and VERSION_TAG not in each.tags
            if is_ours or is_free:
                return writing.write_version(
                    self.client, self.schema, (each.name, each.number), tags
                )
        raise OperationFailedError(
            f"`{self.schema.full(name)}` has no version with the source"
            f" `{artifact.source[:200]}` that is ready and not taken",
            hint="only MLflow's client can make versions in Unity Catalog: let training register"
            " it, write its `source` in `spec.registry.source`, and apply again",
        )

    def set_model_tag(self, name: str, key: str, value: str) -> None:
        """Write one note of a model."""
        writing.write_model(self.client, self.schema, name, {key: value})

    def delete_model_tag(self, name: str, key: str) -> None:
        """Delete one note of a model."""
        try:
            writing.write_model(self.client, self.schema, name, {key: None})
        except AbsentError:
            return

    def set_version_tag(self, version: ServedVersion, key: str, value: str) -> None:
        """Write one note of a version."""
        there = (version.name, version.number)
        writing.write_version(self.client, self.schema, there, {key: value})

    def describe_model(self, name: str, description: str) -> None:
        """Write the description of a model; its notes stay."""
        writing.write_model(self.client, self.schema, name, {}, description)

    def point(self, model: ServedModel, alias: str, number: str) -> None:
        """Set the alias `previous-ALIAS`, then the alias itself."""
        move(self, model, alias, number)

    def set_alias(self, name: str, alias: str, number: str) -> None:
        """Let an alias lead to a version."""
        writing.set_alias(self.client, self.schema, name, alias, number)

    def delete_alias(self, name: str, alias: str) -> None:
        """Delete an alias."""
        writing.delete_alias(self.client, self.schema, name, alias)

    def rename_model(self, previous: str, name: str) -> UnityModel | None:
        """Give a model another name in its schema."""
        writing.rename_model(self.client, self.schema, previous, name)
        return self.read_model(name)

    def delete_model(self, name: str) -> None:
        """Delete a model with all its versions and their files."""
        writing.delete_model(self.client, self.schema, name)
