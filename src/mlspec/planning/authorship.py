"""Which commits made a plan: from where on, and in which files, its authors are to be found.

A run may have left changes out, so the start is told by object: the commit of the specs that it
was last written from. A revert is made from none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.errors import ApprovalsMissingError
from mlspec.planning.recorded import said_by
from mlspec.state import StepStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.planning._model import Operation
    from mlspec.state import RunRecord, Statement

__all__ = ["Span", "authors_error", "commits_of", "spans_of"]


@dataclass(frozen=True, slots=True)
class Span:
    """Commits after all of `since` that touch some `files`; empty ones mean all there are."""

    since: tuple[str, ...]
    files: tuple[str, ...]


def commits_of(runs: Iterable[RunRecord], statements: Mapping[str, Statement]) -> Mapping[str, str]:
    """Return by address the commit of the specs that an object was last written from.

    `statements` are those of the runs; a run that did not start from a commit tells none, nor
    does a revert: what it wrote is older than its commit.
    """
    found: dict[str, str] = {}
    for run in runs:
        said = said_by(statements.get(run.statement))
        commit = "" if said.get("reverts") else said.get("commit")
        done = [each for each in run.operations if each.status is StepStatus.DONE]
        found |= {each.address: commit if isinstance(commit, str) else "" for each in done}
    return {address: commit for address, commit in found.items() if commit}


def spans_of(operations: Iterable[Operation], commits: Mapping[str, str]) -> Iterator[Span]:
    """Yield where the authors of operations are to be looked for.

    What was written before starts at the commit it was written from; what is new, and what
    was not written from a known commit, has all authors of its files.
    """
    known: list[Operation] = []
    new: list[Operation] = []
    for each in operations:
        (known if commits.get(each.previous or each.address) else new).append(each)
    if known:
        since = {commits[each.previous or each.address] for each in known}
        yield Span(tuple(sorted(since)), _files(known))
    if new:
        yield Span((), _files(new))


def authors_error() -> ApprovalsMissingError:
    """Return the error of a plan whose approvals can't count, as its authors are not known."""
    return ApprovalsMissingError(
        "who made the change can't be told here, so nobody's approval counts",
        details=(
            "the history of the specs is cut off or unknown,",
            "or there are changes that are not committed, and no `user.email`",
        ),
        hint="fetch all of it with `git fetch --unshallow`, or more with `git fetch --deepen=1000`",
    )


def _files(operations: Iterable[Operation]) -> tuple[str, ...]:
    """Return the files that operations stand in; none if one stands nowhere any more."""
    found: set[str] = set()
    for operation in operations:
        if not operation.at:
            return ()
        found |= {_file(operation.at), *(_file(each.at) for each in operation.changes if each.at)}
    return tuple(sorted(found))


def _file(place: str) -> str:
    return place.rsplit(":", 2)[0]
