"""Work shared with forked processes: what comes out never depends on who did what.

In: jobs without effects. Out: the artifacts of all of them, their contents kept in files. A job
whose artifacts do not arrive (it failed, or its process was killed) is done again here, where its
error is raised.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self, TypeVar

from mlspec.api._interrupts import uninterrupted
from mlspec.api._kept import Held, Kept, Spool, Spooled, Written, kept, new_spool, spooled
from mlspec.api._processes import end, forked, workers
from mlspec.errors import MlspecError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mlspec.targets import Job

__all__ = ["divided", "shared"]

T = TypeVar("T")

_FEWEST_JOBS = 6
"""Jobs from which on a second process is worth its start."""
_FEWEST_MEMBERS = 300
"""Files from which on a second process is worth its start."""
_AT_ONCE = 1 << 20
"""Bytes from which on contents go to a spool, together: file by file it takes twice as long."""
_NUMBER = 4  # bytes of the number of a job


def shared(
    here: Sequence[Job], anywhere: Sequence[Job], *, most: int | None = None
) -> Iterator[Kept]:
    """Yield the artifacts of all jobs, in their order; few of their contents are held in memory.

    Args:
        here: Jobs that are done in this process.
        anywhere: Jobs whose artifacts are text without patches or claims; they are done by
            whichever process is free.
        most: How many processes there are at most, this one included; by default one for each
            processor.

    Raises:
        MlspecError: what the first job that fails raises.
    """
    count = workers() if most is None else most
    count = count if len(anywhere) >= _FEWEST_JOBS else 1
    spool = new_spool()
    with _queue(len(anywhere)) as queue, _Forked() as forked:
        for _ in range(count - 1):
            forked.start(anywhere, queue)
        for job in here:
            yield from _done(job, spool)
        done = _done_of(queue, anywhere, spool) | forked.results()
    for number, job in enumerate(anywhere):
        yield from done.pop(number) if number in done else _done(job, spool)


def divided(
    groups: Sequence[Sequence[T]], work: Callable[[Sequence[T]], None], *, most: int | None = None
) -> None:
    """Do something for the members of all groups, those of one group in one process.

    What a process was to do that did not end well is done again here, where its error is raised:
    to do something twice has to be as good as once. None of them is left when this ends.

    Args:
        groups: What has to be done by one process; two of them that make files of one folder would
            only wait for each other.
        work: Does it for some members.
        most: How many processes there are at most; by default one for each processor.
    """
    is_much = sum(map(len, groups)) >= _FEWEST_MEMBERS
    count = (workers() if most is None else most) if is_much else 1
    own, *others = _shares(groups, count)
    running: dict[int, list[T]] = {}
    again: list[list[T]] = []
    try:
        for share in others:
            with uninterrupted() as handlers:
                process = forked(partial(work, share), handlers)
                if process:
                    running[process] = share
                else:
                    again.append(share)
        work(own)
        for process in [*running]:
            status = os.waitpid(process, 0)[1]
            share = running.pop(process)
            if status:
                again.append(share)
    finally:
        end(running)
    for share in again:
        work(share)


def _shares(groups: Iterable[Sequence[T]], count: int) -> list[list[T]]:
    """Return the members of groups in shares of about the same size."""
    shares: list[list[T]] = [[] for _ in range(count)]
    for group in sorted(groups, key=len, reverse=True):
        min(shares, key=len).extend(group)
    return shares


def _done_of(queue: int, jobs: Sequence[Job], spool: Spool | None) -> dict[int, list[Kept]]:
    """Do jobs that nobody has taken, and return what they made by their numbers."""
    done: dict[int, list[Kept]] = {}
    for number in _taken(queue):
        with suppress(MlspecError):  # it is raised later, where it is the first in order
            done[number] = [*_done(jobs[number], spool)]
    return done


def _done(job: Job, spool: Spool | None) -> Iterator[Kept]:
    made = map(kept, job())
    if spool is None:
        yield from made
        return
    some: list[Kept] = []
    size = 0
    for each in made:
        some.append(each)
        size += len(each.at.content) if isinstance(each.at, Held) else 0
        if size > _AT_ONCE:
            yield from spooled(some, spool)
            some, size = [], 0
    yield from spooled(some, spool)


class _Forked:
    """Forked processes, and the files in which they leave what they made."""

    def __init__(self) -> None:
        self._running: dict[int, Spool] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        end(self._running)

    def start(self, jobs: Sequence[Job], queue: int) -> None:
        """Start a process that takes jobs; where none can be had there is one fewer."""
        with suppress(OSError), uninterrupted() as handlers:
            results = Spool()
            process = forked(partial(_work, jobs, queue, results), handlers)
            if process:
                self._running[process] = results

    def results(self) -> dict[int, list[Kept]]:
        """Wait for all processes, and return what they made by the number of the job."""
        found: dict[int, list[Kept]] = {}
        for process in list(self._running):
            os.waitpid(process, 0)
            results = self._running.pop(process)
            with os.fdopen(os.dup(results.fileno()), "rb") as stream:
                found |= dict(_read(stream, results))
        return found


def _work(jobs: Sequence[Job], queue: int, results: Spool) -> None:
    """Do jobs; an error only leaves its job and later ones undone."""
    for number in _taken(queue):
        _write(results, number, [kept(each) for each in jobs[number]()])


def _write(results: Spool, number: int, artifacts: Sequence[Kept]) -> None:
    told: list[list[str | int]] = []
    contents: list[bytes] = []
    for each in artifacts:
        known = [each.path, each.source, each.target, each.digest, each.part]
        if isinstance(each.at, Written):
            told.append([*known, str(each.at.file)])
        else:
            contents.append(each.at.read())
            told.append([*known, len(contents[-1])])
    results.add(json.dumps([number, told]).encode() + b"\n" + b"".join(contents))


def _read(stream: IO[bytes], results: Spool) -> Iterator[tuple[int, list[Kept]]]:
    """Yield the jobs that were written whole; contents stay where they are."""
    end, start = stream.seek(0, os.SEEK_END), stream.seek(0)
    while (line := stream.readline()).endswith(b"\n"):
        number, told = json.loads(line)
        start += len(line)
        found = []
        for path, source, target, digest, part, place in told:
            if isinstance(place, str):
                at: Written | Spooled = Written(Path(place), digest)
            else:
                at = Spooled(results, start, place)
                start += place
            found.append(Kept(path, source, target, digest, at, part=part))
        if start > end:
            return
        stream.seek(start)
        yield number, found


@contextmanager
def _queue(count: int) -> Iterator[int]:
    """Give the reading end of a pipe that holds the numbers of all jobs."""
    reading, writing = os.pipe()
    try:
        with os.fdopen(writing, "wb") as stream:
            stream.write(b"".join(number.to_bytes(_NUMBER, "big") for number in range(count)))
        yield reading
    finally:
        os.close(reading)


def _taken(queue: int) -> Iterator[int]:
    """Yield the numbers of jobs that no other process has taken."""
    while number := os.read(queue, _NUMBER):
        yield int.from_bytes(number, "big")
