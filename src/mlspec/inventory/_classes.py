"""What is said of one model: whether it is live, and its classes.

Nothing is said to be dead because nobody looked: for that a source must have been read that would
show the model, in every environment where it is awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.inventory._joining import CLUSTER
from mlspec.inventory._model import Class, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mlspec.inventory._model import Applied, Documented, Expected, Row, Sight, Source

__all__ = ["classes_of", "looked_at", "standing_of", "standing_of_system"]

_LIVE = "live"


def standing_of(
    documented: Documented | None,
    applied: Sequence[Applied],
    sights: Sequence[Sight],
    sources: Sequence[Source],
) -> Standing:
    """Return whether a model is live; `applied` is what all registries that were read have of it.

    `documented` is None for what only a registry or a live source knows.
    """
    if sights:
        is_live = any(each.is_live for each in sights)
        return Standing.LIVE if is_live else Standing.PRESENT
    if applied and all(each.lifecycle != _LIVE for each in applied):
        return Standing.RETIRED
    if documented is None:
        return Standing.NOT_LOOKED
    return _unseen(documented, sources, is_applied=bool(applied))


def _unseen(documented: Documented, sources: Sequence[Source], *, is_applied: bool) -> Standing:
    """Return why a model that a spec documents is seen nowhere."""
    if documented.is_managed and not is_applied and _has_registries(sources):
        return Standing.NOT_APPLIED
    return Standing.DEAD if _would_be_seen(documented.expected, sources) else Standing.NOT_LOOKED


def standing_of_system(models: Sequence[Standing]) -> Standing:
    """Return whether a system is live: as its liveliest model is, dead only where all are."""
    for each in (Standing.LIVE, Standing.PRESENT):
        if each in models:
            return each
    different = {*models}
    return different.pop() if len(different) == 1 else Standing.NOT_LOOKED


def _has_registries(sources: Iterable[Source]) -> bool:
    records = [each for each in sources if each.system == "mlspec"]
    return bool(records) and not any(each.why_not for each in records)


def _would_be_seen(expected: Sequence[Expected], sources: Sequence[Source]) -> bool:
    """Tell whether a model would be seen, in all places and environments where it is awaited."""
    return bool(expected) and all(
        any(_shows(source, each, environment) for source in sources)
        for each in expected
        for environment in each.environments or ("",)
    )


def looked_at(expected: Iterable[Expected], sources: Iterable[Source]) -> tuple[str, ...]:
    """Return the names of the live sources that would show a model in one of its places."""
    awaited = [*expected]
    return tuple(
        source.name
        for source in sources
        if any(
            _shows(source, each, environment)
            for each in awaited
            for environment in each.environments or ("",)
        )
    )


def _shows(source: Source, expected: Expected, environment: str) -> bool:
    if not source.is_live or source.why_not or expected.system not in source.systems:
        return False
    is_there = not (environment and source.environments) or environment in source.environments
    return is_there and _reaches(source, expected.place)


def _reaches(source: Source, place: str) -> bool:
    """Tell whether a source is of a place, or of a cluster with that namespace.

    A dump of one namespace says nothing of others; one of several is of the whole cluster.
    """
    if source.system != CLUSTER:
        return place in ("", source.name)
    return not place or not source.namespaces or _is_of(source, place)


def _is_of(source: Source, namespace: str) -> bool:
    return namespace in source.namespaces or len(source.namespaces) > 1


def classes_of(row: Row, *, is_documented: bool, is_hosted: bool, as_of: str) -> tuple[Class, ...]:
    """Return the classes of a row on a day, in their order; none of what is retired and gone."""
    if row.standing is Standing.RETIRED:
        return ()
    found = {*_of_documents(row, is_documented=is_documented), *_of_gaps(row)}
    found |= {Class.HOSTED_API} if is_hosted else set()
    if row.review.is_never or (row.review.next and row.review.next < as_of):
        found.add(Class.REVIEW_OVERDUE)
    return tuple(each for each in Class if each in found)


def _of_gaps(row: Row) -> Iterator[Class]:
    """Yield what nobody has said; what a spec with errors says, nobody can tell."""
    if not row.is_readable:
        yield Class.UNREADABLE
        return
    if not row.owner.name:
        yield Class.UNOWNED
    if not row.tier:
        yield Class.TIER_UNKNOWN


def _of_documents(row: Row, *, is_documented: bool) -> Iterator[Class]:
    if not is_documented and row.sights:
        yield Class.LIVE_UNDOCUMENTED
    if is_documented and row.standing is Standing.DEAD:
        yield Class.DOCUMENTED_DEAD
    if row.kind == "ObservedModel":
        yield Class.OBSERVED
    elif is_documented or any(each.lifecycle == _LIVE for each in row.applied):
        yield Class.MANAGED
