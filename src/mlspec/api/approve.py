"""`approve`: agreeing to a plan, and asking whether enough people have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mlspec.api._statement_file import statement_name, write_statement
from mlspec.api.approvals import KnownApprovals, approvals_folder, known_approvals
from mlspec.api.context import context_of, wanted_objects
from mlspec.api.files import read_text
from mlspec.api.law import law_of
from mlspec.api.origin import authors_of, commits_recorded
from mlspec.api.session import open_session
from mlspec.errors import (
    ApprovalsMissingError,
    ForeignPlanError,
    PolicyDeniedError,
    UsageError,
)
from mlspec.ledger.approvals import Claim, StatementRefusedError, approval_text, read_approval
from mlspec.ledger.signing import APPROVAL_NAMESPACE, sign
from mlspec.planning import SIGNERS_FILE, has_passed, read_plan
from mlspec.planning.approvals import Trust, decide, name_of, trust_in_force
from mlspec.planning.approvers import meant
from mlspec.planning.authorship import authors_error
from mlspec.planning.standing import Standing, standing_of
from mlspec.planning.worth import given_before, require_asked, require_worth
from mlspec.vcs import Authors

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from mlspec.api.approvals import ApprovalSources
    from mlspec.api.session import Session
    from mlspec.ledger import Approval
    from mlspec.planning import Plan
    from mlspec.planning.approvals import Decision
    from mlspec.registry import Backend
    from mlspec.state import Statement
    from mlspec.workspace import Workspace

__all__ = ["Approved", "Asked", "Checked", "approve", "check_approvals"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who approves as what.

    Without a `principal` it is who git would commit as; without a `role` the one that the person
    holds among those that are missing. `sign_key` signs; `out` is another file to write.
    """

    principal: str = ""
    role: str = ""
    comment: str = ""
    sign_key: Path | None = None
    out: Path | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a plan has its approvals: what counts, what does not, what is missing.

    `authors` are those who may not approve it; `standing` says whether it was applied, or is stale.
    """

    plan: Plan
    decision: Decision
    known: KnownApprovals
    trust: Trust
    authors: tuple[str, ...]
    is_expired: bool
    standing: Standing

    @property
    def is_ready(self) -> bool:
        """Whether apply would find nothing missing, or has done all of it."""
        if self.standing.applied:
            return True
        return self.decision.is_complete and not self.is_expired and not self.standing.stale


@dataclass(frozen=True, slots=True)
class Approved:
    """An approval, and how the plan stands with it.

    `file` holds the statement, with its signature beside it where it is signed; None where the
    person had said so before, and nothing was written. `is_needed` is false where as much is
    missing without it: enough others have agreed, or the person counts already.
    """

    approval: Approval
    file: Path | None
    checked: Checked
    is_needed: bool


@dataclass(frozen=True, slots=True)
class _Desk:
    """A plan on the table: what it is for, whom to believe, and what time it is."""

    plan: Plan
    session: Session
    backend: Backend
    trust: Trust
    authors: tuple[str, ...]
    now: str
    is_read_by_policy: bool = False
    """Whether a rule of a policy pack asks who agreed, beside what the plan needs."""

    def checked(self, known: KnownApprovals) -> Checked:
        """Return how the plan stands with some approvals."""
        plan, decision = self.plan, self.decision(known.approvals)
        is_expired = has_passed(plan.expires_at, self.now)
        standing = standing_of(plan, self.backend)
        return Checked(plan, decision, known, self.trust, self.authors, is_expired, standing)

    def decision(self, approvals: Iterable[Approval]) -> Decision:
        """Return what some approvals come to."""
        plan, authority = self.plan, self.trust.authority
        needed, digests = plan.required_approvals, (plan.digest, plan.risk_digest)
        return decide(needed, approvals, authority, self.authors, *digests)

    def known(self, sources: ApprovalSources | None = None) -> KnownApprovals:
        """Return the approvals that are there."""
        return known_approvals(self.session, self.plan, self.backend, self.trust, self.now, sources)


def check_approvals(
    plan_file: Path, directory: Path | None = None, sources: ApprovalSources | None = None
) -> Checked:
    """Return which approvals of a plan count, which do not and why, and which are missing.

    Raises:
        ApprovalsMissingError: who made the change can't be told.
        TamperedPlanError, ForeignPlanError: the plan is damaged, or not of this place.
        RegistryUnavailableError: the registry can't be read.
        SpecInvalidError, UsageError: the workspace or a file can't be read.
    """
    desk = _desk(plan_file, directory)
    return desk.checked(desk.known(sources))


def approve(plan_file: Path, directory: Path | None, asked: Asked) -> Approved:
    """Write the statement that somebody approves a plan, if it adds anything.

    Raises:
        ApprovalsMissingError: the plan has expired, who made the change can't be told, or the
            approval would not count.
        PolicyDeniedError: the person is an author, or no team in force gives them the role.
        StalePlanError: what the plan rests on has moved.
        TamperedPlanError, ForeignPlanError: the plan is damaged, or not of this place.
        RegistryUnavailableError: the registry can't be read.
        SpecInvalidError, UsageError: the workspace or a file can't be read, a key can't sign, the
            plan does not ask for that role, or was applied already.
        OutputError: the statement can't be written.
    """
    desk = _desk(plan_file, directory)
    _require_open(desk.plan, desk.now)
    principal = _principal(asked, desk)
    before = desk.checked(desk.known())
    role = asked.role or _only_role(principal, before)
    _require_entitled(principal, role, desk)
    if not desk.is_read_by_policy:
        require_asked(role, desk.plan.required_approvals)
    text = approval_text(_claim(desk, principal, role, asked.comment))
    signature = sign(text.encode(), asked.sign_key, APPROVAL_NAMESPACE) if asked.sign_key else ""
    approval, statement = _accepted(desk, text, signature)
    told = None if asked.out else _said_before(approval, before)
    if told is not None:
        return Approved(told, None, before, is_needed=told in before.decision.accepted)
    _require_standing(before.standing)
    is_needed = _is_needed(approval, before, desk)
    folder = approvals_folder(desk.session, desk.plan.environment)
    file = asked.out or folder / statement_name(desk.plan.digest, principal, role)
    write_statement(file, text, signature)
    after = desk.checked(_with(desk.known(), approval, statement))
    return Approved(approval, file, after, is_needed)


def _said_before(approval: Approval, before: Checked) -> Approval | None:
    """Return what the person has said of the plan, whether or not it is needed, if that is all."""
    decision = before.decision
    every = replace(decision, accepted=(*decision.accepted, *decision.spare))
    return given_before(approval, every, before.trust.authority)


def _require_standing(standing: Standing) -> None:
    """Require that there is something left to agree to."""
    if standing.applied:
        raise UsageError(
            f"the plan was applied already as run {standing.applied.run_id}: nothing is left to "
            "approve",
            hint="`mlspec history` tells who approved it",
        )
    if standing.stale:
        raise standing.stale


def _is_needed(approval: Approval, before: Checked, desk: _Desk) -> bool:
    """Return whether an approval is needed beside those of others, or refuse it."""
    authority, others = desk.trust.authority, []
    for each in before.known.approvals:
        is_mine = authority.is_same(each.principal, approval.principal)
        if not is_mine or each.role != approval.role:  # those it replaces
            others.append(each)
    without, decision = desk.decision(others), desk.decision([*others, approval])
    return require_worth(approval, without, decision)


def _with(known: KnownApprovals, approval: Approval, statement: Statement) -> KnownApprovals:
    """Return what is known and an approval, which may lie where nobody looks for it."""
    if approval.digest in {each.digest for each in known.approvals}:
        return known
    return replace(
        known,
        approvals=(*known.approvals, approval),
        statements=(*known.statements, statement),
    )


def _desk(plan_file: Path, directory: Path | None) -> _Desk:
    plan = read_plan(read_text(plan_file), str(plan_file))
    session = open_session(directory)
    workspace = session.environment(plan.environment)
    backend = session.backend(workspace.environment)
    lineage = backend.observe(bodies=False).lineage
    if plan.lineage not in ("", lineage):
        raise ForeignPlanError(
            "the plan was made for another registry",
            hint="approve it where it was made, or check `registry` in `mlspec.yaml`",
        )
    trust = trust_in_force(backend, wanted_objects(session, workspace))
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    is_read = law_of(session, workspace).asks_who_agreed
    authors = plan.authors
    if plan.required_approvals or is_read:
        authors = _authors(session, workspace, plan, backend)
    return _Desk(plan, session, backend, trust, authors, now, is_read)


def _authors(
    session: Session, workspace: Workspace, plan: Plan, backend: Backend
) -> tuple[str, ...]:
    """Return who may not approve, as an apply will find them; all of them have to be known.

    Where other specs are checked out than those of the plan, git has nothing to say of it.
    """
    found = Authors(plan.authors, is_complete=bool(plan.authors))
    if context_of(session, workspace).sources == plan.source.files:
        found = authors_of(session, plan, commits_recorded(backend))
    if not found.is_complete:
        raise authors_error()
    return found.addresses


def _require_open(plan: Plan, now: str) -> None:
    if has_passed(plan.expires_at, now):
        again = f"mlspec plan --env {plan.environment} --as-of now --out FILE"
        raise ApprovalsMissingError(
            f"the plan expired at {plan.expires_at}: nothing was approved",
            hint=f"make it again with `{again}`",
        )


def _principal(asked: Asked, desk: _Desk) -> str:
    from mlspec.vcs import own_address

    principal = asked.principal.strip() or own_address(desk.session.root)
    if not principal:
        raise UsageError("who approves?", hint="add `--as` with an address or login of a team")
    if not name_of(principal):
        raise UsageError(f"`{principal}` is no name: it mixes alphabets or can't be read")
    return principal


def _only_role(principal: str, checked: Checked) -> str:
    """Return the role that a person can fill; there must be one to choose."""
    held = checked.trust.authority.roles_of(principal)
    wanted = {each.role for each in checked.decision.missing} & held or held
    if len(wanted) != 1:
        listed = ", ".join(f"`{each}`" for each in sorted(wanted)) or "none"
        raise UsageError(
            f"as what does `{principal}` approve?",
            hint=meant(principal, "", checked.trust.authority)
            or f"add `--role`; roles held: {listed}",
        )
    return next(iter(wanted))


def _require_entitled(principal: str, role: str, desk: _Desk) -> None:
    authority = desk.trust.authority
    if any(authority.is_same(principal, each) for each in desk.authors):
        raise PolicyDeniedError(
            f"`{principal}` is an author of the change, and so can't approve it",
            hint="somebody else has to",
        )
    held = authority.roles_of(principal)
    if role not in held:
        where = "in the specs" if authority.from_specs else "in the registry"
        raise PolicyDeniedError(
            f"no team {where} gives `{principal}` the role `{role}`",
            details=(f"roles held: {', '.join(sorted(held)) or 'none'}",),
            hint=meant(principal, role, authority)
            or "what was recorded before the change counts; see `kind: Team`",
        )


def _claim(desk: _Desk, principal: str, role: str, comment: str) -> Claim:
    plan = desk.plan
    return Claim(
        plan=plan.digest,
        risk=plan.risk_digest,
        environment=plan.environment,
        role=role,
        principal=principal,
        comment=comment,
        at=desk.now,
        specs=plan.source.spec_digest,
        commit=plan.envelope.commit or "",
    )


def _accepted(desk: _Desk, text: str, signature: str) -> tuple[Approval, Statement]:
    """Return the approval as an apply will read it, so that nobody finds out only then."""
    try:
        return read_approval(text, signature, desk.trust.signers, desk.plan.environment, desk.now)
    except StatementRefusedError as error:
        raise UsageError(
            f"this approval would not count: {error}",
            hint=f"keys in force are those of `{SIGNERS_FILE}` when it was applied last",
        ) from error
