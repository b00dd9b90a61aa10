"""Whether a plan may be applied now: nothing blocks it, nothing is frozen, enough people agreed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mlspec.errors import (
    ApprovalsMissingError,
    EvidenceMissingError,
    ExitCode,
    MlspecError,
    PolicyDeniedError,
    TamperedPlanError,
)
from mlspec.planning._checks import AGAIN, AGAIN_FROM_NOW, shortened
from mlspec.planning._evidence import DENIED, gravest
from mlspec.planning._expiry import has_passed, is_too_long
from mlspec.planning._model import BlockCode, Level
from mlspec.planning.approvers import meant
from mlspec.state import LackingApprovals, PassedOver

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlspec.planning._authority import Authority
    from mlspec.planning._model import Freeze, Operation, Requirement
    from mlspec.planning._plan import Plan
    from mlspec.state import BreakGlass

__all__ = [
    "behind_denials",
    "error_of_blocks",
    "passed_over",
    "require_credible_end",
    "require_in_time",
    "require_role",
    "require_thawed",
]

_STEPS = {
    BlockCode.EVIDENCE_UNSIGNED: "run `mlspec gate run --sign KEY`",
    BlockCode.PROFILE_UNSIGNED: "run `mlspec gate profile DATA --out FILE --sign KEY` and "
    "`mlspec gate run`",
}
_EXITS = {
    BlockCode.GATE_FAILED: ExitCode.GATE_FAILED,
    BlockCode.GATE_NOT_EVALUATED: ExitCode.GATE_NOT_EVALUATED,
    BlockCode.GATE_INCONCLUSIVE: ExitCode.GATE_INCONCLUSIVE,
    BlockCode.EVIDENCE_MISSING: ExitCode.EVIDENCE_MISSING,
    BlockCode.EVIDENCE_STALE: ExitCode.EVIDENCE_MISSING,
    BlockCode.EVIDENCE_UNSIGNED: ExitCode.EVIDENCE_MISSING,
    BlockCode.EVIDENCE_UNCHECKED: ExitCode.EVIDENCE_MISSING,
    BlockCode.PROFILE_UNSIGNED: ExitCode.EVIDENCE_MISSING,
}


def error_of_blocks(
    operations: Iterable[Operation], faults: Sequence[str] = ()
) -> MlspecError | None:
    """Return the error of operations of which some are blocked; None where none is.

    What blocks several alike is told once; `faults` are what is wrong with packs, told first.

    The exit code tells the gravest reason: a guard or a budget (5), a gate that fails (7), was
    not evaluated (9) or is inconclusive (8), evidence that is missing or stale (6).
    """
    blocked = [each for each in operations if each.blocked]
    if not blocked:
        return None
    decisive = gravest(each.blocked for each in blocked if each.blocked).code
    details = (*faults, *shortened(_blocked_lines(blocked)))
    count = f"{len(blocked)} operation{'s are' if len(blocked) > 1 else ' is'} blocked"
    message = f"nothing was applied: {count}"
    if decisive in DENIED:
        return PolicyDeniedError(message, details=details)
    step = _STEPS.get(decisive, "run `mlspec gate run`")
    error = EvidenceMissingError(message, details=details, hint=f"{step}, then make the plan again")
    error.exit_code = _EXITS[decisive]
    return error


def behind_denials(error: MlspecError, operations: Iterable[Operation]) -> MlspecError:
    """Return an error that approvals would mend, told with the denials that none of them mends.

    Nobody is sent for approvals of what can't be applied; without a denial the error stands alone.
    """
    denied = [each for each in operations if each.blocked and each.blocked.code in DENIED]
    first = error_of_blocks(denied)
    if first is None:
        return error
    beside = (f"beside that, {error}", *error.details)
    return PolicyDeniedError(
        str(first),
        details=(*first.details, *beside),
        hint="mend what is denied and make the plan again; approvals are of a plan that can go",
    )


def require_thawed(operations: Sequence[Operation], freezes: Iterable[Freeze], now: str) -> None:
    """Require that no freeze window is open that forbids a level among the operations.

    Raises:
        PolicyDeniedError: one is; the details name it.
    """
    level = _highest(operations)
    closed = [
        f"`{each.id}` until {each.end}: {each.reason} (up to {each.allow.value} goes through)"
        for each in _forbidding(level, freezes, now)
    ]
    if closed:
        raise PolicyDeniedError(
            f"nothing was applied: changes of level {level.value} are frozen now",
            details=tuple(closed),
            hint="apply it after the window; in an emergency, with `--break-glass`",
        )


def passed_over(
    plan: Plan,
    missing: Iterable[Requirement],
    operations: Sequence[Operation],
    freezes: Iterable[Freeze],
    now: str,
    *,
    has_authors: bool,
) -> PassedOver:
    """Return what would stop a plan now: what breaking the glass passes over.

    `missing` are the approvals that it lacks; `has_authors` tells whether authors are known.
    """
    lacking: Counter[str] = Counter()
    for each in missing:
        lacking[each.role] += each.count
    closed = _forbidding(_highest(operations), freezes, now)
    return PassedOver(
        approvals=tuple(LackingApprovals(role, lacking[role]) for role in sorted(lacking)),
        expired_at=plan.expires_at if has_passed(plan.expires_at, now) else "",
        freezes=tuple(sorted(each.id for each in closed)),
        authors_unknown=bool(plan.required_approvals) and not has_authors,
    )


def _highest(operations: Iterable[Operation]) -> Level:
    return max((each.risk.level for each in operations), key=_rank, default=Level.NONE)


def _forbidding(level: Level, freezes: Iterable[Freeze], now: str) -> list[Freeze]:
    return [each for each in freezes if _is_open(each, now) and level.rank > each.allow.rank]


def _rank(level: Level) -> int:
    return level.rank


def _is_open(freeze: Freeze, now: str) -> bool:
    return has_passed(freeze.start, now) and not has_passed(freeze.end, now)


def require_credible_end(plan: Plan, now: str, commit: str) -> None:
    """Require that planning has set the end of the plan; where there is a commit, by its time.

    Raises:
        TamperedPlanError: it is good for longer than any plan of its level that was made by now.
    """
    has_end = plan.require_approvals and plan.has_changes and bool(commit)
    is_endless = has_end and not plan.expires_at
    if is_endless or is_too_long(plan.expires_at, plan.summary.max_risk, now):
        raise TamperedPlanError(
            "the plan is good for longer than any of its level: planning did not set this",
            details=(f"it says: until {plan.expires_at or 'for ever'}; it is {now} now",),
            hint=AGAIN.format(env=plan.environment),
        )


def require_in_time(plan: Plan, now: str) -> None:
    """Require that the plan has not expired.

    Raises:
        ApprovalsMissingError: it has.
    """
    if has_passed(plan.expires_at, now):
        raise ApprovalsMissingError(
            f"nothing was applied: the plan expired at {plan.expires_at}",
            details=(f"what reviewers looked at may have moved since; it is {now} now",),
            hint=AGAIN_FROM_NOW.format(env=plan.environment),
        )


def require_role(actor: str, glass: BreakGlass, authority: Authority) -> None:
    """Require that who breaks the glass holds the role, by the teams of the registry.

    Raises:
        PolicyDeniedError: they do not.
    """
    held = sorted(authority.roles_of(actor))
    if glass.role not in held:
        raise PolicyDeniedError(
            f"nothing was applied: `{actor}` does not hold the role `{glass.role}`",
            details=(f"by the teams in the registry: {', '.join(held) or 'no role'}",),
            hint=meant(actor, glass.role, authority)
            or "`--break-glass` takes a role that its user holds, see `kind: Team`; `--as NAME` "
            "says who you are",
        )


def _blocked_lines(operations: Iterable[Operation]) -> list[str]:
    """Return a line for each reason, with the first address that it blocks and how many more."""
    blocked: dict[str, list[str]] = {}
    for each in operations:
        blocked.setdefault(each.blocked.reason if each.blocked else "", []).append(each.address)
    return [f"{_first(addresses)}: {reason}" for reason, addresses in blocked.items()]


def _first(addresses: Sequence[str]) -> str:
    rest = len(addresses) - 1
    return f"`{addresses[0]}`" + (f" and {rest} more" if rest else "")
