"""Targets, versions and the capability table, as text and as JSON."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.reporting._cells import clean, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.canonical import Json
    from mlspec.capabilities import Capability
    from mlspec.targets import Listing

__all__ = ["render_targets", "render_targets_json"]

_CHOICE = "`targets.enabled` of `mlspec.yaml` names those to compile; without it the default ones."


def render_targets(listing: Listing) -> str:
    """Return three tables: what is compiled, which versions are known, who does what.

    `default` stands beside the targets of a workspace that names none.
    """
    lines = ["Targets"]
    lines += _indented(
        [_spoken(each.name), "default" if each.is_default else "", clean(each.summary)]
        for each in listing.targets
    )
    lines += ["", *_indented([[_CHOICE]])]
    lines += ["", "Versions the capabilities were read from"]
    lines += _indented([name, ", ".join(versions)] for name, versions in listing.versions)
    for title, cells in groupby(listing.cells, key=_title):
        lines += ["", title]
        lines += _indented(_row(cell) for cell in cells)
    return "\n".join(lines) + "\n"


def render_targets_json(listing: Listing) -> str:
    """Return the same as JSON (`mlspec.targets/1.0`)."""
    return pretty_json(
        {
            "format": "mlspec.targets/1.0",
            "targets": [
                {"name": _spoken(each.name), "summary": each.summary, "default": each.is_default}
                for each in listing.targets
            ],
            "versions": {name: list(versions) for name, versions in listing.versions},
            "capabilities": [_json(cell) for cell in listing.cells],
        }
    )


def _spoken(name: str) -> str:
    return clean(name.replace("_", "-"))


def _indented(rows: Iterable[list[str]]) -> Iterator[str]:
    return (f"  {row}" for row in table(list(rows)))


def _title(cell: Capability) -> str:
    return f"{cell.backend} ({cell.mode})" if cell.mode else cell.backend


def _row(cell: Capability) -> list[str]:
    return [cell.strategy, cell.support.value, _condition(cell), cell.note]


def _condition(cell: Capability) -> str:
    parts = [f"from {cell.since}"] if cell.since else []
    parts += [f"before {cell.before}"] if cell.before else []
    parts += [f"router {' or '.join(cell.routers)}"] if cell.routers else []
    return ", ".join(parts)


def _json(cell: Capability) -> Json:
    return {
        "backend": cell.backend,
        "mode": cell.mode or None,
        "strategy": cell.strategy,
        "support": cell.support.value,
        "component": cell.component,
        "since": cell.since or None,
        "before": cell.before or None,
        "routers": list(cell.routers),
        "needs": list(cell.needs),
        "note": cell.note,
    }
