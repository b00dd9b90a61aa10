"""Applies without the approvals they need: what every report says until one is reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.state import RunRecord

__all__ = ["notice_of", "unreviewed"]


def unreviewed(runs: Iterable[RunRecord]) -> tuple[str, ...]:
    """Return one line per break-glass run that nobody else has looked at, in order of the runs.

    Every report of the environment starts with them.
    """
    return tuple(notice_of(run) for run in runs if _is_unreviewed(run))


def notice_of(run: RunRecord) -> str:
    """Return what to say of a break-glass run: who, as what, when, why, and how to end it."""
    glass = run.break_glass
    role, reason = (glass.role, glass.reason) if glass else ("", "")
    return (
        f"BREAK GLASS: run {run.run_id} was applied by {run.actor} as {role} at {run.at} without "
        f"the approvals it needs: {reason} (not reviewed: `mlspec review {run.run_id}`)"
    )


def _is_unreviewed(run: RunRecord) -> bool:
    return run.break_glass is not None and not run.break_glass.reviewed_by
