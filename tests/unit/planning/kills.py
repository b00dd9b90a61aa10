"""Kill an action at an exact moment: before one of its effects on the world.

A fork does the action and counts what Python asks the system for; a moment has the same number in
every run, so that a failure can be repeated, and nothing has to be waited for.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count

EFFECTS = {
    *("fsync", "mkdir", "pwrite", "rename", "replace", "unlink"),
    *("execute", "executemany"),  # of SQLite
    "fork_exec",  # of git
}
KILLED = -signal.SIGKILL


def moments(action):
    """Return how many moments an action has, by doing it in a fork."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _end_with(action, lambda _number: None, writing)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as stream:
        return int(stream.read() or b"0")


def killed_at(moment, action):
    """Do an action in a fork that is killed at a moment; return how the fork ended."""
    child = os.fork()
    if child == 0:
        _end_with(action, lambda number: _kill() if number == moment else None)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _kill():
    os.kill(os.getpid(), signal.SIGKILL)


def _end_with(action, at_effect, told=None):
    """Do the action, tell the number of its moments, and end the fork without a trace of pytest."""
    numbers, passed = count(1), 0

    def profile(_frame, event, function):
        nonlocal passed
        if event == "c_call" and function.__name__ in EFFECTS:
            passed = next(numbers)
            at_effect(passed)

    sys.setprofile(profile)
    try:
        action()
    finally:
        sys.setprofile(None)
        if told is not None:
            os.write(told, str(passed).encode())
        os._exit(0)
