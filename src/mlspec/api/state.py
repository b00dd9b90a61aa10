"""`state list`, `show` and `export`, and `drift`: what the registry holds, and should hold.

Nothing here can write: it only observes, and reads bodies, events and runs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mlspec.api.files import read_text, write_text
from mlspec.api.inspect import status_of
from mlspec.api.session import open_session, opened
from mlspec.planning import unreviewed
from mlspec.planning.authorship import commits_of
from mlspec.planning.drift import DriftView, branch_drift, drift
from mlspec.planning.recorded import published_digests, recorded_objects
from mlspec.planning.state_file import StateFile, write_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.planning.drift import Drift
    from mlspec.planning.recorded import Recorded
    from mlspec.registry import Backend
    from mlspec.state import ObjectRecord, RunRecord, Snapshot, Statement

__all__ = ["Shown", "export_state", "find_drift", "show"]


@dataclass(frozen=True, slots=True)
class Shown:
    """One object with its body, and what the ledger says of it; None where no event wrote it."""

    environment: str
    record: ObjectRecord
    recorded: Recorded | None


def show(address: str, directory: Path | None = None, environment: str | None = None) -> Shown:
    """Return one object of the registry, whole.

    Raises:
        UsageError: the registry has no such address, or there is no such environment.
    """
    backend = opened(directory, environment)
    view = status_of(backend, address)
    (record,) = view.objects
    body = backend.bodies([record.digest]).get(record.digest)
    recorded = recorded_objects(backend.events(address)).get(address)
    return Shown(view.environment, replace(record, body=body), recorded)


def export_state(
    out: Path | None, directory: Path | None = None, environment: str | None = None
) -> str:
    """Return the state of an environment as a file that git can hold, and write it to `out`.

    Raises:
        RegistryUnavailableError: the registry can't be read, or has lost a body.
        OutputError: the file can't be written.
    """
    backend, name = _registry(directory, environment)
    commits = commits_of(*_runs(backend))
    text = write_state(StateFile(backend.observe(), name, commits))
    if out is not None:
        write_text(out, text)
    return text


def find_drift(
    directory: Path | None = None, environment: str | None = None, ignore: Sequence[str] = ()
) -> DriftView:
    """Return how the registry and what is published differ from what was recorded.

    `ignore` holds patterns, and names of files with one pattern a line.

    Raises:
        RegistryUnavailableError: the registry can't be read.
        TamperedPlanError: an event is damaged.
    """
    backend = opened(directory, environment)
    snapshot = backend.observe()
    drifts = (*_of_objects(backend, snapshot), *_of_branches(backend))
    view = DriftView(
        snapshot.environment,
        snapshot.lineage,
        snapshot.serial,
        drifts,
        notices=unreviewed(backend.runs()),
    )
    return view.without([pattern for each in ignore for pattern in _patterns(each)])


def _of_objects(backend: Backend, snapshot: Snapshot) -> Iterator[Drift]:
    recorded = recorded_objects(backend.events())
    live = {each.digest for each in snapshot.objects.values() if each.body is not None}
    missing = {each.record.digest for each in recorded.values()} - live
    yield from drift(recorded, snapshot, backend.bodies(missing))


def _of_branches(backend: Backend) -> Iterator[Drift]:
    yield from branch_drift(published_digests(*_runs(backend)), backend.published)


def _registry(directory: Path | None, environment: str | None) -> tuple[Backend, str]:
    """Return a registry and the name of its backend; the specs don't stay in memory."""
    session = open_session(directory)
    backend = session.backend(session.recorded(environment).environment)
    return backend, session.place()[0]


def _runs(backend: Backend) -> tuple[tuple[RunRecord, ...], dict[str, Statement]]:
    runs = tuple(backend.runs())
    return runs, dict(backend.statements({each.statement for each in runs} - {""}))


def _patterns(word: str) -> Iterator[str]:
    """Yield the patterns of a file, without comments; a word that names no file is a pattern."""
    if not Path(word).is_file():
        yield word
        return
    for line in read_text(Path(word)).splitlines():
        pattern = line.partition("#")[0].strip()
        if pattern:
            yield pattern
