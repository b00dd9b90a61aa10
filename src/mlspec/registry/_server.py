"""The port of a foreign registry: a server of models that a backend mirrors models to.

One module is one server: MLflow's, SageMaker's. What is in the records, in which order things are
written, the lock, resuming and reading back are the same for all of them (`_mirror_*`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from mlspec.canonical import Json

__all__ = ["Artifact", "PromptForm", "ServedModel", "ServedVersion", "Server", "Traits"]


class ServedVersion(Protocol):
    """One version of a model at a server.

    `number` is its number as text; after its model was deleted and made again the same number
    names other bytes, so its identity has `created_ms` in it, milliseconds by the server's clock.
    `image` is the container image that serves it; None where the server keeps none.
    """

    @property
    def name(self) -> str:
        """Name of the model."""

    @property
    def number(self) -> str:
        """Number of the version, as text."""

    @property
    def created_ms(self) -> int:
        """When the server made it, in milliseconds since 1970."""

    @property
    def source(self) -> str:
        """Where its bytes lie."""

    @property
    def image(self) -> str | None:
        """The image that serves it, if the server keeps one."""

    @property
    def tags(self) -> Mapping[str, str]:
        """Its tags."""


class ServedModel(Protocol):
    """One model at a server; `aliases` has the number of a version by alias.

    `latest` are versions that came with it, the one that an alias leads to may be among them.
    `is_prompt` tells that it only has the form of a model.
    """

    @property
    def name(self) -> str:
        """Name at the server."""

    @property
    def created_ms(self) -> int:
        """When the server made it, in milliseconds since 1970."""

    @property
    def description(self) -> str:
        """Its description, "" without one."""

    @property
    def tags(self) -> Mapping[str, str]:
        """Its tags."""

    @property
    def aliases(self) -> Mapping[str, str]:
        """Number of a version by alias."""

    @property
    def latest(self) -> Sequence[ServedVersion]:
        """Versions that came with it."""

    @property
    def is_prompt(self) -> bool:
        """Whether it is a prompt."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """What serves a version: where it lies, and the container image, "" where none is told.

    A version of a prompt has neither.
    """

    source: str
    image: str = ""


@dataclass(frozen=True, slots=True)
class PromptForm:
    """How a server keeps a prompt: as a model whose versions say in tags what the prompt says.

    `tags` are those of a version that says what a spec does. `spec` is what tags say, by key of a
    spec: all keys that a server keeps, None for what is not said. Tags that others wrote may say
    the same in other words.
    """

    tags: Callable[[Mapping[str, Json]], dict[str, str]]
    spec: Callable[[Mapping[str, str]], dict[str, Json]]


@dataclass(frozen=True, slots=True)
class Traits:
    """What a sort of server is called, and what it can do.

    `named` is how people are told of it, `scheme` begins identities and versions that are not
    ours, `separator` joins the words of the name of a lock. `describes`: the description of a
    model can be changed. `renames`: a model can get another name. `reads_many`: one request reads
    many models. `moves_at_once`: one request moves an alias, or deletes a model. `audits`: it
    tells who wrote last. `imports`: `mlspec import` reads it. `unread` is the next step where a
    name is taken by what can't be read. `prompts`: its models are prompts, kept in this form;
    `tag_characters` of the text of one are kept. No server compares and sets.
    """

    named: str
    scheme: str
    separator: str = "."
    describes: bool = True
    renames: bool = True
    reads_many: bool = True
    moves_at_once: bool = True
    audits: bool = False
    imports: bool = False
    unread: str = "see whether this user may read it"
    prompts: PromptForm | None = None
    tag_characters: int = 0

    def lock_base(self, prefix: str, environment: str) -> str:
        """Return how the names of the locks of an environment begin."""
        return prefix + self.separator.join(("mlspec", "lock", environment, ""))


class Server(Protocol):
    """A server; nothing is sent before the first question.

    What may be carried out twice with the same end is repeated after a lost answer; what makes
    something is looked for before it is made again. All methods raise `LostAnswerError`,
    `NotAllowedError` and `RefusedError`; deleting what is not there is none of them.
    """

    @property
    def traits(self) -> Traits:
        """What it is called and what it can do."""

    @property
    def server_ms(self) -> int:
        """Its clock at its latest answer, in ms since 1970; 0 where it tells none."""

    def read_model(self, name: str) -> ServedModel | None:
        """Return one model; None where there is none of that name."""

    def read_models(self, names: Collection[str]) -> Mapping[str, ServedModel]:
        """Return the models of these names; those that exist."""

    def read_versions(
        self, keys: Collection[tuple[str, str]]
    ) -> Mapping[tuple[str, str], ServedVersion]:
        """Return versions by name and number; those that exist."""

    def find_versions(self, name: str) -> Sequence[ServedVersion]:
        """Return all versions of one model, oldest first."""

    def models_named(self, start: str) -> Iterator[ServedModel]:
        """Yield at least the models whose names begin so; with their tags."""

    def create_model(
        self, name: str, tags: Mapping[str, str], description: str = ""
    ) -> ServedModel:
        """Create a model with its tags in one request; of two callers one wins.

        Raises:
            ExistsError: it exists, and its tags are not these.
        """

    def create_version(
        self, name: str, artifact: Artifact, tags: Mapping[str, str], mark: str
    ) -> ServedVersion:
        """Create a version that no alias leads to; only it has this value of the tag `mark`."""

    def set_model_tag(self, name: str, key: str, value: str) -> None:
        """Set one tag of a model.

        Raises:
            AbsentError: there is no model of that name.
        """

    def delete_model_tag(self, name: str, key: str) -> None:
        """Delete one tag of a model."""

    def set_version_tag(self, version: ServedVersion, key: str, value: str) -> None:
        """Set one tag of a version."""

    def describe_model(self, name: str, description: str) -> None:
        """Set the description of a model; asked only where `describes`."""

    def point(self, model: ServedModel, alias: str, number: str) -> None:
        """Let an alias lead to a version; where it led before is kept first, if it can be."""

    def delete_alias(self, name: str, alias: str) -> None:
        """Delete an alias; the versions stay."""

    def rename_model(self, previous: str, name: str) -> ServedModel | None:
        """Give a model another name, and read it; asked only where `renames`.

        Raises:
            AbsentError: there is none, or a lost answer was a good one.
            ExistsError: the new name is taken.
        """

    def delete_model(self, name: str) -> None:
        """Delete a model with all its versions."""
