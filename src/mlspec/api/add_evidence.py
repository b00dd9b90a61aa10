"""`evidence add`: state once what a paper is evidence of, bound to digests, and keep it."""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass, replace
from datetime import date, timedelta
from os.path import normpath
from pathlib import Path
from typing import TYPE_CHECKING

from mlspec import __version__
from mlspec.api._item_bindings import PAPER_KINDS, current_digests
from mlspec.api._live_values import VALUE_KINDS, require_value
from mlspec.api._subjects import subject_named
from mlspec.api._transaction import Transaction
from mlspec.api.evidence_items import item_name, items_folder, paper_path
from mlspec.api.evidence_store import seal_path
from mlspec.api.files import require_regular
from mlspec.api.policy import force_of
from mlspec.api.session import open_session
from mlspec.canonical import digest_bytes
from mlspec.diagnostics import did_you_mean
from mlspec.errors import OutputError, UsageError
from mlspec.evidence import BoundTo, ItemPaper, ItemRecord, ItemState, is_day, write_item
from mlspec.policy import asked_kinds, listed_kinds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.workspace import Resource, Workspace

__all__ = ["Added", "NewItem", "add_item"]

PAPER_BYTES = 64 << 20
"""The largest paper that is kept or referenced: 64 MiB."""

_LEAST_REASON = 20
_MOST_TEXT = 4000
_MOST_DAYS = 36_500
_KIND = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_FURTHER_KINDS = (
    "bias-audit",
    "test-report",
    "training-record",
    "validation-report",
    *VALUE_KINDS,
)
_VERSION, _USE = "version", "use"


@dataclass(frozen=True, slots=True)
class NewItem:
    """What somebody states. `about` has `version`, `use` or data sets; empty means `version`.

    `not_applicable` and `withheld` are reasons; `by` answers for them. `is_new_kind` says that a
    kind which looks misspelt is meant.
    """

    kind: str
    file: Path | None = None
    about: tuple[str, ...] = ()
    day: str = ""
    valid_until: str = ""
    max_age_days: int | None = None
    part: str = ""
    note: str = ""
    by: str = ""
    not_applicable: str = ""
    withheld: str = ""
    is_reference: bool = False
    is_new_kind: bool = False
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """What was written, relative to the workspace; `is_new` is false where it was there already.

    `is_asked` tells whether a rule in force looks at the kind, or cards show its value.
    """

    record: ItemRecord
    files: tuple[str, ...]
    is_new: bool
    is_asked: bool


def add_item(name: str, directory: Path | None, environment: str | None, new: NewItem) -> Added:
    """Write an item about a model, system or data set, and return it.

    Without an environment it is about all of them. Adding the same again changes nothing.

    Raises:
        OutputError: a file can't be written; nothing was.
        SpecInvalidError: the specs have errors.
        UsageError: something is misspelt, missing or contradicts itself, or the file can't be used.
    """
    session = open_session(directory)
    workspace = session.environment(environment) if environment else session.sound()
    resource = subject_named(workspace, name)
    asked = _require_kind(session.root, workspace, new)
    paper, content = _paper(session.root, new)
    record = replace(
        _record(workspace, resource, new),
        paper=paper,
        environments=(environment,) if environment else (),
    )
    require_value(resource, record)
    return _keep(session.root, workspace, record, content, new.key, is_asked=asked)


def _record(workspace: Workspace, resource: Resource, new: NewItem) -> ItemRecord:
    day = _day(new.day or workspace.today, "--day")
    if day > workspace.today:
        raise UsageError(f"`--day {day}` lies ahead", hint="state the day of the paper")
    return ItemRecord(
        address=resource.address,
        kind=new.kind,
        day=day,
        state=_state(new),
        bound=_bound(workspace, resource, new.about),
        valid_until=_valid_until(new, day),
        part=_line(new.part, "--part"),
        by=_line(new.by, "--by"),
        reason=_line(new.not_applicable or new.withheld, "the reason"),
        note=_line(new.note, "--note"),
        tool_version=__version__,
        signed=new.key is not None,
    )


