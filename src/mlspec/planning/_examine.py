"""All that is asked of a plan before it is applied, in one order, on one state of the registry."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mlspec.ledger import Strength
from mlspec.ledger.policy_facts import PolicyView
from mlspec.planning._apply_model import OnError
from mlspec.planning._binding import live_bindings
from mlspec.planning._checks import (
    require_same_place,
    require_same_specs,
    require_unmoved,
    untouched_by,
)
from mlspec.planning._evidence import gravest
from mlspec.planning._following import require_following
from mlspec.planning._governed import in_force
from mlspec.planning._model import BlockCode
from mlspec.planning._observe import with_bodies
from mlspec.planning._permits import (
    behind_denials,
    error_of_blocks,
    passed_over,
    require_credible_end,
    require_in_time,
    require_role,
    require_thawed,
)
from mlspec.planning._shown import require_evidence_shown
from mlspec.planning._shown_policy import require_policy_shown
from mlspec.planning._steps import op_id_of
from mlspec.planning.approvals import (
    agreed_people,
    approvals_error,
    authority_in_force,
    decide,
)
from mlspec.planning.authorship import authors_error
from mlspec.planning.law import Circumstance, Ruling, joined
from mlspec.planning.plan import evidence_of
from mlspec.policy import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.errors import MlspecError
    from mlspec.ledger import Approval
    from mlspec.planning._apply_model import ApplyOptions, Checkout, Stamp
    from mlspec.planning._checks import Bodies
    from mlspec.planning._journal import Progress
    from mlspec.planning._model import Block, EvidenceEntry, Operation, PlanContext
    from mlspec.planning._plan import Plan
    from mlspec.planning.law import Law
    from mlspec.state import PassedOver, Snapshot

__all__ = ["Examination", "Examiner"]


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found: the evidence and the approvals that count, and what is not to be started.

    `held` says why, by key of the operation; `authors` made the change; `passed_over` is what
    would have stopped it, where the glass is broken; `policy` is what the packs in force say.
    """

    evidence: Mapping[str, EvidenceEntry]
    approvals: tuple[Approval, ...] = ()
    held: Mapping[str, str] = field(default_factory=dict)
    authors: tuple[str, ...] = ()
    passed_over: PassedOver | None = None
    policy: PolicyView = field(default_factory=PolicyView)


