"""What the cells of an inventory say, the same in every format for people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from mlspec.inventory import Class, Standing
from mlspec.reporting._cells import clean, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.inventory import Gates, Inventory, Owner, Row, Sight, Source

__all__ = [
    "CLASSES",
    "STANDINGS",
    "environments_of",
    "evidence_of",
    "gates_of",
    "heading",
    "name_of",
    "next_review",
    "owner_of",
    "shared_systems",
    "sight_words",
    "source_words",
    "tier_of",
]

CLASSES: Final = {
    Class.LIVE_UNDOCUMENTED: "a live source shows it, and no spec documents it",
    Class.DOCUMENTED_DEAD: "the live sources that would show it were read, and none does",
    Class.UNOWNED: "nobody is named who answers for it",
    Class.HOSTED_API: "somebody else runs it",
    Class.TIER_UNKNOWN: "nobody said which risk tier it is of",
    Class.REVIEW_OVERDUE: "the day of its next review is past, or it never had the first",
    Class.OBSERVED: "documented, and not managed",
    Class.MANAGED: "managed by mlspec",
    Class.UNREADABLE: "its spec has errors, so what it says is not known",
}
STANDINGS: Final = {
    Standing.LIVE: "live",
    Standing.PRESENT: "there, and not known to serve",
    Standing.DEAD: "dead",
    Standing.NOT_APPLIED: "never applied",
    Standing.RETIRED: "retired",
    Standing.NOT_LOOKED: "not looked",
}
_SOURCES: Final = {"codeowners": "CODEOWNERS", "label": "by its label"}
_SYSTEMS: Final = {"cluster": "cluster", "mlflow": "MLflow", "mlspec": "mlspec"}
_NO_VERSION: Final = "which version serves is not known"
_NO_TIME: Final = "it carries no time of its own"


def heading(found: Inventory) -> str:
    """Return the day and the environment, and how many rows there are of those that are shown."""
    place = clean(found.environment) or "all environments"
    total = len(found.rows)
    models = "1 model or system" if total == 1 else f"{total:,} models and systems"
    shown = f", {len(found.chosen):,} shown" if len(found.chosen) != total else ""
    return f"Inventory of {place} on {found.as_of}: {models}{shown}"


def name_of(row: Row) -> str:
    """Return the address of a row, or the name that it has where it was seen."""
    return clean(row.address or row.name)


def owner_of(owner: Owner) -> str:
    """Return who answers for a model, and how that is known where no spec says so."""
    source = _SOURCES.get(owner.source, "")
    return clean(f"{owner.name} ({source})" if owner.name and source else owner.name)


def tier_of(row: Row) -> str:
    """Return the risk tier; one that only a live object claims is a guess."""
    return f"{row.tier} (by its label)" if row.tier and not row.file else row.tier


def environments_of(row: Row) -> str:
    """Return the environments with the versions in them."""
    return clean(
        ", ".join(" ".join((name, *versions)) for name, versions in row.environments.items())
    )


def next_review(row: Row) -> str:
    """Return the day of the next review; "" where none is asked for."""
    return "never reviewed" if row.review.is_never and not row.review.next else row.review.next


def gates_of(gates: Gates | None) -> str:
    """Return how many gates pass of those declared; "" where none is."""
    if gates is None:
        return ""
    told = "" if gates.status == "present" else f" ({gates.status})"
    return f"{gates.passed}/{gates.declared}{told}"


def evidence_of(gates: Gates | None) -> str:
    """Return how old the verdicts are; "" where there are none."""
    if gates is None or gates.status == "missing":
        return ""
    return "no date" if gates.age_days is None else counted(gates.age_days, "day")


def shared_systems(found: Inventory) -> frozenset[str]:
    """Return the sorts of objects that more than one source shows."""
    counted_ones = Counter(system for each in found.sources for system in each.systems)
    return frozenset(system for system, number in counted_ones.items() if number > 1)


def sight_words(sight: Sight, shared: frozenset[str] | None = None) -> str:
    """Return where something was seen, and in which version.

    The source is left out where its sort is none of those that several sources show.
    """
    told = [f"{_SYSTEMS.get(sight.system, sight.system)} {sight.name}"]
    told += [", ".join(sight.aliases)] if sight.aliases else []
    told += [f"version {sight.version}"] if sight.version and not sight.aliases else []
    if not sight.is_live:
        told.append(_NO_VERSION if sight.is_registered else "scaled to none")
    told += [f"in {sight.source}"] if shared is None or sight.system in shared else []
    return clean(", ".join(told))


def source_words(source: Source) -> str:
    """Return what a source is, how much it shows, and what of it nobody looked at."""
    if source.why_not:
        return clean(f"{source.name}: {source.why_not}")
    return clean(f"{source.name}: {'; '.join(_facts(source))}")


def _facts(source: Source) -> Iterator[str]:
    systems = f" ({', '.join(source.systems)})" if source.systems else ""
    yield f"{counted(source.objects, 'object')}{systems}"
    if source.is_dump:
        yield f"{_NO_TIME}{f', its newest object is of {source.newest}' if source.newest else ''}"
    if source.is_dump and not source.systems:
        yield "it holds nothing that serves a model; `--system` says what it is a dump of"
    yield from source.remarks
    if source.unread:
        place, why = source.unread[0]
        yield f"{counted(len(source.unread), 'part')} can't be read, such as {place}: {why}"
