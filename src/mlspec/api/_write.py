"""Artifacts to files: all of them or none, unchanged ones untouched, hand edits kept.

In: artifacts, an output folder and the repository around it. Out: a report. A file counts as
generated when the manifest of the output folder holds its digest, or when it carries a seal (the
workflow, which is committed while the folder is not). Anything else was written by a person and
is reported, never overwritten without `force`.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from mlspec.api._drift import Drift, DriftState, read_file
from mlspec.api._failures import failures_told
from mlspec.api._kept import Kept, Written, kept
from mlspec.api._manifest import Entry, dump_manifest, read_manifest, written_by
from mlspec.api._places import MANIFEST_NAME, UNFINISHED_NAME, Place, Places
from mlspec.api._transaction import Transaction
from mlspec.api._unfinished import locked, read_unfinished, sweep, unfinished_note
from mlspec.canonical import digest_bytes
from mlspec.errors import OutputError
from mlspec.targets import has_seal, is_sealed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from mlspec.ir import Emitted

__all__ = ["Drift", "DriftState", "WriteReport", "compare", "compare_beside", "write"]


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What happened to each artifact path, sorted.

    `kept_edited` were edited by hand (or never generated) and are as they were; `--force`
    overwrites them, or removes them where they are no longer generated (`discarded`, which are in
    `removed` too). A file outside of the output folder that is not generated any more is only ever
    removed when it carries our seal: one that was edited is `orphaned`, as well as kept.
    """

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    kept_edited: tuple[str, ...]
    discarded: tuple[str, ...] = ()
    orphaned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Wanted:
    place: Place
    artifact: Kept


@dataclass(frozen=True)
class _Survey:
    """The artifacts and the disk, side by side; nothing is changed by looking."""

    wanted: Mapping[str, _Wanted]
    states: Mapping[str, DriftState | None]
    stale: Mapping[str, tuple[Place, DriftState]]
    previous: Mapping[str, Entry]
    gone: frozenset[str]
    """What an earlier run wrote for the targets of this one, which does not; `stale` is there."""


def write(
    artifacts: Iterable[Emitted],
    output: Path,
    repository: Path,
    *,
    force: bool = False,
    targets: Collection[str] = (),
    left: Collection[str] = (),
) -> WriteReport:
    """Write artifacts and the manifest; on any failure everything is as it was.

    Args:
        artifacts: What to write; a path with a leading `/` is relative to the repository.
        output: The output folder; it is created where it does not exist.
        repository: The folder that contains the workspace.
        force: Overwrite and remove files that were edited by hand.
        targets: Those that were compiled; none means all of them. Files that an earlier run wrote
            for one of them, and this one does not, are removed.
        left: Files of the repository that mlspec wrote, in the manifest or not.

    Raises:
        OutputError: a file can't be written, or a path leaves its folder.
    """
    places = Places(output, repository)
    with failures_told(), locked(places.repository):
        _finish_earlier(places, is_forced=force)
        survey = _survey(artifacts, places, targets, is_forced=force, left=left)
        return _carry_out(survey, places, is_forced=force)


def compare(
    artifacts: Iterable[Emitted],
    output: Path,
    repository: Path,
    *,
    force: bool = False,
    targets: Collection[str] = (),
    left: Collection[str] = (),
) -> tuple[Drift, ...]:
    """Return what `write` would change or leave alone, by path; nothing is written.

    Raises:
        OutputError: a file can't be read, or a path leaves its folder.
    """
    places = Places(output, repository)
    with failures_told():
        survey = _survey(artifacts, places, targets, is_forced=force, left=left)
        found = _drifts(survey)
    is_listed = _entries(survey) == survey.previous
    if not found and not (is_listed and read_unfinished(places.output) is None):
        found.append(Drift(MANIFEST_NAME, DriftState.CHANGED))
    return tuple(sorted(found))


