"""Work shared with forked processes: what comes out never depends on who did what.

In: jobs without effects. Out: the artifacts of all of them. A job whose artifacts do not arrive (it
failed, or its process was killed) is done again here, where its error is raised.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp
from typing import IO, TYPE_CHECKING, NoReturn, Self

from mlspec.errors import MlspecError
from mlspec.ir import Artifact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.targets import Job

__all__ = ["shared", "workers"]

_FEWEST_JOBS = 6
"""Jobs from which on a second process is worth its start."""
_MOST_WORKERS = 8
_NUMBER = 4  # bytes of the number of a job


def workers() -> int:
    """Return how many processes may run at once; 1 where forking is not known to be safe."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return min(_MOST_WORKERS, len(os.sched_getaffinity(0)))


def shared(
    here: Sequence[Job], anywhere: Sequence[Job], *, most: int | None = None
) -> Iterator[Artifact]:
    """Yield the artifacts of all jobs, in their order.

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
    with _queue(len(anywhere)) as queue, _Forked() as forked:
        for _ in range(count - 1):
            forked.start(anywhere, queue)
        for job in here:
            yield from job()
        done: dict[int, Sequence[Artifact]] = {}
        for number in _taken(queue):
            with suppress(MlspecError):  # it is raised below, where it is the first in order
                done[number] = anywhere[number]()
        done |= forked.results()
    for number, job in enumerate(anywhere):
        yield from done.pop(number) if number in done else job()


class _Forked:
    """Forked processes, and the files in which they leave what they made."""

    def __init__(self) -> None:
        self._files = ExitStack()
        self._running: dict[int, IO[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        from signal import SIGKILL

        for process in self._running:
            os.kill(process, SIGKILL)
            os.waitpid(process, 0)
        self._files.close()

    def start(self, jobs: Sequence[Job], queue: int) -> None:
        """Start a process that takes jobs; where none can be had there is one fewer."""
        with suppress(OSError):
            results = self._files.enter_context(_nameless())
            process = os.fork()
            if not process:
                _work(jobs, queue, results)
            self._running[process] = results

    def results(self) -> dict[int, list[Artifact]]:
        """Wait for all processes, and return what they made by the number of the job."""
        found: dict[int, list[Artifact]] = {}
        for process in list(self._running):
            os.waitpid(process, 0)
            results = self._running.pop(process)
            results.seek(0)
            found |= dict(_read(results))
        return found


def _work(jobs: Sequence[Job], queue: int, results: IO[bytes]) -> NoReturn:
    """Do jobs and end the process at once; an error only leaves its job and later ones undone."""
    try:
        for number in _taken(queue):
            _write(results, number, jobs[number]())
        results.flush()
    finally:
        os._exit(0)


def _write(results: IO[bytes], number: int, artifacts: Sequence[Artifact]) -> None:
    contents = [each.content.encode() for each in artifacts]
    told = [
        (each.path, each.source, each.target, len(content))
        for each, content in zip(artifacts, contents, strict=True)
    ]
    results.write(json.dumps([number, told]).encode() + b"\n" + b"".join(contents))


def _read(results: IO[bytes]) -> Iterator[tuple[int, list[Artifact]]]:
    """Yield the jobs that were written whole."""
    while line := results.readline():
        if not line.endswith(b"\n"):
            return
        number, told = json.loads(line)
        contents = [results.read(size) for *_, size in told]
        if [len(each) for each in contents] != [size for *_, size in told]:
            return
        yield (
            number,
            [
                Artifact(path, content.decode(), source, target)
                for (path, source, target, _), content in zip(told, contents, strict=True)
            ],
        )


def _nameless() -> IO[bytes]:
    """Return a new file that ends with the processes that have it."""
    file, path = mkstemp()
    Path(path).unlink()
    return os.fdopen(file, "w+b")


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
