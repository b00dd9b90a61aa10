"""What Unity Catalog holds of models, as plain values: its JSON is read and never trusted.

The fields are those of `RegisteredModelInfo`, `ModelVersionInfo` and `RegisteredModelAlias`:
https://docs.databricks.com/api/workspace/registeredmodels and `.../modelversions`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mlspec.errors import RegistryUnavailableError
from mlspec.members import entries, text, whole
from mlspec.unity.notes import read_comment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json

__all__ = ["READY", "Schema", "UnityModel", "UnityVersion"]

READY: Final = "READY"
"""The status of a version whose files are there; no other one can be served."""


@dataclass(frozen=True, slots=True)
class Schema:
    """Where the models of an environment are: a schema in a catalog."""

    catalog: str
    name: str

    def full(self, model: str) -> str:
        """Return the name of a model with those of its catalog and schema."""
        return f"{self.catalog}.{self.name}.{model}"


@dataclass(frozen=True, slots=True)
class UnityVersion:
    """One version of a model. `name` is that of the model within its schema.

    `source` is where its files came from, as the client said that made it; `tags` are what mlspec
    noted in its comment. Moments are milliseconds since 1970, by the clock of the server.
    """

    name: str
    number: str
    created_ms: int
    source: str
    status: str = READY
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def image(self) -> None:
        """The container image that serves it: Unity Catalog keeps none."""

    @classmethod
    def from_json(cls, name: str, value: Json) -> UnityVersion:
        """Return a version as it is told.

        Raises:
            RegistryUnavailableError: it is none.
        """
        facts = _mapping(value, "version")
        description, tags = read_comment(text(facts, "comment"))
        return cls(
            name=name,
            number=str(whole(facts, "version")),
            created_ms=whole(facts, "created_at"),
            source=text(facts, "source"),
            status=text(facts, "status"),
            description=description,
            tags=tags,
        )


@dataclass(frozen=True, slots=True)
class UnityModel:
    """One registered model. `aliases` has the number of a version by alias."""

    name: str
    created_ms: int
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)

    @property
    def latest(self) -> tuple[UnityVersion, ...]:
        """The versions that came with it: none do."""
        return ()

    @property
    def is_prompt(self) -> bool:
        """Whether it is a prompt and no model: what is read here is a model."""
        return False

    @classmethod
    def from_json(cls, value: Json) -> UnityModel:
        """Return a model as it is told.

        Raises:
            RegistryUnavailableError: it is none.
        """
        facts = _mapping(value, "name")
        description, tags = read_comment(text(facts, "comment"))
        aliases = [x for x in entries(facts, "aliases") if isinstance(x, dict)]
        return cls(
            name=text(facts, "name"),
            created_ms=whole(facts, "created_at"),
            description=description,
            tags=tags,
            aliases={text(x, "alias_name"): str(whole(x, "version_num")) for x in aliases},
        )


def _mapping(value: Json, key: str) -> dict[str, Json]:
    if not isinstance(value, dict) or not value.get(key):
        raise RegistryUnavailableError(
            f"Unity Catalog answers with something that has no `{key}`",
            hint="see whether `DATABRICKS_HOST` is the address of a workspace",
        )
    return value