@dataclass(frozen=True, slots=True)
class Examiner:
    """Asks whether somebody may apply what is checked out, as they want to."""

    checkout: Checkout
    stamp: Stamp
    options: ApplyOptions

    def examine(self, progress: Progress, snapshot: Snapshot, bodies: Bodies) -> Examination:
        """Return what a permitted plan is applied with.

        Raises:
            MlspecError: it is not permitted; each check says with which error.
        """
        plan, desired = progress.plan, self.checkout.desired
        require_same_place(plan, snapshot, self.checkout.context)
        require_same_specs(plan, self.checkout.context, desired)
        context = replace(self.checkout.context, scope=plan.scope)
        whole = with_bodies(snapshot, bodies, desired, context, untouched_by(progress))
        ruled = in_force(context, desired, whole)
        require_unmoved(progress, snapshot, bodies, desired, ruled)
        known = self._known(progress)
        law = self._law
        undone, planned = require_following(progress, whole, ruled, desired, known, law)
        approvals, passed = self._approvals(progress, snapshot, bodies, undone, ruled)
        authors = tuple(sorted({*plan.authors, *ruled.authors}))
        undone, ruling = self._judged(undone, whole, known, bodies, plan, authors)
        held = self._held(progress, undone)
        started = [each for each in undone if op_id_of(plan, each) not in held]
        require_evidence_shown(plan, started, evidence_of(started, desired, known, whole))
        require_policy_shown(plan, started, planned)
        evidence = evidence_of(plan.operations, desired, known, whole)
        policy = joined(planned, ruling.view)
        passed = replace(passed, rules=policy.passable) if passed else None
        return Examination(evidence, approvals, held, authors, passed, policy)

    @property
    def _law(self) -> Law | None:
        """The law; with a broken glass it blocks only what nobody could have waived."""
        law = self.checkout.law
        return law and replace(law, passes_over=self.options.break_glass is not None)

    def _judged(
        self,
        undone: tuple[Operation, ...],
        snapshot: Snapshot,
        known: Mapping[str, EvidenceEntry],
        bodies: Bodies,
        plan: Plan,
        authors: tuple[str, ...],
    ) -> tuple[tuple[Operation, ...], Ruling]:
        """Return operations with what blocks them by the rules of the stage `apply`."""
        law = self._law
        if law is None or (law.is_empty and not live_bindings(snapshot)):
            return undone, Ruling()
        authority = authority_in_force(snapshot, bodies, self.checkout.desired)
        agreed: list[Json] = [
            {
                "by": each.principal,
                "role": each.role,
                "strength": each.strength.value,
                "verified": each.strength is not Strength.ASSERTED,
            }
            for each in agreed_people(
                self.options.approvals, authority, authors, plan.digest, plan.risk_digest
            )
        ]
        circumstance = Circumstance(snapshot, known, agreed, authors)
        ruling = law.ruling(undone, Stage.APPLY, circumstance)
        return tuple(_denied(each, ruling.blocks) for each in undone), ruling

    def _known(self, progress: Progress) -> Mapping[str, EvidenceEntry]:
        evidence = self.checkout.evidence
        if evidence is not None:
            return evidence
        return {each.address: each for each in progress.plan.evidence}

    def _approvals(
        self,
        progress: Progress,
        snapshot: Snapshot,
        bodies: Bodies,
        undone: Sequence[Operation],
        ruled: PlanContext,
    ) -> tuple[tuple[Approval, ...], PassedOver | None]:
        """Return the approvals that count, and what is passed over where the glass is broken."""
        plan, glass = progress.plan, self.options.break_glass
        require_credible_end(plan, self.stamp.at, self.options.commit)
        authority = authority_in_force(snapshot, bodies, self.checkout.desired)
        authors = {*plan.authors, *ruled.authors}
        freezes = {*plan.freezes, *ruled.freezes}
        decision = decide(
            plan.required_approvals,
            self.options.approvals,
            authority,
            authors,
            plan.digest,
            plan.risk_digest,
        )
        if glass is not None:
            require_role(self.stamp.actor, glass, authority)
            return decision.accepted, passed_over(
                plan,
                decision.missing,
                undone,
                freezes,
                self.stamp.at,
                has_authors=self.checkout.has_authors,
            )
        if plan.required_approvals and not self.checkout.has_authors:
            raise self._with_denials(authors_error(), undone)
        error = approvals_error(decision)
        if error is not None:
            raise self._with_denials(error, undone)
        require_in_time(plan, self.stamp.at)
        require_thawed(undone, freezes, self.stamp.at)
        return decision.accepted, None

    def _with_denials(self, error: MlspecError, undone: Sequence[Operation]) -> MlspecError:
        """Return what is told of approvals, behind what none of them could let through."""
        is_left_out = self.options.on_error is OnError.CONTINUE and _leaves_some(undone)
        return error if is_left_out else behind_denials(error, undone)

    def _held(self, progress: Progress, undone: Sequence[Operation]) -> dict[str, str]:
        """Return what is left out; a plan of which nothing would be done is refused."""
        plan = progress.plan
        if self._counts_as_planned(plan):
            undone = _as_planned(plan, undone, is_judged_anew=self.options.break_glass is not None)
        error = error_of_blocks(undone, self.checkout.law.faults if self.checkout.law else ())
        is_left_out = self.options.on_error is OnError.CONTINUE and _leaves_some(undone)
        if error is not None and not is_left_out:
            raise error
        return {
            op_id_of(plan, each): f"blocked: {each.blocked.reason}"
            for each in undone
            if each.blocked
        }

    def _counts_as_planned(self, plan: Plan) -> bool:
        """Tell whether what was blocked in the plan stays so, whatever evidence there is by now.

        Nobody has reviewed that. Who leaves blocked operations out may finish them later by the
        same command, but only where nobody has to agree.
        """
        is_finished_later = self.options.on_error is OnError.CONTINUE
        is_known = self.checkout.evidence is not None
        return plan.require_approvals or not (is_known and is_finished_later)


def _denied(operation: Operation, blocks: Mapping[str, Block]) -> Operation:
    """Return an operation with the gravest of what blocks it and what policy denies."""
    found = [each for each in (operation.blocked, blocks.get(operation.address)) if each]
    return replace(operation, blocked=gravest(found)) if found else operation


def _as_planned(
    plan: Plan, undone: Sequence[Operation], *, is_judged_anew: bool
) -> Sequence[Operation]:
    """Return operations with what blocks them now, or else did so in the plan.

    Where policy is judged anew, what it said then does not count.
    """
    said = {
        each.id: each.blocked
        for each in plan.operations
        if not (is_judged_anew and each.blocked and each.blocked.code is BlockCode.POLICY_DENIED)
    }
    return [replace(each, blocked=each.blocked or said.get(each.id)) for each in undone]


def _leaves_some(undone: Sequence[Operation]) -> bool:
    """Tell whether any operation can be made that depends on none that is blocked."""
    stuck = {each.id for each in undone if each.blocked}
    frontier = stuck
    while frontier:
        frontier = {each.id for each in undone if frontier.intersection(each.depends_on)} - stuck
        stuck |= frontier
    return len(stuck) < len(undone)
