"""What a plan takes from git and the clock: commit, authors, and from when it is good."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mlspec import __version__
from mlspec.errors import UsageError
from mlspec.planning import SIGNERS_FILE, Envelope, ScopeMode, has_passed
from mlspec.planning.authorship import commits_of, spans_of
from mlspec.state import CLOCKS_DIFFER, moment_of
from mlspec.vcs import Authors
from mlspec.workspace import WORKSPACE_FILE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.planning import Plan
    from mlspec.planning.authorship import Span
    from mlspec.registry import Backend

__all__ = [
    "as_of_today",
    "authors_of",
    "commits_recorded",
    "envelope_of",
    "is_at",
    "spec_paths",
    "valid_from",
]

_SUFFIXES = (".yaml", ".yml", SIGNERS_FILE)

_MOST_FILES = 500
"""Of more than these, everybody who changed anything is an author."""


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

    They are those that the plan names, and those that git knows of now. Where the checkout has
    changes that are not committed, whoever would commit them is one. A revert comes from no
    commit: its author is who plans it. `commits` tells by address which specs an object was last
    written from.
    """
    if plan.scope.mode is ScopeMode.REVERT:
        return _joined(plan, Authors(_own(session), is_complete=True))
    spans = [*spans_of(plan.operations, commits)]
    settled = _settled(session, plan)
    found = [_made_in(session, each, settled) for each in spans]
    found += _uncommitted(session)
    if not any(each.addresses for each in found):  # then not the specs changed, but what they mean
        found += [_made_in(session, replace(each, since=()), settled) for each in spans]
    return _joined(plan, *found)


def commits_recorded(backend: Backend) -> Mapping[str, str]:
    """Return by address the commit of the specs that an object was last written from."""
    runs = tuple(backend.runs())
    return commits_of(runs, backend.statements({each.statement for each in runs} - {""}))


def is_at(session: Session, sources: Mapping[str, str], commit: str) -> bool:
    """Tell whether a commit holds just the spec files that were read, given their digests."""
    from mlspec.vcs import digests_at

    there = digests_at(session.root, commit, spec_paths(session), _SUFFIXES)
    if there is None:
        return False
    gone = (not os.path.lexists(session.root / each) for each in there.keys() - sources.keys())
    return all(there.get(each) == sources[each] for each in sources) and not any(gone)


def _made_in(session: Session, span: Span, settled: Collection[str]) -> Authors:
    """Return who made the changes of a span, under all names that its files had and have."""
    from mlspec.vcs import Content, all_of_it, authors, names_of

    root, content = session.root, Content(span.files, span.is_in, settled)
    names = names_of(root, content, span.since) if len(span.files) <= _MOST_FILES else None
    paths = (*_paths(session, span), *names) if names is not None else (all_of_it(root),)
    return authors(root, paths, span.since)


def _paths(session: Session, span: Span) -> tuple[str, ...]:
    """Return the files of a span if they were there from its start on, else where specs lie."""
    from mlspec.vcs import files_at

    is_old = not span.since or files_at(session.root, span.since, span.files) == {*span.files}
    return span.files if span.files and is_old else spec_paths(session)


def _settled(session: Session, plan: Plan) -> frozenset[str]:
    """Return the files in which all is in force as it is: what they say was agreed to."""
    if plan.scope.mode is not ScopeMode.FULL:
        return frozenset()
    changed = {each.address for each in plan.operations}
    files: dict[str, bool] = {}
    for address, each in session.sound().resources.items():
        file = each.document.source.file
        files[file] = files.get(file, True) and address not in changed
    return frozenset(file for file, is_settled in files.items() if is_settled)


def _uncommitted(session: Session) -> Iterator[Authors]:
    """Yield who would commit the changes that are not committed, if there are any."""
    if envelope_of(session).dirty:
        own = _own(session)
        yield Authors(own, is_complete=bool(own))


def _own(session: Session) -> tuple[str, ...]:
    from mlspec.vcs import own_address

    own = own_address(session.root)
    return (own,) if own else ()


def _joined(plan: Plan, *found: Authors) -> Authors:
    addresses = {*plan.authors, *(address for each in found for address in each.addresses)}
    is_complete = bool(addresses) and all(each.is_complete for each in found)
    return Authors(tuple(sorted(addresses)), is_complete)


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
    if moment > now + CLOCKS_DIFFER:
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


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(text: str) -> datetime:
    try:
        return moment_of(text)
    except ValueError as error:
        raise UsageError(
            f"`{text}` is no moment", hint="such as `2026-11-21T10:00:00Z`, or `now`"
        ) from error