def compare_beside(
    artifacts: Iterable[Emitted], output: Path, repository: Path, *, left: Collection[str] = ()
) -> tuple[Drift, ...]:
    """Return what `write` would change in the repository, for an output folder that is not kept.

    Raises what `compare` raises.
    """
    places = Places(output, repository)
    compared = [each for each in artifacts if each.path.startswith("/")]
    with failures_told():
        return tuple(sorted(_drifts(_survey(compared, places, (), is_forced=True, left=left))))


def _drifts(survey: _Survey) -> list[Drift]:
    wanted = survey.wanted
    found = [
        Drift(path, state, wanted[path].place.file, wanted[path].artifact)
        for path, state in survey.states.items()
        if state
    ]
    return found + [Drift(path, state, place.file) for path, (place, state) in survey.stale.items()]


def _survey(
    artifacts: Iterable[Emitted],
    places: Places,
    targets: Collection[str],
    *,
    is_forced: bool,
    left: Collection[str],
) -> _Survey:
    places.check_output()
    previous = _previous(places, is_forced=is_forced)
    wanted = _wanted(artifacts, places)
    states = {path: _state(each, previous.get(path), places) for path, each in wanted.items()}
    gone = frozenset(written_by(targets, previous)).difference(wanted)
    every = sorted(gone.union(left).difference(wanted))
    stale = {path: (place, state) for path, place, state in _stale(every, places, previous)}
    return _Survey(wanted, states, stale, previous, gone)


def _previous(places: Places, *, is_forced: bool) -> dict[str, Entry]:
    """Return the entries of the manifest, and what a run that was killed wrote without one."""
    try:
        listed = read_manifest(places.manifest)
    except OutputError:
        if not is_forced:
            raise
        listed = {}
    unfinished = read_unfinished(places.output)
    if unfinished is None:
        return listed
    done = {
        path: entry
        for path, entry in unfinished.entries.items()
        if (found := read_file(places.find(path).file)) and digest_bytes(found) == entry.digest
    }
    return listed | done


def _finish_earlier(places: Places, *, is_forced: bool) -> None:
    """Take away what a run that was killed left: its files are listed, its rests are removed."""
    places.check_output()
    unfinished = read_unfinished(places.output)
    if unfinished is None:  # one that was cut off: nothing was begun yet
        (places.output / UNFINISHED_NAME).unlink(missing_ok=True)
        return
    entries = _previous(places, is_forced=is_forced)
    sweep(unfinished, places.output, places.folders(unfinished.entries))
    with Transaction() as transaction:
        transaction.stage(places.manifest.file, dump_manifest(entries))
        transaction.remove(places.output / UNFINISHED_NAME)
        transaction.commit()


def _wanted(artifacts: Iterable[Emitted], places: Places) -> dict[str, _Wanted]:
    listed = sorted(map(kept, artifacts), key=attrgetter("path"))
    found = places.find_all(each.path for each in listed)
    return {each.path: _Wanted(place, each) for each, place in zip(listed, found, strict=True)}


def _state(wanted: _Wanted, entry: Entry | None, places: Places) -> DriftState | None:
    if entry is not None and _is_there(wanted, entry):
        return None
    found = None if places.is_absent(wanted.place) else read_file(wanted.place.file)
    if found is None:
        return DriftState.MISSING
    if digest_bytes(found) == wanted.artifact.digest or _unix(found) == _unix(
        wanted.artifact.read()
    ):
        return None
    return DriftState.CHANGED if _is_generated(found, entry) else DriftState.EDITED


def _is_there(wanted: _Wanted, entry: Entry) -> bool:
    """Tell whether the file was read and compared when it was found.

    Another run may have written it since, before this one had the lock: the manifest tells.
    """
    at = wanted.artifact.at
    is_found = isinstance(at, Written) and at.file == wanted.place.file
    return is_found and entry.digest == wanted.artifact.digest


def _stale(
    paths: Iterable[str], places: Places, previous: Mapping[str, Entry]
) -> Iterator[tuple[str, Place, DriftState]]:
    for path in paths:
        place = places.find(path)
        found = read_file(place.file)
        if found is None:
            continue
        if _is_taken_over(path, found, previous.get(path)):
            continue
        # The manifest may come from a pull request: outside of the output folder it is not
        # believed, or it could have any file of the repository removed.
        entry = None if path.startswith("/") else previous[path]
        is_ours = _is_generated(found, entry)
        yield path, place, DriftState.STALE if is_ours else DriftState.EDITED


