"""What targets are asked for, as pieces of work that any process can do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from mlspec.ir import Artifact, Bundle, Emitted
from mlspec.targets._parts import parts_of
from mlspec.targets._port import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.targets._parts import Part
    from mlspec.targets._port import Renderer

__all__ = ["Job", "Make", "Reuse", "Spread", "anew", "in_turn", "jobs"]

_PARTS_AT_ONCE = 50

Job = Callable[[], Iterable[Emitted]]
"""A pure piece of work: whoever does it, and when, it gives the same artifacts."""

Spread = Callable[[Sequence[Job], Sequence[Job]], Iterable[Emitted]]
"""Does all jobs; those of the second sequence give plain text, and may be done elsewhere."""


Make = Callable[[], Iterable[Artifact]]
Reuse = Callable[[Target, Bundle, Make], Iterable[Emitted]]
"""Gives the files of a target for a part of a bundle: made, or known from an earlier time."""


def anew(_target: Target, _part: Bundle, make: Make) -> Iterable[Emitted]:
    """Return files as they are made."""
    return make()


def in_turn(here: Sequence[Job], anywhere: Sequence[Job]) -> Iterator[Emitted]:
    """Yield what the jobs give, one after the other."""
    for job in (*here, *anywhere):
        yield from job()


def jobs(
    bundle: Bundle, targets: Iterable[Target], renderer: Renderer, reuse: Reuse = anew
) -> tuple[list[Job], list[Job]]:
    """Return what makes the artifacts of whole targets, and of those that are made in parts.

    Only files of cards are worth to be given by `reuse`.
    """
    here: list[Job] = []
    anywhere: list[Job] = []
    for target in targets:
        found = parts_of(target, bundle)
        if found is None:
            here.append(partial(_emitted, target, bundle, renderer))
            continue
        for start in range(0, len(found), _PARTS_AT_ONCE):
            part = found[start : start + _PARTS_AT_ONCE]
            # To know the files of a model again would take as long as to fill them in.
            known = reuse if target.is_by_card else anew
            anywhere.append(partial(_of_parts, target, part, renderer, known))
    return here, anywhere


def _of_parts(
    target: Target, found: Sequence[Part], renderer: Renderer, reuse: Reuse
) -> Iterator[Emitted]:
    for each in found:
        part = each()
        yield from reuse(target, part, partial(_emitted, target, part, renderer))


def _emitted(target: Target, bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    for each in target.emit(bundle, renderer):
        yield Artifact(each.path, each.content, each.source, target.name, each.patches, each.claims)
