"""`mlflow`: registered models of an MLflow server, with the version that is live.

A registry does not say which version serves. The alias that was asked for does; without one, an
alias or a stage that is usually meant so is a guess, and told as one. Where two of them name
different versions nobody knows, and nothing is guessed. Prompts are told by name, and not
written: whose they are, and which model they are for, is not said there.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from mlspec.importing._document import LONGEST
from mlspec.importing._mlflow_dump import Dump
from mlspec.importing._model import OURS, Certainty, Fact, FoundModel, Lost
from mlspec.importing._port import Importer
from mlspec.importing._storage import storage_key, without_credentials
from mlspec.importing._walk import location_of
from mlspec.mlflow import Client, connection_to, list_models, read_versions

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from mlspec.importing._port import Request
    from mlspec.mlflow import ModelVersion, RegisteredModel

    Key = tuple[str, str]
    Versions = Callable[[Collection[Key]], Mapping[Key, ModelVersion]]

__all__ = ["IMPORTER"]

_BATCH = 200
_USUAL: Final = ("champion", "live", "prod", "production")
_STAGE: Final = "Production"
_OWNERS: Final = ("owner", "team", "owned_by", "owned-by", "maintainer", "contact")
_FIELDS: Final = {
    "task": ("task", "mlflow.task"),
    "tier": ("risk", "risk_tier", "risk-tier", "tier"),
    "licence": ("license", "licence"),
    "artifact.digest": ("sha256", "artifact_sha256", "mlspec.artifact-digest"),
}
"""Fields of a spec, and the tags that usually hold them."""


def read(request: Request) -> Iterator[FoundModel | Lost]:
    """Yield the models of a server, or of a recorded answer of one, in the order of their names.

    Its prompts that mlspec did not write follow.

    Raises:
        RegistryUnavailableError: the server can't be read.
        UsageError: the address is none, or the dump is no answer of MLflow.
    """
    if not request.where.startswith(("http://", "https://")) and request.where:
        dump = Dump.read(request.where)
        where = location_of(request.where, request.root)
        yield from _models(dump.models, dump.versions, request.alias, where)
        return
    connection = connection_to(request.where or None, request.environment)
    with Client(connection) as client:
        found = list_models(client, progress=request.progress)
        where = without_credentials(request.where) or "mlflow"
        yield from _models(found, lambda keys: read_versions(client, keys), request.alias, where)
        yield from map(_prompt, filter(_is_of_others, list_models(client, prompts=True)))


def _models(
    found: Iterable[RegisteredModel], versions: Versions, alias: str, where: str
) -> Iterator[FoundModel | Lost]:
    """Yield models as they come, reading the versions of some at a time that no search has told."""
    left = iter(found)
    while some := list(islice(left, _BATCH)):
        chosen = [(each, *_live(each, alias)) for each in some if not each.is_prompt]
        yield from (_prompt(each) for each in some if each.is_prompt and _is_of_others(each))
        wanted = {(each.name, number) for each, number, _ in chosen if number}
        told = {(each.name, v.number): v for each in some for v in each.latest}
        known = {**told, **versions(wanted - told.keys())}
        for model, number, how in chosen:
            yield _found(model, known.get((model.name, number)), how, where)


def _is_of_others(prompt: RegisteredModel) -> bool:
    """Tell whether mlspec has not written a prompt."""
    return not any(each.startswith(OURS) for each in prompt.tags)


def _prompt(prompt: RegisteredModel) -> Lost:
    why = "write a spec of kind `Prompt` for it, with `registry: {id: %d}` to take it over"
    return Lost(f"prompt {prompt.name}", why % prompt.created_ms)


def _live(model: RegisteredModel, alias: str) -> tuple[str, Fact | None]:
    """Return the number of the version that is live, and how that is known; "" where it is not."""
    if alias:
        number = model.aliases.get(alias, "")
        return number, Fact(number, f"alias {alias}") if number else None
    usual = {name: each for name, each in model.aliases.items() if name.lower() in _USUAL}
    staged = {each.number for each in model.latest if each.stage == _STAGE}
    numbers = {*usual.values(), *staged}
    if len(numbers) != 1:
        return "", None
    (number,) = numbers
    how = f"alias {min(usual)}" if usual else f"stage {_STAGE}"
    return number, Fact(number, how, Certainty.GUESSED)


def _found(
    model: RegisteredModel, version: ModelVersion | None, told: Fact | None, where: str
) -> FoundModel:
    lost: list[Lost] = []
    facts = _facts(model, version, lost)
    if told and version:
        facts["version"] = told
    elif told:
        lost.append(Lost(told.source, f"it names version {told.value}, which is not there"))
    elif model.aliases or model.latest:
        lost.append(Lost("aliases and stages", "they do not say which version is live"))
    return FoundModel(
        system="mlflow",
        location=where,
        name=model.name,
        created_ms=model.created_ms,
        facts=facts,
        aliases=model.aliases,
        tags=dict(_bounded(model.tags, "tags", lost)),
        lost=tuple(lost),
        storage=storage_key(version.source) if version else "",
    )


def _facts(
    model: RegisteredModel, version: ModelVersion | None, lost: list[Lost]
) -> dict[str, Fact]:
    found = {}
    if model.description:
        (_, text), *_ = _bounded({"description": model.description}, "", lost)
        found["description"] = Fact(text, "description")
    tags = {**model.tags, **(version.tags if version else {})}
    for field, names in {"owner": _OWNERS, **_FIELDS}.items():
        fact = _tagged(tags, names)
        if fact is not None:
            found[field] = fact
    if version and version.source:
        found["artifact.uri"] = Fact(version.source, f"version {version.number}: source")
    return found


def _tagged(tags: Mapping[str, str], names: Iterable[str]) -> Fact | None:
    """Return the first tag of a usual name; that it means this is a guess."""
    folded = {key.casefold(): key for key in sorted(tags, reverse=True) if tags[key].strip()}
    for name in names:
        if (key := folded.get(name)) is not None:
            return Fact(tags[key], f"tag {key}", Certainty.GUESSED)
    return None


def _bounded(values: Mapping[str, str], place: str, lost: list[Lost]) -> Iterator[tuple[str, str]]:
    for key in sorted(values):
        value = values[key]
        if len(value) > LONGEST:
            source = f"{place} {key}".strip()
            lost.append(Lost(source, f"cut to {LONGEST:,} of {len(value):,} characters"))
        yield key, value[:LONGEST]


IMPORTER = Importer(
    "mlflow",
    "Registered models of an MLflow server, or of its answers.",
    read,
    "registered models of a server, or of answers of its API in files of JSON",
    needs_place=False,
)
