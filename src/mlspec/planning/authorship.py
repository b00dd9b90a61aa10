"""Which commits made a plan: from where on, and in which files, its authors are to be found.

A run may have left changes out, so the start is told by object: the commit of the specs that it
was last written from. A revert is made from none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.errors import ApprovalsMissingError
from mlspec.planning._paths import file_of
from mlspec.planning.recorded import said_by
from mlspec.state import StepStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.planning._model import Operation
    from mlspec.state import RunRecord, Statement

__all__ = ["Span", "authors_error", "commits_of", "spans_of"]

_DOCUMENTS = re.compile(rb"^---", re.MULTILINE)
# of the document itself: an override in `mlspec.yaml` names a kind further in
_KIND = re.compile(
    rb"""^(?:\{[^{}\n]*?|[ \t]+(?="))?["']?\bkind["']?\s*:\s*["']?([A-Za-z]+)""", re.MULTILINE
)
_NAME = re.compile(rb"""\bname["']?\s*:\s*["']?([^\s"',{}\[\]#]+)""")


@dataclass(frozen=True, slots=True)
class Span:
    """Commits after all of `since` that touch some `files`; empty ones mean all there are.

    `objects` holds the kinds and names, old ones too, of what is looked for in them.
    """

    since: tuple[str, ...]
    files: tuple[str, ...]
    objects: frozenset[tuple[str, str]] = frozenset()

    def is_in(self, text: bytes) -> bool:
        """Tell whether a text has a document that may be one of the objects; hardly ever wrong."""
        return any(
            (kind.decode(), name.decode(errors="replace")) in self.objects
            for document in _DOCUMENTS.split(text)
            for kind in {*_KIND.findall(document)}
            for name in {*_NAME.findall(document)}
        )


def commits_of(runs: Iterable[RunRecord], statements: Mapping[str, Statement]) -> Mapping[str, str]:
    """Return by address the commit of the specs that an object was last written from.

    `statements` are those of the runs; a run that did not start from a commit tells none, nor
    does a revert: what it wrote is older than its commit.
    """
    found: dict[str, str] = {}
    for run in runs:
        commit = _commit_of(said_by(statements.get(run.statement)))
        done = [each for each in run.operations if each.status is StepStatus.DONE]
        found |= {each.address: commit for each in done}
    return {address: commit for address, commit in found.items() if commit}


def _commit_of(said: Mapping[str, object]) -> str:
    commit = said.get("commit")
    return commit if isinstance(commit, str) and not said.get("reverts") else ""


def spans_of(operations: Iterable[Operation], commits: Mapping[str, str]) -> Iterator[Span]:
    """Yield where the authors of operations are to be looked for.

    What was written before starts at the commit it was written from; what is new, and what
    was not written from a known commit, has all authors of its files. What stands in no file any
    more is looked for in all of them.
    """
    groups: dict[tuple[bool, bool], list[Operation]] = {}
    for each in operations:
        is_known = _address_then(each) in commits
        groups.setdefault((is_known, bool(each.at)), []).append(each)
    for (is_known, stands), members in groups.items():
        since = {commits[_address_then(each)] for each in members} if is_known else set()
        yield Span(tuple(sorted(since)), _files(members) if stands else (), _objects(members))


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


def _address_then(operation: Operation) -> str:
    return operation.previous or operation.address


def _objects(operations: Iterable[Operation]) -> frozenset[tuple[str, str]]:
    """Return the kinds and names of operations, by what they were called before, too."""
    return frozenset(
        (each.kind, address.partition("/")[2])
        for each in operations
        for address in (each.address, _address_then(each))
    )


def _files(operations: Iterable[Operation]) -> tuple[str, ...]:
    """Return the files that operations stand in, and the values that they change."""
    found = {place for each in operations for place in _places(each) if place}
    return tuple(sorted({file_of(each) for each in found}))


def _places(operation: Operation) -> Iterator[str]:
    yield operation.at
    yield from (each.at for each in operation.changes)
