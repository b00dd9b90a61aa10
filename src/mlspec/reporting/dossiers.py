"""The index of a dossier as JSON and as a page, and the results of policy as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from mlspec.canonical import pretty_json
from mlspec.ir import IndexStatus, ValueStatus
from mlspec.reporting._grounds import ground_json
from mlspec.targets import template_renderer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.canonical import Json
    from mlspec.ir import DossierIndex, IndexPart, IndexPoint, IndexValue
    from mlspec.policy import Result, WaiverUse
    from mlspec.reporting.exports_oscal import Assessed

__all__ = ["Described", "gaps_of", "render_index", "render_index_json", "render_results_json"]

_OPEN = (ValueStatus.MISSING, ValueStatus.STALE, ValueStatus.CONFLICT)
_SIGNS = {
    "present": "✓",
    "incomplete": "△",
    "missing": "○",
    "stale": "△",
    "conflict": "✗",
    "not-applicable": "\u2013",
    "withheld": "\u2013",
}


@dataclass(frozen=True, slots=True)
class Described:
    """A dossier but for its files: what it is about, and which files it has."""

    address: str
    version: str
    environment: str
    day: str
    tool: str
    indexes: tuple[DossierIndex, ...]
    paths: tuple[str, ...]
    notes: tuple[str, ...] = ()


def gaps_of(index: DossierIndex) -> list[tuple[str, IndexValue]]:
    """Return what is missing, stale or contradicted, with the part that asks for it."""
    return [
        (part.id, value)
        for point in index.points
        for part in point.parts
        for value in part.values
        if value.status in _OPEN
    ]


def render_index_json(described: Described) -> str:
    """Return the index as JSON (`mlspec.dossier/1.0`)."""
    return pretty_json(
        {
            "format": "mlspec.dossier/1.0",
            "generator": {"name": "mlspec", "version": described.tool},
            "address": described.address,
            "version": described.version or None,
            "environment": described.environment,
            "day": described.day,
            "lists": [_list(each) for each in described.indexes],
            "files": [*described.paths],
            "notes": [*described.notes],
        }
    )


def _list(index: DossierIndex) -> Json:
    return {
        "name": index.name,
        "title": index.title,
        "text": index.text,
        "cite": index.cite,
        "pack": index.pack,
        "packDigest": index.pack_digest,
        "inForce": index.is_bound,
        "counts": _counts(index),
        "points": [_point(each) for each in index.points],
    }


def _counts(index: DossierIndex) -> dict[str, Json]:
    found = [part.status for point in index.points for part in point.parts]
    return {each.value: found.count(each) for each in IndexStatus}


def _point(point: IndexPoint) -> Json:
    return {
        "id": point.id,
        "title": point.title,
        "status": point.status.value,
        "parts": [_part(each) for each in point.parts],
    }


def _part(part: IndexPart) -> Json:
    return {
        "id": part.id,
        "asks": part.asks,
        "status": part.status.value,
        "values": [_value(each) for each in part.values],
    }


def _value(value: IndexValue) -> Json:
    return {
        "label": value.label,
        "status": value.status.value,
        "text": value.text or None,
        "source": value.source or None,
        "link": value.link or None,
        "how": value.how or None,
        "note": value.note or None,
    }


def render_index(described: Described) -> str:
    """Return the index as a page of HTML, with its styles and without scripts."""
    return template_renderer()(
        "dossier/index.html.j2",
        {
            "tool": described.tool,
            "address": described.address,
            "version": described.version or "no version",
            "environment": described.environment,
            "day": described.day,
            "lists": [_shown_list(each) for each in described.indexes],
            "files": [{"path": each, "href": quote(each)} for each in described.paths],
            "notes": [*described.notes],
        },
    )


def _shown_list(index: DossierIndex) -> dict[str, object]:
    counts = _counts(index)
    return {
        "name": index.name,
        "title": index.title,
        "text": f"{index.text}, {index.cite}",
        "pack": f"{index.pack} {index.pack_digest}",
        "in_force": "bound here" if index.is_bound else "not bound here, so no rule was evaluated",
        "counts": [f"{number} {status}" for status, number in counts.items()],
        "gaps": [_shown_value(value) | {"part": part} for part, value in gaps_of(index)],
        "points": [
            {
                "id": point.id,
                "anchor": f"{index.name}-{point.id}",
                "title": point.title,
                **_marked(point.status.value),
                "parts": [_shown_part(each) for each in point.parts],
            }
            for point in index.points
        ],
    }


def _shown_part(part: IndexPart) -> dict[str, object]:
    values = [_shown_value(each) for each in part.values]
    return {"id": part.id, "asks": part.asks, **_marked(part.status.value), "told": values}


def _shown_value(value: IndexValue) -> dict[str, object]:
    return {
        "label": value.label,
        **_marked(value.status.value),
        "text": value.text,
        "source": value.source,
        "link": value.link,
        "href": quote(value.link),
        "how": value.how,
        "note": value.note,
    }


def _marked(status: str) -> dict[str, object]:
    return {"status": status.replace("-", " "), "mark": status, "sign": _SIGNS[status]}


def render_results_json(assessed: Assessed) -> str:
    """Return what policy says of a resource as JSON (`mlspec.policy-results/1.1`)."""
    return pretty_json(
        {
            "format": "mlspec.policy-results/1.1",
            "address": assessed.address,
            "version": assessed.version or None,
            "environment": assessed.environment,
            "day": assessed.day,
            "packs": [{"name": name, "digest": digest} for name, digest in assessed.packs],
            "results": [*_results(assessed.results)],
        }
    )


def _results(results: Sequence[Result]) -> Iterator[Json]:
    for each in results:
        yield {
            "rule": each.rule,
            "title": each.title,
            "pack": each.pack,
            "outcome": each.outcome.value,
            "severity": each.severity.value,
            "enforcement": each.enforcement.value,
            "message": each.message or None,
            "remediation": each.remediation or None,
            "appliesFrom": each.applies_from or None,
            "facts": [
                {
                    "path": ".".join(map(str, fact.path)),
                    "value": fact.value,
                    "stated": fact.is_stated,
                }
                for fact in each.facts
            ],
            "waiver": _waiver(each.waiver),
            "shown": each.is_shown,
            "grounds": [ground_json(it) for it in each.grounds],
        }


def _waiver(use: WaiverUse | None) -> Json:
    if use is None:
        return None
    return {
        "address": use.address,
        "holds": use.holds,
        "reason": use.reason,
        "expires": use.expires or None,
        "approvedBy": [*use.approved_by],
        "approval": use.approval.value,
    }