def _state(new: NewItem) -> ItemState:
    """Return what is done with the paper, where the flags fit together."""
    _require_reason(new)
    if new.not_applicable:
        if new.file is not None:
            raise UsageError("what is not applicable has no paper", hint="leave `--file` out")
        return ItemState.NOT_APPLICABLE
    if new.file is None:
        raise UsageError(
            "there is no paper", hint="add `--file FILE`, or `--not-applicable REASON`"
        )
    if new.withheld:
        return ItemState.WITHHELD
    return ItemState.REFERENCED if new.is_reference else ItemState.KEPT


def _require_reason(new: NewItem) -> None:
    """Refuse two reasons, one that nobody answers for, and one that says nothing."""
    if new.not_applicable and new.withheld:
        raise UsageError("`--not-applicable` and `--withheld` exclude each other")
    reason = new.not_applicable or new.withheld
    if reason and not new.by:
        raise UsageError("a reason needs a person who answers for it", hint="add `--by PERSON`")
    if reason and len(reason.strip()) < _LEAST_REASON:
        raise UsageError(
            f"`{_clipped(reason)}` is no reason",
            hint=f"say why, in {_LEAST_REASON} characters or more",
        )


def _require_kind(root: Path, workspace: Workspace, new: NewItem) -> bool:
    """Return whether a rule in force asks for the kind, or cards read it."""
    if _KIND.fullmatch(new.kind) is None:
        raise UsageError(
            f"`{_clipped(new.kind)}` is no kind of evidence",
            hint="write lower-case letters, digits and `-`, such as `test-report`",
        )
    packs, environment = force_of(root, workspace).packs, workspace.environment
    asked = asked_kinds(packs, environment)
    known = sorted({*asked, *PAPER_KINDS, *_FURTHER_KINDS, *listed_kinds(packs, environment)})
    close = did_you_mean(new.kind, known)
    if new.kind not in known and close and not new.is_new_kind:
        raise UsageError(
            f"no rule or spec knows the kind `{new.kind}`",
            hint=f"did you mean `{close}`? `--new-kind` says that it is meant",
        )
    return new.kind in (*asked, *VALUE_KINDS)


def _bound(workspace: Workspace, resource: Resource, about: Sequence[str]) -> tuple[BoundTo, ...]:
    return tuple(
        _one_bound(workspace, resource, each) for each in dict.fromkeys(about or [_VERSION])
    )


def _one_bound(workspace: Workspace, resource: Resource, about: str) -> BoundTo:
    current = current_digests(workspace, resource)
    name = {_VERSION: resource.address, _USE: f"{resource.address}#use"}.get(about)
    if name is None:
        found = workspace.find("Dataset", about.removeprefix("dataset/"))
        if found is None:
            raise UsageError(
                f"there is no data set `{_clipped(about)}`",
                hint="`--about` takes `version`, `use`, or the name of a data set",
            )
        name = found.address
    if not current.get(name):
        raise UsageError(
            f"`{name}` states no digest that the item could be bound to",
            hint="pin it in the spec; or `--about use` binds to the purpose of a model or system",
        )
    return BoundTo(name, current[name])


def _valid_until(new: NewItem, day: str) -> str:
    if new.max_age_days is None:
        until = _day(new.valid_until, "--valid-until") if new.valid_until else ""
    elif new.valid_until:
        raise UsageError("`--valid-until` and `--max-age-days` exclude each other")
    else:
        until = _after(day, new.max_age_days)
    if until and until < day:
        raise UsageError(f"`{until}` is before the day of the paper, {day}")
    return until


def _after(day: str, days: int) -> str:
    if not 0 < days <= _MOST_DAYS:
        raise UsageError(f"`--max-age-days` is {days}, not 1 to {_MOST_DAYS}")
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def _day(text: str, flag: str) -> str:
    if not is_day(text):
        raise UsageError(
            f"`{flag} {_clipped(text)}` is no day of the calendar",
            hint="write year, month and day: `2026-11-21`",
        )
    return text


