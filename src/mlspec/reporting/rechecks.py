"""What a second look at evidence found, as text and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.evidence import EvidenceStatus
from mlspec.reporting._cells import Style, clean, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.evidence import Recheck

__all__ = ["render_rechecks", "render_rechecks_json"]

_REPRODUCED = {None: "", True: "same verdicts again", False: "other verdicts"}


def render_rechecks(found: Sequence[Recheck], *, colour: bool) -> str:
    """Return a line per record, and what is wrong with it."""
    rows = [
        (each.status.value, clean(each.address), each.environment, _told(each)) for each in found
    ]
    lines = table(rows)
    painted = [
        (Style.GREEN if _is_good(each) else Style.RED).paint(line, colour=colour)
        for each, line in zip(found, lines, strict=True)
    ]
    return "\n".join([*painted, ""]) if painted else "no model has gates\n"


def render_rechecks_json(found: Sequence[Recheck]) -> str:
    """Return the records as one JSON document (`mlspec.gate-verify/1.0`)."""
    listed = [
        {
            "address": each.address,
            "environment": each.environment,
            "file": each.file,
            "status": each.status.value,
            "reason": each.reason,
            "isReproduced": each.is_reproduced,
        }
        for each in found
    ]
    return pretty_json({"format": "mlspec.gate-verify/1.0", "records": listed})


def _told(recheck: Recheck) -> str:
    parts = (_REPRODUCED[recheck.is_reproduced], clean(recheck.reason))
    return ": ".join(each for each in parts if each)


def _is_good(recheck: Recheck) -> bool:
    return recheck.status is EvidenceStatus.PRESENT and recheck.is_reproduced is not False
