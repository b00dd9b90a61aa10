"""An MLflow server behind the port of a foreign registry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from mlspec.mlflow import reading, writing
from mlspec.mlflow.model import PROMPT_TAG, RegisteredModel
from mlspec.mlflow.prompts import PROMPT_SOURCE, spec_of_tags, tags_of_spec
from mlspec.registry._previous import move
from mlspec.registry._server import PromptForm, Traits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from mlspec.mlflow.client import Client
    from mlspec.mlflow.model import ModelVersion
    from mlspec.registry._server import Artifact, ServedModel, ServedVersion

__all__ = ["MLFLOW", "PROMPTS", "MlflowServer"]

MLFLOW: Final = Traits(
    named="MLflow server",
    scheme="mlflow",
    imports=True,
    unread="it may be a prompt of that name: they share the names of models",
)
PROMPTS: Final = replace(
    MLFLOW,
    imports=False,
    prompts=PromptForm(tags_of_spec, spec_of_tags),
    unread="see whether this user may read it",
)
_MOST_LOCKS = 1000


@dataclass(frozen=True, slots=True)
class MlflowServer:
    """What `Server` says, by MLflow's REST interface; of `prompts` alone, or of all else."""

    client: Client
    prompts: bool = False

    @property
    def traits(self) -> Traits:
        """What it can do; how long a prompt may be is asked of the server."""
        if not self.prompts:
            return MLFLOW
        return replace(PROMPTS, tag_characters=self.client.capabilities.version_tag_characters)

    @property
    def server_ms(self) -> int:
        """The clock of the server at its latest answer."""
        return self.client.server_ms

    def read_model(self, name: str) -> RegisteredModel | None:
        """Return one registered model."""
        return reading.read_model(self.client, name)

    def read_models(self, names: Collection[str]) -> Mapping[str, RegisteredModel]:
        """Return registered models by name: one request for 200 of them on 3.x."""
        return reading.read_models(self.client, names, prompts=self.prompts)

    def read_versions(
        self, keys: Collection[tuple[str, str]]
    ) -> Mapping[tuple[str, str], ModelVersion]:
        """Return versions by name and number."""
        return reading.read_versions(self.client, keys, prompts=self.prompts)

    def find_versions(self, name: str) -> Sequence[ModelVersion]:
        """Return all versions of one model, oldest first."""
        return reading.find_versions(self.client, name, prompts=self.prompts)

    def models_named(self, start: str) -> Iterator[RegisteredModel]:
        """Yield the registered models whose names begin so, and some others."""
        pattern = start.replace("'", "_")
        query: list[tuple[str, str | int]] = [
            ("filter", f"name LIKE '{pattern}%'"),
            ("max_results", _MOST_LOCKS),
        ]
        listed = self.client.get("registered-models/search", query).get("registered_models")
        yield from map(RegisteredModel.from_json, listed if isinstance(listed, list) else [])

    def create_model(
        self, name: str, tags: Mapping[str, str], description: str = ""
    ) -> RegisteredModel:
        """Create a registered model, or a prompt."""
        marks = {PROMPT_TAG: "true"} if self.prompts else {}
        return writing.create_model(self.client, name, {**tags, **marks}, description)

    def create_version(
        self, name: str, artifact: Artifact, tags: Mapping[str, str], mark: str
    ) -> ModelVersion:
        """Create a version; an MLflow server has no place for an image."""
        source = PROMPT_SOURCE if self.prompts else artifact.source
        return writing.create_version(self.client, name, source, tags, mark)

    def set_model_tag(self, name: str, key: str, value: str) -> None:
        """Set one tag of a registered model."""
        writing.set_model_tag(self.client, name, key, value)

    def delete_model_tag(self, name: str, key: str) -> None:
        """Delete one tag of a registered model."""
        writing.delete_model_tag(self.client, name, key)

    def set_version_tag(self, version: ServedVersion, key: str, value: str) -> None:
        """Set one tag of a version."""
        writing.set_version_tag(self.client, version.name, version.number, key, value)

    def describe_model(self, name: str, description: str) -> None:
        """Set the description of a registered model."""
        writing.describe_model(self.client, name, description)

    def point(self, model: ServedModel, alias: str, number: str) -> None:
        """Set the alias `previous-ALIAS`, then the alias itself.

        On 2.x an alias outlives its version.
        """
        move(self, model, alias, number)

    def set_alias(self, name: str, alias: str, number: str) -> None:
        """Let an alias lead to a version."""
        writing.set_alias(self.client, name, alias, number)

    def delete_alias(self, name: str, alias: str) -> None:
        """Delete an alias."""
        writing.delete_alias(self.client, name, alias)

    def rename_model(self, previous: str, name: str) -> RegisteredModel | None:
        """Give a registered model another name; aliases, tags and versions come along."""
        writing.rename_model(self.client, previous, name)
        return self.read_model(name)

    def delete_model(self, name: str) -> None:
        """Delete a registered model with all its versions."""
        writing.delete_model(self.client, name)
