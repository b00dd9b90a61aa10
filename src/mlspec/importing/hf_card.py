"""`hf-card`: model cards of Hugging Face, one `README.md` or a folder of them.

Only the front matter says anything: what people write below it is not guessed at. A card is named
by the folder that it lies in, or, in a cache of the Hub, by the model that the folder is named by.
It is never joined to what another system has of the same bytes, for it says more than that has
place for; a service that has them is joined to it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlspec.errors import UsageError
from mlspec.importing._card_metrics import take_metrics
from mlspec.importing._card_place import card_place
from mlspec.importing._front_matter import NoFrontMatterError, front_matter
from mlspec.importing._model import Certainty, FoundModel, Unread
from mlspec.importing._port import Importer
from mlspec.importing._taken import Taken
from mlspec.importing._walk import find_files, location_of, read_start
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.importing._card_place import CardPlace
    from mlspec.importing._front_matter import FrontMatter
    from mlspec.importing._port import Request
    from mlspec.importing._written import Written

__all__ = ["IMPORTER"]

_BYTES: Final = 2 << 20
"""How much of a card is read: its front matter has to end in it."""
_OURS: Final = frozenset(
    {"binary-classification", "multiclass-classification", "ranking", "regression", "text"}
)
_TASKS: Final = {
    "tabular-regression": "regression",
    "text-generation": "text",
    "text-ranking": "ranking",
    "text2text-generation": "text",
}
"""Words of the Hub that mean one of ours; that the model is used so is a guess."""
_TAGS: Final = (
    *("base_model", "base_model_relation", "language", "library_name", "license_link"),
    *("license_name", "metrics", "model_name", "model_type", "new_version", "pipeline_tag", "tags"),
)
_KNOWN: Final = frozenset({*_TAGS, "datasets", "license", "model-index", "model_format"})
_SURE: Final = frozenset({"base_model", "library_name", "license", "model-index", "pipeline_tag"})
"""Keys that make a card of a Markdown file of any name."""
_OTHERS: Final = {
    "dataset_info": "a data set",
    "sdk": "an application",
    "task_categories": "a data set",
}


def read(request: Request) -> Iterator[FoundModel | Unread]:
    """Yield the models that cards tell of, in order of their files, and what could not be read.

    Raises:
        UsageError: there is no such file or folder.
    """
    folder, files, unread = _cards(request.where)
    yield from unread
    location = location_of(request.where, request.root)
    seen: dict[str, str] = {}
    for file, path in files.items():
        found = _read(file, path, card_place(folder, file), location)
        if isinstance(found, FoundModel) and found.name in seen:
            found = Unread(printable(file), f"`{found.name}` is in {seen[found.name]}, too")
        elif isinstance(found, FoundModel):
            seen[found.name] = printable(file)
            request.progress(len(seen))
        if found is not None:
            yield found


def _cards(where: str) -> tuple[Path, Mapping[str, str], list[Unread]]:
    path = Path(where)
    if not path.exists():
        raise UsageError(f"there is no `{where}`", hint="name a `README.md`, or a folder of cards")
    if not path.is_dir():
        folder, name = os.path.split(where)
        return Path(folder).resolve(), {name: where}, []
    found = find_files(where, lambda name: name.lower().endswith(".md"))
    return path.resolve(), found.files, found.unread


def _read(file: str, path: str, place: CardPlace, location: str) -> FoundModel | Unread | None:
    """Return the model of a card; None for a Markdown file that is no card."""
    shown = printable(file)
    if place.refusal:
        return Unread(shown, place.refusal)
    try:
        card = front_matter(file, read_start(path, _BYTES))
    except OSError as error:
        return Unread(shown, error.strerror or "it can't be read")
    except NoFrontMatterError as error:
        return Unread(f"{shown}:{error.line}", error.why) if place.is_named else None
    if not place.is_named and _SURE.isdisjoint(card.root.fields):
        return None
    return _of_another(card.root) or _found(card, shown, place, location)


def _of_another(card: Written) -> Unread | None:
    """Return that a card is that of something else, where it says so."""
    for key, what in _OTHERS.items():
        if key in card.fields:
            return Unread(card.at(key).place, f"`{key}` says that it is the card of {what}")
    return None


def _found(card: FrontMatter, shown: str, place: CardPlace, location: str) -> FoundModel:
    taken = Taken(card.certainty, lost=[*card.lost])
    _take_place(place, shown, taken)
    _take_fields(card.root, taken)
    return FoundModel(
        system="hf-card",
        location=location,
        name=place.name,
        facts=taken.facts,
        data=tuple(taken.data),
        metrics=tuple(taken.metrics),
        tags=taken.tags,
        lost=taken.told(),
    )


def _take_place(place: CardPlace, shown: str, taken: Taken) -> None:
    """Take what the cache of the Hub says by its folders."""
    if not place.revision:
        return
    taken.fact("version", place.revision, shown, Certainty.MAPPED)
    taken.fact("artifact.uri", f"hf://{place.name}", shown, Certainty.MAPPED)
    owner, slash, _ = place.name.partition("/")
    if slash:
        taken.fact("owner", owner, shown, Certainty.GUESSED)


def _take_fields(card: Written, taken: Taken) -> None:
    _take_licence(card, taken)
    _take_task(card.at("pipeline_tag"), taken)
    kind = card.at("model_format")
    taken.fact("artifact.format", kind.text, kind.place)
    for each in _told(card.at("datasets"), taken):
        taken.name_data(each.text, each.place)
    for key in _TAGS:
        texts = [each.text for each in _told(card.at(key), taken)]
        if texts:
            taken.tag(key, ", ".join(texts), card.at(key).place)
    if "model-index" in card.fields:
        take_metrics(card.at("model-index"), taken)
    taken.lose_fields(card, _KNOWN)


def _told(value: Written, taken: Taken) -> list[Written]:
    """Return the scalars of a value, which may be a list; what is nested in it is told."""
    found = [*value.scalars()]
    if len(found) < len(value.items) or isinstance(value.data, dict):
        taken.lose(value.place, f"`{value.path[-1]}` holds more than texts")
    return found


def _take_licence(card: Written, taken: Taken) -> None:
    licence, name = card.at("license"), card.at("license_name")
    texts = [each.text for each in _told(licence, taken)]
    if [each.casefold() for each in texts] == ["other"] and name.text:
        taken.fact("licence", name.text, name.place)
    taken.fact("licence", ", ".join(texts), licence.place)


def _take_task(tag: Written, taken: Taken) -> None:
    word = tag.text
    if word in _OURS:
        taken.fact("task", word, tag.place)
    elif word in _TASKS:
        taken.fact("task", _TASKS[word], tag.place, Certainty.GUESSED)
    elif word:
        taken.lose(tag.place, "this `pipeline_tag` says nothing of the tasks that a spec has")


IMPORTER = Importer(
    "hf-card",
    "Model cards of Hugging Face, one or a folder of them.",
    read,
    "`README.md` and other files of Markdown with the front matter of a model card",
)
