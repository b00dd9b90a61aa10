"""What the ledger recorded against what the registry holds now.

In: events, a snapshot with bodies, the bodies that were recorded. Out: differences, each with
the owner of the field. A forgotten object is left to others, so what becomes of it is no drift.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from mlspec.canonical import digest_value
from mlspec.ledger import is_sound_body, recorded_body
from mlspec.planning._drafts import kind_of
from mlspec.planning._glob import glob
from mlspec.planning._lookup import traits_of
from mlspec.planning.diff import diff
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.planning.recorded import Recorded
    from mlspec.state import ObjectRecord, Snapshot

__all__ = [
    "Drift",
    "DriftCode",
    "DriftField",
    "DriftView",
    "Owner",
    "SubjectKind",
    "branch_drift",
    "drift",
]


class Owner(StrEnum):
    """Who sets a field."""

    MLSPEC = "mlspec"
    """A spec declares it: the next apply brings it back."""
    EXTERNAL = "external"
    """No spec does: somebody else put it there."""


class DriftCode(StrEnum):
    """How something that is there differs from what was recorded."""

    CHANGED = "changed"
    GONE = "gone"
    UNDOCUMENTED = "undocumented"
    """It is there, and nothing recorded wrote it."""
    UNREADABLE = "unreadable"
    """The body that was recorded is lost or was altered: nothing brings it back."""


class SubjectKind(StrEnum):
    """What differs."""

    OBJECT = "object"
    """An object of the registry, named by its address."""
    BRANCH = "branch"
    """A branch with compiled artifacts."""


@dataclass(frozen=True, slots=True)
class DriftField:
    """One field that differs; None where there is no value."""

    path: str
    recorded: Json
    live: Json
    owner: Owner


@dataclass(frozen=True, slots=True)
class Drift:
    """One object or branch that differs.

    `run` and `at` name the run that wrote it last, "" where none did.
    """

    subject: str
    code: DriftCode
    fields: tuple[DriftField, ...] = ()
    subject_kind: SubjectKind = SubjectKind.OBJECT
    run: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class DriftView:
    """All drift of one environment that is not ignored; `ignored` counts the rest.

    `notices` are what every report of the environment starts with: break-glass runs that nobody
    has reviewed.
    """

    environment: str
    lineage: str
    serial: int
    drifts: tuple[Drift, ...]
    ignored: int = 0
    notices: tuple[str, ...] = ()

    def without(self, patterns: Sequence[str]) -> DriftView:
        """Return the view without what a pattern names: `ADDRESS`, or `ADDRESS:FIELD`.

        A branch goes by its name. `*` and `?` stand for any characters.
        """
        tests = [glob(each) for each in patterns]

        def is_ignored(name: str) -> bool:
            return any(test(name) for test in tests)

        kept = [_kept(each, is_ignored) for each in self.drifts]
        found = tuple(each for each in kept if each is not None)
        ignored = sum(map(_size, self.drifts)) - sum(map(_size, found))
        return replace(self, drifts=found, ignored=ignored)


def drift(
    recorded: Mapping[str, Recorded], snapshot: Snapshot, bodies: Mapping[str, Json]
) -> Iterator[Drift]:
    """Yield the objects that differ, in order of address.

    `bodies` are the recorded ones that no object has.
    """
    bodies = {each.digest: each.body for each in snapshot.objects.values()} | {**bodies}
    for address in sorted({*recorded, *snapshot.objects}):
        told, live = recorded.get(address), snapshot.objects.get(address)
        if told is None:
            yield Drift(address, DriftCode.UNDOCUMENTED)
            continue
        body = recorded_body(told.record.digest, live, bodies)
        if not is_sound_body(told.record.digest, body):
            yield Drift(address, DriftCode.UNREADABLE, run=told.run, at=told.at)
        elif told.record.lifecycle is not Lifecycle.FORGOTTEN:
            yield from _of_object(told, live, body)


def branch_drift(
    recorded: Mapping[str, str], live: Callable[[str], Mapping[str, str] | None]
) -> Iterator[Drift]:
    """Yield the branches that do not hold what was published.

    `recorded` has one digest per branch, over the digests of its files by path; `live` returns
    those that are there now, None where nothing is.
    """
    for branch, told in sorted(recorded.items()):
        files = live(branch)
        found = None if files is None else digest_value(dict(files))
        if found is None:
            yield Drift(branch, DriftCode.GONE, subject_kind=SubjectKind.BRANCH)
        elif found != told:
            differs = DriftField("files", told, found, Owner.MLSPEC)
            yield Drift(branch, DriftCode.CHANGED, (differs,), SubjectKind.BRANCH)


def _of_object(told: Recorded, live: ObjectRecord | None, told_body: Json) -> Iterator[Drift]:
    wanted = told.record
    if live is None:
        yield Drift(wanted.address, DriftCode.GONE, run=told.run, at=told.at)
        return
    fields = (*_of_record(wanted, live), *_of_bodies(wanted, live, told_body))
    if fields:
        yield Drift(wanted.address, DriftCode.CHANGED, fields, run=told.run, at=told.at)


def _of_bodies(told: ObjectRecord, live: ObjectRecord, told_body: Json) -> Iterator[DriftField]:
    """Yield what differs between two bodies; their digests, where the live one can't be read."""
    if live.digest == told.digest:
        return
    if is_sound_body(live.digest, live.body):
        yield from _of_body(told.address, told_body, live.body)
    else:
        yield DriftField("registry.digest", told.digest, live.digest, Owner.MLSPEC)


def _of_record(told: ObjectRecord, live: ObjectRecord) -> Iterator[DriftField]:
    pairs: tuple[tuple[str, Json, Json], ...] = (
        ("registry.lifecycle", told.lifecycle.value, live.lifecycle.value),
        ("registry.protect", told.protect, live.protect),
        ("registry.revision", told.revision, live.revision),
        ("registry.uid", told.uid, live.uid),
    )
    for path, recorded, found in pairs:
        if recorded != found:
            yield DriftField(path, recorded, found, Owner.MLSPEC)


def _of_body(address: str, told: Json, live: Json) -> Iterator[DriftField]:
    for each in diff(told, live, traits_of(kind_of(address), told, live), lambda _path: ""):
        owner = Owner.EXTERNAL if each.old is None else Owner.MLSPEC
        yield DriftField(each.path, each.old, each.new, owner)


def _kept(each: Drift, is_ignored: Callable[[str], bool]) -> Drift | None:
    if is_ignored(each.subject):
        return None
    fields = tuple(field for field in each.fields if not is_ignored(f"{each.subject}:{field.path}"))
    if each.fields and not fields and each.code is DriftCode.CHANGED:
        return None
    return replace(each, fields=fields)


def _size(each: Drift) -> int:
    return max(1, len(each.fields))
