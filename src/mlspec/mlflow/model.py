"""What an MLflow registry holds, as plain values: its JSON is read strictly and never trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mlspec.errors import RegistryUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlspec.canonical import Json

__all__ = ["LOCK_TAG", "PROMPT_TAG", "PROMPT_TEXT_TAG", "ModelVersion", "RegisteredModel"]

_WHOLE = re.compile(r"[0-9]{1,18}")
PROMPT_TAG: Final = "mlflow.prompt.is_prompt"
PROMPT_TEXT_TAG: Final = "mlflow.prompt.text"
LOCK_TAG: Final = "mlspec.lock"
"""A registered model with this tag is the lock of a run of mlspec, and no model."""


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """One version of a registered model.

    `number` is its number as text; after its model was deleted and made again the same number
    names other bytes, so its identity is (name, number, created_ms, source). Moments are
    milliseconds since 1970, in UTC, by the clock of the server. `aliases` are known only where the
    version was read by itself: a search does not tell them.
    """

    name: str
    number: str
    created_ms: int
    updated_ms: int
    source: str
    description: str = ""
    run_id: str = ""
    stage: str = ""
    status: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()

    @property
    def image(self) -> None:
        """The container image that serves it: an MLflow server keeps none."""

    @property
    def prompt_text(self) -> str | None:
        """The text of a version of a prompt; None for other versions."""
        return self.tags.get(PROMPT_TEXT_TAG)

    @classmethod
    def from_json(cls, value: Json) -> ModelVersion:
        """Return a version as a server tells it.

        Raises:
            RegistryUnavailableError: it is none.
        """
        facts = _mapping(value)
        return cls(
            name=_text(facts, "name"),
            number=str(_whole(facts, "version")),
            created_ms=_whole(facts, "creation_timestamp"),
            updated_ms=_whole(facts, "last_updated_timestamp"),
            source=_text(facts, "source"),
            description=_text(facts, "description"),
            run_id=_text(facts, "run_id"),
            stage=_text(facts, "current_stage"),
            status=_text(facts, "status"),
            tags=_pairs(facts, "tags", "key", "value"),
            aliases=tuple(sorted(filter(None, map(_as_text, _listed(facts, "aliases"))))),
        )


@dataclass(frozen=True, slots=True)
class RegisteredModel:
    """One registered model, or a prompt, which is kept in the same way.

    `aliases` has the number of a version by alias, `latest` the newest version of each stage:
    not all versions. `created_ms` tells two models of one name apart.
    """

    name: str
    created_ms: int
    updated_ms: int
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    latest: tuple[ModelVersion, ...] = ()

    @property
    def is_prompt(self) -> bool:
        """Whether it is a prompt and no model."""
        return self.tags.get(PROMPT_TAG, "").lower() == "true"

    @property
    def is_lock(self) -> bool:
        """Whether it is the lock of a run of mlspec and no model."""
        return LOCK_TAG in self.tags

    @classmethod
    def from_json(cls, value: Json) -> RegisteredModel:
        """Return a registered model as a server tells it.

        Raises:
            RegistryUnavailableError: it is none.
        """
        facts = _mapping(value)
        return cls(
            name=_text(facts, "name"),
            created_ms=_whole(facts, "creation_timestamp"),
            updated_ms=_whole(facts, "last_updated_timestamp"),
            description=_text(facts, "description"),
            tags=_pairs(facts, "tags", "key", "value"),
            aliases=_pairs(facts, "aliases", "alias", "version"),
            latest=tuple(map(ModelVersion.from_json, _listed(facts, "latest_versions"))),
        )


def _mapping(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        raise RegistryUnavailableError(
            "the MLflow server answers with something that is no registered model",
            hint="see whether the address is that of an MLflow server",
        )
    return value


def _listed(facts: Mapping[str, Json], key: str) -> list[Json]:
    value = facts.get(key)
    return value if isinstance(value, list) else []


def _text(facts: Mapping[str, Json], key: str) -> str:
    return _as_text(facts.get(key))


def _as_text(value: Json) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)


def _whole(facts: Mapping[str, Json], key: str) -> int:
    """Return a whole number; protocol buffers write large ones as text."""
    text = _as_text(facts.get(key))
    return int(text) if _WHOLE.fullmatch(text) else 0


def _pairs(facts: Mapping[str, Json], key: str, name: str, value: str) -> dict[str, str]:
    entries: Iterable[Json] = _listed(facts, key)
    found = {_text(each, name): _text(each, value) for each in entries if isinstance(each, dict)}
    return dict(sorted(found.items()))
