"""Whole processes, timed in pairs; and work within this one."""

from __future__ import annotations

import gc
import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MLSPEC = str(Path(sys.executable).parent / "mlspec")


@dataclass(frozen=True)
class Run:
    """One finished process: wall seconds, peak memory in MiB, exit code, seconds of CPU."""

    seconds: float
    mebibytes: float
    code: int
    cpu: float


def paired(baseline: list[str], subject: list[str], *, rounds: int) -> tuple[Run, Run]:
    """Return the medians of both commands over alternating rounds."""
    pairs = [(run(baseline), run(subject)) for _ in range(rounds)]
    return _median([pair[0] for pair in pairs]), _median([pair[1] for pair in pairs])


def run(command: list[str]) -> Run:
    started = time.perf_counter()
    process = os.posix_spawn(
        command[0],
        command,
        dict(os.environ) | {"NO_COLOR": "1"},
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ],
    )
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - started
    cpu = usage.ru_utime + usage.ru_stime
    return Run(seconds, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status), cpu)


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return what work takes of this process, which collects nothing from now on.

    A collection would fall on whoever is there.
    """
    gc.disable()
    started = time.process_time()
    work()
    return time.process_time() - started


def say(line: str) -> None:
    """Print a line of a table at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _median(runs: list[Run]) -> Run:
    return Run(
        statistics.median(each.seconds for each in runs),
        max(each.mebibytes for each in runs),
        max(each.code for each in runs),
        statistics.median(each.cpu for each in runs),
    )