def _line(text: str, what: str) -> str:
    """Return a text on one line, as JSON and a terminal can hold it."""
    if len(text) > _MOST_TEXT or not text.isprintable():
        raise UsageError(
            f"{what} is longer than {_MOST_TEXT} characters, or not one line of plain text"
        )
    return text.strip()


def _clipped(text: str) -> str:
    return "".join(each if each.isprintable() else "?" for each in text[:80])


def _paper(root: Path, new: NewItem) -> tuple[ItemPaper | None, bytes]:
    """Return the paper and its bytes; None where there is none.

    Raises:
        UsageError: it is no regular file, empty, too large, or a link that leads out.
    """
    if new.file is None:
        return None, b""
    content = _content(root, new.file)
    name = "".join(
        each if each.isprintable() and each not in "/\\" else "?" for each in new.file.name
    )
    uri = _inside(root, new.file) if new.is_reference else ""
    return ItemPaper(name[-200:], digest_bytes(content), len(content), uri), content


def _content(root: Path, file: Path) -> bytes:
    try:
        if _leaves(root, file):
            raise UsageError(
                f"`{file}` is a link that leads out of the workspace",
                hint="name the file itself: what a commit links to is not taken along unseen",
            )
        if not stat.S_ISREG(file.stat().st_mode):
            raise UsageError(f"`{file}` is not a regular file")
        with file.open("rb") as stream:
            content = stream.read(PAPER_BYTES + 1)
    except OSError as error:
        raise UsageError(f"`{file}` can't be read: {error.strerror}") from error
    if not content or len(content) > PAPER_BYTES:
        limit = PAPER_BYTES >> 20
        what = f"has more than {limit} MiB" if content else "is empty"
        raise UsageError(f"`{file}` {what}")
    return content


def _leaves(root: Path, file: Path) -> bool:
    """Tell whether a path says that it is in the workspace, and leads elsewhere.

    `../report.pdf` says that it lies beside the workspace, as any path from the root may.
    """
    inside = root.resolve()
    stated = Path(normpath(file.absolute()))
    home = next((each for each in stated.parents if each.resolve() == inside), None)
    return home is not None and not file.resolve().is_relative_to(inside)


def _inside(root: Path, file: Path) -> str:
    """Return the path of a file below the workspace; "" for one that lies elsewhere."""
    inside, path = root.resolve(), file.resolve()
    return path.relative_to(inside).as_posix() if path.is_relative_to(inside) else ""


def _keep(  # the parts of one transaction
    root: Path,
    workspace: Workspace,
    record: ItemRecord,
    content: bytes,
    key: Path | None,
    *,
    is_asked: bool,
) -> Added:
    file = items_folder(root, workspace, record.address) / item_name(record)
    text = write_item(record)
    contents = {file: text.encode()}
    if key is not None:
        contents[seal_path(file)] = _sealed(text, key).encode()
    if record.paper is not None and record.state is ItemState.KEPT:
        contents[paper_path(root, workspace, record.paper)] = content
    is_new = not file.exists()
    try:
        _store(contents)
    except OSError as error:
        named = f"`{error.filename}`" if error.filename else "the item"
        raise OutputError(
            f"{named} can't be written: {error.strerror}",
            hint="check `paths.evidence` in `mlspec.yaml`, and that there is room",
        ) from error
    files = tuple(each.relative_to(root).as_posix() for each in contents)
    return Added(record, files, is_new, is_asked)


def _sealed(text: str, key: Path) -> str:
    from mlspec.ledger import envelopes
    from mlspec.ledger.signing import EVIDENCE_NAMESPACE

    return envelopes.seal(text.encode(), key, EVIDENCE_NAMESPACE)


def _store(contents: dict[Path, bytes]) -> None:
    with Transaction() as transaction:
        for file, content in _changed(contents):
            transaction.stage(file, content)
        transaction.commit()


def _changed(contents: dict[Path, bytes]) -> Iterator[tuple[Path, bytes]]:
    for file, content in contents.items():
        require_regular(file)
        if not file.exists() or file.read_bytes() != content:
            yield file, content
