"""Applies past approvals, expiry or a freeze: what every report says until one is reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.state import RunRecord

__all__ = ["notice_of", "unreviewed"]

_MOST_CHARACTERS = 200


def unreviewed(runs: Iterable[RunRecord]) -> tuple[str, ...]:
    """Return one line per break-glass run that nobody else has looked at, in order of the runs.

    Every report of the environment starts with them.
    """
    return tuple(notice_of(run) for run in runs if _is_unreviewed(run))


def notice_of(run: RunRecord) -> str:
    """Return what to say of a break-glass run: how to end it, who, as what, when, and why.

    What somebody wrote comes last and is bounded: reports cut lines, and that must never hide
    that nobody has looked. Why the plan could not be applied as it was is not known here: it may
    have lacked approvals, have expired, or been frozen.
    """
    glass = run.break_glass
    role, reason = (glass.role, glass.reason) if glass else ("", "")
    return (
        f"BREAK GLASS: run {run.run_id} is not reviewed (`mlspec review {run.run_id}`): applied by "
        f"{_bounded(run.actor)} as {role} at {run.at} past what its plan needed: {_bounded(reason)}"
    )


def _bounded(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 3]}..."


def _is_unreviewed(run: RunRecord) -> bool:
    return run.break_glass is not None and not run.break_glass.reviewed_by
