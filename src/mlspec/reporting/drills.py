"""A fire drill, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence import DrillStatus, write_drill
from mlspec.reporting._cells import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import DrillLink, DrillRecord

__all__ = ["render_drill", "render_drill_json"]

_WORDS = {
    DrillStatus.PROVEN: "proven",
    DrillStatus.FAILED: "FAILED",
    DrillStatus.NOT_PROVEN: "not proven",
    DrillStatus.MISSING: "MISSING",
}
_WIDTH = max(map(len, _WORDS.values()))


def render_drill(record: DrillRecord) -> str:
    """Return one line per link, what to do about each that is not proven, and what follows."""
    drift = f"drill with {record.drift} of strength {record.strength:g}"
    lines = [
        f"{clean(record.subject)} ({record.environment}): {drift}",
        "",
        *(line for each in record.links for line in _link(each)),
        "",
        _summary(record),
    ]
    return "\n".join(lines) + "\n"


def render_drill_json(record: DrillRecord) -> str:
    """Return the record as one JSON document (`mlspec.drill/1.0`)."""
    return write_drill(record)


def _link(link: DrillLink) -> Iterator[str]:
    name = f"{link.id} of {clean(link.trigger)}" if link.trigger else link.id
    yield f"  {_WORDS[link.status]:<{_WIDTH}}  {name}: {clean(link.told)}"
    if link.step:
        yield f"  {'':<{_WIDTH}}  next: {clean(link.step)}"


def _summary(record: DrillRecord) -> str:
    proven = sum(each.status is DrillStatus.PROVEN for each in record.links)
    told = f"{proven} of {len(record.links)} links are proven"
    if record.rehearsed:
        return f"{told}; rehearsed: {', '.join(map(clean, record.rehearsed))}"
    return f"{told}; no trigger is rehearsed"
