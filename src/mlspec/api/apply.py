"""`apply`: doing exactly what was reviewed, or what would have been planned now."""

from __future__ import annotations

import os
import socket
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mlspec.api._patience import Patience
from mlspec.api.change import PlanOptions, prepare
from mlspec.api.context import context_of, known_evidence, wanted_objects
from mlspec.api.files import read_text
from mlspec.api.session import open_session
from mlspec.planning import (
    ApplyOptions,
    ApplyResult,
    Checkout,
    OnError,
    ScopeMode,
    Stamp,
    StepReport,
    apply_plan,
    read_plan,
    unreviewed,
)
from mlspec.planning.revert import evidence_for, revert_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.planning import Plan
    from mlspec.registry import Backend
    from mlspec.state import BreakGlass
    from mlspec.workspace import Workspace

__all__ = ["ApplyResult", "ApplySettings", "apply", "apply_now"]

LOCK_TIMEOUT_SECONDS = 10.0


def _uninterrupted() -> AbstractContextManager[Callable[[], bool]]:
    return nullcontext(lambda: False)


def _unheard(_step: StepReport) -> None:
    return None


@dataclass(frozen=True, slots=True)
class ApplySettings:
    """How to apply.

    `approvals` is a folder of approvals in place of that of the workspace, `reviews` a file with
    the reviews that a forge knows, `sign_key` signs the checkpoint. `shield` is held while
    something is written: it yields whether somebody asked to stop meanwhile.
    """

    actor: str | None = None
    approvals: Path | None = None
    reviews: Path | None = None
    sign_key: Path | None = None
    on_error: OnError = OnError.STOP
    break_glass: BreakGlass | None = None
    lock_timeout_seconds: float = LOCK_TIMEOUT_SECONDS
    report: Callable[[StepReport], None] = field(default=_unheard, compare=False)
    shield: Callable[[], AbstractContextManager[Callable[[], bool]]] = field(
        default=_uninterrupted, compare=False
    )


def apply(
    plan_file: Path, directory: Path | None = None, settings: ApplySettings | None = None
) -> ApplyResult:
    """Apply a plan file; a plan that was applied before is a success.

    Raises:
        TamperedPlanError, ForeignPlanError: the plan is damaged, or not of this place.
        StalePlanError: what it rests on has moved.
        PolicyDeniedError, EvidenceMissingError: an operation is blocked, or approvals are missing.
        RegistryLockedError, RegistryUnavailableError: the registry can't be written.
        InterruptedRunError: it was asked to stop.
        SpecInvalidError, UsageError: the workspace can't be read.
    """
    reviewed = read_plan(read_text(plan_file), str(plan_file))
    return _apply(reviewed, open_session(directory), settings or ApplySettings())


def apply_now(
    environment: str | None, directory: Path | None = None, settings: ApplySettings | None = None
) -> ApplyResult:
    """Plan and apply in one, for environments where nobody has to agree. Errors as of `apply`."""
    planned = prepare(directory, environment, PlanOptions())
    return _apply(planned.plan, planned.session, settings or ApplySettings())


def _apply(plan: Plan, session: Session, settings: ApplySettings) -> ApplyResult:
    workspace = session.environment(plan.environment)
    backend = session.backend(workspace.environment)
    stamp = Stamp(settings.actor or _user(), datetime.now(UTC).isoformat(timespec="seconds"))
    checkout = _checkout(plan, session, workspace, backend)
    options = ApplyOptions(
        on_error=settings.on_error,
        break_glass=settings.break_glass,
        owner=_owner(stamp),
        report=settings.report,
    )
    with settings.shield() as interrupted:
        patience = Patience(settings.lock_timeout_seconds, interrupted)
        options = replace(options, interrupted=interrupted, wait=patience.wait)
        result = apply_plan(plan, backend, checkout, stamp, options)
    return replace(result, notices=unreviewed(backend.runs()))


def _checkout(plan: Plan, session: Session, workspace: Workspace, backend: Backend) -> Checkout:
    """Return what is checked out; for a revert, what the registry held before."""
    desired, evidence = wanted_objects(session, workspace), known_evidence(session, workspace)
    context = context_of(session, workspace)
    if plan.scope.mode is not ScopeMode.REVERT:
        return Checkout(desired, context, evidence)
    revert = revert_of(backend, plan.scope.reverts, context)
    return Checkout(revert.desired, revert.context, evidence_for(revert.desired, desired, evidence))


def _owner(stamp: Stamp) -> str:
    return f"{stamp.actor}, process {os.getpid()} on {socket.gethostname()}, since {stamp.at}"


def _user() -> str:
    from getpass import getuser

    try:
        return getuser()
    except (KeyError, OSError):  # no password entry for this user id
        return "unknown"
