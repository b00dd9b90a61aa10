"""Applies past approvals, expiry or a freeze: what every report says until one is reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.state import BreakGlass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.state import PassedOver, RunRecord

__all__ = ["notice_of", "passed_over_text", "unreviewed"]

_MOST_CHARACTERS = 200


def unreviewed(runs: Iterable[RunRecord]) -> tuple[str, ...]:
    """Return one line per break-glass run that nobody else has looked at, in order of the runs.

    Every report of the environment starts with them.
    """
    return tuple(notice_of(run) for run in runs if _is_unreviewed(run))


def notice_of(run: RunRecord) -> str:
    """Return what to say of a break-glass run: how to end it, who, as what, when, past what, why.

    What somebody wrote comes last and is bounded: reports cut lines, and that must never hide
    that nobody has looked.
    """
    glass = run.break_glass or BreakGlass("", "")
    past = _bounded(passed_over_text(glass.passed_over))
    return (
        f"BREAK GLASS: run {run.run_id} is not reviewed (`mlspec review {run.run_id} --env "
        f"{run.environment} --as NAME --role ROLE --comment TEXT`): applied by "
        f"{_bounded(run.actor)} as {glass.role} at {run.at} past what its plan needed ({past}): "
        f"{_bounded(glass.reason)}"
    )


def passed_over_text(passed: PassedOver) -> str:
    """Return what would have stopped a run that broke the glass, in a few words."""
    told = [
        *(f"{each.count} x {each.role} missing" for each in passed.approvals),
        *(["its authors are not known"] if passed.authors_unknown else []),
        *([f"expired at {passed.expired_at}"] if passed.expired_at else []),
        *(f"frozen by `{each}`" for each in passed.freezes),
        *(f"denied by {each}" for each in passed.rules),
    ]
    return ", ".join(told) or "nothing would have stopped it"


def _bounded(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 3]}..."


def _is_unreviewed(run: RunRecord) -> bool:
    return run.break_glass is not None and not run.break_glass.reviewed_by
