"""Reading approvals: the statements in a folder, and what a forge says about a commit.

Both come from outside: what is no regular file, too large, too much or not what it says it is
does not count, and the reason is kept for people.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.api.files import read_text
from mlspec.canonical import strict_json
from mlspec.errors import UsageError
from mlspec.ledger import read_run_statement
from mlspec.ledger.approvals import (
    MOST_STATEMENT_BYTES,
    StatementRefusedError,
    read_approval,
    read_claim,
)
from mlspec.ledger.reviews import Review, approval_of, read_reviews
from mlspec.planning import SIGNERS_FILE, ScopeMode
from mlspec.planning.carrying import carried, reason_against_carrying
from mlspec.vcs import digests_at
from mlspec.workspace import WORKSPACE_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.ledger import Approval
    from mlspec.planning import Plan
    from mlspec.planning.approvals import Trust
    from mlspec.registry import Backend
    from mlspec.state import Statement

__all__ = ["ApprovalSources", "KnownApprovals", "Refused", "approvals_folder", "known_approvals"]

_MOST_FILES = 10_000
_MOST_REVIEW_BYTES = 16 << 20
_NOT_OF_COMMIT = "a review of a commit agrees to all that it holds, not to a plan that {does}"
_DOES = {ScopeMode.TARGET: "takes a part of it", ScopeMode.REVERT: "undoes a run"}
_SUFFIXES = (".yaml", ".yml", SIGNERS_FILE)


@dataclass(frozen=True, slots=True)
class ApprovalSources:
    """Where approvals are: a folder in place of that of the workspace, what a forge said."""

    folder: Path | None = None
    reviews: Path | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that was given as an approval and is none; `source` is a file or a login."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class KnownApprovals:
    """The approvals that were found, with the strength that was verified, and their statements.

    `others` counts statements about other plans, whose risk is another, too.
    """

    approvals: tuple[Approval, ...] = ()
    statements: tuple[Statement, ...] = ()
    refused: tuple[Refused, ...] = ()
    others: int = 0

    def without(self, wrong: Mapping[str, str]) -> KnownApprovals:
        """Return them with some approvals refused, given the reason by digest; each counts once."""
        pairs = zip(self.approvals, self.statements, strict=True)
        fresh = {each.digest: (each, kept) for each, kept in pairs if each.digest not in wrong}
        refused = (
            Refused(each.principal, wrong[each.digest])
            for each in self.approvals
            if each.digest in wrong
        )
        return KnownApprovals(
            tuple(each for each, _ in fresh.values()),
            tuple(kept for _, kept in fresh.values()),
            (*self.refused, *refused),
            self.others,
        )


@dataclass(frozen=True, slots=True)
class _Reader:
    session: Session
    plan: Plan
    signers: str
    now: str

    def known(self, folder: Path, reviews: Path | None) -> KnownApprovals:
        """Return all that a folder and the file of a forge say, whatever plan it was given to."""
        stated = [*self.statements(folder)]
        found = [*stated, *(self.reviews(reviews) if reviews is not None else ())]
        pairs = [each for each in found if isinstance(each, tuple)]
        return KnownApprovals(
            tuple(each for each, _ in pairs),
            tuple(kept for _, kept in pairs),
            tuple(each for each in found if isinstance(each, Refused)),
            stated.count(None),
        )

    def statements(self, folder: Path) -> Iterator[tuple[Approval, Statement] | Refused | None]:
        """Yield what the files of a folder say, in order of name; None for one of another plan."""
        names = sorted(each for each in _names(folder) if each.endswith(".json"))
        if len(names) > _MOST_FILES:
            raise UsageError(
                f"`{folder}` holds more than {_MOST_FILES:,} approvals",
                hint="take those away whose plans were applied: the registry keeps them",
            )
        for name in names:
            yield self._statement(folder / name)

    def _statement(self, path: Path) -> tuple[Approval, Statement] | Refused | None:
        try:
            text = _read(path)
            claim = read_claim(text)
            if claim.plan != self.plan.digest and claim.risk != self.plan.risk_digest:
                return None
            signature = _read(path.with_name(f"{path.name}.sig"))
            return read_approval(text, signature, self.signers, self.plan.environment, self.now)
        except (StatementRefusedError, UsageError) as error:
            return Refused(path.name, str(error))

    def reviews(self, file: Path) -> Iterator[tuple[Approval, Statement] | Refused]:
        """Yield what a forge says, of those reviews whose commit holds the specs of the plan."""
        try:
            value = strict_json(read_text(file, limit_bytes=_MOST_REVIEW_BYTES))
            found = read_reviews(value)
        except ValueError as error:
            raise UsageError(f"`{file}` can't be used: {error}") from error
        for login, reason in found.refused.items():
            yield Refused(f"@{login}", reason)
        commits = {each.commit for each in found.standing}
        wrong = {each: self._reason_against(each) for each in sorted(commits)}
        for review in found.standing:
            yield self._review(review, wrong[review.commit])

    def _review(self, review: Review, wrong: str) -> tuple[Approval, Statement] | Refused:
        plan = self.plan
        if does := _DOES.get(plan.scope.mode):
            wrong = _NOT_OF_COMMIT.format(does=does)
        if wrong:
            return Refused(f"@{review.login}", wrong)
        return approval_of(review, plan.digest, plan.environment, plan.source.spec_digest)

    def _reason_against(self, commit: str) -> str:
        """Return how a commit differs from the specs of the plan; "" if it holds just them."""
        planned = self.plan.source.files
        folders = [WORKSPACE_FILE, SIGNERS_FILE, self.session.sound().spec.paths.specs]
        there = digests_at(self.session.root, commit, folders, _SUFFIXES)
        if there is None:
            return f"the repository does not have commit {commit[:12]}: fetch it"
        differ = [each for each in planned if there.get(each) != planned[each]]
        differ += [each for each in there if each not in planned and self._is_gone(each)]
        if differ:
            return f"commit {commit[:12]} holds another `{min(differ)}` than the plan"
        return ""

    def _is_gone(self, file: str) -> bool:
        """Tell whether a file is not there any more; one that is was passed over as no spec."""
        return not os.path.lexists(self.session.root / file)


def known_approvals(
    session: Session,
    plan: Plan,
    backend: Backend,
    trust: Trust,
    now: str,
    sources: ApprovalSources | None = None,
) -> KnownApprovals:
    """Return what is known of approvals for a plan.

    `trust` has the keys in force. What was given to another plan may be spent, or too old.

    Raises:
        UsageError: a folder or file can't be read, or is not what it should be.
        RegistryUnavailableError: the registry can't be read.
    """
    places = sources or ApprovalSources()
    folder = _folder(session, plan.environment, places.folder)
    reader = _Reader(session, plan, trust.signers, now)
    found = reader.known(folder, places.reviews)
    wrong = _not_carried(found.approvals, plan, backend, now)
    return found.without({digest: reason for digest, reason in wrong.items() if reason})


def approvals_folder(session: Session, environment: str) -> Path:
    """Return where the approvals for an environment are kept in the workspace.

    Raises:
        UsageError: a link leads out of the workspace.
    """
    folder = session.root / session.sound().spec.paths.approvals / environment
    if not folder.resolve().is_relative_to(session.root.resolve()):
        raise UsageError(f"`{folder}` leads out of the workspace", hint="take the link away")
    return folder


def _folder(session: Session, environment: str, given: Path | None) -> Path:
    if given is None:
        return approvals_folder(session, environment)
    if not given.is_dir():
        raise UsageError(f"`{given}` is no folder")
    return given / environment


def _not_carried(
    approvals: Iterable[Approval], plan: Plan, backend: Backend, now: str
) -> dict[str, str]:
    """Return why approvals of other plans do not count, by digest; "" for those that do."""
    others = carried(approvals, plan)
    if not others:
        return {}
    kept = backend.statements({each.statement for each in backend.runs()} - {""})
    runs = [read_run_statement(each) for each in kept.values()]
    return {each.digest: reason_against_carrying(each, plan, runs, now) for each in others}


def _names(folder: Path) -> list[str]:
    try:
        return [each.name for each in folder.iterdir()]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UsageError(f"`{folder}` can't be read: {error.strerror}") from error


def _read(path: Path) -> str:
    """Return the text of a small regular file; of a signature that is not there, nothing."""
    if path.is_symlink():
        raise StatementRefusedError("it is a link")
    if path.suffix == ".sig" and not path.exists():
        return ""
    if not path.is_file():
        raise StatementRefusedError("it is no file")
    return read_text(path, limit_bytes=MOST_STATEMENT_BYTES)
