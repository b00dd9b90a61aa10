"""An inventory as one page of HTML that asks nothing of the network and has no scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlspec import __version__
from mlspec.inventory import Class
from mlspec.reporting import _inventory_words as words
from mlspec.reporting._cells import clean
from mlspec.targets import template_renderer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.inventory import Inventory, Row

__all__ = ["render_inventory_html"]

_GRAVE: Final = (Class.LIVE_UNDOCUMENTED, Class.DOCUMENTED_DEAD, Class.UNOWNED)
_PLAIN: Final = (Class.OBSERVED, Class.MANAGED)
_SIGHTS: Final = 20


def render_inventory_html(found: Inventory) -> str:
    """Return a page: what was looked at, the counts of classes, and all that is known of each."""
    shared = words.shared_systems(found)
    counts = [
        {"name": each.value, "what": words.CLASSES[each], "count": f"{n:,}", "sign": _sign(each)}
        for each, n in found.counts.items()
        if n
    ]
    return template_renderer()(
        "inventory/inventory.html.j2",
        {
            "generator": f"mlspec {__version__}",
            "title": words.heading(found),
            "place": clean(found.environment) or "all environments",
            "as_of": found.as_of,
            "counts": counts,
            "looked": [words.source_words(each) for each in found.sources if not each.why_not],
            "code_owners": clean(found.code_owners),
            "not_looked": [words.source_words(each) for each in found.sources if each.why_not],
            "rows": [_row(each, shared) for each in found.chosen],
        },
    )


def _sign(name: Class) -> str:
    if name in _GRAVE:
        return "grave"
    return "plain" if name in _PLAIN else "doubt"


def _row(row: Row, shared: frozenset[str]) -> Mapping[str, object]:
    more = len(row.sights) - _SIGHTS
    return {
        "name": words.name_of(row),
        "kind": row.kind,
        "standing": words.STANDINGS[row.standing],
        "file": clean(row.file),
        "classes": [{"name": each.value, "sign": _sign(each)} for each in row.classes],
        "sights": [words.sight_words(each, shared) for each in row.sights[:_SIGHTS]],
        "more": f"and {more:,} more" if more > 0 else "",
        "facts": [{"label": label, "text": text} for label, text in _facts(row) if text],
    }


def _facts(row: Row) -> Iterator[tuple[str, str]]:
    gates = row.worst_gates
    yield "version", clean(row.version)
    yield "environments", words.environments_of(row)
    yield "owner", words.owner_of(row.owner)
    yield "code owners", clean(", ".join(row.code_owners))
    yield "tier", words.tier_of(row)
    yield "run by", clean(row.provider)
    yield "last review", row.review.last
    yield "next review", words.next_review(row)
    yield "gates passed", words.gates_of(gates)
    yield "evidence", words.evidence_of(gates)
    yield "open findings", "" if row.findings is None else f"{row.findings:,}"
    yield "looked at", clean(", ".join(row.looked))
    yield "may be", row.suggestion
