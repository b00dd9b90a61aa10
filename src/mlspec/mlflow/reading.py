"""Reading a registry: some models by name in few requests, or all of them page by page.

A server answers `name IN (...)` from 3.0 on; an older one is asked for each name by itself, over
a few connections at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import quote

from mlspec.errors import AbsentError
from mlspec.mlflow.model import PROMPT_TAG, ModelVersion, RegisteredModel
from mlspec.wire.crowd import asked
from mlspec.wire.pages import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from mlspec.canonical import Json
    from mlspec.mlflow.client import Client

    Key = tuple[str, str]
    Progress = Callable[[int], None]

__all__ = [
    "find_versions",
    "list_models",
    "list_versions",
    "read_model",
    "read_models",
    "read_version",
    "read_versions",
]

NAMES: Final = 200
"""How many names one request asks for."""
QUERY_CHARACTERS: Final = 6000
"""How long their part of the address may be: proxies stop at 8 kB."""
_MODELS_A_PAGE = 1000
_VERSIONS_A_PAGE = 10_000
_MOST_PASSES = 4
_TOLD_EVERY = 200
_MODELS = ("registered-models/search", "registered_models")
_VERSIONS = ("model-versions/search", "model_versions")
_PROMPTS = f"tags.`{PROMPT_TAG}` = 'true'"

_Value = TypeVar("_Value")


def read_model(client: Client, name: str) -> RegisteredModel | None:
    """Return one registered model or prompt; None where there is none of that name."""
    try:
        found = client.get("registered-models/get", [("name", name)])
    except AbsentError:
        return None
    return RegisteredModel.from_json(found.get("registered_model"))


def read_models(
    client: Client, names: Collection[str], *, prompts: bool = False
) -> dict[str, RegisteredModel]:
    """Return the registered models of these names, or the prompts, in order of name.

    200 names are one request where they fit in it. Where models are asked for, the name of a
    prompt is as if nothing had it, and the other way round. Names are compared as they are written.
    """
    wanted = sorted(set(names))

    def one(name: str) -> RegisteredModel | None:
        model = read_model(client, name)
        return model if model and model.is_prompt == prompts else None

    if not client.capabilities.reads_many:
        return asked(one, wanted)
    searched = _by_name(client, _MODELS, wanted, RegisteredModel.from_json, prompts=prompts)
    found = {each.name: each for each in searched}
    found |= asked(one, [each for each in wanted if not _is_plain(each)])
    return {name: found[name] for name in wanted if name in found}


def read_version(client: Client, name: str, number: str) -> ModelVersion | None:
    """Return one version, with its aliases; None where there is none."""
    try:
        found = client.get("model-versions/get", [("name", name), ("version", number)])
    except AbsentError:
        return None
    return ModelVersion.from_json(found.get("model_version"))


def read_versions(
    client: Client, keys: Collection[Key], *, prompts: bool = False
) -> dict[Key, ModelVersion]:
    """Return versions of models, or of prompts, by name and number; those that exist.

    Their aliases are not told.
    """
    wanted = sorted(set(keys))

    def one(key: Key) -> ModelVersion | None:
        return read_version(client, *key)

    if not client.capabilities.reads_many:
        return asked(one, wanted)
    names = sorted({name for name, _ in wanted})
    searched = _by_name(client, _VERSIONS, names, ModelVersion.from_json, prompts=prompts)
    found = {(each.name, each.number): each for each in searched}
    found |= asked(one, [key for key in wanted if not _is_plain(key[0])])
    return {key: found[key] for key in wanted if key in found}


def find_versions(client: Client, name: str, *, prompts: bool = False) -> list[ModelVersion]:
    """Return all versions of one model, or of one prompt, oldest first; aliases are not told."""
    if not _is_plain(name) and '"' in name:  # can't be quoted by any means
        model = read_model(client, name)
        return list(model.latest) if model else []
    mark = '"' if "'" in name else "'"
    wanted = f"name = {mark}{name}{mark}"
    found = _pages(client, _VERSIONS, _among(wanted, prompts=prompts), _VERSIONS_A_PAGE)
    versions = {each.number: each for each in map(ModelVersion.from_json, found)}
    return sorted(versions.values(), key=lambda each: int(each.number))


def list_models(
    client: Client, *, prompts: bool = False, progress: Progress | None = None
) -> Iterator[RegisteredModel]:
    """Yield every registered model once, or every prompt; locks of mlspec are left out.

    Pages are read one by one and not kept: memory holds one page, and the names. A page that moves
    while it is read repeats some and skips others, so all is read again until a pass finds no
    name that was not yielded before. `progress` is told how many there are, page by page.

    Raises:
        RegistryUnavailableError: the server can't be read.
    """

    def pages() -> Iterator[RegisteredModel]:
        found = _pages(client, _MODELS, _PROMPTS if prompts else "", _MODELS_A_PAGE)
        return (each for each in map(RegisteredModel.from_json, found) if not each.is_lock)

    yield from _settled(pages, lambda each: (each.name, ""), progress)


def list_versions(client: Client, *, progress: Progress | None = None) -> Iterator[ModelVersion]:
    """Yield every version of every model once, as `list_models` does; aliases are not told.

    Versions of prompts are among them where the server searches them with the others.
    """

    def pages() -> Iterator[ModelVersion]:
        return map(ModelVersion.from_json, _pages(client, _VERSIONS, "", _VERSIONS_A_PAGE))

    yield from _settled(pages, lambda each: (each.name, each.number), progress)


def _settled(
    read: Callable[[], Iterator[_Value]],
    key_of: Callable[[_Value], Key],
    progress: Progress | None,
) -> Iterator[_Value]:
    """Yield each value once, and read again until nothing new is found."""
    tell = progress or _unheard
    known: set[Key] = set()
    for number in range(_MOST_PASSES):
        before = len(known)
        for each in read():
            key = key_of(each)
            if key not in known:
                known.add(key)
                yield each
                if not len(known) % _TOLD_EVERY:
                    tell(len(known))
        if number and len(known) == before:
            break
    tell(len(known))


def _unheard(_count: int) -> None:
    return None


def _by_name(
    client: Client,
    what: Key,
    names: Iterable[str],
    read: Callable[[Json], _Value],
    *,
    prompts: bool,
) -> Iterator[_Value]:
    for batch in _batches(name for name in names if _is_plain(name)):
        quoted = ",".join(f"'{each}'" for each in batch)
        page = _MODELS_A_PAGE if what is _MODELS else _VERSIONS_A_PAGE
        wanted = _among(f"name IN ({quoted})", prompts=prompts)
        yield from map(read, _pages(client, what, wanted, page))


def _among(wanted: str, *, prompts: bool) -> str:
    """Return a filter that finds prompts: a search leaves them out unless it asks for them."""
    return f"{wanted} AND {_PROMPTS}" if prompts else wanted


def _batches(names: Iterable[str]) -> Iterator[list[str]]:
    """Yield names in as many as fit in one request."""
    batch: list[str] = []
    size = 0
    for name in names:
        length = len(quote(name)) + 3
        if batch and (len(batch) == NAMES or size + length > QUERY_CHARACTERS):
            yield batch
            batch, size = [], 0
        batch.append(name)
        size += length
    if batch:
        yield batch


def _is_plain(name: str) -> bool:
    """Tell whether a name can stand in a list of a filter."""
    return not any(each in name for each in "'\"`\\\n\r")


def _pages(client: Client, what: Key, wanted: str, size: int) -> Iterator[Json]:
    """Yield what all pages of a search hold.

    Raises:
        RefusedError: a page leads to itself.
    """
    path, key = what
    query: list[tuple[str, str | int]] = [("max_results", size)]
    if wanted:
        query.append(("filter", wanted))

    def page(token: str) -> dict[str, Json]:
        return client.get(path, [*query, ("page_token", token)] if token else query)

    return listed(page, key, "next_page_token", f"`{path}` of the MLflow server")
