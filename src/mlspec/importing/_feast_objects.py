"""What a feature repository has that a model reads: views, and services that choose of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from mlspec.importing._model import Certainty, Fact, FoundModel, Lost

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Choice", "Service", "View", "found_model", "lost_views"]

_LONGEST = 600
_MOST = 5_000
_SHOWN = 3


@dataclass(frozen=True)
class View:
    """Features of entities. `columns` is None where they are computed, or inferred from the data.

    `about` is what else is said of it, in words; `data` are the sources behind it, by name.
    """

    name: str
    place: str
    kind: str = "feature view"
    columns: tuple[str, ...] | None = None
    data: tuple[str, ...] = ()
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """What a service takes of a view. `columns` is None where nobody can tell them.

    `is_told` is False where `view` is only the text of an expression.
    """

    view: str
    columns: tuple[str, ...] | None
    place: str
    data: tuple[str, ...] = ()
    is_told: bool = True
    source: View | None = None


@dataclass(frozen=True)
class Service:
    """A feature service: what one model reads, as one does it usually."""

    project: str
    name: str
    place: str
    choices: tuple[Choice, ...]
    texts: Mapping[str, Fact] = field(default_factory=dict)
    """`description` and `owner`, where they are said."""
    tags: Mapping[str, str] = field(default_factory=dict)
    lost: tuple[Lost, ...] = ()


def found_model(service: Service) -> FoundModel:
    """Return the model that reads a service; that there is one, and of this name, is a guess."""
    every = ((name, each) for each in service.choices for name in _features(each))
    features = list(islice(every, _MOST))
    more = (Lost(service.place, f"only {_MOST:,} features are read"),) if next(every, None) else ()
    data = tuple(dict.fromkeys(n for each in service.choices for n in each.data if n.strip()))
    return FoundModel(
        system="feast",
        location=service.project,
        name=service.name,
        facts=_facts(service, features),
        data=data,
        features=tuple(dict.fromkeys(name for name, _ in features)),
        tags=service.tags,
        lost=(*service.lost, *more, *_untold(service)),
    )


def _facts(service: Service, features: list[tuple[str, Choice]]) -> dict[str, Fact]:
    facts = {"origins.name": Fact(service.name, service.place, Certainty.GUESSED)}
    facts |= service.texts
    owner = None if "owner" in facts else _owner(service)
    if owner is not None:
        facts["owner"] = owner
    for at, (name, each) in enumerate(features):
        sure = Certainty.MAPPED if each.is_told else Certainty.GUESSED
        facts[f"features[{at}]"] = Fact(name, each.place, sure)
    data = {name: each.place for each in service.choices for name in each.data if name.strip()}
    for at, (name, place) in enumerate(data.items()):
        facts[f"data[{at}]"] = Fact(name, place)
    tags = service.tags.items()
    return facts | {f"tags.{key}": Fact(value, service.place) for key, value in tags}


def _owner(service: Service) -> Fact | None:
    for name in ("owner", "team"):
        if value := service.tags.get(name, "").strip():
            return Fact(value, f"{service.place} tag {name}", Certainty.GUESSED)
    return None


def _features(choice: Choice) -> list[str]:
    """Return features as the store calls them, `view:feature`; `view:*` for those not listed."""
    columns = ("*",) if choice.columns is None else choice.columns
    return [f"{choice.view}:{column}" for column in columns]


def _untold(service: Service) -> Iterator[Lost]:
    for each in service.choices:
        if not each.is_told:
            named = ", ".join(f"`{name}`" for name in _features(each)[:_SHOWN])
            told = f"what {named} is can't be told without running it"
            yield Lost(each.place, told)
        elif each.columns is None:
            told = f"the features of `{each.view}` are not listed: a registry may know them"
            yield Lost(each.place, told)


def lost_views(views: tuple[View, ...], services: tuple[Service, ...]) -> Iterator[Lost]:
    """Yield every view: what it is made of has no place in a spec of a model."""
    readers: dict[tuple[str, str], list[str]] = {}
    for service in services:
        for each in service.choices:
            if each.source is not None:
                readers.setdefault((each.source.place, each.source.name), []).append(
                    f"`{service.name}`"
                )
    for view in views:
        named = readers.get((view.place, view.name), ())
        read = ", ".join(dict.fromkeys(named)) or "no service"
        about = "".join(f"; {each}" for each in view.about)
        told = f"the {view.kind} `{view.name}`, read by {read}{about}"
        yield Lost(view.place, told if len(told) <= _LONGEST else told[:_LONGEST] + " ...")