def _is_taken_over(path: str, content: bytes, entry: Entry | None) -> bool:
    """Tell whether a person made a file beside the output folder their own: it has no seal."""
    return path.startswith("/") and not has_seal(content) and not _is_generated(content, entry)


def _is_generated(content: bytes, entry: Entry | None) -> bool:
    digests = {digest_bytes(content), digest_bytes(_unix(content))}
    return (entry is not None and entry.digest in digests) or is_sealed(content)


def _unix(content: bytes) -> bytes:
    """Return the content with the line ends we write: git may check files out with others."""
    return content.replace(b"\r\n", b"\n")


def _carry_out(survey: _Survey, places: Places, *, is_forced: bool) -> WriteReport:
    kept = _kept(survey, is_forced=is_forced)
    report = _report(survey, kept)
    entries = _entries(survey, kept)
    wanted = [survey.wanted[path] for path in report.written]
    dropped = [survey.stale[path][0] for path in report.removed]
    is_listed = entries == survey.previous and places.manifest.file.exists()
    if wanted or dropped or not is_listed:
        _store(wanted, dropped, places, entries, is_listed=is_listed)
    _drop_empty_folders(dropped)
    return report


def _report(survey: _Survey, kept: frozenset[str]) -> WriteReport:
    removed = tuple(path for path in survey.stale if path not in kept)
    return WriteReport(
        tuple(path for path, state in survey.states.items() if state and path not in kept),
        tuple(path for path, state in survey.states.items() if state is None),
        removed,
        tuple(sorted(kept)),
        tuple(path for path in removed if survey.stale[path][1] is DriftState.EDITED),
        tuple(path for path in survey.stale if path in kept and path.startswith("/")),
    )


def _store(
    wanted: Iterable[_Wanted],
    dropped: Iterable[Place],
    places: Places,
    entries: Mapping[str, Entry],
    *,
    is_listed: bool,
) -> None:
    """Write files and remove others, all or none; meanwhile a note says what is under way."""
    manifest = dump_manifest(entries)
    with Transaction() as transaction:
        note = unfinished_note(transaction.token, manifest)
        transaction.announce(places.output / UNFINISHED_NAME, note)
        transaction.stage_all((each.place.file, each.artifact.read) for each in wanted)
        if not is_listed:
            transaction.stage(places.manifest.file, manifest)
        for place in dropped:
            transaction.remove(place.file)
        transaction.commit()


def _kept(survey: _Survey, *, is_forced: bool) -> frozenset[str]:
    """Return the edited files that stay; by force, only those that no manifest can speak for."""
    stale = {path: state for path, (_, state) in survey.stale.items()}
    states: Mapping[str, DriftState | None]
    if is_forced:
        states = {path: state for path, state in stale.items() if path.startswith("/")}
    else:
        states = {**survey.states, **stale}
    return frozenset(path for path, state in states.items() if state is DriftState.EDITED)


def _entries(survey: _Survey, kept: frozenset[str] = frozenset()) -> dict[str, Entry]:
    """Return the new manifest; a file that is kept stays with the digest it had when written."""
    made = {path: each.artifact for path, each in survey.wanted.items() if path not in kept}
    written = {
        path: Entry(each.digest, each.source, each.target, each.patches)
        for path, each in made.items()
    }
    gone = survey.gone.difference(kept)
    return {path: each for path, each in survey.previous.items() if path not in gone} | written


def _drop_empty_folders(places: Iterable[Place]) -> None:
    for place in places:
        for folder in place.file.parents:
            if folder == place.root or not _is_dropped(folder):
                break


def _is_dropped(folder: Path) -> bool:
    try:
        folder.rmdir()
    except OSError:  # not empty, or already gone: either way there is nothing to do
        return False
    return True
