"""Recorded answers of MLflow: what `registered-models/search` and `model-versions/search` say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlspec.canonical import strict_json
from mlspec.errors import UsageError
from mlspec.mlflow import ModelVersion, RegisteredModel

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from mlspec.canonical import Json

    Key = tuple[str, str]

__all__ = ["Dump"]

_BYTES: Final = 512 << 20
_FILES: Final = 1000
_NO_DUMP = "record `registered-models/search` and `model-versions/search` as JSON, one file or more"


@dataclass(frozen=True, slots=True)
class Dump:
    """All that was recorded: models in order of name, versions by name and number."""

    models: tuple[RegisteredModel, ...]
    known: Mapping[Key, ModelVersion]

    @classmethod
    def read(cls, where: str) -> Dump:
        """Read one file, or every `.json` file of a folder.

        Raises:
            UsageError: it can't be read, is too large, or holds no answer of MLflow.
        """
        models: dict[str, RegisteredModel] = {}
        versions: dict[Key, ModelVersion] = {}
        for answer in _answers(Path(where)):
            for each in map(RegisteredModel.from_json, _listed(answer, "registered_models")):
                models[each.name] = each
            for found in map(ModelVersion.from_json, _listed(answer, "model_versions")):
                versions[found.name, found.number] = found
        if not models:
            raise UsageError(f"`{where}` holds no registered models of MLflow", hint=_NO_DUMP)
        return cls(tuple(models[name] for name in sorted(models)), versions)

    def versions(self, keys: Collection[Key]) -> Mapping[Key, ModelVersion]:
        """Return versions by name and number; those that were recorded."""
        return {key: self.known[key] for key in keys if key in self.known}


def _answers(where: Path) -> Iterator[Mapping[str, Json]]:
    files = sorted(where.glob("*.json"))[:_FILES] if where.is_dir() else [where]
    for file in files:
        try:
            if file.stat().st_size > _BYTES:
                raise UsageError(f"`{file}` is larger than {_BYTES >> 20} MiB")
            for line in _texts(file.read_text(encoding="utf-8")):
                if isinstance(line, dict):
                    yield line
        except OSError as error:
            raise UsageError(f"`{file}` can't be read: {error.strerror}") from error
        except ValueError as error:
            raise UsageError(f"`{file}` is no JSON", hint=_NO_DUMP) from error


def _texts(text: str) -> Iterator[Json]:
    """Yield the one document of a text, or that of each line."""
    try:
        yield strict_json(text)
    except ValueError:
        yield from (strict_json(each) for each in text.splitlines() if each.strip())


def _listed(answer: Mapping[str, Json], key: str) -> list[Json]:
    found = answer.get(key)
    return found if isinstance(found, list) else []
