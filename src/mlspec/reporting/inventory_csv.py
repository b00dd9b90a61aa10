"""An inventory as CSV, safe to open in a spreadsheet: no cell of it is a formula.

Models come first; then lines of what was looked at and what was not, told apart by `record`.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from mlspec.reporting import _inventory_words as words
from mlspec.reporting._cells import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.inventory import Inventory, Row

__all__ = ["render_inventory_csv"]

_COLUMNS: Final = (
    *("record", "as_of", "address", "name", "kind", "standing", "classes", "where_live"),
    *("environments", "version", "owner", "owner_source", "code_owners", "tier", "last_review"),
    *("next_review", "gates_declared", "gates_passed", "evidence", "evidence_age_days"),
    *("open_findings", "provider", "looked_at", "suggestion", "file", "remarks"),
)
_FORMULA: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a formula of a cell, in both widths; rule: OWASP, "CSV Injection"."""
_BLIND: Final = "nothing was read that would show it"

_Cell = str | int | None


def render_inventory_csv(found: Inventory) -> str:
    """Return an inventory with a header line; every text is quoted, control characters escaped."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(_COLUMNS)
    for row in _records(found):
        cells: dict[str, _Cell] = {"as_of": found.as_of, **row}
        writer.writerow([_safe(cells.get(name)) for name in _COLUMNS])
    return target.getvalue()


def _records(found: Inventory) -> Iterator[Mapping[str, _Cell]]:
    yield from map(_model, found.chosen)
    for each in found.sources:
        record = "not-looked-at" if each.why_not else "looked-at"
        told = words.source_words(each).removeprefix(f"{clean(each.name)}: ")
        yield {"record": record, "name": each.name, "kind": each.system, "remarks": told}


def _model(row: Row) -> Mapping[str, _Cell]:
    gates = row.worst_gates
    return {
        "record": "model",
        "address": row.address,
        "name": row.name,
        "kind": row.kind,
        "standing": row.standing.value,
        "classes": " ".join(each.value for each in row.classes),
        "where_live": "; ".join(map(words.sight_words, row.sights)),
        "environments": words.environments_of(row),
        "version": row.version,
        "owner": row.owner.name,
        "owner_source": row.owner.source,
        "code_owners": " ".join(row.code_owners),
        "tier": row.tier,
        "last_review": row.review.last or ("never" if row.review.is_never else ""),
        "next_review": row.review.next,
        "gates_declared": gates.declared if gates else 0,
        "gates_passed": gates.passed if gates else 0,
        "evidence": gates.status if gates else "",
        "evidence_age_days": gates.age_days if gates else None,
        "open_findings": row.findings,
        "provider": row.provider,
        "looked_at": "; ".join(row.looked) or ("" if row.sights else _BLIND),
        "suggestion": row.suggestion,
        "file": row.file,
    }


def _safe(cell: _Cell) -> str | int:
    """Return a cell that no spreadsheet computes: a text that looks like a formula is quoted."""
    if isinstance(cell, int):
        return cell
    text = clean(cell or "")
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text
