"""`apply`: doing exactly what was reviewed, or what would have been planned now."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from mlspec.api._patience import Patience
from mlspec.api._signing import signing_with
from mlspec.api._stamp import owner_of, stamp_of
from mlspec.api.approvals import ApprovalSources, KnownApprovals, known_approvals
from mlspec.api.change import PlanOptions, prepare
from mlspec.api.context import context_of, wanted_objects
from mlspec.api.files import read_text
from mlspec.api.item_records import kept_items
from mlspec.api.known_evidence import kept_records, known_evidence, terms_in
from mlspec.api.law import law_of, under_registry
from mlspec.api.naming import require_same_registry
from mlspec.api.origin import authors_of, commits_recorded, is_at
from mlspec.api.publish import publication
from mlspec.api.session import open_session
from mlspec.errors import ApprovalsMissingError
from mlspec.planning import (
    ApplyOptions,
    ApplyResult,
    Checkout,
    OnError,
    ScopeMode,
    StepReport,
    apply_plan,
    read_plan,
    unreviewed,
)
from mlspec.planning.approvals import (
    needed_text,
    recorded_teams,
    ruling_snapshot,
    trust_in_force,
)
from mlspec.planning.law_then import reverted
from mlspec.planning.revert import revert_of
from mlspec.planning.revert_evidence import revert_evidence
from mlspec.planning.views import read_facts
from mlspec.vcs import Authors, head_commit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from mlspec.api.known_evidence import EvidenceTerms
    from mlspec.api.session import Session
    from mlspec.ledger import Approval
    from mlspec.ledger.item_facts import ItemFact
    from mlspec.planning import Desired, Law, Plan, PlanContext, Stamp
    from mlspec.registry import Backend
    from mlspec.state import BreakGlass, RunRecord, Snapshot, Statement
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
    """Plan and apply in one, where nobody has to agree. Errors as of `apply`.

    What approvals are required for is never applied so: nobody has seen the plan, whatever
    approvals would carry over to it, and whoever breaks the glass names the plan.
    """
    planned = prepare(directory, environment, PlanOptions())
    _require_unasked(planned.plan)
    return _apply(planned.plan, planned.session, settings or ApplySettings())


def _require_unasked(plan: Plan) -> None:
    if plan.required_approvals:
        raise ApprovalsMissingError(
            "nothing was applied: `--auto` is for where nobody has to agree",
            details=tuple(f"needs {needed_text(each)}" for each in plan.required_approvals),
            hint=f"`mlspec plan --env {plan.environment} --out PLAN`, `mlspec approve PLAN`, then "
            "`mlspec apply PLAN`",
        )


def _apply(plan: Plan, session: Session, settings: ApplySettings) -> ApplyResult:
    desk = _Desk(plan, session, session.environment(plan.environment), stamp_of(settings.actor))
    require_same_registry(session, plan.environment)
    known, checkout = desk.known(settings), desk.checkout()
    items, papers = desk.items()
    options = ApplyOptions(
        approvals=known.approvals,
        statements=known.statements,
        records=(*kept_records(session, desk.workspace, checkout.evidence or {}), *papers),
        items=items,
        on_error=settings.on_error,
        break_glass=settings.break_glass,
        publication=publication(session, desk.workspace) if desk.publishes else None,
        owner=owner_of(desk.stamp),
        commit=_commit(session, checkout),
        report=settings.report,
        sign=signing_with(settings.sign_key) if settings.sign_key else None,
    )
    with settings.shield() as interrupted:
        patience = Patience(settings.lock_timeout_seconds, interrupted)
        options = replace(options, interrupted=interrupted, wait=patience.wait)
        try:
            result = apply_plan(plan, desk.backend, checkout, desk.stamp, options)
        except ApprovalsMissingError as error:
            error.details += tuple(
                f"does not count: {each.source}: {each.reason}" for each in known.refused
            )
            raise
    approvals = _agreed(desk.backend, result.run)
    return replace(result, notices=unreviewed(desk.backend.runs()), approvals=approvals)


def _agreed(backend: Backend, run: RunRecord | None) -> tuple[Approval, ...]:
    """Return the approvals that a run rests on, as its statement says."""
    kept = backend.statements([run.statement]) if run else {}
    return tuple(each for _, facts in read_facts(kept) for each in facts.approvals)


@dataclass(frozen=True)
class _Desk:
    """A plan on the table, and all that is read for it before the registry is held."""

    plan: Plan
    session: Session
    workspace: Workspace
    stamp: Stamp

    @cached_property
    def backend(self) -> Backend:
        return self.session.backend(self.workspace.environment)

    @property
    def publishes(self) -> bool:
        """Whether the registry holds all that is checked out afterwards, and only then."""
        return self.plan.scope.mode is ScopeMode.FULL and self.plan.has_changes

    def known(self, settings: ApplySettings) -> KnownApprovals:
        """Return the approvals that are there, where any decide."""
        if not self.asks_who_agreed:
            return KnownApprovals()
        trust = trust_in_force(self.backend, wanted_objects(self.session, self.workspace))
        sources = ApprovalSources(settings.approvals, settings.reviews)
        return known_approvals(self.session, self.plan, self.backend, trust, self.stamp.at, sources)

    @cached_property
    def law(self) -> Law:
        """The policy packs in force, on what is checked out."""
        return law_of(self.session, self.workspace)

    @property
    def asks_who_agreed(self) -> bool:
        """Whether approvals decide: the plan needs some, or a rule of policy reads them."""
        return bool(self.plan.required_approvals) or self.law.asks_who_agreed

    @cached_property
    def desired(self) -> Mapping[str, Desired]:
        """All objects that the workspace wants."""
        return wanted_objects(self.session, self.workspace)

    @cached_property
    def people(self) -> Authors:
        """Who made the change."""
        return self._authors()

    @cached_property
    def terms(self) -> EvidenceTerms:
        """The terms of evidence that are in force in the registry."""
        return terms_in(self.ruled, self.desired, self.context, self.backend)

    @cached_property
    def ruled(self) -> Snapshot:
        """What the registry holds, with the bodies of what rules."""
        return ruling_snapshot(self.backend)

    @cached_property
    def context(self) -> PlanContext:
        """What a plan rests on besides the specs."""
        found = context_of(self.session, self.workspace, law=self.law)
        return replace(found, authors=self.people.addresses)

    def checkout(self) -> Checkout:
        """Return what is checked out; for a revert, what the registry held before."""
        session, reverts, is_complete = (
            self.session,
            self.plan.scope.reverts,
            self.people.is_complete,
        )
        evidence = known_evidence(session, self.workspace, self.terms)
        teams = recorded_teams(self.ruled, self.backend.bodies)
        law = under_registry(self.law, session, self.terms.signers, teams, self.backend)
        if not reverts:
            return Checkout(self.desired, self.context, evidence, is_complete, law)
        revert = revert_of(self.backend, reverts, self.context)
        evidence = revert_evidence(self.backend, revert, self.desired, evidence)
        law = reverted(law, revert.desired, self.ruled)
        return Checkout(revert.desired, revert.context, evidence, is_complete, law)

    def items(self) -> tuple[tuple[ItemFact, ...], tuple[Statement, ...]]:
        """Return the evidence items that the run keeps; those of what a revert brings are kept."""
        if self.plan.scope.reverts:
            return (), ()
        operations, signers = self.plan.operations, self.terms.signers
        return kept_items(self.session.root, self.workspace, operations, signers)

    def _authors(self) -> Authors:
        """Return who made the change, by git: a plan may not leave out one who approves it."""
        if not self.asks_who_agreed:
            return Authors((), is_complete=True)
        return authors_of(self.session, self.plan, commits_recorded(self.backend))


def _commit(session: Session, checkout: Checkout) -> str:
    """Return the commit that is checked out: the record does not rest on what a plan file says.

    "" where the specs are not those of the commit: who made them is not told by it.
    """
    commit = head_commit(session.root)
    return commit.id if commit and is_at(session, checkout.context.sources, commit.id) else ""
