"""`policy baseline`: findings of today stop nothing from now on, and can only become fewer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api._baseline_entries import Terms, baseline_text, extended
from mlspec.api._sightings import baseline_in, covered_part, entries_in, is_complete, sightings
from mlspec.api.check import in_environments, policy_reports, validate
from mlspec.api.files import write_text
from mlspec.api.session import open_session, read_session, require_day
from mlspec.diagnostics import Severity, has_errors
from mlspec.errors import SpecInvalidError, UsageError
from mlspec.policy import BaselineDone, BaselineMode
from mlspec.syntax import Limits
from mlspec.workspace import BASELINE_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.diagnostics import Diagnostic
    from mlspec.kinds.policy_baseline import BaselineEntry

__all__ = ["Terms", "baseline"]

_REASON_CHARACTERS = 1_000


def baseline(
    mode: BaselineMode,
    terms: Terms,
    directory: Path | None = None,
    environment: str | None = None,
) -> BaselineDone:
    """Write, extend, update or check the policy baseline of a workspace.

    With an environment, what is found in others is left as it is.

    Raises:
        UsageError: there is none to check or a first one already, nobody says why findings are
            taken in, a day is on no calendar, or they are more than a file may hold.
        SpecInvalidError: specs can't be read, so that nobody knows which findings are gone.
    """
    _require_terms(mode, terms)
    root = open_session(directory).root
    session = read_session(root, terms.as_of)
    _require_readable(session)
    written = entries_in(session)
    _require_mode(mode, session)
    overlaid = in_environments(session, environment)
    reports = policy_reports(session, environment)
    seen = [*sightings(session, overlaid, reports)]
    path = root / BASELINE_FILE
    if mode in (BaselineMode.CHECK, BaselineMode.UPDATE):
        _require(is_readable=is_complete(session, overlaid, reports))
        left = covered_part(written, seen, overlaid)
        gone = tuple(each for each in written if each not in left)
        if mode is BaselineMode.UPDATE and gone:
            _write(path, left)
        return BaselineDone(mode, left, removed=gone)
    entries, added = extended(written, seen, terms)
    if added:
        _write(path, entries)
    left_out = tuple(_left_out(root, environment, terms.as_of))
    return BaselineDone(mode, entries, added, left_out=left_out)


def _require_terms(mode: BaselineMode, terms: Terms) -> None:
    require_day(terms.as_of)
    require_day(terms.until)
    is_adding = mode in (BaselineMode.WRITE, BaselineMode.EXTEND)
    if is_adding and not terms.reason.strip():
        raise UsageError(
            "nobody says why findings are left as they are",
            hint="add `--reason` with a sentence that the next reader understands",
        )
    if len(terms.reason) > _REASON_CHARACTERS or not terms.reason.isprintable():
        raise UsageError(
            f"the reason is no line of at most {_REASON_CHARACTERS:,} characters",
            hint="put what is longer into the message of the commit",
        )


def _require_readable(session: Session) -> None:
    """Refuse where a spec, or the baseline itself, can't be bound: it is not written over."""
    workspace = session.workspace
    is_lost = BASELINE_FILE in session.sources and baseline_in(session) is None
    _require(is_readable=workspace is not None and not workspace.unbound and not is_lost)


def _require(*, is_readable: bool) -> None:
    if not is_readable:
        raise SpecInvalidError(
            "not all specs and packs can be read, so nobody knows what is found in them",
            hint="`mlspec validate` shows what is wrong; a baseline holds findings of rules only",
        )


def _require_mode(mode: BaselineMode, session: Session) -> None:
    has_one = baseline_in(session) is not None
    if mode is BaselineMode.WRITE and has_one:
        raise UsageError(
            f"there is a baseline in `{BASELINE_FILE}`",
            hint="`--update` takes out what is gone; `--extend --reason TEXT` adds what is new",
        )
    if mode is not BaselineMode.WRITE and not has_one:
        raise UsageError(
            f"there is no baseline in `{BASELINE_FILE}`",
            hint="`mlspec policy baseline --reason TEXT` writes the first one",
        )


def _write(path: Path, entries: Sequence[BaselineEntry]) -> None:
    """Write a baseline, an entry a line; without entries there is none."""
    if not entries:
        path.unlink()
        return
    text = baseline_text(entries)
    if len(text.encode()) > Limits().file_bytes:
        raise UsageError(
            f"{len(entries):,} findings are more than a baseline may hold",
            hint="bind fewer packs first, or mend the rule that finds most",
        )
    write_text(path, text, with_folders=True)


def _left_out(root: Path, environment: str | None, as_of: str) -> Iterator[tuple[Diagnostic, str]]:
    """Yield what still fails or warns, now that the baseline is there, and why."""
    for each in validate(directory=root, environment=environment, as_of=as_of).diagnostics:
        if each.severity is not Severity.NOTE:
            yield each, _why(each)


def _why(left: Diagnostic) -> str:
    if left.about and left.code.startswith("MLS"):
        return "no comment and no baseline passes this rule over"
    if left.about:
        return "the rule is mandatory"
    if left.name == "unstated-fact":
        return "a mandatory rule reads it"
    if has_errors([left]):
        return "nothing can be planned while it is there"
    return "it is no finding of a rule about a resource"
