"""What targets are asked for, as pieces of work that any process can do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Artifact, Bundle, Emitted
    from mlspec.targets._port import Renderer, Target

__all__ = ["Job", "Spread", "in_turn", "jobs"]

_CARDS_AT_ONCE = 50

Job = Callable[[], Iterable["Artifact"]]
"""A pure piece of work: whoever does it, and when, it gives the same artifacts."""

Spread = Callable[[Sequence[Job], Sequence[Job]], Iterable["Emitted"]]
"""Does all jobs; those of the second sequence give plain text, and may be done elsewhere."""


def in_turn(here: Sequence[Job], anywhere: Sequence[Job]) -> Iterator[Artifact]:
    """Yield what the jobs give, one after the other."""
    for job in (*here, *anywhere):
        yield from job()


def jobs(
    bundle: Bundle, targets: Iterable[Target], renderer: Renderer
) -> tuple[list[Job], list[Job]]:
    """Return what makes the artifacts of whole targets, and of those that make card by card."""
    here: list[Job] = []
    anywhere: list[Job] = []
    for target in targets:
        if target.is_by_card:
            anywhere += (partial(_emitted, target, part, renderer) for part in _parts(bundle))
        else:
            here.append(partial(_emitted, target, bundle, renderer))
    return here, anywhere


def _parts(bundle: Bundle) -> Iterator[Bundle]:
    for start in range(0, len(bundle.cards), _CARDS_AT_ONCE):
        yield replace(bundle, cards=bundle.cards[start : start + _CARDS_AT_ONCE])


def _emitted(target: Target, bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    for each in target.emit(bundle, renderer):
        yield replace(each, target=target.name)
