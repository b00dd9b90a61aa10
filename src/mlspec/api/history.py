"""What a plan takes from git and the clock: commit, authors, and from when it is good."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mlspec import __version__
from mlspec.errors import UsageError
from mlspec.planning import SIGNERS_FILE, Envelope, ScopeMode, has_passed
from mlspec.planning.authorship import spans_of
from mlspec.vcs import Authors
from mlspec.workspace import WORKSPACE_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.planning import Plan

__all__ = ["as_of_today", "authors_of", "envelope_of", "spec_paths", "valid_from"]

_CLOCKS_DIFFER = timedelta(minutes=5)
_MOST_FILES = 500
"""More than these are looked up as the folders they lie in."""


def spec_paths(session: Session) -> tuple[str, ...]:
    """Return the files and folders that a change is made in, relative to the workspace."""
    return WORKSPACE_FILE, SIGNERS_FILE, session.sound().spec.paths.specs


def envelope_of(session: Session) -> Envelope:
    """Return what readers of a plan want to know of its checkout."""
    from mlspec.vcs import head_commit

    commit = head_commit(session.root, spec_paths(session))
    return Envelope(
        rendered_by=f"mlspec {__version__}",
        commit=commit.id if commit else None,
        dirty=commit.dirty if commit else False,
    )


def authors_of(session: Session, plan: Plan, commits: Mapping[str, str]) -> Authors:
    """Return who made the change that a plan is about, by their mail addresses.

    Where the checkout has changes that are not committed, whoever would commit them is one. A
    revert comes from no commit: its author is who plans it. `commits` tells by address which
    specs an object was last written from.
    """
    from mlspec.vcs import authors, own_address

    if plan.scope.mode is ScopeMode.REVERT:
        own = own_address(session.root)
        return Authors((own,) if own else (), is_complete=bool(own))
    found = [
        authors(session.root, _bounded(each.files) or spec_paths(session), each.since)
        for each in spans_of(plan.operations, commits)
    ]
    addresses = {address for each in found for address in each.addresses}
    if plan.envelope.dirty:
        addresses.add(own_address(session.root))
    is_complete = all(each.is_complete for each in found)
    return Authors(tuple(sorted(addresses - {""})), is_complete)


def valid_from(root: Path, as_of: str) -> str:
    """Return from when a plan is good, in UTC: `as_of`, or when HEAD was committed.

    A commit can carry any time: one that lies ahead counts as made now.

    Raises:
        UsageError: `as_of` is no moment, or lies ahead.
    """
    from mlspec.vcs import committed_at

    now = datetime.now(UTC)
    if not as_of:
        committed = committed_at(root)
        return _written(min(_moment(committed), now)) if committed else ""
    moment = now if as_of == "now" else _moment(as_of)
    if moment > now + _CLOCKS_DIFFER:
        raise UsageError(f"`{as_of}` lies ahead: a plan can't be good for longer than its time")
    return _written(moment)


def as_of_today(plan: Plan) -> Plan:
    """Return a plan that says first that its time has passed, if it has."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    if not has_passed(plan.expires_at, now):
        return plan
    notice = (
        f"EXPIRED: the plan was good until {plan.expires_at}; make it again, with `--as-of now` "
        "where its commit is that old"
    )
    notices = (notice, *plan.envelope.notices)
    return replace(plan, envelope=replace(plan.envelope, notices=notices))


def _bounded(files: tuple[str, ...]) -> tuple[str, ...]:
    return files if len(files) <= _MOST_FILES else ()


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"`{text}` is no moment", hint="such as `2026-11-21T10:00:00Z`, or `now`"
        ) from error
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
