"""An inventory as text, CSV, JSON and HTML: every model, and what was not looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlspec.canonical import pretty_json
from mlspec.inventory import Class
from mlspec.reporting import _inventory_words as words
from mlspec.reporting._cells import Style, clean, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.inventory import Gates, Inventory, Row, Sight, Source

__all__ = ["render_inventory", "render_inventory_json"]

_COLUMNS: Final = (
    *("MODEL", "LIVE", "CLASSES", "VERSION", "ENVIRONMENTS", "OWNER", "TIER", "REVIEWED"),
    *("NEXT REVIEW", "GATES", "EVIDENCE", "FINDINGS"),
)
_GRAVE: Final = frozenset(Class) - {Class.OBSERVED, Class.MANAGED}
_SIGHTS: Final = 4


def render_inventory(found: Inventory, *, colour: bool) -> str:
    """Return the counts, one line for each model with where it is, and what was looked at.

    Columns that nothing is known for are left out.
    """
    return "\n".join(_lines(found, colour=colour)) + "\n"


def _lines(found: Inventory, *, colour: bool) -> Iterator[str]:
    yield words.heading(found)
    for name, number in found.counts.items():
        if number:
            told = f"  {number:>6,} {name.value}: {words.CLASSES[name]}"
            yield Style.YELLOW.paint(told, colour=colour and name in _GRAVE)
    yield ""
    yield from _rows(found.chosen, words.shared_systems(found))
    yield "Looked at"
    yield "  the specs"
    yield from (f"  {words.source_words(each)}" for each in found.sources if not each.why_not)
    if found.code_owners:
        yield f"  {clean(found.code_owners)}, for who owns the files of specs"
    left = [each for each in found.sources if each.why_not]
    if left:
        yield "Not looked at"
        yield from (f"  {words.source_words(each)}" for each in left)


def _rows(rows: Sequence[Row], shared: frozenset[str]) -> Iterator[str]:
    if not rows:
        yield "no models or systems"
        yield ""
        return
    cells = [_COLUMNS, *map(_cells, rows)]
    kept = [place for place in range(len(_COLUMNS)) if any(row[place] for row in cells[1:])]
    head, *lines = table([[row[place] or "-" for place in kept] for row in cells])
    yield head
    for row, line in zip(rows, lines, strict=True):
        yield line
        yield from _beside(row, shared)
    yield ""


def _cells(row: Row) -> tuple[str, ...]:
    gates = row.worst_gates
    return (
        words.name_of(row),
        row.standing.value,
        ", ".join(each.value for each in row.classes),
        clean(row.version),
        words.environments_of(row),
        words.owner_of(row.owner),
        words.tier_of(row),
        row.review.last or ("never" if row.review.is_never else ""),
        row.review.next,
        words.gates_of(gates),
        words.evidence_of(gates),
        str(row.findings) if row.findings else "",
    )


def _beside(row: Row, shared: frozenset[str]) -> Iterator[str]:
    for sight in row.sights[:_SIGHTS]:
        yield f"    {words.sight_words(sight, shared)}"
    if len(row.sights) > _SIGHTS:
        yield f"    and {len(row.sights) - _SIGHTS:,} more, see `--format json`"
    if row.provider:
        yield f"    run by {clean(row.provider)}"
    if row.suggestion:
        yield f"    is it {row.suggestion}? Its name is alike, and nothing else says so"


def render_inventory_json(found: Inventory) -> str:
    """Return an inventory as JSON (`mlspec.inventory/1.1`)."""
    counts: dict[str, Json] = {each.value: number for each, number in found.counts.items()}
    return pretty_json(
        {
            "format": "mlspec.inventory/1.1",
            "asOf": found.as_of,
            "env": found.environment or None,
            "codeOwnersFile": found.code_owners or None,
            "counts": counts,
            "rows": len(found.rows),
            "sources": [_source(each) for each in found.sources],
            "models": [_row(each) for each in found.chosen],
        }
    )


def _source(each: Source) -> Json:
    return {
        "name": each.name,
        "system": each.system,
        "wasRead": not each.why_not,
        "whyNot": each.why_not or None,
        "shows": list(each.systems),
        "objects": each.objects,
        "envs": list(each.environments),
        "isLive": each.is_live,
        "isDump": each.is_dump,
        "newest": each.newest or None,
        "remarks": list(each.remarks),
        "unread": [{"source": place, "why": why} for place, why in each.unread],
    }


def _row(row: Row) -> Json:
    return {
        **_texts({"address": row.address, "kind": row.kind, "version": row.version}),
        **_texts({"tier": row.tier, "file": row.file, "provider": row.provider}),
        **_texts({"suggestion": row.suggestion}),
        "name": row.name,
        "standing": row.standing.value,
        "classes": [each.value for each in row.classes],
        "whereLive": [_sight(each) for each in row.sights],
        "environments": [
            {"env": name, "versions": list(versions)} for name, versions in row.environments.items()
        ],
        "applied": [
            {"env": each.environment, "version": each.version, "lifecycle": each.lifecycle}
            for each in row.applied
        ],
        "owner": _owner(row),
        "codeOwners": list(row.code_owners),
        "review": {
            **_texts({"last": row.review.last, "next": row.review.next}),
            "isNever": row.review.is_never,
        },
        "gates": [_gates(each) for each in row.gates],
        "findings": row.findings,
        "lookedAt": list(row.looked),
    }


def _texts(values: Mapping[str, str]) -> dict[str, Json]:
    """Return texts; null for what is not known."""
    return {name: text or None for name, text in values.items()}


def _owner(row: Row) -> Json:
    if not row.owner.name:
        return None
    members: list[Json] = list(row.owner.members)
    return {"name": row.owner.name, "source": row.owner.source, "members": members}


def _gates(each: Gates) -> Json:
    return {
        "env": each.environment,
        "declared": each.declared,
        "passed": each.passed,
        "evidence": each.status,
        "ageDays": each.age_days,
    }


def _sight(each: Sight) -> Json:
    return {
        **_texts({"kind": each.kind, "place": each.place, "version": each.version}),
        "system": each.system,
        "source": each.source,
        "name": each.name,
        "aliases": list(each.aliases),
        "isLive": each.is_live,
    }
