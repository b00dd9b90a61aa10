"""Forked processes: how many there may be, how one is started, and how it is ended."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from mlspec.api._interrupts import restore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mlspec.api._interrupts import Handlers

__all__ = ["end", "forked", "workers"]

_MOST_WORKERS = 8


def workers() -> int:
    """Return how many processes may run at once; 1 where forking is not known to be safe."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return min(_MOST_WORKERS, len(os.sched_getaffinity(0)))


def forked(do: Callable[[], object], handlers: Handlers) -> int:
    """Start a process that does something and ends at once; 0 where none can be had.

    It ends with 0 when all was done, and says nothing of an error. Interrupts are held off until
    the caller knows of it; `handlers` are those that they had before.
    """
    try:
        process = os.fork()
    except OSError:
        return 0
    if not process:
        status = 1
        try:
            restore(handlers)
            do()
            status = 0
        finally:
            os._exit(status)
    return process


def end(running: Iterable[int]) -> None:
    """Kill processes, and wait until they are gone."""
    for process in running:
        with suppress(OSError):  # an interrupt may have come just after it was waited for
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
