"""Models without the secrets that people wrote into them: a spec is read by everybody."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from mlspec.importing._model import Fact, FoundMetric, FoundModel, FoundServing, Lost
from mlspec.secrets import is_reference, is_secret_name, masked, may_hold_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["without_secrets"]

_Entry = TypeVar("_Entry", Fact, FoundMetric, FoundServing, Lost)

_LEFT_OUT: Final = "left out: it may be a secret"


def without_secrets(found: FoundModel) -> FoundModel:
    """Return a model in which no secret can be read; that one was left out is told.

    Secrets are known by their form, and by the name of the tag that they stand under.
    """
    named = [key for key in found.tags if is_secret_name(key)]
    if not named and not may_hold_secret("\n".join(_texts(found))):
        return found
    hidden = replace(
        found,
        name=masked(found.name),
        facts={masked(key): _fact(key, each) for key, each in found.facts.items()},
        aliases={masked(key): masked(each) for key, each in found.aliases.items()},
        serving=tuple(map(_plain, found.serving)),
        data=tuple(map(masked, found.data)),
        features=tuple(map(masked, found.features)),
        metrics=tuple(map(_plain, found.metrics)),
        tags={masked(key): _value(key, each) for key, each in found.tags.items()},
        lost=tuple(map(_plain, found.lost)),
    )
    if hidden == found:
        return found
    why = "a secret was left out: it was written down, so it has to be replaced by a new one"
    return replace(hidden, lost=(*hidden.lost, Lost(masked(found.name), why)))


def _texts(found: FoundModel) -> Iterator[str]:
    """Yield every text of a model."""
    yield from (found.name, *found.data, *found.features)
    for texts in (found.aliases, found.tags):
        yield from (*texts, *texts.values())
    for entries in (found.facts.values(), found.serving, found.metrics, found.lost):
        for entry in entries:
            yield from _texts_in(entry).values()


def _texts_in(entry: Fact | FoundMetric | FoundServing | Lost) -> dict[str, str]:
    held = ((each.name, getattr(entry, each.name)) for each in fields(entry))
    return {name: value for name, value in held if type(value) is str}


def _plain(entry: _Entry) -> _Entry:
    hidden: dict[str, Any] = {name: masked(text) for name, text in _texts_in(entry).items()}
    return replace(entry, **hidden)


def _fact(key: str, fact: Fact) -> Fact:
    return replace(_plain(fact), value=_value(key.removeprefix("tags."), fact.value))


def _value(key: str, text: str) -> str:
    is_secret = is_secret_name(key) and text.strip() and not is_reference(text)
    return _LEFT_OUT if is_secret else masked(text)
