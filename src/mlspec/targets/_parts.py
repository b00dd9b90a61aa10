"""Parts of a bundle that a target makes files of one by one: a model, or a card.

A part holds what its files may depend on, and nothing else: whatever a target looks at is in it, so
that the same part gives the same files. That holds for every compile, not only for one that has
made them before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import partial
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING

from mlspec.ir import Bundle, FeatureRepo, Pipeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlspec.ir import Card, Monitor, Service
    from mlspec.targets._port import Target

__all__ = ["Part", "parts_of"]

_New = Callable[..., Bundle]
_VALUES, _SOURCE = attrgetter("values"), attrgetter("source")

Part = Callable[[], Bundle]
"""A part that is made when it is asked for: cards are large."""


def parts_of(target: Target, bundle: Bundle) -> Sequence[Part] | None:
    """Return the parts that a target makes files of; None where it needs the whole bundle."""
    if target.is_by_card:
        return _cards(bundle)
    return _models(bundle) if target.is_by_model else None


def _cards(bundle: Bundle) -> list[Part]:
    new, digests = _bare(bundle), dict(bundle.sources)
    return [partial(_card, new, digests, bundle.cards, n) for n in range(len(bundle.cards))]


def _card(new: _New, digests: Mapping[str, str], cards: Sequence[Card], number: int) -> Bundle:
    card = cards[number]
    return new(cards=(card,), sources=_sources(digests, {card.source, *_named(card)}))


def _named(card: Card) -> set[str]:
    """Return the files that values may come from: a source is a place, or several."""
    values = chain.from_iterable(map(_VALUES, card.sections))
    places = ", ".join({*map(_SOURCE, values)}).split(", ")
    return {each.rpartition(":")[0] for each in places}


def _models(bundle: Bundle) -> list[Part]:
    """Return what is watched of each model, in the order in which monitors and services come."""
    new, digests = _bare(bundle), dict(bundle.sources)
    found: dict[str, tuple[list[Monitor], list[Service]]] = {}
    for monitor in bundle.monitors:
        found.setdefault(monitor.model, ([], []))[0].append(monitor)
    for service in bundle.services:
        found.setdefault(service.name, ([], []))[1].append(service)
    return [partial(_model, new, digests, *each) for each in found.values()]


def _model(
    new: _New, digests: Mapping[str, str], monitors: list[Monitor], services: list[Service]
) -> Bundle:
    named = {each.source for each in monitors} | {each.source for each in services}
    sources = _sources(digests, named)
    return new(monitors=tuple(monitors), services=tuple(services), sources=sources)


def _sources(digests: Mapping[str, str], named: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((each, digests[each]) for each in sorted(named) if each in digests)


def _bare(bundle: Bundle) -> _New:
    """Return what makes bundles with what is said of an environment once: no models, and no CI."""
    version = bundle.pipeline.mlspec_version
    pipeline = Pipeline((), "", "", "", "", "", gates=(), mlspec_version=version, source="")
    bare = replace(
        bundle,
        services=(),
        monitors=(),
        cards=(),
        pipeline=pipeline,
        sources=(),
        retrainings=(),
        contracts=(),
        features=FeatureRepo(""),
        on_call=(),
        registrations=(),
    )
    # To replace members would look each of them up again, for every part.
    return partial(Bundle, **{each.name: getattr(bare, each.name) for each in fields(bare)})
