"""A promotion as text and as JSON: what an environment gets, and what comes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.reporting._cells import Style, clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.planning.travel import Promotion

__all__ = ["render_promotion", "render_promotion_json"]


def render_promotion(made: Promotion, *, colour: bool) -> str:
    """Return which version goes where, its artifact, evidence and approvals, and the next step."""
    return "\n".join(_lines(made, colour=colour)) + "\n"


def _lines(made: Promotion, *, colour: bool) -> Iterator[str]:
    travel, target = made.travel, clean(made.environment)
    before = clean(made.before) or "no version"
    if travel.version == made.before:
        yield f"{target} asks for {made.address} {before} already: nothing to write."
        return
    yield f"{made.address} in {target}: {before} -> {clean(travel.version)}"
    for label, value in _facts(made):
        yield f"  {label + ':':<11}{value}"
    yield ""
    if not made.is_written:
        yield "Nothing was written."
        return
    written = f"Written: `releases` of {target} in mlspec.yaml."
    yield Style.GREEN.paint(written, colour=colour)
    yield f"Next: commit it on a branch; mlspec gate run --env {target}; mlspec plan --env {target}"


def _facts(made: Promotion) -> Iterator[tuple[str, str]]:
    travel = made.travel
    yield "from", f"{clean(travel.environment)}, run {clean(travel.run)} of {clean(travel.at)}"
    yield "artifact", clean(travel.digest) or "not pinned by a digest"
    judged = f"{clean(travel.verdict)}, {clean(travel.evidence)}"
    yield "evidence", judged if travel.evidence else "none: it was applied without"
    yield "agreed", ", ".join(map(clean, travel.approvals)) or "nobody had to"


def render_promotion_json(made: Promotion) -> str:
    """Return a promotion as JSON (`mlspec.promotion/1.0`)."""
    travel = made.travel
    document: dict[str, Json] = {
        "format": "mlspec.promotion/1.0",
        "address": made.address,
        "environment": made.environment,
        "from": travel.environment,
        "before": made.before,
        "version": travel.version,
        "artifact": travel.digest,
        "run": travel.run,
        "at": travel.at,
        "evidence": {"digest": travel.evidence, "verdict": travel.verdict},
        "approvals": list(travel.approvals),
        "written": made.is_written,
    }
    return pretty_json(document)
